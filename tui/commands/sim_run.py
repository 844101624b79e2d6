"""``gatehouse sim run``."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.options import as_json, print_rows, quiet, site_at

if TYPE_CHECKING:
    from simulation.models.service import ServiceTerms

_KIND = re.compile(r'^kind\s*=\s*"service"', re.MULTILINE)


@click.command("run")
@click.argument("scenario")
@click.option("--site", "folder", type=click.Path(path_type=Path, file_okay=False), help="Site folder.")
@click.option("--replications", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--progress-lines", is_flag=True, hidden=True)
@as_json
@quiet
def command(
    *,
    scenario: str,
    folder: Path | None,
    replications: int,
    seed: int,
    workers: int,
    progress_lines: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate a SCENARIO (name or TOML file) on a site's building; measures with 95 % intervals.

    A file of kind "service" is a service point (servers, arrivals, services, patience) and needs no site.
    """
    from tui.wiring.studies import result_to_json, run_scenario

    service = _service_point(scenario)
    if service is not None:
        _run_service(service, replications, seed, workers, as_json=as_json)
        return

    if folder is None:
        raise click.UsageError(f"{scenario!r} is no file of a service point; a building's scenario needs --site.")

    def progress(done: int, total: int) -> None:
        if progress_lines:
            click.echo(f"progress {done}/{total}", err=True)
        elif not quiet:
            click.echo(f"\r{done} of {total} replications", err=True, nl=done == total)

    result = run_scenario(
        site_at(folder), scenario, replications=replications, seed=seed, workers=workers, on_progress=progress
    )
    if as_json:
        click.echo(result_to_json(result))
        return
    print_rows(
        [
            {
                "measure": row.label,
                "mean": row.interval.mean,
                "low": row.interval.low,
                "high": row.interval.high,
                "unit": row.unit,
                "target": row.target,
                "verdict": row.verdict,
            }
            for row in result.measures
        ],
        json_wanted=False,
    )
    click.echo(f"report: {result.report}", err=True)


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


def _run_service(terms: ServiceTerms, replications: int, seed: int, workers: int, *, as_json: bool) -> None:
    from simulation.study.service import study_service
    from tui.wiring.studies import finite

    study = study_service(terms, seed=seed, replications=replications, workers=workers)
    figures = asdict(study)
    over = {f"{limit:g}": interval for limit, interval in figures.pop("p_wait_over").items()}
    count = figures.pop("replications")
    if as_json:
        click.echo(json.dumps(finite({**figures, "p_wait_over": over, "replications": count}), indent=1))
        return
    rows = {**figures, **{f"p_wait_over {limit} min": interval for limit, interval in over.items()}}
    print_rows([{"measure": name, **interval} for name, interval in rows.items()], json_wanted=False)
