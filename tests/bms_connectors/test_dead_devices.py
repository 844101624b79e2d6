"""One dead, one frozen and one healthy device of each protocol: what the first two cost the third."""

from __future__ import annotations

import socket
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace

from bms_town import Listing, Town, free_port
from lone_device import frozen

from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.point_kinds import Freshness
from twin.model.points import Device, Point, Protocol
from twin.model.vocabulary import Quality

CYCLE_S = 0.25
CYCLES = {Freshness.SECURITY: CYCLE_S, Freshness.PLANT: CYCLE_S}
ENOUGH = 24
"""Cycles of the healthy device: three times as long as a dead one takes to time out."""
Wait = Callable[..., Coroutine[object, object, None]]


def copies(town: Town, name: str, suffix: str, host: str) -> tuple[Device, list[Point]]:
    """The device and its points once more, at a host where nobody lives."""
    device = town.device(name)
    kind = socket.SOCK_DGRAM if device.protocol is Protocol.BACNET else socket.SOCK_STREAM
    other = replace(device, name=f"{name}{suffix}", host=host, port=free_port(kind, [host]), instance=9)
    points = [
        replace(p, id=f"{p.id}{suffix}", binding=replace(p.binding, device=other.name))
        for p in town.points
        if p.binding.device == name
    ]
    return other, points


async def test_the_healthy_are_on_time_and_the_others_have_no_old_values(
    town: Town, sink: Listing, wait_until: Wait
) -> None:
    lost = {}
    for number, name in enumerate(("ACS", "PLC")):
        for state in (".dead", ".frozen"):
            device, points = copies(town, name, state, f"127.0.94.{1 + 2 * number + (state == '.frozen')}")
            lost[device] = points
    everything = [*town.points, *(point for points in lost.values() for point in points)]
    watched = "C1/LOCK", "D1/LOCK"
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(VirtualBuilding(town.points, town.devices, town.host))
        for device in lost:
            if device.name.endswith("frozen"):
                await stack.enter_async_context(frozen(device))
        poller = Poller(everything, [*town.devices, *lost], sink, cycle_s=CYCLES)
        await stack.enter_async_context(poller)
        await wait_until(lambda: all(rows(sink, point) >= ENOUGH for point in watched))
        health = {each.device: each for each in poller.health()}
    for point in watched:
        times = [reading.at.timestamp() for reading in sink.readings if reading.point == point]
        span = times[ENOUGH - 1] - times[0]
        assert span <= 1.25 * CYCLE_S * (ENOUGH - 1)
        assert {r.quality for r in sink.readings if r.point == point} <= {Quality.GOOD, Quality.DROPPED}
    silent = {point.id for points in lost.values() for point in points}
    of_silent = [reading for reading in sink.readings if reading.point in silent]
    qualities = {reading.quality for reading in of_silent}
    assert qualities - {Quality.DROPPED} == {Quality.TIMEOUT, Quality.NOT_CONNECTED}  # dropped: under way at the end
    assert {reading.point for reading in of_silent} == silent
    assert all(reading.value is None for reading in of_silent)
    for device in lost:
        assert not health[device.name].is_up
        assert " since " in health[device.name].detail
    assert all(health[device.name].is_up for device in town.devices)


def rows(sink: Listing, point: str) -> int:
    return sum(reading.point == point for reading in sink.readings)


async def test_a_device_that_comes_back_is_probed_with_one_point_and_then_read_in_full(
    town: Town, sink: Listing, wait_until: Wait
) -> None:
    plc = town.device("PLC")
    points = [p for p in town.points if p.binding.device == "PLC"]
    async with Poller(points, [plc], sink, cycle_s=CYCLES) as poller:
        await wait_until(lambda: rows(sink, "C1/LOCK") > 1)
        assert not poller.health()[0].is_up
        async with VirtualBuilding(points, [plc], town.host):
            await wait_until(lambda: poller.health()[0].good == len(points))
        assert poller.health()[0].is_up
        assert poller.health()[0].detail == ""
