"""What a room data sheet says: figures, doors, equipment and points of a room as text. Never a zero for the unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from twin.files.text import plain
from twin.model.doors import Door
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside
from twin.model.points import BacnetBinding, DataType, ModbusBinding, Point, Table
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS, SLEEPING, Confidence, JoinSource, SpaceUse, UseCondition

UNKNOWN = "not in the model"
INAPPLICABLE = "–"
SLEEPS = CELLS | SLEEPING | {SpaceUse.HOTEL}
"""Uses in which people sleep, whether or not their places are certified."""

_PURPOSES = {
    "hvac": "Ventilation zone",
    "smoke": "Smoke compartment",
    "release": "Release group",
    "regime": "Regime zone",
}
_SOURCES = {
    JoinSource.BOUNDARY: "from space boundaries",
    JoinSource.GEOMETRY: "from geometry",
    JoinSource.BOTH: "from boundaries and geometry",
    JoinSource.MANUAL: "entered by hand",
}
_SURE = {Confidence.SURE: "sure", Confidence.LIKELY: "likely", Confidence.GUESS: "a guess"}

Line = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What belongs to each room, looked up once for all sheets."""

    facility: Facility
    zones: Mapping[GlobalId, Mapping[str, tuple[str, ...]]]
    zone_ids: Mapping[GlobalId, tuple[tuple[GlobalId, str], ...]]
    equipment: Mapping[GlobalId, tuple[Equipment, ...]]
    points: Mapping[GlobalId, tuple[Point, ...]]

    def doors(self, space: Space) -> tuple[Door, ...]:
        """Doors that open on a room, by code."""
        return tuple(sorted(self.facility.doors_of.get(space.global_id, ()), key=lambda door: door.code))


def said(text: str) -> str:
    """A word of the model, or that there is none."""
    return plain(text).strip() or UNKNOWN


def measured(value: float, unit: str, digits: int = 2) -> str:
    """A length or area; 0, less or no number means that the model does not tell."""
    return f"{value:.{digits}f} {unit}" if 0 < value < float("inf") else UNKNOWN


def fact_lines(space: Space, around: Surroundings) -> Iterator[Line]:
    """Label and value of each figure of a room."""
    facility = around.facility
    storey = facility.storey_by_id[space.storey]
    building = next(one.name for one in facility.buildings if one.global_id == storey.building)
    yield "Use", use_text(space)
    yield "Storey", f"{said(storey.name)}, {said(building)} (floor at {space.floor_m:+.2f} m)"
    yield "Net floor area", measured(space.area_m2, "m²")
    yield "Height", measured(space.height_m, "m")
    yield "Capacity", f"{space.capacity}" if space.capacity > 0 else UNKNOWN
    yield "Certified places", _places(space)
    if space.use in SLEEPS:
        yield "Living area per place", _living(space)
        yield "Sanitary annex", _annex(space)
    yield "Window area", measured(space.window_m2, "m²")
    for purpose, label in _PURPOSES.items():
        yield label, ", ".join(around.zones.get(space.global_id, {}).get(purpose, ())) or UNKNOWN
    yield "Use condition (NFPA 101)", UNKNOWN if space.use_condition is UseCondition.UNKNOWN else space.use_condition
    yield "GlobalId", said(space.global_id)


def use_text(space: Space) -> str:
    """The use in words, with its code."""
    if space.use is SpaceUse.UNKNOWN:
        return UNKNOWN
    return f"{space.use.name.replace('_', ' ').capitalize()} ({space.use.value})"


def door_lines(space: Space, around: Surroundings) -> Iterator[Line]:
    """Number, code, type, clear size, where it leads, lock, fail mode, fire action, how sure."""
    for number, door in enumerate(around.doors(space), start=1):
        has_lock = bool(door.lock_type.strip())
        size = f"{measured(door.clear_width_m, 'm')} × {measured(door.clear_height_m, 'm')}"
        yield (
            str(number),
            said(door.code),
            said(door.type),
            UNKNOWN if size.count(UNKNOWN) == 2 else size,
            _other_side(space, door, around.facility),
            said(door.lock_type),
            # Where no lock is known, "none" would be our default and not a word of the model.
            door.fail_mode.value if has_lock else UNKNOWN,
            door.fire_action.value if has_lock else UNKNOWN,
            f"{_SURE[door.confidence]}, {_SOURCES[door.source]}",
        )


def equipment_lines(space: Space, around: Surroundings) -> Iterator[Line]:
    """Code, name, type, class."""
    for one in around.equipment.get(space.global_id, ()):
        predefined = f" ({plain(one.predefined_type)})" if one.predefined_type else ""
        yield said(one.code), said(one.name), said(one.type), said(one.ifc_class) + predefined


