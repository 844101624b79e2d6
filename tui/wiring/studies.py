"""The planner's desk: studies run as ``gatehouse sim run`` in a process of their own; here is both ends of that.

`run_scenario` is what the command does; `StudyRoom` starts the command and follows its progress, for the screens.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from tui.desk import MeasureRow, ScenarioCard, StudyResult
from tui.settings import Site
from twin.model.errors import Fault, ScenarioError
from twin.model.runs import Interval

Progress = Callable[[int, int], None]


def scenario_paths(site: Site) -> list[Path]:
    """Scenario files of a site folder, by name."""
    return sorted((site.folder / "scenarios").glob("*.toml"))


def find_scenario(site: Site, key: str) -> Path:
    """The scenario file of this name, or the path itself.

    Raises:
        ScenarioError: there is neither.
    """
    for path in (*scenario_paths(site), Path(key)):
        if path.is_file() and key in (path.stem, str(path)):
            return path
    known = ", ".join(path.stem for path in scenario_paths(site)) or "none"
    raise ScenarioError([Fault(str(site.folder / "scenarios"), key, f"there is no such scenario; known: {known}")])


def run_scenario(
    site: Site, key: str, *, replications: int, seed: int, workers: int, on_progress: Progress | None = None
) -> StudyResult:
    """Run a study on the site's imported building, keep its rows in the database, write its page."""
    from simulation.measures import MEASURES
    from simulation.study.replicate import run_study
    from simulation.study.scenario import load_scenario
    from tui.reports.study_report import write_study_report
    from twin.store.database import open_database
    from twin.store.facilities import load_facility
    from twin.store.runs import RunHeader, save_run

    scenario = load_scenario(find_scenario(site, key))
    with open_database(site.database) as store:
        facility = load_facility(store)
        study = run_study(facility, scenario, seed, replications, on_progress=on_progress, workers=workers)
        save_run(
            store,
            RunHeader(
                id=study.run,
                scenario=study.scenario,
                title=study.title,
                seed=seed,
                replications=study.replications,
                finished_at=datetime.now(tz=UTC),
                parameters=scenario.model_dump(mode="json"),
            ),
            study.rows,
        )
    result = StudyResult(
        run=study.run,
        title=study.title,
        replications=study.replications,
        seed=seed,
        measures=tuple(
            MeasureRow(
                key=measure,
                label=MEASURES[measure].label,
                unit=MEASURES[measure].unit,
                interval=interval,
                target=MEASURES[measure].target_text,
                verdict=MEASURES[measure].verdict(interval),
            )
            for measure, interval in study.measures.items()
        ),
        door_queues=tuple((waits.code, waits.mean_wait.mean, waits.longest_wait_s) for waits in study.door_queues),
    )
    command = f"gatehouse sim run {key} --site DIR --replications {replications} --seed {seed}"
    page = write_study_report(result, facility.name, command, site.reports)
    return replace(result, report=str(page))


def result_from_json(text: str) -> StudyResult:
    """What ``gatehouse sim run --json`` printed."""
    fields = json.loads(text)
    measures = tuple(MeasureRow(**{**row, "interval": _interval(row["interval"])}) for row in fields.pop("measures"))
    queues = tuple((str(code), float(mean), float(longest)) for code, mean, longest in fields.pop("door_queues"))
    return StudyResult(measures=measures, door_queues=queues, **fields)


def _interval(limits: Mapping[str, float | None]) -> Interval:
    known = {name: math.nan if value is None else value for name, value in limits.items()}
    return Interval(**known)


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
            about = load_scenario(path).about
            cards.append(ScenarioCard(key=path.stem, title=about.title, description=about.description))
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
