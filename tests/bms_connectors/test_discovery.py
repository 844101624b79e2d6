"""Who is there and what is in it, on real sockets: the virtual building, a router with a field network behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from bms_town import Town
from field_network import routed
from lone_device import HOST, analog_points, lone, serving

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.discovery import EVERY_NETWORK, FoundDevice, discover, doubled, object_list
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import DeviceRefusedError, ResponseTimeoutError
from twin.model.points import Device, Protocol


async def test_every_bacnet_device_is_found_with_its_address(town: Town) -> None:
    devices = [town.device("ACS"), town.device("AHU")]
    port = devices[0].port
    async with VirtualBuilding(town.points, town.devices, town.host):
        found = await discover([port], wait_s=0.3)
    assert found == [FoundDevice(d.instance, d.host, port, 999) for d in devices]


async def test_a_silent_device_is_not_found(town: Town) -> None:
    port = town.device("ACS").port
    async with VirtualBuilding(town.points, town.devices, town.host) as building:
        building.silence("ACS")
        found = await discover([port], wait_s=0.3)
    assert [device.instance for device in found] == [town.device("AHU").instance]


async def test_nobody_there_is_an_empty_list(town: Town) -> None:
    assert await discover([town.device("ACS").port], wait_s=0.05) == []


async def test_a_range_and_a_single_address_limit_who_is_asked(town: Town) -> None:
    acs, ahu = town.device("ACS"), town.device("AHU")
    steps = []
    async with VirtualBuilding(town.points, town.devices, town.host):
        ranged = await discover([acs.port], wait_s=0.3, instances=(ahu.instance, ahu.instance + 9))
        directed = await discover(
            [acs.port], broadcast=acs.host, wait_s=0.3, progress=lambda done, total: steps.append((done, total))
        )
    assert [device.instance for device in ranged] == [ahu.instance]
    assert [device.instance for device in directed] == [acs.instance]
    assert steps == [(1, 1)]


@pytest.mark.parametrize("instances", [(5, 4), (-1, 3), (0, 4_194_303)])
async def test_a_range_that_cannot_be_is_refused(instances: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="range"):
        await discover(instances=instances)


def test_an_instance_that_two_addresses_claim_is_told() -> None:
    one, two, other = (FoundDevice(7, f"10.0.0.{n}", 47808, 999) for n in (1, 2, 3))
    assert doubled([one, two, FoundDevice(8, "10.0.0.3", 47808, 999)]) == [7]
    assert doubled([other, other]) == []


@asynccontextmanager
async def found_there(device: Device) -> AsyncIterator[FoundDevice]:
    yield FoundDevice(device.instance, device.host, device.port, 999)


async def test_a_long_object_list_comes_in_segments() -> None:
    device = lone()
    async with serving(device, 400), found_there(device) as found:
        listed = await object_list(found)
    assert len(listed) == 402
    assert listed[-1] == ("analog-value", 400)


async def test_without_segmentation_it_comes_element_by_element() -> None:
    device, steps = lone(), []
    async with serving(device, 60, segments=False, octets=206) as app, found_there(device) as found:
        listed = await object_list(found, progress=lambda done, total: steps.append((done, total)))
    assert listed[-1] == ("analog-value", 60)
    assert steps[-1] == (62, 62)
    assert app.singles == 1 + 1 + 62


async def test_a_limit_ends_it_and_a_refusal_is_told() -> None:
    device = lone()
    async with found_there(device) as found:
        with pytest.raises(ResponseTimeoutError):
            await object_list(found, limit_s=0.1)
        async with serving(lone(port=device.port, instance=4711), 1):
            with pytest.raises(DeviceRefusedError, match="unknown-object"):
                await object_list(found)


@pytest.mark.parametrize("network", [200, EVERY_NETWORK])
async def test_devices_behind_a_router_are_found_and_read_by_the_address_they_were_found_at(network: int) -> None:
    router = lone(instance=9300)
    async with routed(router, 200, {5: 9305, 6: 9306}):
        found = await discover([router.port], broadcast=HOST, wait_s=0.5, network=network)
        behind = [device for device in found if device.network]
        assert [(each.instance, each.network, each.station) for each in behind] == [(9305, 200, "5"), (9306, 200, "6")]
        assert behind[0].address == f"200:5@{HOST}"
        assert len(await object_list(behind[0])) > 2
        device = Device(
            name="BOX", protocol=Protocol.BACNET, host=behind[1].address, port=router.port, instance=behind[1].instance
        )
        async with BacnetClient(avoid={router.port}) as client:
            readings = await BacnetConnector(Conversation(device, client)).read(analog_points(3))
    assert [reading.value for reading in readings] == [1.0, 2.0, 3.0]
