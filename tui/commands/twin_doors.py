"""``gatehouse twin doors``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, facility_at, print_rows
from twin.model.ids import OUTSIDE, GlobalId, is_outside


@click.command("doors")
@building
@as_json
def command(*, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """List the doors of an imported building: which two spaces each joins, how we know, how sure we are."""
    facility = facility_at(folder, database)

    def name(node: GlobalId) -> str:
        if as_json:
            return OUTSIDE if is_outside(node) else node
        return facility.node_label(node)

    print_rows(
        [
            {
                "global_id": door.global_id,
                "code": door.code,
                "type": door.type,
                "spaces": sorted(name(node) for node in door.joins or ()),
                "source": door.source.value,
                "confidence": door.confidence.value,
            }
            for door in facility.doors
        ],
        json_wanted=as_json,
    )
