"""Devices that tell nonsense of their logs: an error with a reason, never an endless loop and never a false value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bacpypes3.apdu import ReadRangeACK
from bacpypes3.basetypes import (
    DateTime,
    DeviceObjectPropertyReference,
    LogRecord,
    LogRecordLogDatum,
    ResultFlags,
    StatusFlags,
)
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.constructeddata import ArrayOf, SequenceOf
from bacpypes3.primitivedata import Boolean, Date, Integer, ObjectIdentifier, Real, Time
from bms_town import bacnet, point

from bms_connectors.bacnet import trend_logs
from bms_connectors.bacnet.device_times import to_octets
from bms_connectors.bacnet.trend_logs import TrendLogs
from bms_connectors.device_logs import Logged
from twin.model.errors import DeviceRefusedError
from twin.model.points import Device, Protocol

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=2)
POINT = point("AHU/TEMP", "temperature", bacnet("AHU", "analog-input", 1))
MINUTE = timedelta(minutes=1)
Pages = Callable[[Any], Any]


def date_time(at: datetime) -> DateTime:
    date, clock = to_octets(at)
    return DateTime(date=Date(date), time=Time(clock))


def record(at: datetime, number: float) -> LogRecord:
    return LogRecord(
        timestamp=date_time(at),
        logDatum=LogRecordLogDatum(realValue=Real(number)),
        statusFlags=StatusFlags([0, 0, 0, 0]),
    )


def page(first: int | None, records: list[LogRecord], *, last: bool = False, more: bool = True, **other: Any) -> Any:
    fields = {
        "objectIdentifier": "trend-log,1",
        "propertyIdentifier": "log-buffer",
        "resultFlags": ResultFlags([0, int(last), int(more)]),
        "itemCount": len(records),
        "itemData": AnyValue(SequenceOf(LogRecord)(records)),
    }
    if first is not None:
        fields["firstSequenceNumber"] = first
    return ReadRangeACK(**(fields | other))


class Talk:
    """A conversation with one log, whose pages a test makes up; ``asked_for`` counts them."""

    def __init__(self, pages: Pages) -> None:
        self.device = Device(name="AHU", protocol=Protocol.BACNET, host="127.0.0.1", port=1, instance=9102)
        self.address = None
        self.asked_for = 0
        self.client = SimpleNamespace(ask=self._answer)
        self._pages = pages

    async def read_single(self, where: Any, name: Any, *, index: int | None = None) -> Any:
        date, clock = to_octets(NOW)
        return AnyValue(
            {
                "object-list": lambda: ArrayOf(ObjectIdentifier)([ObjectIdentifier("trend-log,1")]),
                "log-device-object-property": lambda: DeviceObjectPropertyReference(
                    objectIdentifier="analog-input,1", propertyIdentifier="present-value"
                ),
                "utc-offset": lambda: Integer(0),
                "daylight-savings-status": lambda: Boolean(0),
                "local-date": lambda: Date(date),
                "local-time": lambda: Time(clock),
            }[str(name)]()
        )

    async def asked(self, request: Callable[[], Any]) -> Any:
        return await request()

    async def _answer(self, request: Any) -> Any:
        self.asked_for += 1
        return self._pages(request.range)


async def read(pages: Pages) -> tuple[Logged, int]:
    talk = Talk(pages)
    logged = await TrendLogs(talk, now=lambda: NOW).read(POINT, SINCE, NOW)  # type: ignore[arg-type]
    return logged, talk.asked_for


def sequence(asked: Any) -> int:
    return 1 if asked.bySequenceNumber is None else int(asked.bySequenceNumber.referenceSequenceNumber)


ONE = [record(SINCE + MINUTE, 20.0)]

ABSURD: dict[str, tuple[Pages, str]] = {
    "the same record for ever": (lambda asked: page(sequence(asked), ONE), "again and again"),
    "more, and never one": (lambda _: page(1, []), "tells none"),
    "always from the start": (lambda _: page(1, ONE), "answers record 1 when asked for 2"),
    "it claims more than it has": (lambda _: page(1, ONE, itemCount=7), "has 1 records and claims 7"),
    "it claims fewer than it has": (lambda _: page(1, ONE * 3, itemCount=2), "has 3 records and claims 2"),
    "no sequence numbers": (lambda _: page(None, ONE), "without sequence numbers"),
    "another log": (lambda _: page(1, ONE, objectIdentifier="trend-log,2"), "not asked"),
    "another property": (lambda _: page(1, ONE, propertyIdentifier="record-count"), "not asked"),
    "something else": (lambda _: SimpleNamespace(), "not asked"),
    "no records at all": (lambda _: page(1, ONE, itemData=AnyValue(Real(1.0))), "does not decode"),
}


@pytest.mark.parametrize("what", ABSURD)
async def test_an_absurd_answer_ends_in_an_error(what: str) -> None:
    pages, problem = ABSURD[what]
    logged, asked_for = await read(pages)
    assert problem in logged.problem
    assert (logged.readings, logged.is_silent) == ((), False)
    assert asked_for < 10


async def test_a_log_that_grows_faster_than_it_is_read_ends_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trend_logs, "MOST_RECORDS", 50)
    logged, asked_for = await read(
        lambda asked: page(sequence(asked), [record(SINCE + sequence(asked) * MINUTE / 1000, 1.0)])
    )
    assert "no end of them" in logged.problem
    assert asked_for == 51


async def test_records_outside_the_time_and_of_the_future_are_dropped() -> None:
    records = [
        record(SINCE - 60 * MINUTE, 1.0),
        record(SINCE + MINUTE, 2.0),
        record(NOW + 60 * MINUTE, 3.0),
    ]
    logged, _ = await read(lambda _: page(1, records, last=True, more=False))
    assert [reading.value for reading in logged.readings] == [2.0]


async def test_an_empty_log_is_no_error() -> None:
    logged, _ = await read(lambda _: page(None, [], more=False))
    assert logged == Logged()


async def test_a_device_that_aborts_long_answers_is_asked_for_less_and_that_is_remembered() -> None:
    counts: list[int] = []

    def pages(asked: Any) -> Any:
        part = asked.bySequenceNumber or asked.byTime
        counts.append(int(part.count))
        if counts[-1] > 3:
            raise DeviceRefusedError("AHU", "aborted", "abort segmentation-not-supported")
        first = sequence(asked)
        here = range(first, min(first + counts[-1], 11))
        records = [record(SINCE + n * MINUTE, float(n)) for n in here]
        return page(first, records, last=here[-1] == 10, more=False)

    logged, _ = await read(pages)
    assert [reading.value for reading in logged.readings] == [float(n) for n in range(1, 11)]
    assert max(counts[counts.index(3) :]) == 3


async def test_a_device_that_aborts_even_one_record_is_told() -> None:
    def pages(_: Any) -> Any:
        raise DeviceRefusedError("AHU", "aborted", "abort out-of-resources")

    logged, asked_for = await read(pages)
    assert "out-of-resources" in logged.problem
    assert asked_for < 12


async def test_sequence_numbers_go_on_at_one_after_their_last() -> None:
    last = 2**32 - 1

    def pages(asked: Any) -> Any:
        if asked.bySequenceNumber is None:
            return page(last, [record(SINCE + MINUTE, 1.0)])
        assert sequence(asked) == 1
        return page(1, [record(SINCE + 2 * MINUTE, 2.0)], last=True, more=False)

    logged, _ = await read(pages)
    assert [reading.value for reading in logged.readings] == [1.0, 2.0]
