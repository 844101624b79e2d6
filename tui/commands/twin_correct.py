"""``gatehouse twin correct``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import building, database_path
from twin.model.corrections import Correctable
from twin.model.vocabulary import Role


@click.command("correct")
@click.argument("element")
@click.argument("fact", type=click.Choice([fact.value for fact in Correctable]))
@click.argument("values", metavar="[VALUE]...", nargs=-1)
@click.option("--undo", is_flag=True, help="Take the correction back: the fact is again as it was read.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="As whom.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
@building
def command(
    *,
    element: str,
    fact: str,
    values: tuple[str, ...],
    undo: bool,
    role: str,
    reason: str,
    folder: Path | None,
    database: Path | None,
) -> None:
    """Correct one FACT of a space or door that the model has wrong; it survives every new import.

    For joins give the two spaces that the door joins (OUTSIDE for the outdoors), for zones (hvac, smoke, release,
    regime) the zone's name or "" for none.
    """
    from tui.wiring.decisions import correct, take_back

    path, what = database_path(folder, database), Correctable(fact)
    wanted = 0 if undo else 2 if what is Correctable.JOINS else 1
    if not reason.strip():
        raise click.UsageError("a correction needs a reason")
    if len(values) != wanted:
        raise click.UsageError(f"{fact} takes {wanted} values, not {len(values)}")
    if undo:
        take_back(path, element, what, role=Role(role), reason=reason)
        click.echo(f"{element}: {fact} is again as it was read", err=True)
    else:
        correct(path, element, what, values, role=Role(role), reason=reason)
        click.echo(f"{element}: {fact} is {' and '.join(values) or 'nothing'} now", err=True)
