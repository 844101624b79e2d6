"""Names of points: ``VIL/L01/A/C07/DOOR1/LOCK_STATUS`` = site, storey, wing, space, equipment, point; ASCII."""

from __future__ import annotations

import re

from twin.model.doors import Door
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId, global_id_for
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Binding, Point
from twin.model.spaces import Space
from twin.model.vocabulary import Access

ANY = "ALL"
"""Stands in a point's name where no single space or wing is meant."""


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


def space_stem(facility: Facility, space: Space) -> str:
    """Site, level, wing and space of a point in a space."""
    return point_id(facility.code, *split_code(facility, space.code, facility.level_of(space)))


def equipment_stem(facility: Facility, equipment: Equipment) -> str:
    """Site, level, wing, space and tag of a point of a piece of equipment: ``AHU-VIL-01`` is ``AHU-01`` there."""
    tag = ascii_word(equipment.code.replace(f"-{facility.code}-", "-").replace(".", "-"))
    space = facility.space_by_id.get(equipment.space) if equipment.space else None
    if space is None:
        return point_id(facility.code, ascii_word(facility.storey_by_id[equipment.storey].name), ANY, ANY, tag)
    return point_id(space_stem(facility, space), tag)


def make_point(
    facility: Facility,
    name: PointId,
    kind: str,
    element: GlobalId,
    binding: Binding,
    limits: tuple[float | None, float | None] = (None, None),
    states: tuple[str, ...] = (),
    device: GlobalId | None = None,
) -> Point:
    """A point with the GlobalId of its sensor or actuator, or of the ``device`` that it is a value of."""
    return Point(
        id=name,
        kind=kind,
        element=element,
        binding=binding,
        low=limits[0],
        high=limits[1],
        states=states,
        global_id=device or global_id_for(facility.code, "point", name),
    )


def bacnet(device: str, kind: str, instance: int, *, is_enumerated: bool = False) -> BacnetBinding:
    """The object that serves a kind of point; ``is_enumerated``: the point itself has states, its kind has none."""
    return BacnetBinding(
        device=device, object_type=object_type(kind, is_enumerated=is_enumerated), object_instance=instance
    )


def object_type(kind: str, *, is_enumerated: bool = False) -> str:
    """BACnet object type of a kind (ANSI/ASHRAE 135, clause 12): by its states and by whether it takes orders."""
    if kind in _LIFE_SAFETY_OBJECTS:
        return _LIFE_SAFETY_OBJECTS[kind]
    meaning = POINT_KINDS[kind]
    ending = "value" if meaning.access is Access.COMMAND else "input"
    if is_enumerated:
        return f"multi-state-{ending}"
    family = "analog" if not meaning.states else "binary" if len(meaning.states) == 2 else "multi-state"
    return f"{family}-{ending}"


_LIFE_SAFETY_OBJECTS = {"fire_zone": "life-safety-zone", "smoke_detector": "life-safety-point"}
