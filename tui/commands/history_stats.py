"""``gatehouse history stats``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, quiet, site_folder
from tui.settings import load_site


@click.command("stats")
@site_folder
@as_json
@quiet
def command(*, folder: Path, as_json: bool, quiet: bool) -> None:
    """List the days: points, samples packed, loose and back-filled, bytes; on standard error the sum and the gaps."""
    from twin.store.history_figures import day_figures
    from twin.store.recordings import gaps

    history = load_site(folder).history
    days = list(day_figures(history))
    print_rows(
        [
            {
                "day": day.day.isoformat(),
                "points": day.points,
                "packed": day.packed,
                "loose": day.loose,
                "backfilled": day.backfilled,
                "bytes": day.bytes,
                "bytes_a_sample": None if day.bytes_a_sample is None else round(day.bytes_a_sample, 2),
            }
            for day in days
        ],
        json_wanted=as_json,
    )
    if not quiet:
        samples, size = sum(day.packed + day.loose for day in days), sum(day.bytes for day in days)
        holes = gaps(history)
        missing_s = sum((gap.until - gap.since).total_seconds() for gap in holes)
        click.echo(f"{samples} samples in {len(days)} days, {size / 1e6:.1f} MB", err=True)
        click.echo(f"{len(holes)} gaps of the recording, {missing_s:.0f} s together", err=True)
