"""``gatehouse drill run``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from tui.commands.options import as_json, print_object, quiet, site_at, site_folder


@click.command("run")
@click.argument("key")
@site_folder
@click.option("--speed", type=click.FloatRange(0.5, 20), default=6.0, show_default=True, help="Exercise s per wall s.")
@click.option("--slowness", type=click.FloatRange(0.1, 20), default=1.0, show_default=True, help="Times every delay.")
@as_json
@quiet
def command(*, key: str, folder: Path, speed: float, slowness: float, as_json: bool, quiet: bool) -> None:
    """Run drill KEY on the virtual building with the scripted team; exit code 1 if a standard is missed."""
    from tui.wiring.exercise import run_drill

    result, report = asyncio.run(
        run_drill(
            site_at(folder),
            key,
            speed=speed,
            slowness=slowness,
            say=lambda text: None if quiet else click.echo(text, err=True),
        )
    )
    assessment = result.assessment
    print_object(
        {
            "drill": result.script.key,
            "passed": assessment.is_passed,
            "times": [
                {"key": v.key, "taken_s": v.taken_s, "standard_s": v.standard_s, "met": v.is_met, "rows": list(v.rows)}
                for v in assessment.verdicts
            ],
            "ratings": [{"key": r.key, "rating": r.rating, "reason": r.reason} for r in assessment.ratings],
            "report": str(report),
        },
        json_wanted=as_json,
    )
    if not assessment.is_passed:
        raise click.exceptions.Exit(1)
