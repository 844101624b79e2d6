"""``gatehouse bms events``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.options import as_json, print_rows, site_at, site_folder
from twin.model.errors import ConnectError, ConnectorError, DeviceRefusedError

if TYPE_CHECKING:
    from bms_connectors.connectors import Line
    from bms_connectors.device_events import DeviceEvent


@click.command("events")
@site_folder
@click.option("--device", default="", help="Only this device.")
@as_json
def command(*, folder: Path, device: str, as_json: bool) -> None:
    """List what the BACnet devices themselves report as alarms: not normal, or not acknowledged. Writes nothing."""
    from tui.wiring.device_lines import ask_each, bacnet_devices

    devices, points = bacnet_devices(site_at(folder), device)

    async def ask(line: Line) -> Sequence[DeviceEvent]:
        assert line.events is not None  # BACnet
        line.events.know(points)
        return await line.events.standing()

    answers = asyncio.run(ask_each(devices, ask))
    rows: list[dict[str, object]] = []
    for answer in answers.values():
        if isinstance(answer, ConnectorError):
            click.echo(f"not asked: {answer}", err=True)
        else:
            rows += [_row(event) for event in answer]
    print_rows(rows, json_wanted=as_json)
    if answers and all(_is_silence(answer) for answer in answers.values()):
        raise ConnectError(str(folder), "no device answers")


def _row(event: DeviceEvent) -> dict[str, object]:
    return {
        "device": event.device,
        "object": event.object_name,
        "point": event.point,
        "state": event.state,
        "priority": event.priority,
        "since": event.at.isoformat(timespec="seconds") if event.at is not None else None,
        "acknowledged": event.is_acknowledged,
    }


def _is_silence(answer: object) -> bool:
    """Whether nobody spoke: a device that says no is one that answers."""
    return isinstance(answer, ConnectorError) and not isinstance(answer, DeviceRefusedError)
