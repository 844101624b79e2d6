"""Ways between two spaces without a door: holes in walls that nothing fills, and places where no wall was drawn.

Where no wall was drawn, exporters say so by virtual space boundaries. First-level boundaries do not name the space
beyond: two spaces that both have such a boundary are joined if their outlines touch over the width of a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import shapely

from twin.ifc.geometry import Shaper
from twin.ifc.identities import Identities
from twin.ifc.openings import SpaceFinder, judged
from twin.ifc.passages import Passage, passage_of_body, wall_of
from twin.ifc.spatial import PlacedSpace
from twin.model.doors import Link
from twin.model.ids import GlobalId
from twin.model.vocabulary import LinkKind

Entity = Any
_WIDTH_M, _HEIGHT_M, _SILL_M = 0.6, 1.8, 0.3
"""Least width and height of a hole that people walk through, and its highest sill (assumptions)."""
_TOUCH_M = 0.05
"""Outlines nearer than this have no wall between them (assumption: no partition is thinner)."""
_FLOOR_M = 0.3


def read_open_ways(
    file: Any, spaces: Mapping[int, PlacedSpace], finder: SpaceFinder, shaper: Shaper, identities: Identities
) -> list[Link]:
    """Links of kind ``opening``, no two between the same spaces."""
    placed = {one.space.global_id: one for one in spaces.values()}
    found: dict[frozenset[GlobalId], Link] = {}
    for link in (*_holes(file, placed, finder, shaper, identities), *_without_wall(file, spaces, identities)):
        found.setdefault(frozenset(link.joins), link)
    return list(found.values())


def _holes(
    file: Any, placed: Mapping[GlobalId, PlacedSpace], finder: SpaceFinder, shaper: Shaper, identities: Identities
) -> Iterator[Link]:
    for hole in file.by_type("IfcOpeningElement"):
        wall = wall_of(hole)
        if hole.HasFillings or wall is None or not wall.is_a("IfcWall"):
            continue
        passage = passage_of_body(hole, shaper)
        sides = judged([finder.sides(passage)]).sides if passage else None
        if passage is None or sides is None or sides[0] is None or sides[1] is None or sides[0] == sides[1]:
            continue
        if _is_walkable(passage, placed[sides[0]], placed[sides[1]]):
            code = identities.code(hole.Name, "opening")
            global_id = identities.of(hole)
            yield _link(global_id, code, (sides[0], sides[1]), passage.width_m)


def _is_walkable(passage: Passage, one: PlacedSpace, other: PlacedSpace) -> bool:
    sill = passage.foot_m - max(one.space.floor_m, other.space.floor_m)
    return passage.width_m >= _WIDTH_M and passage.height_m >= _HEIGHT_M and sill <= _SILL_M


def _without_wall(file: Any, spaces: Mapping[int, PlacedSpace], identities: Identities) -> Iterator[Link]:
    """Pairs that one virtual element separates, and pairs of spaces with virtual boundaries that touch."""
    by_element: dict[int, set[int]] = defaultdict(set)
    loose: set[int] = set()
    for relation in file.by_type("IfcRelSpaceBoundary"):
        space = relation.RelatingSpace
        if relation.PhysicalOrVirtualBoundary != "VIRTUAL" or space is None or space.id() not in spaces:
            continue
        element = relation.RelatedBuildingElement
        (loose if element is None else by_element[element.id()]).add(space.id())
    pairs = {pair for parted in (loose, *by_element.values()) for pair in combinations(sorted(parted), 2)}
    for one, other in sorted(pairs):
        width = _touching_m(spaces[one], spaces[other])
        if width >= _WIDTH_M:
            first, second = spaces[one].space, spaces[other].space
            joins = (first.global_id, second.global_id)
            # No element of the file stands for it: its identity is that of the two spaces.
            code = identities.code(f"{first.code}|{second.code}", "opening")
            yield _link(GlobalId("|".join(sorted(joins))), code, joins, width)


def _touching_m(one: PlacedSpace, other: PlacedSpace) -> float:
    """Length over which two outlines on one floor touch [m]; 0 on different floors."""
    if abs(one.space.floor_m - other.space.floor_m) > _FLOOR_M or not (one.space.polygon and other.space.polygon):
        return 0.0
    first, second = shapely.Polygon(one.space.polygon), shapely.Polygon(other.space.polygon)
    if first.distance(second) > _TOUCH_M:
        return 0.0
    return float(first.buffer(_TOUCH_M, cap_style="flat").intersection(second.exterior).length)


def _link(global_id: GlobalId, code: str, joins: tuple[GlobalId, GlobalId], width_m: float) -> Link:
    return Link(global_id=global_id, code=code, kind=LinkKind.OPENING, joins=joins, width_m=round(width_m, 3))
