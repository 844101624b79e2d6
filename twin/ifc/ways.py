"""Ways between two spaces without a door: holes in walls that nothing fills, and places where no wall was drawn.

Where no wall was drawn, exporters say so by virtual space boundaries. Those do not name the space beyond: two spaces
are joined if both have such a boundary along one line, over at least the width of a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import dist
from typing import Any

import numpy as np
import shapely

from twin.ifc.geometry import Shaper
from twin.ifc.identities import Identities
from twin.ifc.openings import SpaceFinder, judged
from twin.ifc.passages import Passage, passage_of_body, wall_of
from twin.ifc.spatial import Building3D, PlacedSpace, world_position
from twin.ifc.surfaces import Line, upright_line
from twin.model.doors import Door, Link
from twin.model.ids import GlobalId
from twin.model.vocabulary import LinkKind

Entity = Any
_WIDTH_M, _HEIGHT_M, _SILL_M = 0.6, 1.8, 0.3
"""Least width and height of a hole that people walk through, and its highest sill (assumptions)."""
_TOUCH_M = 0.05
"""Boundaries nearer than this are one (assumption: no partition is thinner)."""
_FLOOR_M = 0.3


def read_open_ways(
    file: Any,
    spaces: Mapping[int, PlacedSpace],
    building: Building3D,
    doors: Sequence[Door],
    finder: SpaceFinder,
    shaper: Shaper,
    identities: Identities,
) -> list[Link]:
    """Links of kind ``opening``, no two between the same spaces.

    A hole in which a door stands is that door's, also where the file does not say that it fills it.
    """
    placed = {one.space.global_id: one for one in spaces.values()}
    found: dict[frozenset[GlobalId], Link] = {}
    for link in (
        *_holes(file, placed, doors, finder, shaper, identities),
        *_without_wall(file, spaces, building, identities),
    ):
        found.setdefault(frozenset(link.joins), link)
    return list(found.values())


def _holes(
    file: Any,
    placed: Mapping[GlobalId, PlacedSpace],
    doors: Sequence[Door],
    finder: SpaceFinder,
    shaper: Shaper,
    identities: Identities,
) -> Iterator[Link]:
    for hole in file.by_type("IfcOpeningElement"):
        wall = wall_of(hole)
        if hole.HasFillings or wall is None or not wall.is_a("IfcWall"):
            continue
        passage = passage_of_body(hole, shaper)
        sides = judged([finder.sides(passage)]).sides if passage else None
        if passage is None or sides is None or sides[0] is None or sides[1] is None or sides[0] == sides[1]:
            continue
        is_filled = any(set(door.joins or ()) == set(sides) and _stands_in(door, passage) for door in doors)
        if not is_filled and _is_walkable(passage, placed[sides[0]], placed[sides[1]]):
            code = identities.code(hole.Name, "opening")
            global_id = identities.of(hole)
            yield _link(global_id, code, (sides[0], sides[1]), passage.width_m)


def _stands_in(door: Door, passage: Passage) -> bool:
    return dist(door.centre, passage.centre) <= max(passage.width_m / 2, _WIDTH_M)


def _is_walkable(passage: Passage, one: PlacedSpace, other: PlacedSpace) -> bool:
    sill = passage.foot_m - max(one.space.floor_m, other.space.floor_m)
    return passage.width_m >= _WIDTH_M and passage.height_m >= _HEIGHT_M and sill <= _SILL_M


def _without_wall(
    file: Any, spaces: Mapping[int, PlacedSpace], building: Building3D, identities: Identities
) -> Iterator[Link]:
    """Pairs of spaces whose virtual boundaries run along one line, on one floor."""
    traces = list(_traces(file, spaces, building))
    tree = shapely.STRtree([line for _, line in traces])
    widths: dict[tuple[int, int], float] = defaultdict(float)
    for one, (space, line) in enumerate(traces):
        strip = line.buffer(_TOUCH_M, cap_style="flat")
        for other in tree.query(strip, predicate="intersects"):
            beyond, along = traces[other]
            if one < other and space != beyond and _is_level(spaces[space], spaces[beyond]):
                widths[min(space, beyond), max(space, beyond)] += float(strip.intersection(along).length)
    for (one, other), width in sorted(widths.items()):
        if width >= _WIDTH_M:
            first, second = spaces[one].space, spaces[other].space
            joins = (first.global_id, second.global_id)
            # No element of the file stands for it: its identity is that of the two spaces.
            code = identities.code(f"{first.code}|{second.code}", "opening")
            yield _link(GlobalId("|".join(sorted(joins))), code, joins, width)


def _traces(file: Any, spaces: Mapping[int, PlacedSpace], building: Building3D) -> Iterator[tuple[int, Line]]:
    """Every upright virtual boundary: the space (STEP id) that has it, and its line in plan."""
    for relation in file.by_type("IfcRelSpaceBoundary"):
        space = relation.RelatingSpace
        if relation.PhysicalOrVirtualBoundary != "VIRTUAL" or space is None or space.id() not in spaces:
            continue
        outline = shapely.Polygon(spaces[space.id()].space.polygon).exterior.buffer(2 * _TOUCH_M)
        for matrix in _frames(space, building):
            line = upright_line(relation, matrix, building.scale, _HEIGHT_M)
            along = line.intersection(outline) if line is not None else None
            if line is not None and along is not None and along.length > line.length / 2:
                yield space.id(), along  # exporters draw it into the walls at its ends
                break


def _frames(space: Entity, building: Building3D) -> Iterator[Any]:
    """In which coordinates a boundary may be: by the standard its space's; some exporters take those of the model."""
    position = world_position(space, building)
    if position is not None:
        yield position[0]
    yield np.eye(4)


def _is_level(one: PlacedSpace, other: PlacedSpace) -> bool:
    return abs(one.space.floor_m - other.space.floor_m) <= _FLOOR_M


def _link(global_id: GlobalId, code: str, joins: tuple[GlobalId, GlobalId], width_m: float) -> Link:
    return Link(global_id=global_id, code=code, kind=LinkKind.OPENING, joins=joins, width_m=round(width_m, 3))
