"""Where a door or window stands in plan, seen in three ways that fail on different models.

*By opening*: the smallest rectangle round the hole in the wall, its thin side through the wall. Fails where exporters
cut the hole deeper than it is wide. *By placement*: the local x axis of the door along the wall. Fails where an
exporter places doors by another convention. *By wall*: the middle of the hole, the direction of the wall that it is cut
into. Fails on walls that are drawn without an axis of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot
from typing import Any

from twin.ifc.geometry import Shaper, pointing, thin_rectangle
from twin.ifc.spatial import Building3D, world_position

Entity = Any
_WIDTH_M, _HEIGHT_M = 0.9, 2.1
"""Of a door whose file gives neither size nor body (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A way through a wall in plan: centre, unit vector along the wall, width, and the level of its threshold [m]."""

    centre: tuple[float, float]
    along: tuple[float, float]
    width_m: float
    foot_m: float
    height_m: float = 2.0


def passage_by_opening(entity: Entity, shaper: Shaper) -> Passage | None:
    """A door or window by its opening, or by its own body where it fills none that has a shape."""
    return next(filter(None, (passage_of_body(one, shaper) for one in (*openings_of(entity), entity))), None)


def passage_of_body(element: Entity, shaper: Shaper) -> Passage | None:
    """The way through a wall that a body fills; None without one."""
    corners = shaper.corners(element)
    rectangle = thin_rectangle(corners) if len(corners) else None
    if rectangle is None:
        return None
    low, high = float(corners[:, 2].min()), float(corners[:, 2].max())
    return Passage(
        centre=rectangle.centre,
        along=rectangle.along,
        width_m=rectangle.length_m,
        foot_m=low,
        height_m=high - low,
    )


def passage_by_placement(entity: Entity, building: Building3D, by_opening: Passage | None = None) -> Passage | None:
    """By convention the local x of a door or window runs along the wall from one jamb, its y through the wall."""
    position = world_position(entity, building)
    along = _local_x(position[0]) if position else None
    if position is None or along is None:
        return None
    x, y, z = position[1]
    width, height = overall_size(entity, building.scale, by_opening)
    return Passage(
        centre=(x + along[0] * width / 2, y + along[1] * width / 2),
        along=pointing(along),
        width_m=width,
        foot_m=by_opening.foot_m if by_opening else z,
        height_m=height,
    )


def passage_by_wall(entity: Entity, building: Building3D, known: Passage | None) -> Passage | None:
    """A passage that is known otherwise, turned along the wall that its opening is cut into."""
    if known is None:
        return None
    for opening in openings_of(entity):
        wall = wall_of(opening)
        position = world_position(wall, building) if wall is not None else None
        along = _local_x(position[0]) if position else None
        if along is not None:
            return replace(known, along=pointing(along))
    return None


def openings_of(entity: Entity) -> Iterator[Entity]:
    """The holes that a door or window fills."""
    for relation in getattr(entity, "FillsVoids", None) or ():
        yield relation.RelatingOpeningElement


def wall_of(opening: Entity) -> Entity | None:
    """The element that a hole is cut into."""
    return next((relation.RelatingBuildingElement for relation in getattr(opening, "VoidsElements", None) or ()), None)


def overall_size(entity: Entity, scale: float, passage: Passage | None) -> tuple[float, float]:
    """Overall width and height [m]: as the file says, else of the passage, else assumed."""
    width = float(entity.OverallWidth or 0.0) * scale or (passage.width_m if passage else _WIDTH_M)
    height = float(entity.OverallHeight or 0.0) * scale or (passage.height_m if passage else _HEIGHT_M)
    return width, height


def _local_x(matrix: Any) -> tuple[float, float] | None:
    ax, ay = float(matrix[0][0]), float(matrix[1][0])
    length = hypot(ax, ay)
    return (ax / length, ay / length) if length > 1e-6 else None
