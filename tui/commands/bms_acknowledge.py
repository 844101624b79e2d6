"""``gatehouse bms acknowledge``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.device_outcome import end_with
from tui.commands.options import as_json, print_object, site_at, site_folder
from tui.settings import Site
from twin.model.errors import UnknownIdError
from twin.model.operation import CommandOutcome, DeviceAction, DeviceIntent, Outcome
from twin.model.vocabulary import Role

if TYPE_CHECKING:
    from bms_connectors.connectors import Line


@click.command("acknowledge")
@click.argument("device")
@click.argument("object_name", metavar="OBJECT")
@site_folder
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="As whom.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
@as_json
def command(*, device: str, object_name: str, folder: Path, role: str, reason: str, as_json: bool) -> None:
    """Acknowledge, at the DEVICE itself, the alarm of one OBJECT, and read back that it is acknowledged.

    OBJECT is written as `bms events` lists it (`analog-input,3`), or is the id of its point.
    """
    outcome = asyncio.run(_acknowledge(site_at(folder), device, object_name, Role(role), reason))
    print_object(
        {"outcome": outcome.outcome.value, "subject": outcome.subject, "reason": outcome.reason}, json_wanted=as_json
    )
    end_with([outcome])


async def _acknowledge(site: Site, device: str, object_name: str, role: Role, reason: str) -> CommandOutcome:
    from tui.wiring.operator import OperatorDesk

    async with OperatorDesk(site, role=role, record=False) as desk:
        assert desk.poller is not None  # entered
        source = desk.poller.line(device).events
        if source is None:
            raise UnknownIdError("BACnet device", device)
        source.know(desk.points)
        standing = await source.standing()
        event = next((one for one in standing if object_name in (one.object_name, one.point)), None)
        if event is None:
            raise UnknownIdError("event", f"{device} {object_name}")
        if event.is_acknowledged:
            return CommandOutcome(outcome=Outcome.DONE, subject=device, reason="was acknowledged already")
        intent = DeviceIntent(
            device=device, action=DeviceAction.ACKNOWLEDGE, what=f"{event.subject} {event.state} since {event.at}"
        )

        async def act(line: Line) -> str:
            assert line.events is not None  # looked at above
            return await line.events.acknowledge(event, source=f"{site.file.post} {role.value}")

        return await desk.order_device(intent, act, reason=reason)
