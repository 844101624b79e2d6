"""Windows in openings in façades. As a door's, a window's local x runs along its wall; the origin is a lower corner."""

from __future__ import annotations

from collections.abc import Mapping

from site_models.author.model import Entity, Model
from site_models.author.properties import Value, identifier, set_properties
from site_models.declared import storey_id
from site_models.layout import Layout
from site_models.windows import Window
from twin.model.ids import GlobalId

_LEAF_M = 0.08
"""Thickness of a window with its frame (assumption)."""


def make_windows(
    model: Model, layout: Layout, storeys: Mapping[GlobalId, Entity], walls: Mapping[str, Entity]
) -> list[Entity]:
    """Every window with its opening and type; returns them."""
    types: dict[tuple[float, float], tuple[Entity, Entity]] = {}
    of_type: dict[tuple[float, float], list[Entity]] = {}
    on_storey: dict[GlobalId, list[Entity]] = {}
    for window in layout.windows:
        size = (window.width_m, window.height_m)
        if size not in types:
            types[size] = _type(model, *size)
        made = _window(model, window, walls[window.wall.code], types[size][1])
        of_type.setdefault(size, []).append(made)
        key = storey_id(layout.brief, window.wall.part, window.wall.level)
        on_storey.setdefault(key, []).append(made)
    for size, members in of_type.items():
        kind = types[size][0]
        model.relate("IfcRelDefinesByType", kind.Name, "RelatingType", kind, "RelatedObjects", members)
    for key, members in on_storey.items():
        model.contain(f"{key}/windows", storeys[key], members)
    return [window for members in of_type.values() for window in members]


def _type(model: Model, width_m: float, height_m: float) -> tuple[Entity, Entity]:
    solid = model.extrusion(model.box_profile(0.0, -_LEAF_M / 2, width_m, _LEAF_M / 2), height_m)
    body_map = model.body_map(solid)
    name = f"Window {round(width_m * 1000)} x {round(height_m * 1000)}"
    entity = model.root(
        "IfcWindowType",
        "window-type",
        name,
        Name=name,
        RepresentationMaps=[body_map],
        PredefinedType="WINDOW",
        PartitioningType="SINGLE_PANEL",
    )
    return entity, body_map


def _window(model: Model, window: Window, wall: Entity, body_map: Entity) -> Entity:
    along = window.lengthwise - window.wall.run.start - window.width_m / 2
    place = model.placement(wall.ObjectPlacement, (along, 0.0, window.sill_m))
    half = window.wall.run.thickness_m / 2
    hole = model.extrusion(model.box_profile(0.0, -half, window.width_m, half), window.height_m)
    opening = model.root(
        "IfcOpeningElement",
        "opening",
        window.code,
        Name=f"O.{window.code}",
        ObjectPlacement=place,
        Representation=model.shape(model.body_of(hole)),
        PredefinedType="OPENING",
    )
    made = model.root(
        "IfcWindow",
        "window",
        window.code,
        Name=window.code,
        ObjectPlacement=model.placement(place, (0.0, 0.0, 0.0)),
        Representation=model.mapped_shape(body_map),
        Tag=window.code,
        OverallHeight=round(window.height_m, 6),
        OverallWidth=round(window.width_m, 6),
        PredefinedType="WINDOW",
        PartitioningType="SINGLE_PANEL",
    )
    void, fill = "RelatedOpeningElement", "RelatedBuildingElement"
    model.root("IfcRelVoidsElement", "void", window.code, RelatingBuildingElement=wall, **{void: opening})
    model.root("IfcRelFillsElement", "fill", window.code, RelatingOpeningElement=opening, **{fill: made})
    common: dict[str, Value] = {"Reference": identifier("window"), "IsExternal": True}
    set_properties(model, made, window.code, "Pset_WindowCommon", common)
    return made
