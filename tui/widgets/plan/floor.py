"""One level of the facility as the plan draws it, and the zoom steps that suit its cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from tui.widgets.plan.labels import short_codes
from tui.widgets.plan.outlines import Outline, outlines_of
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import CELLS

ASPECT = 0.45
"""Rows per metre over columns per metre: a terminal cell is about 1 : 2.2 (1 : 2 to 1 : 2.3 with usual fonts)."""
COLUMNS_PER_MODULE = (2, 3, 4, 5, 6, 8, 10, 14, 20, 28)
"""Zoom steps: whole columns for the building's cell module, so that equal cells are equally wide."""
READABLE_COLUMNS = 5
"""Columns of a module from which on a two-digit cell number has a free column on each side."""
MODULE_DEFAULT_M = 3.0
"""Module of a building without repeating rooms [m] (assumption)."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """One zoom step."""

    columns_per_module: int
    columns_per_m: float

    @property
    def rows_per_m(self) -> float:
        """Vertical scale."""
        return self.columns_per_m * ASPECT


@dataclass(frozen=True, kw_only=True)
class Floor:
    """All rooms and doors of one level name; buildings that share it lie side by side."""

    name: str
    outlines: tuple[Outline, ...]
    doors: tuple[Door, ...]

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north [m]; doors count, so that none falls off the plan."""
        corners = [corner for outline in self.outlines for corner in outline.corners]
        points = corners or [door.centre for door in self.doors] or [(0.0, 0.0)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)

    @cached_property
    def short_codes(self) -> dict[GlobalId, str]:
        """Shortest label of each room."""
        return short_codes(outline.space for outline in self.outlines)

    def size(self, zoom: Zoom) -> tuple[int, int]:
        """Columns and rows of the plan at a zoom step."""
        west, south, east, north = self.bounds
        return round((east - west) * zoom.columns_per_m) + 1, round((north - south) * zoom.rows_per_m) + 1

    def cell_of(self, point: tuple[float, float], zoom: Zoom) -> tuple[int, int]:
        """(column, row) of a point [m]; north is up."""
        west, _, _, north = self.bounds
        return round((point[0] - west) * zoom.columns_per_m), round((north - point[1]) * zoom.rows_per_m)


def floor_of(facility: Facility, level: str) -> Floor:
    """The level with this name."""
    return Floor(
        name=level,
        outlines=outlines_of(space for space in facility.spaces if facility.level_of(space) == level),
        doors=tuple(door for door in facility.doors if facility.level_of(door) == level),
    )


def module_m(floors: list[Floor]) -> float:
    """The commonest width of cells [m], of any rooms where there are no cells; kept between 2 and 6 m."""
    widths = [(outline.space.use in CELLS, round(outline.width_m, 1)) for floor in floors for outline in floor.outlines]
    cells = [width for is_cell, width in widths if is_cell] or [width for _, width in widths if 2.0 <= width <= 6.0]
    if not cells:
        return MODULE_DEFAULT_M
    [(width, _)] = Counter(cells).most_common(1)
    return min(max(width, 2.0), 6.0)


def zooms_for(module: float) -> tuple[Zoom, ...]:
    """The zoom steps of a building, furthest first."""
    return tuple(Zoom(columns, columns / module) for columns in COLUMNS_PER_MODULE)


def fitting(floor: Floor, zooms: tuple[Zoom, ...], columns: int, rows: int) -> int:
    """Index of the closest zoom at which the whole level fits, the furthest if none does."""
    fits = [index for index, zoom in enumerate(zooms) if _fits(floor.size(zoom), columns, rows)]
    return max(fits, default=0)


def _fits(size: tuple[int, int], columns: int, rows: int) -> bool:
    return size[0] <= columns and size[1] <= rows


def opening(floor: Floor, zooms: tuple[Zoom, ...], columns: int, rows: int) -> int:
    """Zoom to open with: the whole level if it can be read so, otherwise the first step at which cells are numbered."""
    fit = fitting(floor, zooms, columns, rows)
    return max(fit, COLUMNS_PER_MODULE.index(READABLE_COLUMNS))
