"""Reads the clock of a BACnet device and sets it (ASHRAE 135, clauses 12.11, 16.7 and 16.8).

Time synchronisation is not confirmed, so only reading back shows whether a device took it. UTC is sent first; a device
that does not move gets its local time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bacpypes3.apdu import TimeSynchronizationRequest, UTCTimeSynchronizationRequest
from bacpypes3.basetypes import DateTime, PropertyIdentifier
from bacpypes3.primitivedata import Boolean, Date, Integer, ObjectIdentifier, Time

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.device_times import DeviceZone, from_octets, to_octets
from bms_connectors.device_clocks import ClockReading
from twin.model.errors import DecodeError, DeviceRefusedError

TOLERANCE_S = 1.0
"""A clock within this of ours, on top of the uncertainty, is set (assumption; NTP-less controllers drift 1 s a day)."""
SETTLE_S = 0.3
"""Seconds after a synchronisation before it is read back; some controllers take it in their next cycle (assumption)."""
LOOKS = 3


async def read_zone(talk: Conversation) -> DeviceZone:
    """How a device's local time lies to UTC.

    Raises:
        ConnectorError: nobody answers.
    """
    offset = await _property(talk, "utc-offset", Integer)
    is_daylight = await _property(talk, "daylight-savings-status", Boolean)
    try:
        return DeviceZone(None if offset is None else int(offset), bool(is_daylight))
    except ValueError as error:
        raise DecodeError(talk.device.name, str(error)) from error


class DeviceClock:
    """Fits `ClockSetter`. ``now`` is our own clock, aware UTC."""

    def __init__(self, talk: Conversation, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._talk = talk
        self._now = now

    async def read(self) -> ClockReading:
        """What the device's clock shows now; errors as `ClockSetter.read`."""
        return await self._read(await read_zone(self._talk))

    async def set(self) -> str:
        """Set the device's clock to ours; errors as `ClockSetter.set`."""
        zone = await read_zone(self._talk)
        problem = "its clock was not set"
        for send in (self._send_utc, self._send_local):
            await send(zone)
            for _ in range(LOOKS):
                await asyncio.sleep(SETTLE_S)
                problem = await self._deviating(zone)
                if not problem:
                    return ""
        return problem

    async def _deviating(self, zone: DeviceZone) -> str:
        try:
            reading = await self._read(zone)
        except DecodeError as error:
            return str(error)
        if abs(reading.deviation_s) <= TOLERANCE_S + reading.uncertainty_s:
            return ""
        return f"{self._talk.device.name}: its clock still deviates by {reading.deviation_s:+.1f} s"

    async def _read(self, zone: DeviceZone) -> ClockReading:
        for _ in range(LOOKS):
            date = await self._part("local-date", Date)
            asked_at, began = self._now(), time.monotonic()
            clock = await self._part("local-time", Time)
            took_s = time.monotonic() - began
            if date == await self._part("local-date", Date):
                return self._reading(date, clock, zone, asked_at + timedelta(seconds=took_s / 2), took_s / 2)
        raise DecodeError(self._talk.device.name, "its date does not stand still")

    def _reading(self, date: Any, clock: Any, zone: DeviceZone, ours: datetime, half_way_s: float) -> ClockReading:
        try:
            local, resolved_s = from_octets(date, clock)
            at = zone.utc(local)
        except (ValueError, OverflowError) as error:
            raise DecodeError(self._talk.device.name, f"its clock shows no time: {error}") from error
        return ClockReading(
            at=at,
            deviation_s=(at - ours).total_seconds(),
            uncertainty_s=half_way_s + resolved_s,
            utc_offset_min=zone.utc_offset_min,
        )

    async def _part(self, name: str, kind: Any) -> Any:
        value = await _property(self._talk, name, kind)
        if value is None:
            raise DecodeError(self._talk.device.name, f"has no {name}")
        return tuple(value)

    async def _send_utc(self, _zone: DeviceZone) -> None:
        await self._send(UTCTimeSynchronizationRequest, self._now().astimezone(UTC).replace(tzinfo=None))

    async def _send_local(self, zone: DeviceZone) -> None:
        await self._send(TimeSynchronizationRequest, zone.local(self._now()))

    async def _send(self, kind: type[Any], at: datetime) -> None:
        date, clock = to_octets(at)
        request = kind(time=DateTime(date=Date(date), time=Time(clock)), destination=self._talk.address)
        await self._talk.asked(lambda: self._talk.client.ask(request))


async def _property(talk: Conversation, name: str, kind: Any) -> Any:
    """A property of the device object; None where the device does not have it."""
    try:
        raw = await talk.read_single(ObjectIdentifier(("device", talk.device.instance)), PropertyIdentifier(name))
    except DeviceRefusedError:
        return None
    try:
        return raw.cast_out(kind)
    except Exception as error:
        raise DecodeError(talk.device.name, f"its {name} does not decode") from error