def point_lines(space: Space, around: Surroundings) -> Iterator[Line]:
    """Id, what it is of, kind, unit, limits, states, protocol, device, address: of the room and all that is in it."""
    for element, owner in _elements(space, around):
        for point in around.points.get(element, ()):
            states = point.states or point.meaning.states
            yield (
                said(point.id),
                owner,
                point.meaning.label,
                INAPPLICABLE if point.meaning.unit == "none" else point.meaning.unit,
                INAPPLICABLE if states else _limits(point),
                plain(", ".join(states)) if states else INAPPLICABLE,
                *_binding(point),
            )


def _elements(space: Space, around: Surroundings) -> Iterator[tuple[GlobalId, str]]:
    yield space.global_id, "room"
    for door in around.doors(space):
        yield door.global_id, said(door.code)
    for one in around.equipment.get(space.global_id, ()):
        yield one.global_id, said(one.code)
    yield from around.zone_ids.get(space.global_id, ())


def _places(space: Space) -> str:
    if space.use is SpaceUse.UNKNOWN:
        return UNKNOWN
    if space.use not in SLEEPING:
        return "none: not counted for this use"
    return str(space.certified_places) if space.certified_places > 0 else UNKNOWN


def _living(space: Space) -> str:
    if space.capacity <= 0 or space.area_m2 <= 0:
        return UNKNOWN
    each = measured(space.living_m2 / space.capacity, "m²")
    return f"{each} (annex deducted)" if space.annex_m2 > 0 else f"{each} (no annex in the model to deduct)"


def _annex(space: Space) -> str:
    if space.annex_m2 <= 0:
        return UNKNOWN
    return f"{space.annex_m2:.2f} m², {'fully' if space.has_partitioned_annex else 'not known to be'} partitioned"


def _other_side(space: Space, door: Door, facility: Facility) -> str:
    if not door.is_route:
        return "within this room"
    node = next(end for end in door.joins or () if end != space.global_id)
    if is_outside(node):
        return "outdoors"
    other = facility.space_by_id[node]
    return f"{said(other.code)}, {said(other.name)}"


def _limits(point: Point) -> str:
    ends: Iterable[str] = (
        f"{word} {value:g}" for word, value in (("from", point.low), ("to", point.high)) if value is not None
    )
    return " ".join(ends) or UNKNOWN


def _binding(point: Point) -> tuple[str, str, str]:
    match point.binding:
        case BacnetBinding() as at:
            other = "" if at.property == "present-value" else f" {at.property}"
            return "BACnet", said(at.device), plain(f"{at.object_type},{at.object_instance}{other}")
        case ModbusBinding() as at:
            return "Modbus", said(at.device), f"{at.table.value} {at.address}{_decoded(at)}"
        case None:
            return UNKNOWN, UNKNOWN, UNKNOWN


def _decoded(at: ModbusBinding) -> str:
    """Bit of a word, or data type; a coil is what it is."""
    if at.data_type is not DataType.BIT:
        return f" {at.data_type.value}"
    return f".{at.bit}" if at.table in (Table.INPUT_REGISTER, Table.HOLDING_REGISTER) else ""


def surroundings_of(facility: Facility, points: Iterable[Point]) -> Surroundings:
    """Zones, equipment and points by what they belong to."""
    zones: dict[GlobalId, dict[str, tuple[str, ...]]] = {}
    zone_ids: dict[GlobalId, tuple[tuple[GlobalId, str], ...]] = {}
    equipment: dict[GlobalId, tuple[Equipment, ...]] = {}
    by_element: dict[GlobalId, list[Point]] = {}
    for space in facility.spaces:
        own = zip(
            _PURPOSES, (space.hvac_zone, space.smoke_compartment, space.release_group, space.regime_zone), strict=True
        )
        zones[space.global_id] = {purpose: (said(name),) for purpose, name in own if name.strip()}
    for zone in facility.zones:
        name = said(zone.name)
        for member in zone.members:
            zone_ids[member] = (*zone_ids.get(member, ()), (zone.global_id, name))
            of_room = zones.setdefault(member, {})
            of_room[zone.purpose] = tuple(dict.fromkeys((*of_room.get(zone.purpose, ()), name)))
    for one in facility.equipment:
        if one.space is not None:
            equipment[one.space] = (*equipment.get(one.space, ()), one)
    for point in points:
        by_element.setdefault(point.element, []).append(point)
    return Surroundings(
        facility=facility,
        zones=zones,
        zone_ids=zone_ids,
        equipment=equipment,
        points={element: tuple(listed) for element, listed in by_element.items()},
    )
