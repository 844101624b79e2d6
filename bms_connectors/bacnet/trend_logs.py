"""Reads the trend logs of one BACnet device with ReadRange (ASHRAE 135, clauses 12.25 and 15.8).

A log is read from a time on to its newest record, because a clock that was set later changes what earlier records mean.
Devices without segmentation answer with what one message holds; the rest is asked for by sequence number.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bacpypes3.apdu import ReadRangeACK, ReadRangeRequest
from bacpypes3.basetypes import (
    DateTime,
    DeviceObjectPropertyReference,
    LogRecord,
    PropertyIdentifier,
    Range,
    RangeBySequenceNumber,
    RangeByTime,
)
from bacpypes3.constructeddata import SequenceOf
from bacpypes3.primitivedata import Date, ObjectIdentifier, Time

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.codec import FAULT_FLAG
from bms_connectors.bacnet.device_clock import DeviceClock, read_zone
from bms_connectors.bacnet.device_times import from_octets, to_octets
from bms_connectors.bacnet.log_records import Datum, LogEntry, changes_s, readings_of
from bms_connectors.bacnet.object_list import read_object_list
from bms_connectors.device_clocks import ClockReading
from bms_connectors.device_logs import Logged
from twin.model.errors import ConnectError, ConnectorError, DecodeError, DeviceRefusedError, ResponseTimeoutError
from twin.model.points import BacnetBinding, Point, Reading

MOST_RECORDS = 100_000
"""A log that tells more in one go does not know what it says (assumption)."""
AT_ONCE = 200
"""Records asked for at once; a device that refuses is asked for half as many."""
READ_LIMIT_S = 120.0
FIND_LIMIT_S = 60.0
CLOCK_HOLDS_S = 30.0
"""How long a look at the device's clock serves: the points of one device are read one after another (assumption)."""
SURE_S = 0.25
"""A clock known so well is not looked at again; a second is what times are rounded to."""
MORE_LOOKS = 2
NO_LOG = "the device keeps no log of it"
_LAST_SEQUENCE = 2**32 - 1
"""After it sequence numbers go on at 1 (clause 12.25.16)."""
_SAME_AGAIN = 3
_MARGIN = timedelta(seconds=1)
"""The clocks are compared to the second: so much is asked for before the start, and believed of the future."""
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LOG_BUFFER = PropertyIdentifier("log-buffer")
_REFERENCE = PropertyIdentifier("log-device-object-property")
_DATA = {
    "failure": Datum.FAILURE,
    "timeChange": Datum.TIME_CHANGE,
    "logStatus": Datum.STATUS,
    "nullValue": Datum.FAILURE,
}
Where = tuple[str, int, str]
"""Object type, object instance, property."""


