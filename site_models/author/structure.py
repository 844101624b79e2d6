"""Walls and slabs with bodies."""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model
from site_models.author.properties import Value, identifier, type_properties
from site_models.declared import storey_id
from site_models.layout import Layout, Slab
from site_models.structure import Wall
from twin.model.ids import GlobalId


def make_walls(model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity]) -> dict[str, Entity]:
    """Every wall, its local x along its length; returns them by code."""
    made: dict[str, Entity] = {}
    on_storey: dict[GlobalId, list[Entity]] = {}
    of_type: dict[tuple[float, bool], list[Entity]] = {}
    for wall in layout.walls:
        key = storey_id(layout.brief, wall.part, wall.level)
        made[wall.code] = _wall(model, wall, storeys[key])
        on_storey.setdefault(key, []).append(made[wall.code])
        of_type.setdefault((round(wall.run.thickness_m, 3), wall.is_external), []).append(made[wall.code])
    for (thick_m, is_external), members in of_type.items():
        place = "External" if is_external else "Internal"
        _relate_type(model, "IfcWallType", "STANDARD", f"{place} wall {round(thick_m * 1000)}", is_external, members)
    for key, walls in on_storey.items():
        model.contain(f"{key}/walls", storeys[key], walls)
    return made


def wall_origin(wall: Wall) -> tuple[float, float]:
    """Where a wall's middle line starts, in plan [m]."""
    run = wall.run
    return (run.start, run.middle) if run.along == "x" else (run.middle, run.start)


def make_slabs(model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity]) -> None:
    """Floor slabs below every storey and a roof over the topmost."""
    on_storey: dict[GlobalId, list[Entity]] = {}
    of_type: dict[bool, list[Entity]] = {}
    for slab in layout.slabs:
        key = storey_id(layout.brief, slab.part, slab.level)
        made = _slab(model, slab, storeys[key])
        on_storey.setdefault(key, []).append(made)
        of_type.setdefault(slab.is_roof, []).append(made)
    for is_roof, members in of_type.items():
        thick = round(layout.brief.file.slabs.thickness_m * 1000)
        name, kind = (f"Roof slab {thick}", "ROOF") if is_roof else (f"Floor slab {thick}", "FLOOR")
        _relate_type(model, "IfcSlabType", kind, name, is_roof, members)
    for key, slabs in on_storey.items():
        model.contain(f"{key}/slabs", storeys[key], slabs)


def _relate_type(
    model: Model, ifc_class: str, predefined: str, name: str, is_external: bool, members: list[Entity]
) -> None:
    """A type of wall or slab with its common properties, and its occurrences."""
    common: dict[str, Value] = {"Reference": identifier(name), "IsExternal": is_external}
    pset = type_properties(model, f"{ifc_class}/{name}", f"Pset_{ifc_class[3:-4]}Common", common)
    kind = model.root(ifc_class, "type", name, Name=name, HasPropertySets=[pset], PredefinedType=predefined)
    model.relate("IfcRelDefinesByType", f"{ifc_class}/{name}", "RelatingType", kind, "RelatedObjects", members)


def _wall(model: Model, wall: Wall, storey: Entity) -> Entity:
    run = wall.run
    length, half = run.end - run.start, run.thickness_m / 2
    line = model.make("IfcPolyline", [model.point(0.0, 0.0), model.point(length, 0.0)])
    axis = model.make("IfcShapeRepresentation", model.axis, "Axis", "Curve2D", [line])
    body = model.body_of(model.extrusion(model.box_profile(0.0, -half, length, half), wall.height_m))
    x = (1.0, 0.0, 0.0) if run.along == "x" else (0.0, 1.0, 0.0)
    return model.root(
        "IfcWall",
        "wall",
        wall.code,
        Name=wall.code,
        ObjectPlacement=model.placement(storey.ObjectPlacement, (*wall_origin(wall), 0.0), x),
        Representation=model.shape(axis, body),
        PredefinedType="STANDARD",
    )


def _slab(model: Model, slab: Slab, storey: Entity) -> Entity:
    foot_m = slab.top_m - slab.thickness_m - storey.Elevation
    solid = model.extrusion(model.profile(slab.outline, slab.holes), slab.thickness_m)
    return model.root(
        "IfcSlab",
        "slab",
        slab.code,
        Name=slab.code,
        ObjectPlacement=model.placement(storey.ObjectPlacement, (0.0, 0.0, foot_m)),
        Representation=model.shape(model.body_of(solid)),
        PredefinedType="ROOF" if slab.is_roof else "FLOOR",
    )
