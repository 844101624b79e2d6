"""``gatehouse twin import-points``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, database_path


@click.command("import-points")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@building
@as_json
def command(*, file: Path, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """Replace the register by the points of a FILE: points.csv, or a Brick model (.ttl) as `twin export` writes it."""
    from tui.commands.taken import tell_taken
    from tui.wiring.point_lists import take_register

    tell_taken(take_register(database_path(folder, database), file), as_json=as_json)
