"""Site, buildings, storeys and spaces of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.files.text import plain
from twin.ifc.geometry import Mesh, Shaper, corners_of
from twin.ifc.identities import Identities
from twin.ifc.placements import Placements
from twin.ifc.properties import flag_of, number_of, property_set, text_of, word_of
from twin.model.ids import GlobalId
from twin.model.spaces import Building, Space, Storey
from twin.model.vocabulary import SpaceUse, UseCondition

Entity = Any
SECTION_HEIGHT_M = 1.0
"""Sections are taken this far above the floor: above thresholds, below lintels (reference: doors join there)."""

_UNPLACED = "no storey"


@dataclass(kw_only=True)
class Building3D:
    """Buildings and storeys with what is needed to find the storey of an element."""

    buildings: list[Building] = field(default_factory=list)
    storeys: list[Storey] = field(default_factory=list)
    by_step: dict[int, Storey] = field(default_factory=dict)
    scale: float = 1.0
    placements: Placements = field(default_factory=Placements)

    def at(self, level_m: float) -> Storey:
        """The storey whose floor is the highest at or below a level (0.5 m below counts)."""
        below = [storey for storey in self.storeys if storey.elevation_m <= level_m + 0.5]
        if below:
            return max(below, key=lambda storey: storey.elevation_m)
        return min(self.storeys, key=lambda storey: storey.elevation_m)


@dataclass(frozen=True, kw_only=True)
class PlacedSpace:
    """A space with its body."""

    space: Space
    mesh: Mesh | None


def read_building(file: Any, identities: Identities, scale: float) -> Building3D:
    """Buildings and storeys; a storey without building and a file without storeys get one, with a warning."""
    read = Building3D(scale=scale)
    buildings: dict[int, Building] = {}
    for entity in file.by_type("IfcBuilding"):
        building = Building(
            global_id=identities.of(entity),
            name=plain(entity.Name or "") or "building",
        )
        buildings[entity.id()] = building
        read.buildings.append(building)
    entities = file.by_type("IfcBuildingStorey")
    orphans = [entity for entity in entities if _parent(entity, "IfcBuilding") is None]
    if orphans or not entities or not read.buildings:
        identities.warnings.append("storeys or spaces stand in no building: one was added")
        added = Building(global_id=identities.global_id(_UNPLACED, "IfcBuilding"), name="building")
        read.buildings.append(added)
    for entity in entities:
        parent = _parent(entity, "IfcBuilding")
        building = buildings[parent.id()] if parent is not None else read.buildings[-1]
        storey = Storey(
            global_id=identities.of(entity),
            name=plain(entity.Name or "") or f"storey {entity.id()}",
            building=building.global_id,
            elevation_m=_elevation_m(entity, read),
        )
        read.storeys.append(storey)
        read.by_step[entity.id()] = storey
    if not read.storeys:
        identities.warnings.append("there is no storey: one was added")
        read.storeys.append(
            Storey(
                global_id=identities.global_id(f"{_UNPLACED}/storey", "IfcBuildingStorey"),
                name="storey",
                building=read.buildings[-1].global_id,
                elevation_m=0.0,
            )
        )
    _mark_ground(read)
    return read


def read_spaces(file: Any, building: Building3D, shaper: Shaper, identities: Identities) -> dict[int, PlacedSpace]:
    """Spaces by STEP id (valid within this reading only), outlines by horizontal section."""
    placed: dict[int, PlacedSpace] = {}
    for entity in file.by_type("IfcSpace"):
        mesh = shaper.mesh(entity)
        placed[entity.id()] = PlacedSpace(space=_space(entity, mesh, building, identities), mesh=mesh)
    return placed


def storey_of(entity: Entity, building: Building3D) -> Storey | None:
    """The storey that contains an element, through spaces, assemblies and openings; None if the file does not say."""
    current: Entity | None = entity
    for _ in range(20):  # a broken file may contain itself
        if current is None:
            return None
        if current.is_a("IfcBuildingStorey"):
            return building.by_step.get(current.id())
        current = above(current)
    return None


def world_position(entity: Entity, building: Building3D) -> tuple[Any, tuple[float, float, float]] | None:
    """Placement matrix (file units) and origin [m] of a product, or None."""
    placement = getattr(entity, "ObjectPlacement", None)
    if placement is None or not placement.is_a("IfcLocalPlacement"):
        return None
    try:
        matrix = building.placements.matrix(placement)
    except (AttributeError, RuntimeError, ValueError, RecursionError):
        return None
    scale = building.scale
    return matrix, (float(matrix[0][3]) * scale, float(matrix[1][3]) * scale, float(matrix[2][3]) * scale)


def site_code(file: Any) -> str:
    """Site code: the name of the project or site in at most 8 capitals and digits, ``SITE`` if it has none."""
    for entity in (*file.by_type("IfcProject"), *file.by_type("IfcSite")):
        code = re.sub(r"[^A-Z0-9]", "", (entity.Name or "").upper())[:8]
        if code:
            return code
    return "SITE"


def _space(entity: Entity, mesh: Mesh | None, building: Building3D, identities: Identities) -> Space:
    own = property_set(entity, "GH_Space")
    code = identities.code(entity.Name, "space")
    origin = world_position(entity, building)
    low = mesh.low_m if mesh else (origin[1][2] if origin else 0.0)
    storey = storey_of(entity, building)
    if storey is None:
        storey = building.at(low)
        identities.warnings.append(f"space {code} is on no storey: {storey.name} taken by its height")
    area = mesh.section(section_level_m(mesh, low)) if mesh else None
    if area is None:
        identities.warnings.append(f"space {code} has no usable body")
    return Space(
        global_id=identities.of(entity),
        code=code,
        name=plain(entity.LongName or "") or code,
        use=word_of(own, "Use", SpaceUse.UNKNOWN),
        storey=storey.global_id,
        polygon=corners_of(area) if area is not None else (),
        floor_m=round(low, 4),
        height_m=round(mesh.high_m - mesh.low_m, 4) if mesh else 0.0,
        area_m2=round(float(area.area), 4) if area is not None else 0.0,
        capacity=max(int(number_of(own, "Capacity")), 0),
        hvac_zone=text_of(own, "HvacZone"),
        smoke_compartment=text_of(own, "SmokeCompartment"),
        release_group=text_of(own, "ReleaseGroup"),
        regime_zone=text_of(own, "RegimeZone"),
        annex_m2=number_of(own, "AnnexArea"),
        has_partitioned_annex=flag_of(own, "PartitionedAnnex"),
        use_condition=word_of(own, "UseCondition", UseCondition.UNKNOWN),
    )


def section_level_m(mesh: Mesh, floor_m: float) -> float:
    """1 m above a floor, or half-way up where the body is lower than 1.5 m there."""
    return min(floor_m + SECTION_HEIGHT_M, (floor_m + mesh.high_m) / 2 if mesh.high_m < floor_m + 1.5 else mesh.high_m)


def _parent(entity: Entity, ifc_class: str) -> Entity | None:
    current: Entity | None = entity
    for _ in range(20):
        current = above(current) if current is not None else None
        if current is None or current.is_a(ifc_class):
            return current
    return None


def above(entity: Entity) -> Entity | None:
    """What an element is part of, contained in, or cut out of."""
    for inverse, attribute in (
        ("ContainedInStructure", "RelatingStructure"),
        ("Decomposes", "RelatingObject"),
        ("FillsVoids", "RelatingOpeningElement"),
        ("VoidsElements", "RelatingBuildingElement"),
    ):
        relations = getattr(entity, inverse, None) or ()
        if relations:
            return getattr(relations[0], attribute)
    return None


def _elevation_m(entity: Entity, building: Building3D) -> float:
    if entity.Elevation is not None:
        return round(float(entity.Elevation) * building.scale, 4)
    position = world_position(entity, building)
    return round(position[1][2], 4) if position else 0.0


def _mark_ground(read: Building3D) -> None:
    """The storey of each building whose elevation is nearest 0 is its ground storey."""
    ground: Mapping[GlobalId, Storey] = {
        building.global_id: min(own, key=lambda storey: (abs(storey.elevation_m), storey.elevation_m))
        for building in read.buildings
        if (own := [storey for storey in read.storeys if storey.building == building.global_id])
    }
    marked = {
        storey.global_id: Storey(
            global_id=storey.global_id,
            name=storey.name,
            building=storey.building,
            elevation_m=storey.elevation_m,
            is_ground=ground[storey.building] is storey,
        )
        for storey in read.storeys
    }
    read.storeys = [marked[storey.global_id] for storey in read.storeys]
    read.by_step = {step: marked[storey.global_id] for step, storey in read.by_step.items()}
