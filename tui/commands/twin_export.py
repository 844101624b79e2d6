"""``gatehouse twin export``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import building, database_path, quiet

FORMATS = {"brick": ".ttl", "ede": ".csv", "cobie": ".xlsx", "points": ".csv", "rooms": ".html"}
"""Format → ending of its file."""


@click.command("export")
@click.argument("format", type=click.Choice(list(FORMATS)))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@building
@quiet
def command(*, format: str, output: Path, folder: Path | None, database: Path | None, quiet: bool) -> None:
    """Write the twin in a FORMAT that neighbours read.

    brick: Brick and ref Turtle, checked by SHACL. ede: BACnet objects as BIG-EU EDE files. cobie: a COBie-like
    workbook. points: the register as CSV. rooms: a data sheet for every room, HTML.
    """
    from tui.wiring.exports import export, subject_of

    if output.suffix.lower() != FORMATS[format]:
        raise click.UsageError(f"a file of {format} ends in {FORMATS[format]}")
    if not output.parent.is_dir():
        raise click.UsageError(f"there is no folder {output.parent}")
    notes = export(subject_of(database_path(folder, database)), format, output)
    if not quiet:
        for note in notes or [f"wrote {output}"]:
            click.echo(note, err=True)
