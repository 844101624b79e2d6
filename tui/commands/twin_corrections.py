"""``gatehouse twin corrections``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, database_path, print_rows


@click.command("corrections")
@building
@as_json
def command(*, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """List what people corrected, and whether it fits the building as it was last imported."""
    from twin.model.carrying import LOST
    from twin.model.corrections import faults_of
    from twin.store.corrections import load_corrections
    from twin.store.database import open_database
    from twin.store.facilities import load_as_read

    with open_database(database_path(folder, database)) as store:
        facility, corrections = load_as_read(store), load_corrections(store)
    codes: dict[str, str] = {one.global_id: one.code for part in (facility.spaces, facility.doors) for one in part}
    print_rows(
        [
            {
                "element": codes.get(one.element, one.element.removeprefix(LOST)),
                "global_id": one.element.removeprefix(LOST),
                "fact": one.fact.value,
                "value": [codes.get(value, value) for value in one.value],
                "role": one.role.value,
                "at": one.at.isoformat(timespec="seconds"),
                "reason": one.reason,
                "waits": faults_of(facility, one),
            }
            for one in corrections
        ],
        json_wanted=as_json,
    )
