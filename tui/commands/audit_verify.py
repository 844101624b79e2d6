"""``gatehouse audit verify``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, print_object, site_at, site_folder


@click.command("verify")
@site_folder
@as_json
def command(*, folder: Path, as_json: bool) -> None:
    """Check the hash chain of the journal; exit code 1 and the first broken row if it does not hold."""
    from twin.store.database import open_database
    from twin.store.journal import verify

    with open_database(site_at(folder).database) as store:
        print_object({"rows": verify(store), "chain": "holds"}, json_wanted=as_json)
