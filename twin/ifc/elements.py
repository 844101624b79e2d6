"""The marks by which elements of a file are found again in its next revision."""

from __future__ import annotations

from typing import Any

from twin.files.text import plain
from twin.ifc.identities import Identities
from twin.ifc.spatial import Building3D, above, world_position
from twin.ifc.systems import type_of
from twin.model.elements import Element
from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId

Entity = Any
Position = tuple[float, float, float]


def read_elements(facility: Facility, building: Building3D, identities: Identities) -> list[Element]:
    """Every element of the file that the twin knows by its GlobalId, in the order of reading.

    A space stands where its outline has its middle, a door in the middle of its way: their placements are often those
    of the storey. Other elements stand where they are placed.
    """
    known = {step: global_id for step, (_, global_id) in identities.known.items()}
    middles = {space.global_id: (*space.centre, space.floor_m) for space in facility.spaces if space.polygon}
    middles |= {
        door.global_id: (*door.centre, facility.storey_by_id[door.storey].elevation_m) for door in facility.doors
    }
    return [
        _element(entity, global_id, known, middles.get(global_id) or _origin(entity, building))
        for entity, global_id in identities.known.values()
    ]


def _origin(entity: Entity, building: Building3D) -> Position | None:
    placed = world_position(entity, building)
    return placed[1] if placed else None


def _element(entity: Entity, global_id: GlobalId, known: dict[int, GlobalId], position: Position | None) -> Element:
    return Element(
        global_id=global_id,
        ifc_class=entity.is_a(),
        name=plain(entity.Name or ""),
        tag=plain(getattr(entity, "Tag", None) or ""),
        type=plain(getattr(type_of(entity), "Name", None) or getattr(entity, "ObjectType", None) or ""),
        container=_container(entity, known),
        position=(round(position[0], 4), round(position[1], 4), round(position[2], 4)) if position else None,
    )


def _container(entity: Entity, known: dict[int, GlobalId]) -> GlobalId:
    """The nearest known element above: for a door the storey, for a sensor its space."""
    current = above(entity)
    for _ in range(20):  # a broken file may contain itself
        if current is None:
            break
        if current.id() in known:
            return known[current.id()]
        current = above(current)
    return NO_ID
