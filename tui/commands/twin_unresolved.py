"""``gatehouse twin unresolved``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, database_path, print_rows


@click.command("unresolved")
@building
@as_json
def command(*, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """List points and corrections that lost their element in a new revision; exit code 1 if something waits."""
    from twin.store.corrections import load_unresolved
    from twin.store.database import open_database

    with open_database(database_path(folder, database)) as store:
        waiting = load_unresolved(store)
    print_rows(
        [
            {
                "kind": one.hanging.value,
                "subject": one.subject,
                "was": one.was,
                "element": one.element,
                "reason": one.reason,
                "near": list(one.near),
            }
            for one in waiting
        ],
        json_wanted=as_json,
    )
    if waiting:
        raise click.exceptions.Exit(1)
