"""The planner's desk: studies run as ``gatehouse sim run`` in a process of their own; here is both ends of that.

`run_scenario` is what the command does; `StudyRoom` starts the command and follows its progress, for the screens.
"""

from __future__ import annotations

import asyncio
import json
import math
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from tui.desk import MeasureRow, PrecisionRow, QuantileRow, ScenarioCard, StudyResult
from tui.settings import Site
from tui.wiring.planners_files import find_scenario, scenario_paths
from tui.wiring.study_runs import Progress, StudyTerms, backend_of, play
from twin.model.errors import ConfigError, Fault, ScenarioError
from twin.model.runs import Interval

if TYPE_CHECKING:
    from simulation.study.summary import StudyRun


def run_scenario(site: Site, key: str, terms: StudyTerms, on_progress: Progress | None = None) -> StudyResult:
    """Run a study on the site's imported building, keep its rows in the database, write its page."""
    from simulation.study.scenario import load_scenario
    from tui.reports.study_report import write_study_report
    from twin.store.database import open_database
    from twin.store.facilities import load_facility

    scenario = load_scenario(find_scenario(site, key))
    with open_database(site.database) as store, backend_of(terms) as backend:
        facility = load_facility(store)
        study = play(site, store, facility, scenario, terms, backend, on_progress)
    result = _result_of(study)
    page = write_study_report(result, facility.name, _command(key, terms), site.reports)
    return replace(result, report=str(page))


def _command(key: str, terms: StudyTerms) -> str:
    """What runs this study again, to the same result."""
    words = ["gatehouse", "sim", "run", key, "--site", "DIR", "--replications", str(terms.replications)]
    words += ["--seed", str(terms.seed)]
    if terms.snapshot is not None:
        words += ["--snapshot", terms.snapshot.name]
    if terms.precision_percent is not None:
        words += ["--precision", f"{terms.precision_percent:g}"]
        words += [word for measure in terms.measures for word in ("--measure", measure)]
    return shlex.join(words)


def _result_of(study: StudyRun) -> StudyResult:
    from simulation.study.statistics import half_width, precision_percent
    from simulation.targets import MEASURES

    return StudyResult(
        run=study.run,
        title=study.title,
        replications=study.replications,
        seed=study.seed,
        measures=tuple(
            MeasureRow(
                key=measure,
                label=MEASURES[measure].label,
                unit=MEASURES[measure].unit,
                interval=interval,
                target=MEASURES[measure].target_text,
                verdict=MEASURES[measure].verdict(interval),
                n=study.counts[measure],
                half_width=half_width(interval),
                precision_percent=precision_percent(interval),
                quantiles=tuple(QuantileRow(**asdict(quantile)) for quantile in study.quantiles[measure]),
            )
            for measure, interval in study.measures.items()
        ),
        door_queues=tuple((waits.code, waits.mean_wait.mean, waits.longest_wait_s) for waits in study.door_queues),
        digest=study.digest,
        people=study.people,
        waiting=study.waiting,
        precision=PrecisionRow(reached=study.stop.is_reached, **asdict(study.stop)) if study.stop else None,
    )


def result_from_json(text: str) -> StudyResult:
    """What ``gatehouse sim run --json`` printed."""
    fields = json.loads(text)
    precision = fields.pop("precision")
    if precision is not None:
        precision = PrecisionRow(**{**precision, **{key: tuple(precision[key]) for key in ("measures", "short")}})
    return StudyResult(
        measures=tuple(map(_measure, fields.pop("measures"))),
        door_queues=tuple((str(code), _number(mean), _number(most)) for code, mean, most in fields.pop("door_queues")),
        precision=precision,
        people=_hours(fields.pop("people")),
        waiting=_hours(fields.pop("waiting")),
        **fields,
    )


def _hours(series: dict[str, list[float]]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(hours) for name, hours in series.items()}


def _measure(row: dict[str, Any]) -> MeasureRow:
    interval = Interval(**{name: _number(limit) for name, limit in row.pop("interval").items()})
    quantiles = tuple(QuantileRow(**quantile) for quantile in row.pop("quantiles"))
    figures = {name: _number(row[name]) for name in ("half_width", "precision_percent")}
    return MeasureRow(**{**row, **figures, "interval": interval, "quantiles": quantiles})


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def result_to_json(result: StudyResult) -> str:
    """For `result_from_json`; an interval is {mean, low, high}, null where one replication gives no limits."""
    return json.dumps(finite(asdict(result)), ensure_ascii=False, indent=1, allow_nan=False)


def finite(value: object) -> object:
    """Plain data for JSON: what is no finite number becomes null."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


class StudyRoom:
    """Fits `tui.desk.StudyDesk`."""

    def __init__(self, site: Site, *, workers: int = 1) -> None:
        self._site = site
        self._workers = workers

    def scenarios(self) -> Sequence[ScenarioCard]:
        """See `StudyDesk`."""
        from simulation.study.scenario import load_scenario

        cards = []
        for path in scenario_paths(self._site):
            try:
                about = load_scenario(path).about
            except ConfigError as error:
                about = None
                wrong = "; ".join(str(fault).removeprefix(f"{fault.where}: ") for fault in error.faults)
            cards.append(
                ScenarioCard(key=path.stem, title=f"{path.stem}: cannot be read", description=wrong)
                if about is None
                else ScenarioCard(key=path.stem, title=about.title, description=about.description)
            )
        return cards

    async def run(self, key: str, /, *, replications: int, seed: int, on_progress: Progress) -> StudyResult:
        """See `StudyDesk`.

        Raises:
            ScenarioError: the study failed; its last words.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tui.cli", "sim", "run", key, "--site", str(self._site.folder), "--json", "--progress-lines"),
            *("--replications", str(replications), "--seed", str(seed), "--workers", str(self._workers)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        output = asyncio.create_task(process.stdout.read())
        words: list[str] = []
        try:
            while raw := await process.stderr.readline():
                line = raw.decode(errors="replace").strip()
                done, _, total = line.removeprefix("progress ").partition("/")
                if line.startswith("progress ") and total:
                    with suppress(ValueError):
                        on_progress(int(done), int(total))
                elif line:
                    words.append(line)
            text = (await output).decode()
            if await process.wait() != 0:
                raise ScenarioError([Fault("study", key, "; ".join(words[-3:]) or "failed without a word")])
        finally:
            if process.returncode is None:  # interrupted: the study must not go on without anybody
                process.kill()
                await process.wait()
        return result_from_json(text)
