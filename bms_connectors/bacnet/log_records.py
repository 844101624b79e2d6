"""From the records of a trend log to readings at the time at which they were taken: pure, no sockets.

Records carry the device's local time (ASHRAE 135, clause 12.25.14), by a clock that may be wrong and may have been set
meanwhile. What cannot be timed is left out: no reading stands at a time that is not its own.

Assumption: the device's local time is ahead of UTC by as much as it is now, except for what its time-change records
say. A change to or from summer time that a device does not log shows where time seems to run backwards, and everything
before it is left out; one that moves the clock forward cannot be told from an hour without records.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bms_connectors.bacnet.codec import OBJECT_KINDS, from_wire
from twin.model.points import BacnetBinding, Point, Reading
from twin.model.vocabulary import Quality

SLACK = timedelta(seconds=1)
"""How far a record may seem older than the one before it: clocks are read to the second."""
LONGEST_CHANGE_S = 10 * 366 * 86_400.0
"""A clock set by more says nothing of the records before it (assumption)."""


class Datum(StrEnum):
    """What a record holds (BACnetLogRecord, clause 21)."""

    VALUE = "value"
    FAILURE = "failure"
    TIME_CHANGE = "time-change"
    STATUS = "log-status"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One record. ``at``: naive local time of the device, None where it is not fully specified.

    ``raw``: the value as decoded, or the seconds by which the clock was set.
    """

    at: datetime | None
    datum: Datum
    raw: object = None
    is_faulty: bool = False


def changes_s(entries: Sequence[LogEntry]) -> list[float]:
    """The seconds by which the clock was set each time; NaN where that is not known."""
    return [_change_s(entry) for entry in entries if entry.datum is Datum.TIME_CHANGE]


def readings_of(
    point: Point,
    binding: BacnetBinding,
    entries: Sequence[LogEntry],
    ahead: timedelta,
    since: datetime,
    until: datetime,
) -> list[Reading]:
    """The readings with ``since`` < time < ``until``, oldest first.

    Args:
        point: The point that is logged.
        binding: Its binding.
        entries: The records in the order in which they were logged, up to the newest: a clock that was set after
            ``until`` changes what the records before mean.
        ahead: How far the device's local time is ahead of UTC now.
        since: Aware.
        until: Aware.
    """
    found: list[Reading] = []
    after: datetime | None = None
    shift = -ahead
    for entry in reversed(entries):
        at = _moved(entry.at, shift)
        if entry.datum is Datum.TIME_CHANGE:
            change_s = _change_s(entry)
            if math.isnan(change_s):
                break
            shift += timedelta(seconds=change_s)
        if at is None:
            continue
        if after is not None and at > after + SLACK:
            break
        after = at
        if since < at < until:
            found += _reading(point, binding, entry, at)
    return found[::-1]


def _change_s(entry: LogEntry) -> float:
    seconds = float(entry.raw) if isinstance(entry.raw, int | float) else math.nan
    # 0: the device does not know by how much (clause 12.25.14)
    return seconds if 0 < abs(seconds) <= LONGEST_CHANGE_S else math.nan


def _moved(at: datetime | None, shift: timedelta) -> datetime | None:
    try:
        return None if at is None else at.replace(tzinfo=UTC) + shift
    except OverflowError:
        return None


def _reading(point: Point, binding: BacnetBinding, entry: LogEntry, at: datetime) -> list[Reading]:
    kind = OBJECT_KINDS.get(binding.object_type)
    match entry.datum:
        case Datum.VALUE if not (entry.is_faulty and (kind is None or kind.has_flag)):
            try:
                return [Reading(point.id, from_wire(binding, entry.raw), Quality.GOOD, at)]
            except ValueError:
                return [Reading(point.id, None, Quality.DECODE, at)]
        case Datum.VALUE | Datum.FAILURE:
            return [Reading(point.id, None, Quality.DEVICE_ERROR, at)]
        case _:
            return []
