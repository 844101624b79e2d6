"""``gatehouse sim run``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from math import isfinite, isinf, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.commands.hour_tables import print_hours
from tui.commands.options import as_json, print_rows, quiet, site_at
from tui.commands.study_options import Teller, studied, terms_of, told

if TYPE_CHECKING:
    from simulation.models.service import ServiceTerms
    from tui.desk import MeasureRow, StudyResult

_KIND = re.compile(r'^kind\s*=\s*"service"', re.MULTILINE)


DEFAULT_REPLICATIONS, MOST_REPLICATIONS = 10, 1000


@click.command("run")
@click.argument("scenario")
@click.option("--site", "folder", type=click.Path(path_type=Path, file_okay=False), help="Site folder.")
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    help=f"How many ({DEFAULT_REPLICATIONS} if not given); with --precision at most so many ({MOST_REPLICATIONS}).",
)
@click.option(
    "--precision",
    type=click.FloatRange(min=0, min_open=True),
    metavar="PERCENT",
    help="Stop as soon as the 95 % interval's half-width is at most so much of the mean.",
)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="KEY",
    help="Measure that must be so precise (may be repeated); by default all with a target and numbers.",
)
@click.option("--hours", is_flag=True, help="Print hour by hour where people are, and what they wait for.")
@click.option("--quantiles", is_flag=True, help="Print p50, p90 and p95 over the replications too.")
@studied
@click.option("--progress-lines", is_flag=True, hidden=True)
@as_json
@quiet
def command(
    *,
    scenario: str,
    folder: Path | None,
    replications: int | None,
    precision: float | None,
    measures: tuple[str, ...],
    hours: bool,
    quantiles: bool,
    progress_lines: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Simulate a SCENARIO (name or TOML file) on a site's building; measures with 95 % intervals.

    Every finished replication is kept in the folder "studies" of the site: a study that was interrupted or killed goes
    on where it was, and one that is run again with more replications is extended.

    A file of kind "service" is a service point (servers, arrivals, services, patience) and needs no site.
    """
    from tui.wiring.studies import result_to_json, run_scenario
    from tui.wiring.study_runs import known_measures

    service = _service_point(scenario)
    if service is not None:
        _refuse_for_service(precision, measures, quantiles, options)
        count = replications or DEFAULT_REPLICATIONS
        _run_service(service, count, options["seed"], options["workers"], as_json=as_json)
        return

    if folder is None:
        raise click.UsageError(f"{scenario!r} is no file of a service point; a building's scenario needs --site.")
    terms = terms_of(
        _replications(replications, precision),
        options,
        precision_percent=precision,
        measures=_measures(known_measures(measures), precision),
    )
    teller = Teller(quiet=quiet, lines=progress_lines, at_most=precision is not None)
    with told(teller):
        result = run_scenario(site_at(folder), scenario, terms, teller)
    if as_json:
        click.echo(result_to_json(result))
        return
    rows = [row for row in result.measures if row.says_something]
    print_rows([_measure_row(row) for row in rows], json_wanted=False)
    if quantiles:
        click.echo()
        print_rows([_quantile_row(row) for row in rows], json_wanted=False)
        click.echo(_unbounded(result))
    if hours:
        click.echo()
        print_hours(result)
    if not quiet:
        for line in _words(result):
            click.echo(line, err=True)


def _replications(replications: int | None, precision: float | None) -> int:
    from simulation.study.precision import FEWEST

    if precision is None:
        return replications or DEFAULT_REPLICATIONS
    if not isfinite(precision):
        raise click.UsageError(f"--precision {precision}: give a number of per cent")
    if replications is not None and replications < FEWEST:
        raise click.UsageError(f"--precision looks at {FEWEST} replications or more; --replications {replications}")
    return replications or MOST_REPLICATIONS


def _measures(measures: tuple[str, ...], precision: float | None) -> tuple[str, ...]:
    if measures and precision is None:
        raise click.UsageError("--measure says what --precision is asked of")
    return measures


