"""The clock on the wall is set back, or its hours come twice: polling goes by another one, readings are in UTC."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "modbus"))

from bms_town import Listing, point, register
from lone_device import analog_points, lone, serving, talking
from raw_server import answering, plc
from wall_clock import WallClock

from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.poller import Poller
from twin.model.point_kinds import Freshness
from twin.model.points import DataType, Reading, Table
from twin.model.vocabulary import Quality

Wait = Callable[..., Coroutine[object, object, None]]
CYCLE_S = 0.02


def good(sink: Listing) -> list[Reading]:
    return [reading for reading in sink.readings if reading.quality is Quality.GOOD]


async def test_a_clock_that_is_set_back_an_hour_neither_stops_nor_reorders_the_polls(
    sink: Listing, wait_until: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    numbers, device = count(), plc()
    counter = point("COUNTER", "co2", register("PLC", Table.HOLDING_REGISTER, 0, DataType.UINT16))
    async with (
        answering(device, lambda request: request.registers(next(numbers))),
        Poller([counter], [device], sink, cycle_s={Freshness.PLANT: CYCLE_S}),
    ):
        await wait_until(lambda: len(good(sink)) > 20)
        clock = WallClock(monkeypatch)
        clock.offset = -timedelta(hours=1)
        before = len(sink.readings)
        await wait_until(lambda: len(good(sink)) > 20 + before)
    values = [reading.value for reading in good(sink)]
    assert values == [float(n) for n in range(len(values))]
    backward = [later.at - earlier.at for earlier, later in pairwise(good(sink)) if later.at < earlier.at]
    assert len(backward) == 1
    assert -timedelta(hours=1) <= backward[0] < -timedelta(minutes=59)
    assert caplog.records == []


async def test_what_was_told_before_the_clock_was_set_back_does_not_hide_what_is_polled_after(
    wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, points, told = lone(), analog_points(1), Listing()
    async with talking(device) as talk, serving(device, 1) as app:
        connector = BacnetConnector(talk)
        connector.watch(points, told.append)
        async with connector:
            await wait_until(lambda: bool(told.readings))
            app.cov_notification = lambda *_: None
            app.get_object_name("T1").presentValue = 50.0
            clock = WallClock(monkeypatch)
            clock.offset = -timedelta(hours=1)
            (reading,) = await connector.read(points)
    assert (reading.value, reading.quality) == (50.0, Quality.GOOD)


@pytest.mark.parametrize(
    "change",
    [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)],
    ids=["an hour is left out", "an hour comes twice"],
)
async def test_readings_pass_both_changes_of_local_time_without_a_step(
    change: datetime, sink: Listing, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Vilnius")
    time.tzset()
    device = plc()
    counter = point("COUNTER", "co2", register("PLC", Table.HOLDING_REGISTER, 0, DataType.UINT16))
    try:
        clock = WallClock(monkeypatch)
        clock.set(change - timedelta(seconds=0.5))
        async with (
            answering(device, lambda request: request.registers(1)),
            Poller([counter], [device], sink, cycle_s={Freshness.PLANT: CYCLE_S}),
        ):
            await wait_until(lambda: bool(sink.readings) and sink.readings[-1].at > change + timedelta(seconds=0.2))
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    times = [reading.at for reading in good(sink)]
    assert times[0] < change < times[-1]
    assert all(at.tzinfo is UTC for at in times)
    assert all(timedelta() < later - earlier < timedelta(minutes=1) for earlier, later in pairwise(times))
