"""``gatehouse history export``."""

from __future__ import annotations

import csv
import time
from datetime import datetime
from pathlib import Path

import click

from tui.commands.history_span import moments, span
from tui.commands.options import quiet, site_folder
from tui.settings import load_site
from twin.files.text import plain

TELL_S = 2.0
"""How often a long export says how far it is."""


@click.command("export")
@site_folder
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="CSV file.")
@click.option("--point", "points", multiple=True, help="Only this point; may be given several times.")
@span
@quiet
def command(
    *,
    folder: Path,
    output: Path,
    points: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    quiet: bool,
) -> None:
    """Write samples as CSV: moment (ISO 8601, UTC), point, value, quality, origin (recorded or backfilled).

    Lines are ordered by hour, point and time. The file appears when it is whole.
    """
    from twin.files.atomic import atomic_path
    from twin.store.export import COLUMNS, export_hours

    start, end = moments(since, until)
    lines, told = 0, time.monotonic()
    with atomic_path(output) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for hour in export_hours(load_site(folder).history, start, end, points):
            writer.writerows((at, plain(point), *rest) for at, point, *rest in hour.lines)
            lines += len(hour.lines)
            if not quiet and time.monotonic() - told >= TELL_S:
                told = time.monotonic()
                click.echo(f"{hour.since:%Y-%m-%d %H:%M}: {lines} lines", err=True)
    if not quiet:
        click.echo(f"{lines} lines written to {output}", err=True)
