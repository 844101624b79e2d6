"""Windows: how much of them each space has. A window counts for the indoor spaces on its sides; a yard needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from twin.ifc.geometry import Shaper
from twin.ifc.openings import SpaceFinder
from twin.ifc.passages import Passage, passage_by_opening, passage_by_placement
from twin.ifc.spatial import Building3D, PlacedSpace
from twin.model.ids import GlobalId
from twin.model.vocabulary import SpaceUse


def with_windows(
    file: Any, spaces: Mapping[int, PlacedSpace], finder: SpaceFinder, shaper: Shaper, building: Building3D
) -> dict[int, PlacedSpace]:
    """The same spaces with the area of their windows [m²], overall sizes as the file gives them."""
    area: dict[GlobalId, float] = {}
    outdoors = {placed.space.global_id for placed in spaces.values() if placed.space.use is SpaceUse.YARD}
    for entity in file.by_type("IfcWindow"):
        width, height = (float(size or 0.0) * building.scale for size in (entity.OverallWidth, entity.OverallHeight))
        for node in _sides(entity, finder, shaper, building):
            if node not in outdoors:
                area[node] = area.get(node, 0.0) + width * height
    return {
        step: replace(placed, space=replace(placed.space, window_m2=round(area[placed.space.global_id], 4)))
        if placed.space.global_id in area
        else placed
        for step, placed in spaces.items()
    }


def _sides(entity: Any, finder: SpaceFinder, shaper: Shaper, building: Building3D) -> Sequence[GlobalId]:
    """Placement first, which costs nothing; the body of the opening only where it finds no space."""
    found = _spaces_at(passage_by_placement(entity, building), finder)
    return found or _spaces_at(passage_by_opening(entity, shaper), finder)


def _spaces_at(passage: Passage | None, finder: SpaceFinder) -> Sequence[GlobalId]:
    sides = finder.sides(passage, (0.0,)) if passage else ()
    return list(dict.fromkeys(side.node for side in sides if side.node is not None))
