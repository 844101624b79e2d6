"""``gatehouse sim run``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, quiet, site_at, site_folder


@click.command("run")
@click.argument("scenario")
@site_folder
@click.option("--replications", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@click.option("--progress-lines", is_flag=True, hidden=True)
@as_json
@quiet
def command(
    *,
    scenario: str,
    folder: Path,
    replications: int,
    seed: int,
    workers: int,
    progress_lines: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate a SCENARIO (name or TOML file) on a site's building; measures with 95 % intervals."""
    from tui.wiring.studies import result_to_json, run_scenario

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
