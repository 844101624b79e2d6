"""Plane geometry of a plan in sheet units: boxes, outlines, rays. Odd outlines of foreign models must not break it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import hypot, isfinite

from twin.model.spaces import Polygon, centroid

Point = tuple[float, float]
SMALLEST_M2 = 0.01
"""Outlines of less area are lines or noise."""
_GRID = 9


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle along the axes; y points down."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def grown(self, by: float) -> Box:
        """The box with a margin on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def box_of(points: Iterable[Point]) -> Box:
    """The box round some points."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def box_at(centre: Point, width: float, height: float) -> Box:
    """The box of this size about a point."""
    x, y = centre
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def is_drawable(polygon: Polygon) -> bool:
    """Whether an outline has an inside that can be drawn."""
    if len(polygon) < 3 or not all(isfinite(x) and isfinite(y) for x, y in polygon):
        return False
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in edges(polygon))) / 2 > SMALLEST_M2


def edges(outline: Polygon) -> Iterator[tuple[Point, Point]]:
    """Sides of a closed outline."""
    return zip(outline, outline[1:] + outline[:1], strict=True)


def is_inside(point: Point, outline: Polygon) -> bool:
    """Whether a point lies in an outline (even-odd rule)."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in edges(outline):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def holds(outline: Polygon, box: Box) -> bool:
    """Whether a box lies wholly in an outline."""
    return is_inside(box.centre, outline) and not any(_crosses(a, b, box) for a, b in edges(outline))


def _crosses(a: Point, b: Point, box: Box) -> bool:
    """Whether a segment enters a box (Liang and Barsky's clipping)."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    low, high = 0.0, 1.0
    sides = ((-dx, a[0] - box.left), (dx, box.right - a[0]), (-dy, a[1] - box.top), (dy, box.bottom - a[1]))
    for step, room in sides:
        if step == 0:
            if room <= 0:
                return False
            continue
        at = room / step
        low, high = (max(low, at), high) if step < 0 else (low, min(high, at))
    return low < high


def ray_length(start: Point, direction: Point, outline: Polygon, reach: float) -> float | None:
    """How far along a direction (unit vector) an outline begins; None beyond the reach."""
    found = None
    for (x0, y0), (x1, y1) in edges(outline):
        ex, ey = x1 - x0, y1 - y0
        cross = direction[0] * ey - direction[1] * ex
        if abs(cross) < 1e-9:
            continue
        wx, wy = x0 - start[0], y0 - start[1]
        along = (wx * ey - wy * ex) / cross
        share = (wx * direction[1] - wy * direction[0]) / cross
        if -1e-6 <= along <= reach and -1e-6 <= share <= 1 + 1e-6 and (found is None or along < found):
            found = max(along, 0.0)
    return found


def anchor_of(outline: Polygon) -> Point:
    """Where a label belongs: the centroid, or for a bent outline the point of a coarse grid deepest inside."""
    centre = centroid(outline)
    if is_inside(centre, outline):
        return centre
    inside = [point for point in grid(box_of(outline), _GRID) if is_inside(point, outline)]
    return max(inside, key=lambda point: min(distance(point, a, b) for a, b in edges(outline)), default=centre)


def grid(box: Box, count: int) -> Iterator[Point]:
    """Points spread evenly over a box."""
    for row in range(count):
        for column in range(count):
            yield (
                box.left + box.width * (column + 0.5) / count,
                box.top + box.height * (row + 0.5) / count,
            )


def distance(point: Point, a: Point, b: Point) -> float:
    """Distance of a point from a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    share = 0.0 if length2 == 0 else ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2
    share = min(max(share, 0.0), 1.0)
    return hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy)
