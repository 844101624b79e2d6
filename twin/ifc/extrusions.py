"""Bodies that are one straight extrusion of one polygon, read from the file: exact, and tens of times faster.

Most spaces and door openings are. Everything else (curves, voids, several solids, mapped or cut bodies) is left to the
geometry library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Entity = Any
Points = NDArray[np.float64]


def extruded(element: Entity, matrix_of: Callable[[Entity], Points]) -> tuple[Points, NDArray[np.int64]] | None:
    """Vertices (2 n, 3) in file units within the element's placement, and the triangles (2 n, 3) of its sides.

    Args:
        element: A product.
        matrix_of: Matrix (4, 4) of an axis placement.

    Returns:
        None if the body is not one straight extrusion of one polygon.
    """
    solid = _only_solid(element)
    if solid is None:
        return None
    ring = _PROFILES.get(solid.SweptArea.is_a(), _unknown)(solid.SweptArea)
    if ring is None or len(ring) < 3:
        return None
    direction = np.array(solid.ExtrudedDirection.DirectionRatios, dtype=np.float64)
    vector = direction / np.linalg.norm(direction) * float(solid.Depth)
    base = np.column_stack([ring, np.zeros(len(ring))])
    vertices = np.vstack([base, base + vector])
    if solid.Position is not None:
        matrix = matrix_of(solid.Position)
        vertices = vertices @ matrix[:3, :3].T + matrix[:3, 3]
    return vertices, _sides(len(ring))


def _only_solid(element: Entity) -> Entity | None:
    """The one extrusion that is the body; None if the body is something else, or something is cut out of it."""
    if getattr(element, "HasOpenings", None):
        return None
    bodies = [one for one in element.Representation.Representations or () if one.RepresentationIdentifier == "Body"]
    if len(bodies) != 1 or len(bodies[0].Items) != 1:
        return None
    solid = bodies[0].Items[0]
    return solid if solid.is_a() == "IfcExtrudedAreaSolid" else None


def _rectangle(profile: Entity) -> Points | None:
    x, y = float(profile.XDim) / 2, float(profile.YDim) / 2
    ring = np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    return _turned(ring, profile.Position) if profile.Position is not None else ring


def _turned(ring: Points, placement: Entity) -> Points:
    """A profile by its own placement in the plane."""
    if placement.RefDirection is None:
        turned = ring
    else:
        cos, sin = np.array(placement.RefDirection.DirectionRatios[:2]) / np.hypot(
            *placement.RefDirection.DirectionRatios[:2]
        )
        turned = ring @ np.array([[cos, sin], [-sin, cos]])
    moved: Points = turned + np.array(placement.Location.Coordinates[:2])
    return moved


def _polygon(profile: Entity) -> Points | None:
    curve = profile.OuterCurve
    if curve.is_a("IfcPolyline"):
        points = [point.Coordinates[:2] for point in curve.Points]
    elif curve.is_a("IfcIndexedPolyCurve") and not curve.Segments and curve.Points.is_a("IfcCartesianPointList2D"):
        points = list(curve.Points.CoordList)
    else:
        return None
    ring = np.array(points, dtype=np.float64)
    return ring[:-1] if len(ring) > 1 and np.allclose(ring[0], ring[-1], rtol=0, atol=1e-9) else ring


def _unknown(_profile: Entity) -> None:
    return None


_PROFILES: Mapping[str, Callable[[Entity], Points | None]] = {
    "IfcRectangleProfileDef": _rectangle,
    "IfcArbitraryClosedProfileDef": _polygon,
}
"""Exact classes: their subtypes are hollow, rounded or have voids."""


def _sides(count: int) -> NDArray[np.int64]:
    here = np.arange(count)
    after = (here + 1) % count
    return np.vstack(
        [np.column_stack([here, after, after + count]), np.column_stack([here, after + count, here + count])]
    )
