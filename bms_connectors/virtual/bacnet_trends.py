"""What a trend log remembers and which of it a ReadRange asks for: pure, without wire and without bacpypes3.

ASHRAE 135: the buffer and its sequence numbers in clause 12.25, the ranges in clause 15.8.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BUFFER_SIZE = 1000
LAST_SEQUENCE = 2**32 - 1
"""Total_Record_Count is an Unsigned32; after its last value it goes on at 1 (clause 12.25.16)."""
Flags = tuple[int, int, int, int]
"""In-alarm, fault, overridden, out-of-service."""


class Datum(StrEnum):
    """What a record holds (BACnetLogRecord, clause 21)."""

    VALUE = "value"
    FAILURE = "failure"  # the value could not be had; never a number in its place
    TIME_CHANGE = "time-change"  # seconds by which the clock was set
    PURGED = "buffer-purged"
    DISABLED = "log-disabled"


@dataclass(frozen=True, slots=True)
class Record:
    """One log record; ``at`` is naive local time of the device, ``value`` a number or the seconds of a time change."""

    sequence: int
    at: datetime
    datum: Datum
    value: float = 0.0
    flags: Flags = (0, 0, 0, 0)


class TrendBuffer:
    """The records of one log, oldest first; full, it drops the oldest or stops.

    Args:
        size: records that it holds.
        stop_when_full: stop, with a log-disabled record as the last, instead of dropping the oldest.
    """

    def __init__(self, *, size: int = BUFFER_SIZE, stop_when_full: bool = False) -> None:
        self.size = size
        self.stop_when_full = stop_when_full
        self.is_enabled = True
        self.total = 0
        self._records: deque[Record] = deque(maxlen=size)

    @property
    def records(self) -> Sequence[Record]:
        return self._records

    def add(self, at: datetime, datum: Datum, value: float = 0.0, flags: Flags = (0, 0, 0, 0)) -> None:
        """Append, unless the log has stopped."""
        if not self.is_enabled:
            return
        if self.stop_when_full and len(self._records) >= self.size - 1:
            self._append(at, Datum.DISABLED, 0.0, (0, 0, 0, 0))
            self.is_enabled = False
            return
        self._append(at, datum, value, flags)

    def purge(self, at: datetime) -> None:
        """Forget every record; the first of the new ones says so (clause 12.25.15)."""
        self._records.clear()
        self._append(at, Datum.PURGED, 0.0, (0, 0, 0, 0))
        self.is_enabled = True

    def _append(self, at: datetime, datum: Datum, value: float, flags: Flags) -> None:
        self.total = self.total % LAST_SEQUENCE + 1
        self._records.append(Record(self.total, at, datum, value, flags))


def span_by_position(length: int, index: int, count: int) -> range:
    """Zero-based items of a list of `length`: `count` from the one-based `index` on, or as many up to it.

    A reference that is not in the list selects nothing (clause 15.8.2).
    """
    if not 1 <= index <= length:
        return range(0)
    if count < 0:
        return range(max(0, index + count), index)
    return range(index - 1, min(length, index - 1 + count))


def span_by_sequence(records: Sequence[Record], sequence: int, count: int) -> range:
    """As `span_by_position`, from the record with that sequence number."""
    if not records:
        return range(0)
    # counted from the first record, so that a buffer across the end of the sequence numbers is one range as well
    index = (sequence - records[0].sequence) % LAST_SEQUENCE + 1
    return span_by_position(len(records), index, count)


def span_by_time(records: Sequence[Record], at: datetime, count: int) -> range:
    """`count` records from the first one newer than `at` on, or as many up to the last one older than it.

    A clock that was set back makes times that do not rise; the first newer, the last older one counts all the same.
    """
    if count > 0:
        start = _first(len(records), lambda n: records[n].at > at)
        return range(0) if start is None else span_by_position(len(records), start + 1, count)
    back = _first(len(records), lambda n: records[-1 - n].at < at)
    return range(0) if back is None else span_by_position(len(records), len(records) - back, count)


def _first(length: int, holds: Callable[[int], bool]) -> int | None:
    return next((n for n in range(length) if holds(n)), None)
