"""``gatehouse twin route``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.commands.options import as_json, building, facility_at, print_object
from tui.commands.passing_options import conditions_of, passing
from twin.model.errors import UnreachableSpaceError


@click.command("route")
@click.argument("start", metavar="FROM")
@click.argument("goal", metavar="TO")
@passing
@click.option("--lifts", is_flag=True, help="Lifts are ways too.")
@building
@as_json
def command(
    *, start: str, goal: str, lifts: bool, folder: Path | None, database: Path | None, as_json: bool, **options: Any
) -> None:
    """The shortest way on foot FROM one space TO another, door by door. TO may be EXIT.

    Exit code 1 if there is none under these conditions.
    """
    from twin.graph.passing import passable_under
    from twin.graph.routes import egress_route, shortest_route

    facility = facility_at(folder, database)
    passable = passable_under(conditions_of(facility, folder, options))
    first = facility.space(start).global_id
    try:
        if goal.upper() == "EXIT":
            route = egress_route(facility, first, passable=passable)
        else:
            route = shortest_route(facility, first, facility.space(goal).global_id, passable=passable, lifts=lifts)
    except UnreachableSpaceError as error:
        click.echo(f"there is no way from {error.start} to {error.goal} under these conditions", err=True)
        raise click.exceptions.Exit(1) from error
    codes = {door.global_id: door.code for door in facility.doors} | {
        link.global_id: link.code for link in facility.links
    }
    print_object(
        {
            "from": facility.node_label(route.start),
            "to": facility.node_label(route.goal),
            "length_m": round(route.length_m, 2),
            "ways": [codes[leg.way] for leg in route.legs],
            "spaces": [facility.node_label(route.start), *(facility.node_label(leg.to_space) for leg in route.legs)],
        },
        json_wanted=as_json,
    )
