"""Dates and times as BACnet devices keep them, and how they become UTC (ASHRAE 135, clauses 12.11, 20.2.12, 20.2.13).

A device keeps local time. Its UTC offset counts minutes westwards and is that of standard time; while daylight saving
is in force local time is an hour later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_FIRST_YEAR = 1900
_UNSPECIFIED = 255
_OCTETS = 4
_WIDEST_OFFSET_MIN = 780
_DAYLIGHT_MIN = 60


@dataclass(frozen=True, slots=True)
class DeviceZone:
    """How a device's local time lies to UTC; None: it does not tell, and this machine's zone is assumed."""

    utc_offset_min: int | None = None
    is_daylight: bool = False

    def __post_init__(self) -> None:
        if self.utc_offset_min is not None and abs(self.utc_offset_min) > _WIDEST_OFFSET_MIN:
            raise ValueError(f"a UTC offset of {self.utc_offset_min} min")

    def utc(self, local: datetime) -> datetime:
        """Aware UTC of a naive local time."""
        if self.utc_offset_min is None:
            return local.astimezone(UTC)
        return local.replace(tzinfo=UTC) + timedelta(minutes=self._behind_min(self.utc_offset_min))

    def local(self, at: datetime) -> datetime:
        """Naive local time of an aware time."""
        if self.utc_offset_min is None:
            return at.astimezone().replace(tzinfo=None)
        return at.astimezone(UTC).replace(tzinfo=None) - timedelta(minutes=self._behind_min(self.utc_offset_min))

    def _behind_min(self, offset_min: int) -> int:
        return offset_min - (_DAYLIGHT_MIN if self.is_daylight else 0)


def from_octets(date: Sequence[int], time: Sequence[int]) -> tuple[datetime, float]:
    """Naive local time, and half of what it resolves in seconds: some devices leave the hundredths unspecified.

    Raises:
        ValueError: another part is not specified, or it is no date of the calendar.
    """
    if len(date) != _OCTETS or len(time) != _OCTETS:
        raise ValueError("no date and time of four octets each")
    year, month, day, _ = (int(part) for part in date)
    hour, minute, second, hundredth = (int(part) for part in time)
    if _UNSPECIFIED in (year, month, day, hour, minute, second):
        raise ValueError("a date or time that is not fully specified")
    is_coarse = hundredth == _UNSPECIFIED
    microsecond = 500_000 if is_coarse else hundredth * 10_000
    at = datetime(_FIRST_YEAR + year, month, day, hour, minute, second, microsecond, tzinfo=UTC)
    return at.replace(tzinfo=None), 0.5 if is_coarse else 0.005


def to_octets(at: datetime) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """BACnet date and time of a naive datetime."""
    date = (at.year - _FIRST_YEAR, at.month, at.day, at.isoweekday())
    return date, (at.hour, at.minute, at.second, at.microsecond // 10_000)
