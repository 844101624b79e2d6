"""Events of devices in the journal: as they come, never faster than it bears, and only where enrolling is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from bms_connectors.connectors import Line
from bms_connectors.device_events import DeviceEvent, EventCounts
from tui.wiring import device_events
from tui.wiring.device_events import DROPPED_KIND, KIND, MOST_A_ROUND, DeviceEventLog, may_enrol
from tui.wiring.device_lines import ask_each
from twin.live.audit import FIELD
from twin.live.commands import WritePolicy
from twin.model.errors import ConnectorError, ResponseTimeoutError
from twin.model.ids import PointId
from twin.model.journal import JournalEntry
from twin.model.points import Device, Protocol
from twin.model.vocabulary import SiteMode

AT = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
AHU = Device(name="AHU", protocol=Protocol.BACNET, host="127.0.91.2", port=48100, instance=9102)


class FakeSource:
    """A device whose events a test puts in."""

    def __init__(self) -> None:
        self.waiting: list[DeviceEvent] = []
        self.enrols: bool | None = None
        self.is_closed = False
        self.told = EventCounts()

    def know(self, points: Iterable[Any], /) -> None: ...

    async def standing(self) -> Sequence[DeviceEvent]:
        return self.waiting

    async def acknowledge(self, event: DeviceEvent, /, *, source: str) -> str:
        raise AssertionError(f"{source} acknowledges {event}")

    async def open(self, *, may_enrol: bool) -> None:
        self.enrols = may_enrol

    async def close(self) -> None:
        self.is_closed = True

    def drain(self, most: int, /) -> Sequence[DeviceEvent]:
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return taken

    def counts(self) -> EventCounts:
        return self.told

    def remark(self) -> str:
        return ""


class Listing:
    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def append(self, entries: Sequence[JournalEntry], /) -> None:
        self.entries += entries


def event(number: int = 1, point: str | None = "C1/DURESS") -> DeviceEvent:
    return DeviceEvent(
        device="AHU",
        object_type="binary-input",
        object_instance=number,
        state="offnormal",
        from_state="normal",
        point=PointId(point) if point else None,
        at=AT,
        priority=70,
        unacknowledged=("to-offnormal",),
        message="duress",
        is_notified=True,
    )


def entry(kind: str, subject: str, data: dict[str, object]) -> JournalEntry:
    return JournalEntry(at=AT, kind=kind, subject=subject, actor=FIELD, source="virtual", data=data)


def line(source: FakeSource | None) -> Line:
    return Line(AHU, None, None, events=source)  # type: ignore[arg-type]  # nobody reads or writes here


@pytest.fixture
def journal() -> Listing:
    return Listing()


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_events, "FIRST_S", 0.0)


async def test_what_a_device_tells_stands_in_the_journal_under_its_point(journal: Listing, source: FakeSource) -> None:
    source.waiting = [event(), event(2, point=None)]
    async with DeviceEventLog([line(source), line(None)], (), journal, entry, lambda _device: True):
        await asyncio.sleep(0.05)
        assert source.enrols is True
    assert source.is_closed
    first, second = journal.entries
    assert (first.kind, first.subject, first.actor) == (KIND, "C1/DURESS", "field")
    assert first.data["state"] == "offnormal"
    assert first.data["from"] == "normal"
    assert first.data["since"] == AT.isoformat()
    assert first.data["acknowledged"] is False
    assert second.subject == "AHU binary-input,2"


def test_a_flood_is_journalled_at_its_own_pace_and_its_losses_are_named(journal: Listing, source: FakeSource) -> None:
    log = DeviceEventLog([line(source)], (), journal, entry, lambda _device: True)
    source.waiting = [event(number) for number in range(100)]
    source.told.dropped = 40
    assert log.take_in() == MOST_A_ROUND + 1
    assert (journal.entries[-1].kind, journal.entries[-1].data) == (DROPPED_KIND, {"dropped": 40})
    assert log.take_in() == MOST_A_ROUND, "the same loss is not told twice"


def test_a_live_device_is_enrolled_at_only_where_the_site_lists_it() -> None:
    assert may_enrol("AHU", SiteMode.VIRTUAL, WritePolicy())
    assert may_enrol("AHU", SiteMode.EXERCISE, WritePolicy())
    assert not may_enrol("AHU", SiteMode.LIVE, WritePolicy())
    assert not may_enrol("AHU", SiteMode.LIVE, WritePolicy(devices=frozenset({"AHU"})))
    assert may_enrol("AHU", SiteMode.LIVE, WritePolicy(enabled=True, devices=frozenset({"AHU"})))


async def test_a_device_that_takes_too_long_is_an_error_and_holds_up_nobody() -> None:
    slow = Device(name="PLC", protocol=Protocol.MODBUS, host="127.0.92.1", port=48100, instance=1)
    quick = Device(name="METER", protocol=Protocol.MODBUS, host="127.0.92.2", port=48100, instance=1)

    async def ask(line: Line) -> str:
        await asyncio.sleep(60.0 if line.device.name == "PLC" else 0.0)
        return line.device.name

    answers = await ask_each([slow, quick], ask, limit_s=0.1)
    assert answers["METER"] == "METER"
    assert isinstance(answers["PLC"], ResponseTimeoutError)
    assert isinstance(answers["PLC"], ConnectorError)
