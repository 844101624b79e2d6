"""``gatehouse bms write``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from tui.commands.options import as_json, print_object, site_at, site_folder
from tui.settings import Site
from twin.model.errors import RefusedError
from twin.model.ids import PointId
from twin.model.operation import Armed, CommandOutcome, DoorIntent, Intent, Outcome, PointIntent, ReleaseIntent
from twin.model.vocabulary import DoorAction, Role


@click.command("write")
@click.argument("subject")
@click.argument("order", metavar="ORDER")
@site_folder
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="As whom.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
@click.option("--second-person", default="", help="Second post, where two are needed.")
@click.option("--confirm", is_flag=True, help="The second step: without it the order is only armed and read back.")
@as_json
def command(
    *, subject: str, order: str, folder: Path, role: str, reason: str, second_person: str, confirm: bool, as_json: bool
) -> None:
    """Give an ORDER through the same guard as the screens, and wait for the physical feedback.

    SUBJECT is a door code with the order lock, unlock or pulse-unlock; a release group with release or
    emergency-release; or a plant point with a number.
    """
    outcome = asyncio.run(_write(site_at(folder), subject, order, Role(role), reason, second_person, confirm=confirm))
    print_object(
        {
            "outcome": outcome.outcome.value,
            "subject": outcome.subject,
            "reason": outcome.reason,
            "readback_s": outcome.readback_s,
        },
        json_wanted=as_json,
    )
    is_lacking = confirm and outcome.outcome is Outcome.NEEDS_CONFIRMATION
    if outcome.outcome is Outcome.REFUSED or is_lacking:
        raise RefusedError(outcome.reason)
    if outcome.outcome is Outcome.FAILED:
        raise click.exceptions.Exit(1)


async def _write(
    site: Site, subject: str, order: str, role: Role, reason: str, second_person: str, *, confirm: bool
) -> CommandOutcome:
    from tui.wiring.operator import OperatorDesk

    async with OperatorDesk(site, role=role, record=False) as desk:
        intent: Intent
        if order in ("release", "emergency-release"):
            intent = ReleaseIntent(group=subject, emergency=order != "release")
        elif order in set(DoorAction):
            intent = DoorIntent(door=desk.facility.door(subject).global_id, action=DoorAction(order))
        elif subject in {door.code for door in desk.facility.doors}:
            raise click.UsageError(f"{order!r} is no order for a door: {', '.join(DoorAction)}")
        else:
            intent = PointIntent(point=desk.reading(PointId(subject)).point, value=_number(order))
        await desk.first_look()
        armed = desk.arm(intent)
        if not isinstance(armed, Armed):
            return armed
        if not confirm:
            text = "; ".join([*armed.read_back, "add --confirm to carry it out"])
            return CommandOutcome(outcome=Outcome.NEEDS_CONFIRMATION, subject=armed.subject, reason=text)
        return await desk.confirm(armed.id, typed=armed.typed, reason=reason, second_person=second_person)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise click.UsageError(f"{text!r} is no order and no number") from error
