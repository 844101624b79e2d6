"""``gatehouse twin egress``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tui.commands.options import as_json, building, facility_at, print_rows
from tui.commands.passing_options import conditions_of, passing


@click.command("egress")
@passing
@building
@as_json
def command(*, folder: Path | None, database: Path | None, as_json: bool, **options: Any) -> None:
    """How far it is from every space to the outdoors at ground level, and through which last door.

    Exit code 1 if a space has no way out under these conditions. Yards and other places under the sky are asked too.
    """
    from twin.graph.passing import passable_under
    from twin.graph.routes import egress_routes

    facility = facility_at(folder, database)
    routes = egress_routes(facility, passable=passable_under(conditions_of(facility, folder, options)))
    codes = {door.global_id: door.code for door in facility.doors} | {
        link.global_id: link.code for link in facility.links
    }
    spaces = facility.space_by_id
    rows: list[dict[str, object]] = [
        {
            "space": spaces[key].code,
            "length_m": None if route is None else round(route.length_m, 2),
            "ways": 0 if route is None else len(route.legs),
            "exit": "" if route is None or not route.legs else codes[route.legs[-1].way],
        }
        for key, route in routes.items()
    ]
    rows.sort(key=lambda row: (row["length_m"] is not None, -float(str(row["length_m"] or 0.0)), str(row["space"])))
    print_rows(rows, json_wanted=as_json)
    shut_in = sum(route is None for route in routes.values())
    if shut_in:
        click.echo(f"{shut_in} of {len(rows)} spaces have no way out", err=True)
        raise click.exceptions.Exit(1)
