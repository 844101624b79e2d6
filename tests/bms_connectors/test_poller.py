"""The poller, with fake devices for its arithmetic and real sockets for its nerves."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Self

import pytest
from bms_town import Listing, Town, bacnet, command, point

from bms_connectors.connectors import Line
from bms_connectors.health import LOST
from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConfigError, UnknownIdError
from twin.model.point_kinds import Freshness
from twin.model.points import Command, Device, Point, Protocol, Reading
from twin.model.vocabulary import Quality

FAST = {Freshness.SECURITY: 0.1, Freshness.PLANT: 0.2}
GOOD_UNDER_LOAD = {Quality.GOOD, Quality.DROPPED}
"""A busy machine misses cycles of 0.1 s; nothing on loopback times out or loses its connection."""
Wait = Callable[..., Coroutine[object, object, None]]


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, until_s: float) -> None:
        self.now_s = 0.0
        self.until_s = until_s
        self.is_over = asyncio.Event()

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        if self.now_s + seconds > self.until_s:
            self.is_over.set()
            await asyncio.Event().wait()
        self.now_s += seconds
        await asyncio.sleep(0)


class FakeDevice:
    """A connector whose every read takes a while and has one quality."""

    def __init__(self, time: Time, *, takes_s: float = 0.0, quality: Quality = Quality.GOOD) -> None:
        self.time = time
        self.takes_s = takes_s
        self.quality = quality
        self.reads = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def read(self, points: Sequence[Point], /) -> list[Reading]:
        self.reads += 1
        await self.time.sleep(self.takes_s)
        value = 1.0 if self.quality is Quality.GOOD else None
        return [Reading(p.id, value, self.quality, datetime.now(UTC)) for p in points]

    async def write(self, point: Point, command: Command, /) -> None: ...


BOX = Device(name="BOX", protocol=Protocol.BACNET, host="127.0.91.9", port=1, instance=1)
DOOR = point("DOOR", "door_position", bacnet("BOX", "binary-input", 1))
TEMP = point("TEMP", "temperature", bacnet("BOX", "analog-input", 1))


async def played(fake: FakeDevice, time: Time, points: Sequence[Point] = (DOOR, TEMP)) -> tuple[Poller, Listing]:
    sink = Listing()
    poller = Poller(points, [BOX], sink, clock=time, sleep=time.sleep, lines={"BOX": Line(BOX, fake, fake)})
    await poller.run(time.is_over)
    return poller, sink


async def test_every_point_has_one_reading_a_cycle() -> None:
    time = Time(20.5)
    poller, sink = await played(FakeDevice(time), time)
    assert Counter(r.point for r in sink.readings) == {"DOOR": 21, "TEMP": 5}
    counters = poller.counters()[Protocol.BACNET]
    assert (counters.points_polled, counters.good, counters.bad) == (26, 26, 0)


async def test_cycles_that_a_slow_device_missed_are_dropped_and_the_last_word_is_what_was_read() -> None:
    time = Time(30.0)
    poller, sink = await played(FakeDevice(time, takes_s=2.5), time, [DOOR])
    qualities = Counter(r.quality for r in sink.readings)
    assert qualities.total() == int(time.now_s) + 1  # the cycles under way at the end included
    assert qualities[Quality.DROPPED] > qualities[Quality.GOOD] > 0
    before_the_end = sink.readings[: -2 if sink.readings[-2].quality is Quality.DROPPED else -1]
    assert before_the_end[-1].quality is Quality.GOOD
    assert poller.counters()[Protocol.BACNET].points_polled == qualities.total()


async def test_a_long_slow_lane_does_not_make_the_doors_of_its_device_miss_their_cycles() -> None:
    class Slow(FakeDevice):
        async def read(self, points: Sequence[Point], /) -> list[Reading]:
            self.takes_s = 0.005 * len(points)
            return await super().read(points)

    temps = [point(f"T{n}", "temperature", bacnet("BOX", "analog-input", n)) for n in range(400)]
    time = Time(30.0)
    _, sink = await played(Slow(time), time, [DOOR, *temps])
    dropped = [reading for reading in sink.readings if reading.quality is Quality.DROPPED]
    assert dropped == sink.readings[len(sink.readings) - len(dropped) :]  # what was under way at the end, nothing else
    assert {reading.quality for reading in sink.readings} <= {Quality.GOOD, Quality.DROPPED}
    counts = Counter(reading.point for reading in sink.readings)
    assert 30 <= counts[DOOR.id] <= 31
    assert {counts[temp.id] for temp in temps} <= {5, 6, 7}


async def test_a_silent_device_is_asked_less_and_less_but_reported_every_cycle() -> None:
    time = Time(60.5)
    fake = FakeDevice(time, quality=Quality.TIMEOUT)
    poller, sink = await played(fake, time, [DOOR])
    assert len(sink.readings) == 61
    assert {r.quality for r in sink.readings} == {Quality.TIMEOUT, Quality.NOT_CONNECTED}
    assert 5 <= fake.reads <= 15
    (health,) = poller.health()
    assert (health.is_up, health.good, health.bad, health.last_good_at) == (False, 0, 1, None)


async def test_a_change_of_state_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bms_connectors.poller")
    time = Time(60.5)
    await played(FakeDevice(time, quality=Quality.TIMEOUT), time, [DOOR])
    assert [r.message for r in caplog.records] == ["BOX: no answer"]


async def test_a_failing_sink_is_not_swallowed(wait_until: Wait) -> None:
    class Full(Listing):
        def append(self, readings: object, /) -> int:
            raise OSError("disk full")

    time = Time(5.0)
    fake = FakeDevice(time)
    poller = Poller([DOOR], [BOX], Full(), clock=time, sleep=time.sleep, lines={"BOX": Line(BOX, fake, fake)})
    with pytest.raises(OSError, match="disk full"):
        async with poller:
            await wait_until(lambda: poller.health()[0].detail.startswith("polling failed"))


def test_a_point_of_no_device_is_told_at_once(town: Town, sink: Listing) -> None:
    with pytest.raises(ConfigError, match="BOX"):
        Poller([DOOR], town.devices, sink)


def test_a_writer_exists_for_bound_points_only(town: Town, sink: Listing) -> None:
    poller = Poller(town.points, town.devices, sink)
    assert poller.writer_for(town.point("D1/COMMAND")) is poller.writers()["ACS"]
    with pytest.raises(UnknownIdError):
        poller.writer_for(point("LOOSE", "co2", None))


async def test_both_protocols_are_polled_and_commanded_over_real_sockets(
    town: Town, sink: Listing, wait_until: Wait
) -> None:
    async with (
        VirtualBuilding(town.points, town.devices, town.host),
        Poller(town.points, town.devices, sink, cycle_s=FAST) as poller,
    ):
        await wait_until(lambda: len(sink.latest()) == len(town.points))
        assert {r.quality for r in sink.readings} <= GOOD_UNDER_LOAD
        for name in ("D1/COMMAND", "C1/COMMAND"):
            subject = town.point(name)
            await poller.writer_for(subject).write(subject, command(subject, 1.0))
            assert [r.value for r in await poller.read([subject])] == [1.0]
        await wait_until(lambda: sink.latest()["D1/COMMAND"].value == 1.0 == sink.latest()["C1/COMMAND"].value)
        assert all(h.is_up and h.bad == 0 for h in poller.health())
        assert all(r.at.tzinfo is UTC for r in sink.readings)


async def test_a_dead_device_delays_nobody_else(town: Town, sink: Listing, wait_until: Wait) -> None:
    async with (
        VirtualBuilding(town.points, town.devices, town.host) as building,
        Poller(town.points, town.devices, sink, cycle_s=FAST) as poller,
    ):
        await wait_until(lambda: len(sink.latest()) == len(town.points))
        building.silence("ACS")
        sink.readings.clear()
        await wait_until(lambda: any(r.point == "D1/LOCK" and r.quality is Quality.TIMEOUT for r in sink.readings))
        alive = [r for r in sink.readings if not r.point.startswith(("D", "SALLY"))]
        assert {r.quality for r in alive} <= GOOD_UNDER_LOAD
        good = Counter(r.point for r in alive if r.quality is Quality.GOOD)
        asked = {p.id for p in town.points if p.binding.device in ("AHU", "PLC")}
        assert good.keys() == asked
        assert min(good.values()) > 1  # at least twice in the two seconds that the dead device takes to time out
        assert {h.device: h.is_up for h in poller.health()} == {"ACS": False, "AHU": True, "PLC": True}


async def test_a_killed_building_turns_every_point_bad_and_a_new_one_turns_it_good(
    town: Town, sink: Listing, wait_until: Wait
) -> None:
    def latest() -> set[Quality]:
        return {r.quality for r in sink.latest().values()}

    async with Poller(town.points, town.devices, sink, cycle_s=FAST):
        async with VirtualBuilding(town.points, town.devices, town.host):
            await wait_until(lambda: len(sink.latest()) == len(town.points) and latest() == {Quality.GOOD})
        await wait_until(lambda: Quality.GOOD not in latest())
        async with VirtualBuilding(town.points, town.devices, town.host):
            await wait_until(lambda: latest() == {Quality.GOOD})


async def test_leaving_in_the_middle_of_a_read_ends_and_leaves_nothing_behind(
    town: Town, sink: Listing, wait_until: Wait
) -> None:
    before = asyncio.all_tasks()
    async with VirtualBuilding(town.points, town.devices, town.host):
        for pause in range(12):
            async with Poller(town.points, town.devices, sink, cycle_s=FAST):
                await asyncio.sleep(0.003 * pause)
    await wait_until(lambda: asyncio.all_tasks() <= before)


async def test_two_pollers_take_two_ports(town: Town) -> None:
    first, second = Listing(), Listing()
    async with (
        VirtualBuilding(town.points, town.devices, town.host),
        Poller(town.points, town.devices, first, cycle_s=FAST) as one,
        Poller(town.points, town.devices, second, cycle_s=FAST) as two,
    ):
        await asyncio.gather(one.read([town.point("D1/LOCK")]), two.read([town.point("D1/LOCK")]))
        ports = {p._lines["ACS"].connector._talk.client.port for p in (one, two)}
        assert len(ports) == 2
        assert town.device("ACS").port not in ports


async def test_cycles_that_fail_one_after_another_have_moments_of_their_own() -> None:
    time = Time(60.5)
    _, sink = await played(FakeDevice(time, takes_s=2.0, quality=Quality.TIMEOUT), time, [DOOR])
    others = [reading.quality for reading in sink.readings if reading.quality not in LOST]
    asked = [reading for reading in sink.readings if reading.quality is Quality.NOT_CONNECTED]
    assert len(asked) > 20
    assert len({round(reading.at.timestamp() * 1000) for reading in asked}) == len(asked)
    assert others in ([], [Quality.DROPPED])  # the cycle that was due when polling ended may not have been asked
