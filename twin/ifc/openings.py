"""Which two spaces a door joins, judged from geometry.

Every way in which a door can be seen (`twin.ifc.passages`) is probed on both sides: lines through the wall, and the
space that most of them meet first. The sides that most ways agree on are taken. They are *sure* only if two ways agree,
none says otherwise, and the probes leave no doubt: all meet the same space, right behind the wall, and no other space
lies over it. Measured on 355 doors of 13 models against boundary data: 97.7 % exact, 99.1 % where two ways agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from twin.ifc.geometry import Plan
from twin.ifc.passages import Passage
from twin.ifc.spatial import SECTION_HEIGHT_M, PlacedSpace
from twin.model.ids import GlobalId

REACH_M = 1.0
STEP_M = 0.05
RIGHT_BEHIND_M = 0.6
"""From the middle of a wall to a space that begins at its face (assumption: no wall is thicker than 1.2 m)."""
PROBES = (-0.3, 0.0, 0.3)
"""Where the lines go through the wall, in widths from the middle."""
ON_WALL_M = 0.15
"""Sockets, switches and sensors are placed on the face of a wall or just within it (assumption: half a partition)."""
_NEAR_M = 1.5

Sides = tuple[GlobalId | None, GlobalId | None]
"""What lies on either side of a door; None where there is no space within reach."""


@dataclass(frozen=True, slots=True)
class Side:
    """What lies on one side, and whether the probes leave no doubt of it."""

    node: GlobalId | None
    is_clear: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The two sides of a door, and the number of the way that saw them; `sides` is None where no way finds a space."""

    sides: Sides | None
    is_sure: bool = False
    way: int = 0


class SpaceFinder:
    """Finds spaces in plan by their sections, nearest first."""

    def __init__(self, spaces: Sequence[PlacedSpace]) -> None:
        self._spaces = [space for space in spaces if space.mesh is not None and space.space.polygon]
        outlines = [shapely.Polygon(space.space.polygon) for space in self._spaces]
        self._tree = shapely.STRtree(outlines)

    def sides(self, passage: Passage, probes: Sequence[float] = PROBES) -> tuple[Side, Side]:
        """The spaces on the left and on the right of the direction along the wall."""
        areas = self._near(passage, _level_m(passage))
        return (_side(passage, probes, areas, 1.0), _side(passage, probes, areas, -1.0))

    def at(self, x: float, y: float, level_m: float) -> GlobalId | None:
        """The space that holds a point, or whose wall it hangs on: the nearest, and the smallest of equals."""
        passage = Passage(centre=(x, y), along=(1.0, 0.0), width_m=0.0, foot_m=level_m)
        point = shapely.Point(x, y)
        near = [(round(area.distance(point), 2), area.area, key) for key, area in self._near(passage, level_m)]
        distance, _, key = min(near, default=(REACH_M, 0.0, None))
        return key if distance <= ON_WALL_M else None

    def is_within_building(self, passage: Passage, side: int) -> bool:
        """Whether the place behind a passage, on its left (0) or right (1), lies within the hull of the level's spaces.

        Behind a door that leads to no space there may be outdoors, or a room that nobody modelled.
        """
        level = _level_m(passage)
        corners = [
            corner
            for space in self._spaces
            if space.mesh is not None and space.mesh.low_m - 0.3 < level < space.mesh.high_m
            for corner in space.space.polygon
        ]
        (x, y), (ax, ay), turn = passage.centre, passage.along, (1.0, -1.0)[side]
        hull = shapely.MultiPoint(corners).convex_hull
        return bool(corners) and bool(shapely.contains_xy(hull, x - ay * turn * REACH_M, y + ax * turn * REACH_M))

    def _near(self, passage: Passage, level: float) -> list[tuple[GlobalId, Plan]]:
        x, y = passage.centre
        reach = _NEAR_M + passage.width_m / 2
        found = []
        for index in sorted(self._tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach))):
            space = self._spaces[index]
            if space.mesh is not None and space.mesh.low_m - 0.3 < level < space.mesh.high_m + 1e-6:
                found.append((space.space.global_id, space.mesh.section(level)))
        return found


def judged(ways: Sequence[tuple[Side, Side]]) -> Verdict:
    """What the ways together say; of ways that are equally many the earlier one is taken."""
    found = [way for way in ways if any(side.node for side in way)]
    # A door to the outdoors has one empty side; the same space twice says little: a probe along the wall finds it too.
    telling = [way for way in found if way[0].node != way[1].node]
    if not telling:
        return Verdict(sides=_nodes(found[0]), way=ways.index(found[0])) if found else Verdict(sides=None)
    votes = Counter(_pair(way) for way in telling)
    best = next(way for way in telling if votes[_pair(way)] == max(votes.values()))
    agreeing = [way for way in telling if _pair(way) == _pair(best)]
    is_sure = len(agreeing) >= 2 and len(votes) == 1 and all(side.is_clear for way in agreeing for side in way)
    return Verdict(sides=_nodes(best), is_sure=is_sure, way=ways.index(best))


def _nodes(way: tuple[Side, Side]) -> Sides:
    return (way[0].node, way[1].node)


def _pair(way: tuple[Side, Side]) -> frozenset[GlobalId | None]:
    return frozenset(_nodes(way))


def _level_m(passage: Passage) -> float:
    return passage.foot_m + min(SECTION_HEIGHT_M, passage.height_m / 2)


@dataclass(frozen=True, slots=True)
class _Hit:
    node: GlobalId
    distance_m: float
    is_alone: bool


def _side(passage: Passage, probes: Sequence[float], areas: list[tuple[GlobalId, Plan]], turn: float) -> Side:
    """The space that most probes meet first on one side; the nearer one if they are divided."""
    hits = [_hit(passage, share, areas, turn) for share in probes]
    votes = Counter(hit.node for hit in hits if hit)
    if not votes:
        return Side(None)
    nearest = {node: min(hit.distance_m for hit in hits if hit and hit.node == node) for node in votes}
    chosen = min(votes, key=lambda node: (-votes[node], nearest[node], node))
    is_clear = all(hit and hit.node == chosen and hit.is_alone and hit.distance_m <= RIGHT_BEHIND_M for hit in hits)
    return Side(chosen, is_clear)


def _hit(passage: Passage, share: float, areas: list[tuple[GlobalId, Plan]], turn: float) -> _Hit | None:
    """The space that one probe meets first, the smallest of those that it meets at once."""
    steps = np.arange(STEP_M, REACH_M + STEP_M / 2, STEP_M)
    (x, y), (ax, ay) = passage.centre, passage.along
    shift = share * passage.width_m
    xs = x + ax * shift - ay * turn * steps
    ys = y + ay * shift + ax * turn * steps
    met = []
    for key, area in areas:
        inside = shapely.contains_xy(area, xs, ys)
        if inside.any():
            met.append((int(np.argmax(inside)), float(area.area), key))
    if not met:
        return None
    first, _, key = min(met)
    return _Hit(key, float(steps[first]), is_alone=sum(one[0] == first for one in met) == 1)
