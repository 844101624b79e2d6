"""The clock of a virtual device, and the two services that set it (ASHRAE 135, clauses 16.7 and 16.8).

A device keeps its own clock: the machine's UTC plus what a time synchronisation put on top. BACnet counts the UTC
offset westwards, so Vilnius in winter has -120 min (clause 12.11.36); local time is UTC minus the offset.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bacpypes3.basetypes import DateTime
from bacpypes3.local.device import DeviceObject
from bacpypes3.primitivedata import Date, Time

log = logging.getLogger(__name__)

_FIRST_YEAR = 1900
_LOOPBACK = 127
_UNSPECIFIED = 255


class DeviceClock:
    """Time as one device has it.

    Args:
        utc_offset_min: minutes that local time is behind UTC; negative east of Greenwich.
        now: aware UTC of the machine.
    """

    def __init__(self, *, utc_offset_min: int = 0, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.utc_offset_min = utc_offset_min
        self.offset = timedelta()
        self.listeners: list[Callable[[float], None]] = []
        self._now = now

    def utc(self) -> datetime:
        """Aware UTC, to the hundredth of a second that BACnet carries."""
        at = self._now() + self.offset
        return at.replace(microsecond=at.microsecond // 10_000 * 10_000)

    def local(self) -> datetime:
        """Naive local time of the device, as local-date and local-time show it."""
        return self.utc().replace(tzinfo=None) - timedelta(minutes=self.utc_offset_min)

    def set_utc(self, at: datetime) -> None:
        """Set the clock; `at` is naive UTC. Whoever listens learns by how many seconds it moved."""
        moved = at.replace(tzinfo=UTC) - self.utc()
        self.offset += moved
        for listener in self.listeners:
            listener(moved.total_seconds())

    def set_local(self, at: datetime) -> None:
        """Set the clock to a naive local time."""
        self.set_utc(at + timedelta(minutes=self.utc_offset_min))


class VirtualDevice(DeviceObject):  # type: ignore[misc]  # bacpypes3 has no types
    """A device object whose local-date and local-time come from a `DeviceClock`."""

    _clock = DeviceClock()

    @property
    def localDate(self) -> Date:  # noqa: N802 -- bacpypes3's name
        return to_date_time(self._clock.local()).date

    @localDate.setter
    def localDate(self, value: object) -> None:  # noqa: N802 -- bacpypes3 sets it when it makes the object
        pass

    @property
    def localTime(self) -> Time:  # noqa: N802
        return to_date_time(self._clock.local()).time

    @localTime.setter
    def localTime(self, value: object) -> None:  # noqa: N802
        pass


class TimeServices:
    """Mixed into an application: takes TimeSynchronization and UTCTimeSynchronization from loopback."""

    clock: DeviceClock

    async def do_TimeSynchronizationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        self._synchronise(apdu, self.clock.set_local)

    async def do_UTCTimeSynchronizationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        self._synchronise(apdu, self.clock.set_utc)

    def _synchronise(self, apdu: Any, set_clock: Callable[[datetime], None]) -> None:
        """Nobody is answered (the services are unconfirmed), so what cannot be used is only logged."""
        if not is_loopback(apdu.pduSource):
            log.warning("time synchronisation from %s ignored: not loopback", apdu.pduSource)
            return
        try:
            set_clock(from_date_time(apdu.time))
        except (ValueError, OverflowError) as error:
            log.warning("time synchronisation from %s ignored: %s", apdu.pduSource, error)


def is_loopback(address: Any) -> bool:
    """Whether a bacpypes3 address is on this machine: an IPv4 loopback, or a station of a virtual network."""
    octets = bytes(address.addrAddr or b"")
    return len(octets) == 1 or (len(octets) == 6 and octets[0] == _LOOPBACK)


def to_date_time(at: datetime) -> DateTime:
    """BACnetDateTime of a naive datetime."""
    return DateTime(
        date=Date((at.year - _FIRST_YEAR, at.month, at.day, at.isoweekday())),
        time=Time((at.hour, at.minute, at.second, at.microsecond // 10_000)),
    )


def from_date_time(value: DateTime) -> datetime:
    """Naive datetime of a fully specified BACnetDateTime.

    Raises:
        ValueError: a wildcard, or no date of the calendar.
    """
    year, month, day, _ = value.date
    hour, minute, second, hundredth = value.time
    if _UNSPECIFIED in (year, month, day, hour, minute, second, hundredth):
        raise ValueError("a date or time that is not fully specified")
    at = datetime(_FIRST_YEAR + year, month, day, hour, minute, second, hundredth * 10_000, tzinfo=UTC)
    return at.replace(tzinfo=None)
