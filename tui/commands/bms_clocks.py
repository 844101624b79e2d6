"""``gatehouse bms clocks``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.device_outcome import end_with
from tui.commands.options import as_json, print_rows, site_at, site_folder
from tui.settings import Site
from twin.model.errors import ConnectError, ConnectorError, DecodeError
from twin.model.operation import CommandOutcome, DeviceAction, DeviceIntent
from twin.model.points import Device
from twin.model.vocabulary import Role

if TYPE_CHECKING:
    from bms_connectors.connectors import Line
    from bms_connectors.device_clocks import ClockReading

    Readings = Mapping[str, ClockReading | ConnectorError]


@click.command("clocks")
@site_folder
@click.option("--device", default="", help="Only this device.")
@click.option("--set", "is_set", is_flag=True, help="Set the clocks to this machine's, and read them back.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="As whom; for --set.")
@click.option("--reason", default="", help="Why; it goes into the journal; for --set.")
@as_json
def command(*, folder: Path, device: str, is_set: bool, role: str | None, reason: str, as_json: bool) -> None:
    """Show how far the clock of each BACnet device is ahead of this machine's (negative: behind), in seconds."""
    from tui.wiring.device_lines import bacnet_devices

    if is_set and (role is None or not reason.strip()):
        raise click.UsageError("--set asks for --role and --reason")
    site = site_at(folder)
    devices, _ = bacnet_devices(site, device)
    before = asyncio.run(_read(devices))
    if devices and all(_is_silence(reading) for reading in before.values()):
        raise ConnectError(str(folder), "no device answers")
    if not is_set or role is None:
        print_rows([_row(name, reading) for name, reading in before.items()], json_wanted=as_json)
        return
    outcomes = asyncio.run(_set(site, before, Role(role), reason))
    after = asyncio.run(_read([one for one in devices if one.name in outcomes]))
    rows = [_row(name, after.get(name, reading)) | _told(outcomes.get(name)) for name, reading in before.items()]
    print_rows(rows, json_wanted=as_json)
    end_with(outcomes.values())


async def _read(devices: Sequence[Device]) -> Readings:
    from tui.wiring.device_lines import ask_each

    async def ask(line: Line) -> ClockReading:
        assert line.clock is not None  # BACnet
        return await line.clock.read()

    return await ask_each(devices, ask)


async def _set(site: Site, before: Readings, role: Role, reason: str) -> dict[str, CommandOutcome]:
    """Set the clocks of all devices that answered, at the same time."""
    from tui.wiring.operator import OperatorDesk

    async with OperatorDesk(site, role=role, record=False) as desk:

        async def one(name: str, reading: ClockReading | ConnectorError) -> CommandOutcome:
            what = str(reading) if isinstance(reading, ConnectorError) else f"deviates by {reading.deviation_s:+.1f} s"
            intent = DeviceIntent(device=name, action=DeviceAction.SET_CLOCK, what=what)
            return await desk.order_device(intent, _act, reason=reason)

        asked = {name: reading for name, reading in before.items() if not _is_silence(reading)}
        return dict(zip(asked, await asyncio.gather(*(one(*each) for each in asked.items())), strict=True))


async def _act(line: Line) -> str:
    assert line.clock is not None  # BACnet
    return await line.clock.set()


def _row(name: str, reading: ClockReading | ConnectorError) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(("device", "shows", "deviation_s", "uncertainty_s", "utc_offset_min"))
    row |= {"device": name, "problem": ""}
    if isinstance(reading, ConnectorError):
        return row | {"problem": str(reading)}
    return row | {
        "shows": reading.at.isoformat(timespec="seconds"),
        "deviation_s": round(reading.deviation_s, 2),
        "uncertainty_s": round(reading.uncertainty_s, 3),
        "utc_offset_min": reading.utc_offset_min,
    }


def _told(outcome: CommandOutcome | None) -> dict[str, object]:
    return {
        "outcome": outcome.outcome.value if outcome is not None else "",
        "reason": outcome.reason if outcome is not None else "",
    }


def _is_silence(reading: object) -> bool:
    """Whether nobody spoke; a clock that shows no time is one that can be set."""
    return isinstance(reading, ConnectorError) and not isinstance(reading, DecodeError)
