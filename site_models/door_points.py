"""Points of doors: Modbus door controllers per unit, BACnet access controllers per building.

A door controller has, for its i-th door, a status word in holding register 2·i (bits below) and a command in 2·i + 1;
its uptime in input registers 0 and 1; states of its interlock groups from input register 10.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Point, Table
from twin.model.spaces import Building

CELL_TYPES = frozenset({"D-CELL", "D-CELL-A"})
CONTROLLED_TYPES = CELL_TYPES | {"D-GATE", "D-SP", "D-WS", "D-FIRE", "D-EXIT", "D-LOAD", "D-LOAD-I"}
"""Doors on a Modbus door controller (door catalogue: remote lock and monitored position)."""
ACCESS_TYPES = frozenset({"D-STAFF", "D-ENT", "D-OPEN"})
"""Doors with a reader, on a BACnet access controller."""

INTERLOCK_ADDRESS = 10
ANY = "ALL"
"""Stands in a point's name where no single space or wing is meant."""

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
_ACCESS_PROPERTIES = (
    ("POSITION", "door_position", "door-status"),
    ("LOCK_STATUS", "lock_status", "lock-status"),
    ("COMMAND", "door_command", "present-value"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """A door controller: its name, the level and wing it serves, its storey, its doors in order of address."""

    device: str
    level: str
    wing: str
    storey: GlobalId
    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorGroups:
    """Door controllers in order, and doors with readers per building."""

    controlled: tuple[Controller, ...]
    access: Mapping[Building, tuple[Door, ...]]


def door_groups(facility: Facility) -> DoorGroups:
    """Group doors by building, storey and wing; doors with readers by building."""
    levels = {name: index for index, name in enumerate(facility.levels)}
    buildings = {building.global_id: building for building in facility.buildings}
    order = {building.global_id: index for index, building in enumerate(facility.buildings)}
    groups: dict[tuple[int, int, str], list[Door]] = {}
    access: dict[Building, list[Door]] = {}
    for door in facility.doors:
        storey = facility.storey_by_id[door.storey]
        if door.type in CONTROLLED_TYPES:
            key = (levels[storey.name], order[storey.building], place_of(facility, door)[1])
            groups.setdefault(key, []).append(door)
        elif door.type in ACCESS_TYPES:
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
                doors=tuple(doors),
            )
        )
    in_order = sorted(access.items(), key=lambda item: order[item[0].global_id])
    return DoorGroups(controlled=tuple(controllers), access={building: tuple(doors) for building, doors in in_order})


def place_of(facility: Facility, door: Door) -> tuple[str, str, str, str]:
    """Level, wing, space and number of a door, from its code ``D.VIL-L01-A-C07.1``; else from what it joins."""
    match = re.fullmatch(r"D\.(.+)\.(\d+)", door.code)
    level, wing, space = split_code(facility, match[1] if match else "", facility.level_of(door))
    return level, wing, space, match[2] if match else ascii_word(door.code)


def split_code(facility: Facility, code: str, level: str) -> tuple[str, str, str]:
    """Level, wing and place of a space code ``VIL-L01-A-C07``; ``ALL`` for what it does not say."""
    parts = code.removeprefix(f"{facility.code}-").split("-")
    if len(parts) < 3:
        return ascii_word(level), ANY, ascii_word(code) or ANY
    return ascii_word(parts[0]), ascii_word(parts[1]), ascii_word("-".join(parts[2:]))


def ascii_word(text: str) -> str:
    """Letters, digits and hyphens of a text: what a point's name is made of."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")


def point_id(*parts: str) -> PointId:
    """Join the parts of a point's name."""
    return PointId("/".join(parts))


def controller_points(group: Controller, facility: Facility, groups: DoorGroups) -> list[Point]:
    """Uptime, interlock states and doors of one controller."""
    heartbeat = ModbusBinding(device=group.device, table=Table.INPUT_REGISTER, address=0, data_type=DataType.UINT32)
    name = point_id(facility.code, group.level, group.wing, ANY, group.device, "HEARTBEAT")
    points = [Point(id=name, kind="heartbeat", element=group.storey, binding=heartbeat)]
    points += _interlock_points(group, facility, groups)
    for index, door in enumerate(group.doors):
        points += _door_points(group.device, facility, door, index)
    return points


def _door_points(device: str, facility: Facility, door: Door, index: int) -> Iterator[Point]:
    stem = _stem(facility, door)
    bits = _STATUS_BITS + (_CELL_BITS if door.type in CELL_TYPES else ())
    for name, kind, bit, invert in bits:
        binding = ModbusBinding(
            device=device,
            table=Table.HOLDING_REGISTER,
            address=2 * index,
            data_type=DataType.BIT,
            bit=bit,
            invert=invert,
        )
        yield Point(id=point_id(stem, name), kind=kind, element=door.global_id, binding=binding)
    command = ModbusBinding(
        device=device, table=Table.HOLDING_REGISTER, address=2 * index + 1, data_type=DataType.UINT16
    )
    yield Point(id=point_id(stem, "COMMAND"), kind="door_command", element=door.global_id, binding=command)


def _interlock_points(group: Controller, facility: Facility, groups: DoorGroups) -> Iterator[Point]:
    """States of the interlock groups most of whose doors are on this controller (the first one, if divided)."""
    address = INTERLOCK_ADDRESS
    for name in sorted({door.interlock_group for door in group.doors} - {""}):
        shares = [sum(door.interlock_group == name for door in one.doors) for one in groups.controlled]
        if groups.controlled[shares.index(max(shares))].device != group.device:
            continue
        first = next(door for door in group.doors if door.interlock_group == name)
        level, wing, space, _ = place_of(facility, first)
        yield Point(
            id=point_id(facility.code, level, wing, space, ascii_word(name), "INTERLOCK"),
            kind="interlock_state",
            element=first.global_id,
            binding=ModbusBinding(
                device=group.device, table=Table.INPUT_REGISTER, address=address, data_type=DataType.UINT16
            ),
        )
        address += 1


def access_points(facility: Facility, building: Building, doors: tuple[Door, ...], device: str) -> list[Point]:
    """Uptime and AccessDoor objects (ASHRAE 135, clause 12.26) of one access controller."""
    points = [heartbeat_point(facility, device, building.global_id)]
    for instance, door in enumerate(doors, start=1):
        stem = _stem(facility, door)
        points += [
            Point(
                id=point_id(stem, name),
                kind=kind,
                element=door.global_id,
                binding=BacnetBinding(device=device, object_type="access-door", object_instance=instance, property=key),
            )
            for name, kind, key in _ACCESS_PROPERTIES
        ]
    return points


def heartbeat_point(facility: Facility, device: str, element: GlobalId) -> Point:
    """Uptime of a BACnet device: its analog-input 0."""
    return Point(
        id=point_id(facility.code, ANY, ANY, ANY, ascii_word(device), "HEARTBEAT"),
        kind="heartbeat",
        element=element,
        binding=BacnetBinding(device=device, object_type="analog-input", object_instance=0),
    )


def _stem(facility: Facility, door: Door) -> str:
    level, wing, space, number = place_of(facility, door)
    return f"{facility.code}/{level}/{wing}/{space}/DOOR{number}"
