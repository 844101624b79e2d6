"""Trend logs of real virtual devices, read over the wire after a silence: every value at its own time."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bacpypes3.errors import UnrecognizedService
from bms_town import Town, bacnet, point

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.trend_logs import NO_LOG, TrendLogs
from bms_connectors.connectors import open_connectors
from bms_connectors.virtual.bacnet_application import VirtualApplication
from bms_connectors.virtual.bacnet_devices import BacnetServer
from bms_connectors.virtual.bacnet_field import FieldController
from bms_connectors.virtual.bacnet_router import FieldRouter, Line
from bms_connectors.virtual.bacnet_time import DeviceClock
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.points import Device, Protocol, Reading
from twin.model.vocabulary import Quality

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
VILNIUS_WINTER = -120
NETWORK = 2001


class Clocks:
    """The time of the world, and a device whose clock is `wrong` beside it."""

    def __init__(self, *, utc_offset_min: int = 0, wrong: timedelta = timedelta()) -> None:
        self.now = START
        self.device = DeviceClock(utc_offset_min=utc_offset_min, now=lambda: self.now + wrong)


def fill(town: Town, server: BacnetServer, clocks: Clocks, values: list[float | None], name: str = "AHU/TEMP") -> None:
    """One record a minute."""
    for value in values:
        clocks.now += MINUTE
        town.host.set(name, value)
        server.show(town.point(name).id)
        server.sample()


@asynccontextmanager
async def logging(town: Town, clocks: Clocks, **more: Any) -> AsyncIterator[tuple[BacnetServer, TrendLogs]]:
    device = town.device("AHU")
    points = [p for p in town.points if p.binding is not None and p.binding.device == "AHU"]
    server = BacnetServer(device, points, town.host, clock=clocks.device, **more)
    await server.open()
    try:
        async with BacnetClient(avoid={device.port}) as client:
            yield server, TrendLogs(Conversation(device, client), now=lambda: clocks.now)
    finally:
        await server.close()


def told(readings: tuple[Reading, ...]) -> list[tuple[float, float | None]]:
    """Minutes since the start, and the value."""
    return [((reading.at - START) / MINUTE, reading.value) for reading in readings]


async def test_every_value_comes_with_the_time_at_which_it_was_logged(town: Town) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [20.5, None, 21.0, 21.5])
        logged = await logs.read(town.point("AHU/TEMP"), START, START + DAY)
    assert logged.problem == ""
    assert told(logged.readings) == [(1, 20.5), (2, None), (3, 21.0), (4, 21.5)]
    assert [r.quality for r in logged.readings] == [Quality.GOOD, Quality.DEVICE_ERROR, Quality.GOOD, Quality.GOOD]


async def test_only_what_lies_between_the_two_moments_is_told(town: Town) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [float(n) for n in range(1, 11)])
        logged = await logs.read(town.point("AHU/TEMP"), START + 3 * MINUTE, START + 6 * MINUTE)
    assert told(logged.readings) == [(4, 4.0), (5, 5.0)]


async def test_a_thousand_records_come_whole_though_one_message_holds_few(town: Town) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [float(n) for n in range(1, 1101)])
        logged = await logs.read(town.point("AHU/TEMP"), START, START + DAY)
    assert told(logged.readings) == [(n, float(n)) for n in range(101, 1101)]  # the log holds a thousand


@pytest.mark.parametrize(
    ("utc_offset_min", "wrong"),
    [
        (VILNIUS_WINTER, timedelta()),
        (300, timedelta(seconds=-754)),
        (0, timedelta(hours=26)),
    ],
    ids=["Vilnius in winter", "west, and slow", "more than a day ahead"],
)
async def test_a_device_in_another_zone_or_with_a_wrong_clock_logs_at_our_times(
    town: Town, utc_offset_min: int, wrong: timedelta
) -> None:
    clocks = Clocks(utc_offset_min=utc_offset_min, wrong=wrong)
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [20.5, 21.0, 21.5])
        logged = await logs.read(town.point("AHU/TEMP"), START + MINUTE, START + 3 * MINUTE)
    assert told(logged.readings) == [(2, 21.0)]


@pytest.mark.parametrize("moved", [timedelta(minutes=45), timedelta(minutes=-45)], ids=["forward", "back"])
async def test_a_clock_that_was_set_after_the_gap_puts_no_value_at_a_false_time(town: Town, moved: timedelta) -> None:
    clocks = Clocks(wrong=-moved)
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [float(n) for n in range(1, 11)])
        clocks.device.set_utc(clocks.now.replace(tzinfo=None))
        fill(town, server, clocks, [11.0, 12.0])
        logged = await logs.read(town.point("AHU/TEMP"), START + 2 * MINUTE, START + 12 * MINUTE)
    assert told(logged.readings) == [(n, float(n)) for n in range(3, 12)]


async def test_a_change_of_the_clock_that_nobody_logged_ends_what_is_believed(town: Town) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [1.0, 2.0, 3.0])
        clocks.device.utc_offset_min = 60  # winter time
        fill(town, server, clocks, [4.0, 5.0])
        logged = await logs.read(town.point("AHU/TEMP"), START, START + DAY)
    assert told(logged.readings) == [(4, 4.0), (5, 5.0)]


async def test_points_without_a_log_and_of_other_protocols_are_told(town: Town) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (_, logs):
        assert (await logs.read(town.point("AHU/FAN"), START, START + DAY)).problem == NO_LOG
        assert (await logs.read(town.point("PLC/UPTIME"), START, START + DAY)).problem == "it is no BACnet point"


class _WithoutRange(VirtualApplication):
    async def do_ReadRangeRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        raise UnrecognizedService


async def test_a_device_without_the_service_is_asked_once_and_again_when_it_may_be_another(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (server, logs):
        fill(town, server, clocks, [20.5])
        with monkeypatch.context() as patched:
            patched.setattr(type(server._app), "do_ReadRangeRequest", _WithoutRange.do_ReadRangeRequest)
            for _ in range(2):
                logged = await logs.read(town.point("AHU/TEMP"), START, START + DAY)
                assert (logged.problem, logged.is_silent) == ("the device has no ReadRange", False)
        logs.forget()
        assert told((await logs.read(town.point("AHU/TEMP"), START, START + DAY)).readings) == [(1, 20.5)]


async def test_a_silent_device_is_a_result_and_no_exception(town: Town) -> None:
    clocks = Clocks()
    async with logging(town, clocks) as (server, logs):
        server.silence(True)
        logged = await logs.read(town.point("AHU/TEMP"), START, START + DAY)
        assert (logged.readings, logged.is_silent) == ((), True)
        assert "no answer" in logged.problem


async def test_what_a_silenced_device_of_the_building_logged_is_read_when_it_speaks_again(town: Town) -> None:
    lines = open_connectors([town.device("AHU")])
    line = lines["AHU"]
    assert line.logs is not None
    temperature = town.point("AHU/TEMP")
    before = datetime.now(UTC)
    async with VirtualBuilding(town.points, town.devices, town.host) as building, line.connector:
        building.silence("AHU")
        for value in (17.0, 18.25):
            town.host.set("AHU/TEMP", value)
            await building.refresh()
            building._bacnet["AHU"].sample()
        (lost,) = await line.connector.read([temperature])
        assert lost.quality is Quality.TIMEOUT
        building.silence("AHU", False)
        logged = await line.logs.read(temperature, before, datetime.now(UTC))
    assert logged.problem == ""
    assert [reading.value for reading in logged.readings][-2:] == [17.0, 18.25]
    assert all(before <= reading.at <= datetime.now(UTC) for reading in logged.readings)


@pytest.mark.parametrize("octets", [206, 480])
async def test_a_controller_behind_a_router_tells_its_log_in_short_messages(town: Town, octets: int) -> None:
    clocks = Clocks()
    router = dataclasses.replace(town.device("AHU"), name="ROUTER", instance=9199)
    behind = f"{NETWORK}:10@{router.host}:{router.port}"
    device = Device(name="F0", protocol=Protocol.BACNET, host=behind, port=0, instance=9200, station=10)
    for instance in (0, 1):
        town.points.append(point(f"F0/TEMP{instance}", "temperature", bacnet("F0", "analog-input", instance)))
        town.host.set(f"F0/TEMP{instance}", 5.0)
    controller = FieldController(device=device, max_apdu=octets)
    async with (
        FieldRouter(router, Line(network=NETWORK), [controller], town.points, town.host) as served,
        BacnetClient(avoid={router.port}) as client,
    ):
        server = served.servers["F0"]
        server.clock._now = lambda: clocks.now
        fill(town, server, clocks, [n / 2 for n in range(1, 61)], "F0/TEMP1")
        logs = TrendLogs(_talk(device, client, router), now=lambda: clocks.now)
        logged = await logs.read(town.point("F0/TEMP1"), START + 10 * MINUTE, START + 50 * MINUTE)
    assert logged.problem == ""
    assert told(logged.readings) == [(n, n / 2) for n in range(11, 50)]


def _talk(device: Device, client: BacnetClient, router: Device) -> Conversation:
    return Conversation(dataclasses.replace(device, host=f"{NETWORK}:10@{router.host}", port=router.port), client)
