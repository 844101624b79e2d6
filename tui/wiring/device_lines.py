"""Asks BACnet devices of a site something, all at once and each within its own time: a dead one holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar

from bms_connectors.connectors import Line, open_connectors
from tui.settings import Site
from twin.model.errors import ConnectorError, ResponseTimeoutError, UnknownIdError
from twin.model.points import Device, Point, Protocol
from twin.store.database import open_database
from twin.store.register import load_devices, load_points

ASK_LIMIT_S = 20.0
"""No device keeps a command waiting for longer; the connectors' own time-outs are far below it."""
AT_ONCE = 32
"""Devices that are asked at the same time (assumption)."""
T = TypeVar("T")


def bacnet_devices(site: Site, name: str = "") -> tuple[list[Device], list[Point]]:
    """BACnet devices with an address, or only the named one, and all points of the site.

    Raises:
        UnknownIdError: there is no BACnet device of this name.
    """
    with open_database(site.database) as store:
        devices, points = load_devices(store), load_points(store)
    found = [one for one in devices if one.protocol is Protocol.BACNET and one.host and name in ("", one.name)]
    if name and not found:
        raise UnknownIdError("BACnet device", name)
    return found, points


async def ask_each(
    devices: Sequence[Device], ask: Callable[[Line], Awaitable[T]], *, limit_s: float = ASK_LIMIT_S
) -> dict[str, T | ConnectorError]:
    """What `ask` makes of each device's line, or the error that it ended with, by device name, in the same order."""
    lines = open_connectors(devices)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(line: Line) -> T | ConnectorError:
        async with places:
            try:
                async with asyncio.timeout(limit_s):
                    return await ask(line)
            except ConnectorError as error:
                return error
            except TimeoutError:
                return ResponseTimeoutError(line.device.name, f"no answer within {limit_s:g} s")

    async with AsyncExitStack() as stack:
        for device in devices:
            await stack.enter_async_context(lines[device.name].connector)
        answers = await asyncio.gather(*(one(lines[device.name]) for device in devices))
    return {device.name: answer for device, answer in zip(devices, answers, strict=True)}
