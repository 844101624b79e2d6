"""``gatehouse twin bind``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, database_path


@click.command("bind")
@click.argument("rules", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--points", "points", type=click.Path(path_type=Path, dir_okay=False), help="Point list, CSV.")
@click.option("--ede", "ede", type=click.Path(path_type=Path, dir_okay=False), help="EDE file of a BACnet system.")
@building
@as_json
def command(
    *, rules: Path, points: Path | None, ede: Path | None, folder: Path | None, database: Path | None, as_json: bool
) -> None:
    """Bind the objects of a list to rooms, doors and equipment by RULES (TOML), and add them to the register.

    For models that carry no sensors. Every object that stays unbound is listed with its reason; exit code 1 if any is.
    """
    from tui.commands.taken import tell_taken
    from tui.wiring.point_lists import take_ede, take_list

    if points is not None and ede is None:
        taken = take_list(database_path(folder, database), points, rules)
    elif ede is not None and points is None:
        taken = take_ede(database_path(folder, database), ede, rules, {})
    else:
        raise click.UsageError("give either --points FILE or --ede FILE")
    tell_taken(taken, as_json=as_json)
