"""Zones, equipment and systems of a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from twin.files.text import plain
from twin.ifc.identities import Identities
from twin.ifc.openings import SpaceFinder
from twin.ifc.spatial import Building3D, PlacedSpace, storey_of, world_position
from twin.model.equipment import Equipment, System
from twin.model.ids import GlobalId
from twin.model.spaces import Zone

Entity = Any
_PURPOSES = frozenset({"hvac", "smoke", "release", "regime"})


def read_zones(file: Any, spaces: Mapping[int, PlacedSpace], identities: Identities) -> list[Zone]:
    """Every IfcZone with its spaces; the purpose is its ObjectType where that is one of ours, else ``other``."""
    zones = []
    for entity in file.by_type("IfcZone"):
        members = [spaces[member.id()].space.global_id for member in _members(entity) if member.id() in spaces]
        purpose = (entity.ObjectType or "").strip().lower()
        zones.append(
            Zone(
                global_id=identities.of(entity),
                name=plain(entity.Name or "") or "zone",
                purpose=purpose if purpose in _PURPOSES else "other",
                members=tuple(dict.fromkeys(members)),
            )
        )
    return zones


def read_equipment(
    file: Any,
    building: Building3D,
    spaces: Mapping[int, PlacedSpace],
    finder: SpaceFinder,
    identities: Identities,
    without: Collection[int] = (),
) -> dict[int, Equipment]:
    """Distribution elements by STEP id; in the space that contains them, else in the one their placement falls in.

    ``without``: STEP ids of sensors and actuators that are points of the register.
    """
    return {
        entity.id(): _equipment(entity, building, spaces, finder, identities)
        for entity in sorted(file.by_type("IfcDistributionElement"), key=lambda entity: int(entity.id()))
        if entity.id() not in without
    }


def read_systems(
    file: Any, equipment: Mapping[int, Equipment], spaces: Mapping[int, PlacedSpace], identities: Identities
) -> list[System]:
    """Systems that are no zones, with their equipment and what they serve: HVAC zones, else names of places."""
    systems = []
    for entity in file.by_type("IfcSystem"):
        if entity.is_a("IfcZone"):
            continue
        members = [equipment[member.id()].global_id for member in _members(entity) if member.id() in equipment]
        systems.append(
            System(
                global_id=identities.of(entity),
                name=plain(entity.Name or "") or entity.is_a(),
                predefined_type=plain(getattr(entity, "PredefinedType", None) or ""),
                members=tuple(dict.fromkeys(members)),
                serves=_served(entity, spaces),
            )
        )
    return systems


def _equipment(
    entity: Entity,
    building: Building3D,
    spaces: Mapping[int, PlacedSpace],
    finder: SpaceFinder,
    identities: Identities,
) -> Equipment:
    placed = world_position(entity, building)
    position = placed[1] if placed else (0.0, 0.0, 0.0)
    storey = storey_of(entity, building) or building.at(position[2])
    space = _container(entity, spaces)
    if space is None and placed:
        space = finder.at(*position)
    kind = type_of(entity)
    return Equipment(
        global_id=identities.of(entity),
        code=identities.code(getattr(entity, "Tag", None) or entity.Name, entity.is_a()),
        ifc_class=entity.is_a(),
        name=plain(entity.Name or ""),
        storey=storey.global_id,
        space=space,
        position=(round(position[0], 4), round(position[1], 4), round(position[2], 4)),
        predefined_type=plain(getattr(entity, "PredefinedType", None) or getattr(kind, "PredefinedType", None) or ""),
        type=plain(getattr(kind, "Name", None) or getattr(entity, "ObjectType", None) or ""),
    )


def type_of(entity: Entity) -> Entity | None:
    """The type object of an element."""
    # IFC4 has its own relation for types, IFC2X3 lists it among the definitions.
    for relation in (*(getattr(entity, "IsTypedBy", None) or ()), *(getattr(entity, "IsDefinedBy", None) or ())):
        if relation.is_a("IfcRelDefinesByType"):
            return relation.RelatingType
    return None


def _container(entity: Entity, spaces: Mapping[int, PlacedSpace]) -> GlobalId | None:
    """The space that contains an element, or the unit it is built into."""
    current: Entity | None = entity
    for _ in range(5):  # units within units; a broken file may contain itself
        if current is None:
            return None
        for relation in getattr(current, "ContainedInStructure", None) or ():
            container = relation.RelatingStructure
            if container.id() in spaces:
                return spaces[container.id()].space.global_id
        wholes = [relation.RelatingObject for relation in getattr(current, "Decomposes", None) or ()]
        current = next((whole for whole in wholes if whole.is_a("IfcElement")), None)
    return None


def _members(group: Entity) -> Iterator[Entity]:
    # IFC2X3 has one grouping relation, IFC4 a set of them.
    for relation in group.IsGroupedBy or ():
        yield from relation.RelatedObjects


def _served(system: Entity, spaces: Mapping[int, PlacedSpace]) -> tuple[str, ...]:
    zones: set[str] = set()
    names: list[str] = []
    for relation in getattr(system, "ServicesBuildings", None) or ():
        for place in relation.RelatedBuildings:
            space = spaces[place.id()].space if place.id() in spaces else None
            if space is not None and space.hvac_zone:
                zones.add(space.hvac_zone)
            elif name := plain(place.Name or ""):
                names.append(name)
    return tuple(sorted(zones)) or tuple(dict.fromkeys(names))
