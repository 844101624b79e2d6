"""``gatehouse twin contain``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, facility_at, print_object


@click.command("contain")
@click.argument("space")
@building
@as_json
def command(*, space: str, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """The fewest doors that cut a SPACE off from every exit: to contain this room, lock these."""
    from twin.graph.containment import isolating_doors

    facility = facility_at(folder, database)
    room = facility.space(space)
    doors = isolating_doors(facility, room.global_id)
    if not doors:
        click.echo(f"the model shows no way from {room.code} to an exit: ask the building, not this list", err=True)
    print_object({"space": room.code, "doors": [door.code for door in doors]}, json_wanted=as_json)