class TrendLogs:
    """Fits `DeviceLogs`. What the device logs is found once and kept until `forget`.

    Args:
        talk: The conversation with the device.
        now: Our own clock, aware UTC, with which the device's is compared.
    """

    def __init__(self, talk: Conversation, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._talk = talk
        self._now = now
        self._logs: dict[Where, int] | None = None
        self._refusal = ""
        self._at_once = AT_ONCE
        self._ahead: timedelta | None = None
        self._ahead_until_s = 0.0
        self._turn = asyncio.Lock()

    def forget(self) -> None:
        """See `DeviceLogs`."""
        self._logs, self._refusal, self._at_once, self._ahead = None, "", AT_ONCE, None

    async def read(self, point: Point, since: datetime, until: datetime, /) -> Logged:
        """See `DeviceLogs`. One log at a time: a device has better things to do."""
        binding = point.binding
        if not isinstance(binding, BacnetBinding):
            return Logged(problem="it is no BACnet point")
        try:
            async with self._turn, asyncio.timeout(FIND_LIMIT_S + READ_LIMIT_S):
                log = await self._log_of(binding)
                if self._refusal or log is None:
                    return Logged(problem=self._refusal or NO_LOG)
                return Logged(
                    readings=tuple(await self._read(log, point, binding, since, min(until, self._now() + _MARGIN)))
                )
        except DeviceRefusedError as error:
            if error.code == "reject unrecognized-service":
                self._refusal = "the device has no ReadRange"
            return Logged(problem=self._refusal or str(error))
        except (ConnectError, ResponseTimeoutError) as error:
            return Logged(problem=str(error), is_silent=True)
        except ConnectorError as error:
            return Logged(problem=str(error))
        except TimeoutError:
            return Logged(problem=f"{self._talk.device.name}: its log is not read within {READ_LIMIT_S:g} s")

    async def _log_of(self, binding: BacnetBinding) -> int | None:
        if self._logs is None:
            self._logs = await self._find()
        return self._logs.get((binding.object_type, binding.object_instance, binding.property))

    async def _find(self) -> dict[Where, int]:
        """Which log is of which property; of two logs of one property the first."""
        found: dict[Where, int] = {}
        for kind, instance in await read_object_list(self._talk, limit_s=FIND_LIMIT_S):
            if kind == "trend-log":
                where = await self._logged_by(instance)
                if where is not None:
                    found.setdefault(where, instance)
        return found

    async def _logged_by(self, instance: int) -> Where | None:
        try:
            raw = await self._talk.read_single(_log(instance), _REFERENCE)
            return _where(raw.cast_out(DeviceObjectPropertyReference), self._talk.device.instance)
        except DeviceRefusedError:
            return None  # a log of nothing
        except ConnectorError:
            raise
        except Exception as error:
            raise DecodeError(self._talk.device.name, f"what its trend log {instance} logs does not decode") from error

    async def _read(
        self, log: int, point: Point, binding: BacnetBinding, since: datetime, until: datetime
    ) -> list[Reading]:
        ahead = await self._look_at_clock()
        entries = await self._entries(log, since, ahead)
        changes = changes_s(entries)
        if changes:  # the older records were stamped by a clock that was behind: ask for them by its time
            behind = timedelta(seconds=sum(seconds for seconds in changes if seconds > 0))
            if behind:
                entries = await self._entries(log, since, ahead - behind)
            self._ahead = None
            ahead = await self._look_at_clock()
        return readings_of(point, binding, entries, ahead, since, until)

    async def _look_at_clock(self) -> timedelta:
        """How far the device's local time is ahead of UTC, in whole seconds, so that one record has one time."""
        if self._ahead is None or time.monotonic() > self._ahead_until_s:
            zone = await read_zone(self._talk)
            shown = await self._clock_shown()
            ours = shown.at - timedelta(seconds=shown.deviation_s)
            local = zone.local(shown.at).replace(tzinfo=UTC)
            self._ahead = timedelta(seconds=round((local - ours).total_seconds()))
            self._ahead_until_s = time.monotonic() + CLOCK_HOLDS_S
        return self._ahead

    async def _clock_shown(self) -> ClockReading:
        """The best of a few looks: a slow answer would put every record of the log a second off."""
        clock = DeviceClock(self._talk, now=self._now)
        best = await clock.read()
        for _ in range(MORE_LOOKS):
            if best.uncertainty_s <= SURE_S:
                break
            best = min(best, await clock.read(), key=lambda shown: shown.uncertainty_s)
        return best

    async def _entries(self, log: int, since: datetime, ahead: timedelta) -> list[LogEntry]:
        """The records newer than `since`, in the order in which they were logged.

        Raises:
            DecodeError: answers that contradict themselves, or that come to no end.
        """
        reference = _date_time(max(since, _EARLIEST) + ahead - _MARGIN)
        page = await self._page(log, lambda count: Range(byTime=RangeByTime(referenceTime=reference, count=count)))
        found = list(page.entries)
        same = 0
        while page.entries and page.goes_on:
            before, sequence = page, (page.first + len(page.entries) - 1) % _LAST_SEQUENCE + 1
            page = await self._page(log, _by_sequence(sequence))
            if page.entries and page.first != sequence:
                raise self._absurd(f"answers record {page.first} when asked for {sequence}")
            same = same + 1 if page.entries == before.entries else 0
            found += page.entries
            if same >= _SAME_AGAIN or len(found) > MOST_RECORDS:
                raise self._absurd("tells the same records again and again, or no end of them")
        return found

    async def _page(self, log: int, range_of: Callable[[int], Any]) -> _Page:
        answer = await self._ranged(log, range_of)
        is_ours = isinstance(answer, ReadRangeACK) and tuple(answer.objectIdentifier) == tuple(_log(log))
        if not is_ours or answer.propertyIdentifier != _LOG_BUFFER:
            raise self._absurd("answers something that was not asked")
        try:
            claimed = int(answer.itemCount)
            _, is_last, has_more = (bool(flag) for flag in tuple(answer.resultFlags)[:3])
            records = answer.itemData.cast_out(SequenceOf(LogRecord)) if claimed else []
            entries = tuple(_entry(record) for record in records)
        except Exception as error:  # a device may send anything; bacpypes3's decoders raise as many kinds of errors
            raise self._absurd("does not decode") from error
        if len(entries) != claimed:
            raise self._absurd(f"has {len(entries)} records and claims {claimed}")
        if not entries and has_more:
            raise self._absurd("has more records and tells none")
        if entries and answer.firstSequenceNumber is None:
            raise self._absurd("has records without sequence numbers")
        return _Page(int(answer.firstSequenceNumber or 0), entries, has_more or not is_last)

    async def _ranged(self, log: int, range_of: Callable[[int], Any]) -> Any:
        while True:
            asked = range_of(self._at_once)
            try:
                return await self._talk.asked(
                    lambda asked=asked: self._talk.client.ask(  # type: ignore[misc]
                        ReadRangeRequest(
                            objectIdentifier=_log(log),
                            propertyIdentifier=_LOG_BUFFER,
                            range=asked,
                            destination=self._talk.address,
                        )
                    )
                )
            except DeviceRefusedError as error:
                is_too_long = error.code.startswith("abort") or error.code == "reject buffer-overflow"
                if not is_too_long or self._at_once == 1:
                    raise
                self._at_once //= 2

    def _absurd(self, what: str) -> DecodeError:
        return DecodeError(self._talk.device.name, f"its log {what}")


@dataclass(frozen=True, slots=True)
class _Page:
    """What one answer holds. ``first``: the sequence number of its first record. ``goes_on``: whether to ask on."""

    first: int
    entries: tuple[LogEntry, ...]
    goes_on: bool


def _log(instance: int) -> Any:
    return ObjectIdentifier(("trend-log", instance))


def _by_sequence(sequence: int) -> Callable[[int], Any]:
    return lambda count: Range(
        bySequenceNumber=RangeBySequenceNumber(referenceSequenceNumber=sequence, count=count),
    )


def _date_time(local: datetime) -> Any:
    date, clock = to_octets(local)
    return DateTime(date=Date(date), time=Time(clock))


def _where(reference: Any, device: int) -> Where | None:
    """The property of a reference; None for one element of an array and for the property of another device."""
    owner = reference.deviceIdentifier
    if reference.propertyArrayIndex is not None or (owner is not None and int(owner[1]) != device):
        return None
    kind, instance = reference.objectIdentifier
    return str(kind), int(instance), str(reference.propertyIdentifier)


def _entry(record: Any) -> LogEntry:
    try:
        at, _ = from_octets(record.timestamp.date, record.timestamp.time)
    except ValueError:
        at = None
    choice = record.logDatum._choice  # noqa: SLF001 -- bacpypes3 tells no other way which one was sent
    flags = tuple(record.statusFlags or ())
    is_faulty = len(flags) > FAULT_FLAG and bool(flags[FAULT_FLAG])
    return LogEntry(at, _DATA.get(choice, Datum.VALUE), getattr(record.logDatum, choice), is_faulty)
