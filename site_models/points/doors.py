"""Points of doors: Modbus door controllers per unit, BACnet access controllers per building.

A door controller has, for its i-th door, a status word in holding register 2·i (bits below) and a command in 2·i + 1;
its uptime in input registers 0 and 1; of its interlock groups the states from input register 10, the occupancy of their
chambers from 30; of its i-th door how long it stands open, its locking mode and its opening cycles from 100 + 4·i.
Doors with a key whose position alone is watched are its discrete inputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from site_models.brief_files import Monitoring
from site_models.points.heartbeats import bacnet_heartbeat, heartbeat
from site_models.points.naming import ascii_word, make_point, place_of, point_id
from site_models.services.security import WITH_CALL
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Point, Table
from twin.model.spaces import Building, Space
from twin.model.vocabulary import OPEN_CONDITIONS, UseCondition

Catalogue = Mapping[str, Monitoring]
"""Door type → what tells of its doors."""

_ON_DOOR_CONTROLLER = frozenset({Monitoring.CONTROLLER, Monitoring.CONTACT})

INTERLOCK_ADDRESS = 10
OCCUPANCY_ADDRESS = 30
COUNTERS_ADDRESS = 100

# Point, kind, bit of the status word, whether the bit is the opposite of the value (1 = closed, 1 = locked).
_STATUS_BITS = (
    ("POSITION", "door_position", 0, True),
    ("LOCK_STATUS", "lock_status", 1, True),
    ("DEADLOCK", "deadlock", 2, False),
    ("TAMPER", "tamper", 4, False),
    ("FAULT", "door_fault", 5, False),
)
_CELL_BITS = (
    ("CALL", "cell_call", 3, False),
    ("KEY", "key_override", 6, False),
    ("NIGHT", "night_lock", 7, False),
)
# Point, kind, place among the counters of the door, data type.
_COUNTERS = (
    ("OPEN_TIME", "open_time", 0, DataType.UINT16),
    ("MODE", "door_mode", 1, DataType.UINT16),
    ("CYCLES", "cycle_count", 2, DataType.UINT32),
)
_ACCESS_PROPERTIES = (
    ("POSITION", "door_position", "door-status"),
    ("LOCK_STATUS", "lock_status", "lock-status"),
    ("COMMAND", "door_command", "present-value"),
)


Calls = Mapping[GlobalId, GlobalId]
"""Cell door → the call unit of its cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """A door controller: its name, the level and wing it serves, its storey, its doors in order of address.

    ``contacts`` are doors with a position contact and nothing else.
    """

    device: str
    level: str
    wing: str
    storey: GlobalId
    doors: tuple[Door, ...]
    contacts: tuple[Door, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorGroups:
    """Door controllers in order, and doors with readers per building."""

    controlled: tuple[Controller, ...]
    access: Mapping[Building, tuple[Door, ...]]


def door_groups(facility: Facility, catalogue: Catalogue) -> DoorGroups:
    """Group doors by building, storey and wing; doors with readers by building."""
    told = {door.global_id: _monitoring(facility, door, catalogue) for door in facility.doors}
    levels = {name: index for index, name in enumerate(facility.levels)}
    buildings = {building.global_id: building for building in facility.buildings}
    order = {building.global_id: index for index, building in enumerate(facility.buildings)}
    groups: dict[tuple[int, int, str], list[Door]] = {}
    access: dict[Building, list[Door]] = {}
    for door in facility.doors:
        storey = facility.storey_by_id[door.storey]
        if told[door.global_id] in _ON_DOOR_CONTROLLER:
            key = (levels[storey.name], order[storey.building], place_of(facility, door)[1])
            groups.setdefault(key, []).append(door)
        elif told[door.global_id] is Monitoring.READER:
            access.setdefault(buildings[storey.building], []).append(door)
    names = Counter((level, wing) for level, _, wing in groups)
    controllers = []
    for (level, building, wing), doors in sorted(groups.items(), key=lambda item: item[0]):
        part = facility.code if names[level, wing] == 1 else facility.buildings[building].name
        controllers.append(
            Controller(
                device=f"DOOR-{part}-{facility.levels[level]}-{wing}",
                level=facility.levels[level],
                wing=wing,
                storey=doors[0].storey,
                doors=tuple(door for door in doors if told[door.global_id] is Monitoring.CONTROLLER),
                contacts=tuple(door for door in doors if told[door.global_id] is Monitoring.CONTACT),
            )
        )
    in_order = sorted(access.items(), key=lambda item: order[item[0].global_id])
    return DoorGroups(controlled=tuple(controllers), access={building: tuple(doors) for building, doors in in_order})


def _monitoring(facility: Facility, door: Door, catalogue: Catalogue) -> Monitoring:
    found = catalogue.get(door.type, Monitoring.NONE)
    if found is not Monitoring.SECURE_CONTACT:
        return found
    conditions = {space.use_condition for space in _sides(facility, door)}
    return Monitoring.CONTACT if conditions - OPEN_CONDITIONS - {UseCondition.UNKNOWN} else Monitoring.NONE


def is_cell_door(facility: Facility, door: Door) -> bool:
    """Whether a cell is on one side of a door."""
    return any(space.use in WITH_CALL for space in _sides(facility, door))


def _sides(facility: Facility, door: Door) -> list[Space]:
    return [facility.space_by_id[node] for node in door.joins or () if node in facility.space_by_id]


def controller_points(
    group: Controller, facility: Facility, groups: DoorGroups, calls: Calls, device: str
) -> list[Point]:
    """Uptime, interlock states and doors of one controller."""
    binding = ModbusBinding(device=device, table=Table.INPUT_REGISTER, address=0, data_type=DataType.UINT32)
    points = [heartbeat(facility, device, binding, level=group.level, wing=group.wing)]
    points += _interlock_points(group, facility, groups)
    for index, door in enumerate(group.doors):
        points += _door_points(device, facility, door, index, calls)
    for index, door in enumerate(group.contacts):
        contact = ModbusBinding(
            device=device, table=Table.DISCRETE_INPUT, address=index, data_type=DataType.BIT, invert=True
        )
        name = point_id(_stem(facility, door), "POSITION")
        points.append(make_point(facility, name, "door_position", door.global_id, contact))
    return points


def _door_points(device: str, facility: Facility, door: Door, index: int, calls: Calls) -> Iterator[Point]:
    stem = _stem(facility, door)
    bits = _STATUS_BITS + (_CELL_BITS if is_cell_door(facility, door) else ())
    for name, kind, bit, invert in bits:
        binding = ModbusBinding(
            device=device,
            table=Table.HOLDING_REGISTER,
            address=2 * index,
            data_type=DataType.BIT,
            bit=bit,
            invert=invert,
        )
        caller = calls.get(door.global_id) if kind == "cell_call" else None
        yield make_point(facility, point_id(stem, name), kind, door.global_id, binding, device=caller)
    command = ModbusBinding(
        device=device, table=Table.HOLDING_REGISTER, address=2 * index + 1, data_type=DataType.UINT16
    )
    yield make_point(facility, point_id(stem, "COMMAND"), "door_command", door.global_id, command)
    for name, kind, place, data_type in _COUNTERS:
        address = COUNTERS_ADDRESS + 4 * index + place
        binding = ModbusBinding(device=device, table=Table.INPUT_REGISTER, address=address, data_type=data_type)
        yield make_point(facility, point_id(stem, name), kind, door.global_id, binding)


def _interlock_points(group: Controller, facility: Facility, groups: DoorGroups) -> Iterator[Point]:
    """States and chambers of the interlock groups most of whose doors are on this controller (the first if divided)."""
    number = 0
    for name in sorted({door.interlock_group for door in group.doors} - {""}):
        shares = [sum(door.interlock_group == name for door in one.doors) for one in groups.controlled]
        if groups.controlled[shares.index(max(shares))].device != group.device:
            continue
        first = next(door for door in group.doors if door.interlock_group == name)
        level, wing, space, _ = place_of(facility, first)
        stem = point_id(facility.code, level, wing, space, ascii_word(name))
        for ending, kind, start in (
            ("INTERLOCK", "interlock_state", INTERLOCK_ADDRESS),
            ("OCCUPANCY", "interlock_occupancy", OCCUPANCY_ADDRESS),
        ):
            binding = ModbusBinding(
                device=group.device, table=Table.INPUT_REGISTER, address=start + number, data_type=DataType.UINT16
            )
            yield make_point(facility, point_id(stem, ending), kind, first.global_id, binding)
        number += 1


def access_points(facility: Facility, doors: tuple[Door, ...], device: str) -> list[Point]:
    """Uptime and AccessDoor objects (ASHRAE 135, clause 12.26) of one access controller."""
    points = [bacnet_heartbeat(facility, device)]
    for instance, door in enumerate(doors, start=1):
        stem = _stem(facility, door)
        for name, kind, key in _ACCESS_PROPERTIES:
            binding = BacnetBinding(device=device, object_type="access-door", object_instance=instance, property=key)
            points.append(make_point(facility, point_id(stem, name), kind, door.global_id, binding))
    return points


def _stem(facility: Facility, door: Door) -> str:
    level, wing, space, number = place_of(facility, door)
    return f"{facility.code}/{level}/{wing}/{space}/DOOR{number}"
