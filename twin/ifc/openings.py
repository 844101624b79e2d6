"""Which two spaces a door joins, judged from geometry.

Two ways, which fail on different doors: *by opening* (smallest rectangle round the opening in plan, its thin side goes
through the wall, three probes on each side) and *by placement* (one probe on each side along the door's local y). By
opening decides; by placement stands in where the first finds the same space on both sides or nothing at all. Agreement
of both makes a join sure. Measured on 355 doors of 13 models against boundary data: 97.7 % exact, 99.1 % where both
agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from twin.ifc.geometry import Plan
from twin.ifc.spatial import SECTION_HEIGHT_M, PlacedSpace
from twin.model.ids import GlobalId

REACH_M = 1.0
STEP_M = 0.05
_LATERAL = (-0.3, 0.0, 0.3)
_NEAR_M = 1.5

Sides = tuple[GlobalId | None, GlobalId | None]
"""What lies on either side of a door; None where there is no space within reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A door in plan: centre, unit vector along the wall, width, and the level of its threshold [m]."""

    centre: tuple[float, float]
    along: tuple[float, float]
    width_m: float
    foot_m: float
    height_m: float = 2.0


class SpaceFinder:
    """Finds spaces in plan by their sections, nearest first."""

    def __init__(self, spaces: Sequence[PlacedSpace]) -> None:
        self._spaces = [space for space in spaces if space.mesh is not None and space.space.polygon]
        outlines = [shapely.Polygon(space.space.polygon) for space in self._spaces]
        self._tree = shapely.STRtree(outlines)

    def sides(self, passage: Passage, lateral: Sequence[float] = _LATERAL) -> Sides:
        """The spaces on the left and on the right of the direction along the wall."""
        level = passage.foot_m + min(SECTION_HEIGHT_M, passage.height_m / 2)
        areas = self._near(passage, level)
        return (_first_space(passage, lateral, areas, 1.0), _first_space(passage, lateral, areas, -1.0))

    def at(self, x: float, y: float, level_m: float) -> GlobalId | None:
        """The space that holds a point, the smallest if several do."""
        point = Passage(centre=(x, y), along=(1.0, 0.0), width_m=0.0, foot_m=level_m)
        holding = [(area.area, key) for key, area in self._near(point, level_m) if shapely.contains_xy(area, x, y)]
        return min(holding)[1] if holding else None

    def _near(self, passage: Passage, level_m: float) -> list[tuple[GlobalId, Plan]]:
        x, y = passage.centre
        reach = _NEAR_M + passage.width_m / 2
        found = []
        for index in sorted(self._tree.query(shapely.box(x - reach, y - reach, x + reach, y + reach))):
            space = self._spaces[index]
            if space.mesh is not None and space.mesh.low_m - 0.3 < level_m < space.mesh.high_m + 1e-6:
                found.append((space.space.global_id, space.mesh.section(level_m)))
        return found


def consensus(by_opening: Sides | None, by_placement: Sides | None) -> tuple[Sides | None, bool]:
    """The two sides and whether both ways agree.

    Returns:
        None for the sides when neither way finds a space.
    """
    ways = [way for way in (by_opening, by_placement) if way is not None and any(way)]
    if not ways:
        return None, False
    # A door to the outdoors has one empty side; the same space twice is what the second way is for.
    best = next((way for way in ways if way[0] != way[1]), ways[0])
    return best, len(ways) == 2 and set(ways[0]) == set(ways[1])


def _first_space(
    passage: Passage, lateral: Sequence[float], areas: list[tuple[GlobalId, Plan]], side: float
) -> GlobalId | None:
    """The space that most probes meet first on one side; the nearer one if they are divided."""
    steps = np.arange(STEP_M, REACH_M + STEP_M / 2, STEP_M)
    (x, y), (ax, ay) = passage.centre, passage.along
    votes: Counter[GlobalId] = Counter()
    nearest: dict[GlobalId, float] = {}
    for share in lateral:
        shift = share * passage.width_m
        xs = x + ax * shift - ay * side * steps
        ys = y + ay * shift + ax * side * steps
        hits = []
        for key, area in areas:
            inside = shapely.contains_xy(area, xs, ys)
            if inside.any():
                hits.append((float(steps[int(np.argmax(inside))]), float(area.area), key))
        if hits:
            distance, _, key = min(hits)
            votes[key] += 1
            nearest[key] = min(distance, nearest.get(key, distance))
    if not votes:
        return None
    return min(votes, key=lambda key: (-votes[key], nearest[key], key))
