"""``gatehouse audit export``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tui.commands.options import site_at, site_folder


@click.command("export")
@site_folder
@click.option("--limit", type=click.IntRange(min=1), default=None, help="Only the newest so many rows.")
def command(*, folder: Path, limit: int | None) -> None:
    """Print the journal as JSON lines, oldest first, with hashes."""
    from twin.store.database import open_database
    from twin.store.journal import rows

    with open_database(site_at(folder).database) as store:
        found = rows(store, limit=limit, newest_first=limit is not None)
    for row in reversed(found) if limit is not None else found:
        entry = row.entry
        click.echo(
            json.dumps(
                {
                    "number": row.number,
                    "at": entry.at.isoformat(),
                    "exercise_at": entry.exercise_at.isoformat() if entry.exercise_at else None,
                    "kind": entry.kind,
                    "subject": entry.subject,
                    "actor": entry.actor,
                    "source": entry.source,
                    "data": entry.data,
                    "hash": row.hash,
                },
                ensure_ascii=False,
            )
        )
