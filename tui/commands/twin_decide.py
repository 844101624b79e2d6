"""``gatehouse twin decide``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import building, database_path
from twin.model.vocabulary import Role


@click.command("decide")
@click.argument("subject")
@click.option("--to", default="", metavar="ELEMENT", help="The space, door or equipment that it is about now.")
@click.option("--drop", is_flag=True, help="Take it out for good; its history stays.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="As whom.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
@building
def command(
    *, subject: str, to: str, drop: bool, role: str, reason: str, folder: Path | None, database: Path | None
) -> None:
    """Decide about a SUBJECT of `gatehouse twin unresolved`: another element, or none."""
    from tui.wiring.decisions import decide

    if bool(to) == drop:
        raise click.UsageError("give either --to ELEMENT or --drop")
    decided = decide(database_path(folder, database), subject, to=to, role=Role(role), reason=reason)
    click.echo(f"{decided.hanging.value} {subject}: {f'is about {to} now' if to else 'is dropped'}", err=True)
