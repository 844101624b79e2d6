"""A device that comes back is asked for what it logged while it was away, and only for that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bms_connectors.connectors import Line
from bms_connectors.device_logs import Logged
from tui.wiring.backfill import TRIES, BackFill
from twin.model.errors import StoreError
from twin.model.ids import GlobalId, PointId
from twin.model.operation import DeviceHealth
from twin.model.points import BacnetBinding, Device, Point, Protocol, Reading
from twin.model.vocabulary import Quality

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def point(name: str, device: str = "AHU") -> Point:
    binding = BacnetBinding(device=device, object_type="analog-input", object_instance=1)
    return Point(id=PointId(name), kind="temperature", element=GlobalId("E"), binding=binding)


@dataclass
class Doubt:
    """The part of a watcher that says whether its device is believed."""

    text: str = ""

    def remark(self) -> str:
        return self.text


@dataclass
class Site:
    """A device with a log of a record every 10 s, its health, and a history; time goes on when it is told to."""

    now: datetime = NOON
    is_up: bool = True
    last_good_at: datetime | None = None
    problem: str = ""
    is_silent: bool = False
    has_logs: bool = True
    doubt: Doubt = field(default_factory=Doubt)
    asked: list[tuple[str, float, float]] = field(default_factory=list)
    inserted: list[Reading] = field(default_factory=list)
    failures: int = 0

    def health(self) -> list[DeviceHealth]:
        return [
            DeviceHealth(
                device="AHU",
                protocol="bacnet",
                is_up=self.is_up,
                points=1,
                good=1,
                bad=0,
                last_good_at=self.last_good_at,
            )
        ]

    def line(self, device: str, /) -> Line:
        made = Device(name=device, protocol=Protocol.BACNET, host="127.0.0.1", port=1, instance=1)
        logs = self if self.has_logs else None
        return Line(made, None, None, watcher=self.doubt, logs=logs)  # type: ignore[arg-type]

    async def read(self, point: Point, since: datetime, until: datetime, /) -> Logged:
        self.asked.append((point.id, (since - NOON).total_seconds(), (until - NOON).total_seconds()))
        if self.problem:
            return Logged(problem=self.problem, is_silent=self.is_silent)
        times = [at(s) for s in range(0, 10_000, 10)]
        return Logged(readings=tuple(Reading(point.id, 1.0, Quality.GOOD, t) for t in times if since < t < until))

    def forget(self) -> None: ...

    def backfill(self, readings: Iterable[Reading], /) -> int:
        if self.failures:
            self.failures -= 1
            raise StoreError("history", "disk full")
        batch = list(readings)
        self.inserted += batch
        return len(batch)

    @property
    def seconds(self) -> list[float]:
        return [(reading.at - NOON).total_seconds() for reading in self.inserted]


class Pace:
    """Lets seconds pass and looks at the devices once a second."""

    def __init__(self, site: Site, points: list[Point] | None = None) -> None:
        self.site = site
        self.fill = BackFill(site, points or [point("A")], site, down_s=30, settle_s=5, now=lambda: site.now)

    async def go(self, seconds: int, *, is_up: bool) -> None:
        self.site.is_up = is_up
        for _ in range(seconds):
            self.site.now += timedelta(seconds=1)
            if is_up:
                self.site.last_good_at = self.site.now
            self.fill.look()
            for task in tuple(self.fill._fillings.values()):
                await task
            await asyncio.sleep(0)


@pytest.fixture
def site() -> Site:
    return Site()


async def test_a_long_absence_is_filled_once_the_device_has_settled(site: Site) -> None:
    pace = Pace(site)
    await pace.go(5, is_up=True)
    await pace.go(60, is_up=False)
    await pace.go(5, is_up=True)
    assert site.asked == []
    await pace.go(20, is_up=True)
    assert site.asked == [("A", 5, 66)]
    assert site.seconds == [10, 20, 30, 40, 50, 60]


async def test_a_short_absence_is_left_alone(site: Site) -> None:
    pace = Pace(site)
    await pace.go(5, is_up=True)
    await pace.go(20, is_up=False)
    await pace.go(60, is_up=True)
    assert site.asked == []


async def test_a_device_that_goes_again_before_it_has_settled_is_asked_for_both_absences_and_nothing_between(
    site: Site,
) -> None:
    pace = Pace(site)
    await pace.go(5, is_up=True)
    await pace.go(40, is_up=False)
    await pace.go(3, is_up=True)
    await pace.go(40, is_up=False)
    await pace.go(20, is_up=True)
    assert site.asked == [("A", 5, 89)]
    assert site.seconds == [10, 20, 30, 40, 50, 60, 70, 80]
    await pace.go(60, is_up=True)
    assert len(site.asked) == 1


async def test_what_was_polled_between_two_absences_is_not_filled(site: Site) -> None:
    pace = Pace(site)
    await pace.go(35, is_up=False)
    await pace.go(4, is_up=True)  # 36 … 39
    site.now += timedelta(seconds=20)
    site.last_good_at = site.now  # 59
    await pace.go(35, is_up=False)
    await pace.go(20, is_up=True)
    assert 40 not in site.seconds
    assert site.seconds == [10, 20, 30, 60, 70, 80, 90]


async def test_a_device_that_never_answered_is_filled_from_the_start_of_the_desk(site: Site) -> None:
    pace = Pace(site)
    await pace.go(40, is_up=False)
    await pace.go(10, is_up=True)
    assert site.asked == [("A", 1, 41)]


async def test_a_device_that_falls_silent_while_it_tells_is_asked_again_a_few_times(site: Site) -> None:
    site.problem, site.is_silent = "no answer", True
    pace = Pace(site)
    await pace.go(40, is_up=False)
    await pace.go(8, is_up=True)
    assert len(site.asked) == 1
    site.problem = ""
    await pace.go(10, is_up=True)
    assert len(site.asked) == 2
    assert site.seconds == [10, 20, 30, 40]
    site.problem = "no answer"
    await pace.go(40, is_up=False)
    await pace.go(200, is_up=True)
    assert len(site.asked) == 2 + TRIES


async def test_a_refusal_is_not_repeated(site: Site) -> None:
    site.problem = "the device has no ReadRange"
    pace = Pace(site)
    await pace.go(40, is_up=False)
    await pace.go(100, is_up=True)
    assert len(site.asked) == 1


async def test_a_disk_that_is_full_is_tried_again(site: Site) -> None:
    site.failures = 1
    pace = Pace(site)
    await pace.go(40, is_up=False)
    await pace.go(30, is_up=True)
    assert site.seconds == [10, 20, 30, 40]


async def test_a_device_that_is_not_believed_is_not_asked(site: Site) -> None:
    site.doubt.text = "somebody else answers"
    pace = Pace(site)
    await pace.go(40, is_up=False)
    await pace.go(30, is_up=True)
    assert site.asked == []


async def test_a_device_without_logs_is_not_asked_and_others_points_neither(site: Site) -> None:
    pace = Pace(site, [point("A"), point("B"), point("C", "OTHER")])
    await pace.go(40, is_up=False)
    await pace.go(30, is_up=True)
    assert [name for name, *_ in site.asked] == ["A", "B"]
    site.has_logs = False
    await pace.go(40, is_up=False)
    await pace.go(30, is_up=True)
    assert len(site.asked) == 2


async def test_it_watches_by_itself_and_ends_at_once_while_a_device_keeps_it_waiting(site: Site) -> None:
    began = asyncio.Event()

    async def wait_for_ever(*_: object) -> Logged:
        began.set()
        await asyncio.sleep(3600)
        return Logged()

    site.read = wait_for_ever  # type: ignore[method-assign]
    site.is_up = False
    fill = BackFill(site, [point("A")], site, down_s=0, settle_s=0, look_s=0.01, now=lambda: site.now)
    async with asyncio.timeout(30), fill:
        await asyncio.sleep(0.05)
        site.now += timedelta(seconds=60)
        site.is_up = True
        await began.wait()


async def test_a_fault_of_ours_ends_neither_the_watching_nor_the_desk(site: Site) -> None:
    health, site.health = site.health, lambda: 1 / 0  # type: ignore[method-assign,assignment]
    fill = BackFill(site, [point("A")], site, down_s=0, settle_s=0, look_s=0.01, now=lambda: site.now)
    async with asyncio.timeout(30), fill:
        await asyncio.sleep(0.05)
        site.health = health  # type: ignore[method-assign]
        site.is_up = False
        await asyncio.sleep(0.05)
        site.now, site.is_up = at(100), True
        while not site.inserted:
            await asyncio.sleep(0.01)
