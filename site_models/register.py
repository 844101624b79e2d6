"""The register: every point of a building and the device it lives on, generated from its facility alone.

Nothing here knows a site: door types, uses, zones and groups of the imported model decide. The order and the addresses
are the same every time. A facility whose doors carry none of our types (a model of others) has an empty register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from site_models.door_points import DoorGroups, access_points, controller_points, door_groups
from site_models.room_points import AHU, ahu_points, fire_points, has_sensors, room_points, site_points
from twin.model.facility import Facility
from twin.model.points import Device, Point, Protocol

_FIRST_INSTANCE = 1001
_UNIT_ID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Points in order of their devices, and the devices."""

    points: tuple[Point, ...] = ()
    devices: tuple[Device, ...] = ()


def register_for(
    facility: Facility,
    *,
    bacnet_network: str = "127.0.1",
    bacnet_port: int = 47808,
    modbus_network: str = "127.0.2",
    modbus_port: int = 1502,
) -> Register:
    """Points and devices of a facility.

    Args:
        facility: An imported or declared facility.
        bacnet_network: First three bytes of the BACnet devices' addresses; the fourth counts from 1.
        bacnet_port: UDP port of every BACnet device.
        modbus_network: First three bytes of the door controllers' addresses.
        modbus_port: TCP port of every door controller.
    """
    groups = door_groups(facility)
    if not groups.controlled and not groups.access:
        return Register()
    points: list[Point] = []
    devices: list[Device] = []
    for number, (name, make) in enumerate(_bacnet(facility, groups)):
        host = f"{bacnet_network}.{number + 1}"
        instance = _FIRST_INSTANCE + number
        devices.append(Device(name=name, protocol=Protocol.BACNET, host=host, port=bacnet_port, instance=instance))
        points += make(name)
    for number, group in enumerate(groups.controlled):
        name, host = group.device, f"{modbus_network}.{number + 1}"
        devices.append(Device(name=name, protocol=Protocol.MODBUS, host=host, port=modbus_port, instance=_UNIT_ID))
        points += controller_points(group, facility, groups)
    return Register(points=tuple(points), devices=tuple(devices))


_Maker = Callable[[str], list[Point]]
"""Makes the points of a device of this name."""


def _bacnet(facility: Facility, groups: DoorGroups) -> Iterator[tuple[str, _Maker]]:
    """BACnet devices in order: site, fire panel, air handling, access per building, rooms per storey."""
    site = facility.code
    names = {building.global_id: building.name for building in facility.buildings}
    yield f"SITE-{site}", partial(site_points, facility)
    if facility.zone_members("smoke"):
        yield f"FIRE-{site}", partial(fire_points, facility)
    if facility.zone_members("hvac"):
        yield f"{AHU}-{site}", partial(ahu_points, facility)
    for building, doors in groups.access.items():
        yield f"ACS-{building.name}", partial(access_points, facility, building, doors)
    for storey in facility.storeys:
        if has_sensors(facility, storey):
            yield f"ROOM-{names[storey.building]}-{storey.name}", partial(room_points, facility, storey)
