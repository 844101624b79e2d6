"""What the Modbus units of a register really have. Modbus has no discovery: its declared map is looked for here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bms_connectors.connectors import Line, open_connectors
from bms_connectors.health import LOST
from bms_connectors.modbus.tls import TlsFiles
from twin.model.errors import ConnectorError
from twin.model.points import Device, ModbusBinding, Point
from twin.model.vocabulary import Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUnit:
    """A unit of the register: whether it answers, how many of its points have a value, and which addresses have none.

    ``absent`` names them as the register does (``holding-register 40``), with the quality of what was read there.
    """

    device: str
    host: str
    port: int
    unit: int
    answers: bool
    points: int
    good: int
    absent: tuple[str, ...] = ()


async def scan(
    devices: Sequence[Device], points: Sequence[Point], tls: Mapping[str, TlsFiles] | None = None
) -> list[FoundUnit]:
    """Read every declared address of each unit once, all units at the same time.

    Args:
        devices: Modbus units.
        points: the register; points of other devices are left alone.
        tls: certificates by device name.
    """
    lines = open_connectors(devices, tls)
    by_device: dict[str, list[Point]] = {device.name: [] for device in devices}
    for point in points:
        if isinstance(point.binding, ModbusBinding) and point.binding.device in by_device:
            by_device[point.binding.device].append(point)
    return list(await asyncio.gather(*(_found(lines[name], declared) for name, declared in by_device.items())))


async def _found(line: Line, points: Sequence[Point]) -> FoundUnit:
    device = line.device
    absent = []
    good = lost = 0
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(line.connector)
        except ConnectorError:
            readings = []
        else:
            readings = await line.connector.read(points)
    for point, reading in zip(points, readings, strict=bool(readings)):
        good += reading.quality is Quality.GOOD
        lost += reading.quality in LOST
        if reading.quality is not Quality.GOOD and isinstance(point.binding, ModbusBinding):
            absent.append(f"{point.binding.table} {point.binding.address}: {reading.quality.name}")
    return FoundUnit(
        device=device.name,
        host=device.host,
        port=device.port,
        unit=device.instance,
        answers=bool(readings) and lost < len(readings),
        points=len(points),
        good=good,
        absent=tuple(dict.fromkeys(absent)) if lost < len(readings) else (),
    )