def _measure_row(row: MeasureRow) -> dict[str, object]:
    return {
        "measure": row.label,
        "n": row.n,
        "mean": _known(row.interval.mean),
        "low": _limit(row.interval.low, row.interval.high),
        "high": _limit(row.interval.high, row.interval.low),
        "±": _known(row.half_width) if isfinite(row.half_width) else None,
        "± %": _known(row.precision_percent) if isfinite(row.precision_percent) else None,
        "unit": row.unit,
        "target": row.target,
        "verdict": row.verdict,
    }


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def _limit(value: float, other: float) -> float | None:
    """A limit of an interval; none where nothing is bounded (one replication alone)."""
    return None if isnan(value) or (isinf(value) and isinf(other)) else value


def _quantile_row(row: MeasureRow) -> dict[str, object]:
    cells: dict[str, object] = {"measure": row.label}
    for one in row.quantiles:
        name = f"p{100 * one.share:g}"
        cells[name] = one.value
        cells[f"{name} limits"] = "–" if one.low is None else f"{one.low:.2f} … {one.high:.2f}"
    return {**cells, "unit": row.unit}


def _unbounded(result: StudyResult) -> str:
    """How to read the table of quantiles, and what it takes to have limits where there are none."""
    needed = {one.share: one.bounded_from for row in result.measures for one in row.quantiles}
    text = ", ".join(f"p{100 * share:g} {count}" for share, count in needed.items())
    return f"Limits are values that occurred (order statistics, 95 % or more); they need so many replications: {text}."


def _words(result: StudyResult) -> Iterator[str]:
    precision = result.precision
    if precision is not None:
        known = f"{result.replications} replications"
        if precision.reached:
            yield f"{known}: the precision of {precision.percent:g} % is reached by {', '.join(precision.measures)}"
        else:
            yield f"{known}: the precision of {precision.percent:g} % is not reached by {', '.join(precision.short)}"
    yield f"report: {result.report}"


def _service_point(scenario: str) -> ServiceTerms | None:
    """The service point that a file describes; None for everything else that may be named.

    Raises:
        ConfigError: every fault of a file of ``kind = "service"``.
    """
    from simulation.models.service import ServiceTerms
    from twin.files.toml import read_toml

    path = Path(scenario)
    if not path.is_file() or not _KIND.search(path.read_text(encoding="utf-8", errors="replace")):
        return None
    return read_toml(path, ServiceTerms)


def _refuse_for_service(
    precision: float | None, measures: tuple[str, ...], quantiles: bool, options: dict[str, Any]
) -> None:
    asked = {
        "--precision": precision,
        "--measure": measures,
        "--quantiles": quantiles,
        **{f"--{name}": options[name] for name in ("cluster", "share", "anew", "snapshot")},
    }
    named = [name for name, value in asked.items() if value]
    if named:
        raise click.UsageError(f"{', '.join(named)}: not for a service point, whose study takes seconds")


def _run_service(terms: ServiceTerms, replications: int, seed: int, workers: int, *, as_json: bool) -> None:
    from simulation.study.service import study_service
    from tui.wiring.studies import finite

    if terms.load >= 1 and terms.patience_min is None and terms.capacity is None:
        click.echo(f"the load is {terms.load:.2f}: more work comes than is done, the queue grows without end", err=True)
    study = study_service(terms, seed=seed, replications=replications, workers=workers)
    figures = asdict(study)
    over = {f"{limit:g}": interval for limit, interval in figures.pop("p_wait_over").items()}
    count = figures.pop("replications")
    if as_json:
        click.echo(json.dumps(finite({**figures, "p_wait_over": over, "replications": count}), indent=1))
        return
    rows = {**figures, **{f"p_wait_over {limit} min": interval for limit, interval in over.items()}}
    print_rows([{"measure": name, **interval} for name, interval in rows.items()], json_wanted=False)
