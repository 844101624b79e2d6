"""``gatehouse alarms list``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, site_at, site_folder


@click.command("list")
@site_folder
@as_json
def command(*, folder: Path, as_json: bool) -> None:
    """List the alarms that are not in their normal state, as last written by the desk."""
    from twin.store.alarms import load_alarms
    from twin.store.database import open_database

    with open_database(site_at(folder).database) as store:
        alarms = load_alarms(store)
    print_rows(
        [
            {
                "priority": alarm.priority,
                "alarm": alarm.definition.key,
                "code": alarm.code,
                "state": alarm.state.value,
                "raised_at": alarm.raised_at.isoformat(timespec="seconds"),
                "detail": alarm.detail,
            }
            for alarm in alarms
        ],
        json_wanted=as_json,
    )
