from __future__ import annotations

from bms_town import Town

from bms_connectors.discovery import FoundDevice, discover
from bms_connectors.virtual.serve import VirtualBuilding


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
