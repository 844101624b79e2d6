"""``gatehouse sim verify``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, quiet


@click.command("verify")
@click.option(
    "--cases",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Your own cases (TOML, as simulation/verification/cases.toml); those of Gatehouse where left out.",
)
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes.")
@as_json
@quiet
def command(*, cases: Path | None, workers: int, as_json: bool, quiet: bool) -> None:
    """Play published cases and closed forms with the engine of the studies, and say which are met.

    Service points are 20 replications with a 99 % interval, which must contain the value and be narrow.
    """
    from simulation.verification.cases import CASES_FILE, load_cases, verify

    listed = load_cases(cases or CASES_FILE)
    verdicts = []
    for verdict in verify(listed, workers=workers):
        verdicts.append(verdict)
        if not quiet:
            click.echo(f"\r{len(verdicts)} of {len(listed)} cases", err=True, nl=len(verdicts) == len(listed))
    if as_json:
        click.echo(json.dumps([asdict(verdict) for verdict in verdicts], indent=1, ensure_ascii=False))
    else:
        print_rows([_row(asdict(verdict)) for verdict in verdicts], json_wanted=False)
    missed = sum(verdict.verdict == "missed" for verdict in verdicts)
    click.echo(f"{len(verdicts) - missed} of {len(verdicts)} cases met", err=True)
    if missed:
        raise click.exceptions.Exit(1)


def _row(verdict: dict[str, object]) -> dict[str, object]:
    """Numbers with the digits that a verdict needs."""
    return {
        "case": verdict["id"],
        "verdict": verdict["verdict"],
        "expected": f"{verdict['expected']:.6g}",
        "obtained": f"{verdict['obtained']:.6g}"
        + ("" if verdict["low"] is None else f" [{verdict['low']:.4g}, {verdict['high']:.4g}]"),
        "within": f"{verdict['tolerance']:.3g}",
        "what": verdict["title"],
        "source": verdict["source"],
    }
