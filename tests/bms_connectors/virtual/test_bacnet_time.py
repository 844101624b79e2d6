"""The clock of a virtual device, set over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from bacpypes3.apdu import TimeSynchronizationRequest, UTCTimeSynchronizationRequest
from bacpypes3.basetypes import DateTime, ServicesSupported
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import Date, Integer, Time
from bms_town import Town
from wire_peer import WirePeer, local, talking

from bms_connectors.virtual.bacnet_time import DeviceClock, from_date_time, is_loopback, to_date_time
from twin.model.points import Device

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
VILNIUS_MIN = -120


def clock() -> DeviceClock:
    return DeviceClock(utc_offset_min=VILNIUS_MIN, now=lambda: NOON)


async def local_time(peer: WirePeer, device: Device) -> datetime:
    where = f"device,{device.instance}"
    date = await peer.read(device, where, "local-date", Date)
    time = await peer.read(device, where, "local-time", Time)
    return from_date_time(DateTime(date=date, time=time))


async def test_a_device_shows_its_local_time_and_how_far_that_is_from_utc(town: Town) -> None:
    async with talking(town, clock=clock()) as (_, peer, device):
        assert await local_time(peer, device) == local(2026, 3, 1, 14, 0)
        assert await peer.read(device, f"device,{device.instance}", "utc-offset", Integer) == VILNIUS_MIN


@pytest.mark.parametrize("request_type", [TimeSynchronizationRequest, UTCTimeSynchronizationRequest])
async def test_a_time_synchronisation_sets_the_clock(town: Town, request_type: Any) -> None:
    at = local(2026, 3, 1, 15, 30, 20, 250_000)
    async with talking(town, clock=clock()) as (_, peer, device):
        await peer.request(request_type(time=to_date_time(at), destination=Address(f"{device.host}:{device.port}")))
        shown = await local_time(peer, device)
        assert shown == (at if request_type is TimeSynchronizationRequest else local(2026, 3, 1, 17, 30, 20, 250_000))


@pytest.mark.parametrize(
    "wrong",
    [
        DateTime(date=Date((255, 3, 1, 255)), time=Time((1, 0, 0, 0))),
        DateTime(date=Date((126, 2, 30, 1)), time=Time((1, 0, 0, 0))),
        DateTime(date=Date((126, 13, 1, 1)), time=Time((1, 0, 0, 0))),
        DateTime(date=Date((126, 3, 1, 7)), time=Time((1, 255, 255, 255))),
    ],
)
async def test_a_time_that_is_none_leaves_the_clock_alone(town: Town, wrong: DateTime) -> None:
    async with talking(town, clock=clock()) as (_, peer, device):
        await peer.request(TimeSynchronizationRequest(time=wrong, destination=Address(f"{device.host}:{device.port}")))
        assert await local_time(peer, device) == local(2026, 3, 1, 14, 0)


async def test_the_device_says_which_services_it_has(town: Town) -> None:
    async with talking(town) as (_, peer, device):
        supported = await peer.read(
            device, f"device,{device.instance}", "protocol-services-supported", ServicesSupported
        )
    names = (
        "timeSynchronization utcTimeSynchronization readRange getEventInformation acknowledgeAlarm subscribeCOV "
        "lifeSafetyOperation addListElement removeListElement readPropertyMultiple whoIs"
    )
    assert all(supported[getattr(ServicesSupported, name)] for name in names.split())
    assert not supported[ServicesSupported.deviceCommunicationControl]
    assert not supported[ServicesSupported.iAm + 20]


def test_only_this_machine_may_set_a_clock() -> None:
    assert is_loopback(Address("127.3.2.1:47808"))
    assert is_loopback(Address("7:5"))
    assert not is_loopback(Address("10.0.0.1:47808"))


def test_listeners_learn_how_far_a_clock_moved() -> None:
    moved: list[float] = []
    subject = clock()
    subject.listeners.append(moved.append)
    subject.set_local(local(2026, 3, 1, 13, 59, 30))
    subject.set_utc(local(2026, 3, 1, 12, 0, 15))
    assert moved == [-30.0, 45.0]
