"""``gatehouse twin spaces``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, facility_at, print_rows


@click.command("spaces")
@building
@as_json
def command(*, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """List the spaces of an imported building."""
    facility = facility_at(folder, database)
    print_rows(
        [
            {
                "global_id": space.global_id,
                "code": space.code,
                "name": space.name,
                "use": space.use.value,
                "storey": facility.level_of(space),
                "area_m2": round(space.area_m2, 3),
                "places": space.certified_places,
            }
            for space in facility.spaces
        ],
        json_wanted=as_json,
    )
