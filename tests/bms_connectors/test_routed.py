"""A poller reads devices behind a lossy router as it reads any other: every cycle has its reading, four in flight."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from bms_town import Listing, Town, bacnet, free_port, point

from bms_connectors.poller import Poller
from bms_connectors.virtual.bacnet_field import _FieldApplication
from bms_connectors.virtual.field_lines import Line, routed_controllers
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.point_kinds import Freshness
from twin.model.points import Device, Point, Protocol
from twin.model.vocabulary import Quality

ROUTER_HOST = "127.0.94.9"
NETWORK = 3001
CYCLE_S = 0.2


def furnished(town: Town) -> tuple[list[Point], list[Device]]:
    """Two controllers with 30 doors and 30 temperatures; the second is a plain one."""
    port = free_port(socket.SOCK_DGRAM, [ROUTER_HOST])
    devices = [
        Device(
            name=f"F{n}",
            protocol=Protocol.BACNET,
            host=f"{NETWORK}:{n}@{ROUTER_HOST}",
            port=port,
            instance=9400 + n,
            station=n,
        )
        for n in (1, 2)
    ]
    points = [
        point(f"{device.name}/{kind}{n}", meaning, bacnet(device.name, kind, n, name))
        for device in devices
        for n in range(1, 16)
        for kind, meaning, name in (
            ("access-door", "door_position", "door-status"),
            ("analog-input", "temperature", "present-value"),
        )
    ]
    for number, each in enumerate(points):
        town.host.set(each.id, 0.0 if each.kind == "door_position" else 20.0 + number)
    return points, devices


@pytest.fixture
def most_in_flight(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """By device: how many requests it had before it had answered the first of them."""
    most: dict[str, int] = {}
    now: dict[str, int] = {}
    original = _FieldApplication.indication

    async def counted(app: Any, apdu: Any) -> None:
        name = str(app.device_object.objectName)
        now[name] = now.get(name, 0) + 1
        most[name] = max(most.get(name, 0), now[name])
        try:
            await asyncio.sleep(0.01)
            await original(app, apdu)
        finally:
            now[name] -= 1

    monkeypatch.setattr(_FieldApplication, "indication", counted)
    return most


async def test_a_lossy_line_costs_readings_their_age_and_no_cycle_its_reading(
    town: Town, sink: Listing, most_in_flight: dict[str, int], wait_until: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    points, devices = furnished(town)
    line = Line(network=NETWORK, delay_s=0.002, loss=0.03, seed=7)
    routed = routed_controllers(devices, line, router_host=ROUTER_HOST, port=devices[0].port, plain=["F2"])
    async with (
        VirtualBuilding(points, devices, town.host, routed=[routed]),
        Poller(points, devices, sink, cycle_s=dict.fromkeys(Freshness, CYCLE_S)) as poller,
    ):
        await wait_until(lambda: poller.counters()[Protocol.BACNET].cycles >= 20)
        await wait_until(lambda: all(each.is_up for each in poller.health()))
    counted = poller.counters()[Protocol.BACNET]
    assert len(sink.readings) == counted.points_polled == counted.good + counted.bad
    by_point = {each.id: [r for r in sink.readings if r.point == each.id] for each in points}
    assert len({len(by_point[each.id]) for each in points if each.id.startswith("F1/")}) == 1
    assert {r.value for r in sink.readings if r.quality is Quality.GOOD} == {town.host.value(p.id) for p in points}
    assert max(most_in_flight.values()) <= 4


async def test_a_silent_router_makes_its_devices_silent_and_nobody_else(
    town: Town, sink: Listing, wait_until: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    points, devices = furnished(town)
    routed = routed_controllers(
        devices, Line(network=NETWORK, loss=0.999), router_host=ROUTER_HOST, port=devices[0].port
    )
    ahu = [each for each in town.points if each.binding.device == "AHU"]
    everything = [*devices, town.device("AHU")]
    async with (
        VirtualBuilding([*points, *ahu], everything, town.host, routed=[routed]),
        Poller([*points, *ahu], everything, sink, cycle_s=dict.fromkeys(Freshness, CYCLE_S)) as poller,
    ):
        up = {"F1": False, "F2": False, "AHU": True}
        await wait_until(lambda: {each.device: each.is_up for each in poller.health()} == up, 10.0)
        await wait_until(lambda: {r.point.partition("/")[0] for r in sink.readings} >= set(up), 10.0)
    bad = {reading.quality for reading in sink.readings if reading.point.startswith(("F1/", "F2/"))}
    assert bad <= {Quality.TIMEOUT, Quality.NOT_CONNECTED, Quality.DROPPED}  # dropped: under way at the end
    assert {reading.quality for reading in sink.readings if reading.point in {each.id for each in ahu}} == {
        Quality.GOOD
    }
