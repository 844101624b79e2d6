"""How wide a room is between its walls, from its outline alone."""

from __future__ import annotations

from math import hypot

from twin.model.spaces import Polygon

Point = tuple[float, float]
_TINY_M = 1e-9


def narrowest_width_m(polygon: Polygon) -> float:
    """Narrowest distance between two parallel lines that hold the outline between them [m].

    One of the two always lies along an edge of the convex hull, so that the edges of the hull are all that is tried. Of
    a rectangle, however it is turned, this is its shorter side; of an outline with a recess it is the width of the
    convex hull, which says nothing of how narrow the recess is.

    Args:
        polygon: Corners in plan [m], in any direction.

    Returns:
        The width [m]; 0 for an outline without area.

    Sources:
        Shamos, Computational Geometry (1978): minimal width and the edges of the convex hull.
    """
    hull = _hull(polygon)
    if len(hull) < 3:
        return 0.0
    return min(_depth_m(hull, one, other) for one, other in zip(hull, hull[1:] + hull[:1], strict=True))


def _depth_m(hull: list[Point], one: Point, other: Point) -> float:
    length = hypot(other[0] - one[0], other[1] - one[1])
    return max(abs(_cross(one, other, corner)) for corner in hull) / length


def _hull(polygon: Polygon) -> list[Point]:
    """Corners of the convex hull, counter-clockwise (Andrew's monotone chain)."""
    corners = sorted(set(polygon))
    return _chain(corners)[:-1] + _chain(corners[::-1])[:-1]


def _chain(corners: list[Point]) -> list[Point]:
    chain: list[Point] = []
    for corner in corners:
        while len(chain) > 1 and _cross(chain[-2], chain[-1], corner) <= _TINY_M:
            chain.pop()
        chain.append(corner)
    return chain


def _cross(start: Point, one: Point, other: Point) -> float:
    return (one[0] - start[0]) * (other[1] - start[1]) - (one[1] - start[1]) * (other[0] - start[0])
