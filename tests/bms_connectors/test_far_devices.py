"""Devices that are not on loopback are reached from the address of ours that leads to them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from bms_town import Listing, Town, free_port

from bms_connectors.bacnet.own_address import own_address_towards
from bms_connectors.poller import Poller
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConnectError
from twin.model.point_kinds import Freshness
from twin.model.vocabulary import Quality

ANYBODY = ("192.0.2.1", 47808)
"""An address of the block for documentation (RFC 5737)."""


def outer_address() -> str:
    """An address of this machine that is not loopback; the test is skipped without one."""
    try:
        own = own_address_towards(ANYBODY)
    except ConnectError:
        pytest.skip("this machine has no address but loopback")
    return own


def test_loopback_is_reached_from_loopback() -> None:
    assert own_address_towards(("127.0.0.5", 47808)) == "127.0.0.1"


async def test_a_device_on_another_network_is_polled(
    town: Town, sink: Listing, wait_until: Callable[..., Coroutine[Any, Any, None]]
) -> None:
    host = outer_address()
    ahu = replace(town.device("AHU"), host=host, port=free_port(socket.SOCK_DGRAM, [host]))
    points = [point for point in town.points if point.binding.device == "AHU"]
    async with (
        VirtualBuilding(points, [ahu], town.host, allow_non_loopback=True),
        Poller(points, [ahu], sink, cycle_s=dict.fromkeys(Freshness, 0.2)),
    ):
        await wait_until(lambda: len(sink.readings) > 2 * len(points))
    assert {reading.quality for reading in sink.readings if reading.quality is not Quality.DROPPED} == {Quality.GOOD}
