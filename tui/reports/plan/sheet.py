"""The sheet under a plan: what is drawn of a level, in sheet units, and which places are taken already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from statistics import median

from tui.reports.plan.geometry import Box, Point, box_of, distance, edges, is_drawable
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.spaces import Polygon, Space
from twin.model.vocabulary import SpaceUse

UNITS_PER_M = 18.0
"""Sheet units of a metre; letters of 8 units are 2.2 mm high at 1:200."""
MARGIN_M = 4.6
"""Room round the building for exit signs."""
OUTER_WALL_M = 0.3
"""Assumed where no door tells how thick the outer walls are; 0.15 to 0.5 are believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the reader asked for."""

    marks: Mapping[GlobalId, str] = field(default_factory=dict)
    zones: str = ""
    redact: bool = False
    notice: str = ""
    all_equipment: bool = False


@dataclass(kw_only=True)
class Sheet:
    """One level on paper. `taken` are boxes that no label may cover, `used` the symbols that the legend explains."""

    facility: Facility
    level: str
    wish: Wish
    rooms: dict[GlobalId, Polygon]
    doors: tuple[Door, ...]
    area: Box
    origin: Point
    wall: float
    taken: list[Box] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def at(self, x: float, y: float) -> Point:
        """Metres of the model in sheet units."""
        return (x - self.origin[0]) * UNITS_PER_M, (self.origin[1] - y) * UNITS_PER_M

    def space(self, room: GlobalId) -> Space:
        """The space of a drawn room."""
        return self.facility.space_by_id[room]

    def is_free(self, box: Box) -> bool:
        """Whether nothing was put there yet."""
        return not any(box.overlaps(other) for other in self.taken)

    def take(self, boxes: Iterable[Box]) -> Box | None:
        """The first box of some that is free; it is taken then."""
        for box in boxes:
            if self.is_free(box):
                self.taken.append(box)
                return box
        return None


def sheet_of(facility: Facility, level: str, wish: Wish) -> Sheet | None:
    """The sheet of a level; None where there is nothing to draw."""
    spaces = [s for s in facility.spaces if facility.level_of(s) == level and is_drawable(s.polygon)]
    if not spaces:
        return None
    doors = tuple(d for d in facility.doors if facility.level_of(d) == level and _is_placed(d))
    model = box_of([*(corner for space in spaces for corner in space.polygon), *(door.centre for door in doors)])
    origin = (model.left - MARGIN_M, model.bottom + MARGIN_M)
    sheet = Sheet(
        facility=facility,
        level=level,
        wish=wish,
        rooms={},
        doors=doors,
        area=Box(0, 0, (model.width + 2 * MARGIN_M) * UNITS_PER_M, (model.height + 2 * MARGIN_M) * UNITS_PER_M),
        origin=origin,
        wall=_outer_wall_m(facility, doors) * UNITS_PER_M,
    )
    for space in sorted(spaces, key=_drawing_order):
        sheet.rooms[space.global_id] = tuple(sheet.at(x, y) for x, y in space.polygon)
    return sheet


def _is_placed(door: Door) -> bool:
    return all(map(isfinite, (*door.centre, *door.along, door.clear_width_m)))


def _drawing_order(space: Space) -> tuple[bool, float, str]:
    """Yards below; large rooms below small ones, because foreign models nest them."""
    box = box_of(space.polygon)
    return space.use is not SpaceUse.YARD, -box.width * box.height, space.global_id


def _outer_wall_m(facility: Facility, doors: Iterable[Door]) -> float:
    """Thickness of the outer walls [m]: twice the distance of the outer doors from their rooms."""
    found = []
    for door in doors:
        for node in door.joins or ():
            space = facility.space_by_id.get(node)
            if door.is_final_exit and space is not None and is_drawable(space.polygon):
                found.append(2 * min(distance(door.centre, a, b) for a, b in edges(space.polygon)))
    believed = [wall for wall in found if 0.15 <= wall <= 0.5]
    return median(believed) if believed else OUTER_WALL_M
