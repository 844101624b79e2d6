"""Surfaces of space boundaries, as lines in plan: where one space ends and the next begins without a wall."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.ifc.placements import axis_matrix

Entity = Any
Points = NDArray[np.float64]
Line = Any
"""A shapely line in plan [m]."""
_FLAT_M = 0.05
"""Surfaces thinner than this in plan stand upright (assumption: rounding of exporters)."""


def upright_line(relation: Entity, matrix: Points, scale: float, least_height_m: float) -> Line | None:
    """The line in plan of a boundary's surface.

    Args:
        relation: An IfcRelSpaceBoundary.
        matrix: World matrix of its space's placement, in units of the file.
        scale: Metres per length unit.
        least_height_m: Lower surfaces are no way.

    Returns:
        None for a surface that lies flat, is low, curved, or not there.
    """
    connection = relation.ConnectionGeometry
    surface = getattr(connection, "SurfaceOnRelatingElement", None)
    try:
        corners = _corners(surface) if surface is not None else None
        if corners is None:
            return None
        world = (corners @ matrix[:3, :3].T + matrix[:3, 3]) * scale
    except (AttributeError, TypeError, ValueError):  # something is missing from it
        return None
    if np.ptp(world[:, 2]) < least_height_m:
        return None
    rectangle = shapely.MultiPoint(world[:, :2]).minimum_rotated_rectangle
    return _long_axis(rectangle) if rectangle.geom_type != "Polygon" or _is_thin(rectangle) else None


def _corners(surface: Entity) -> Points | None:
    if surface.is_a("IfcSurfaceOfLinearExtrusion"):
        flat = _points(surface.SweptCurve.Curve)
        if flat is None:
            return None
        base = _in_space(flat, surface.Position)
        direction = np.array(surface.ExtrudedDirection.DirectionRatios, dtype=np.float64)
        matrix = axis_matrix(surface.Position) if surface.Position is not None else np.eye(4)
        vector = matrix[:3, :3] @ (direction / np.linalg.norm(direction) * float(surface.Depth))
        return np.vstack([base, base + vector])
    if surface.is_a("IfcCurveBoundedPlane"):
        flat = _points(surface.OuterBoundary)
        return None if flat is None else _in_space(flat, surface.BasisSurface.Position)
    return None


def _points(curve: Entity) -> Points | None:
    """Corners (n, 2) of a polygonal curve; None for a round one."""
    if curve.is_a("IfcPolyline"):
        return np.array([tuple(point.Coordinates)[:2] for point in curve.Points], dtype=np.float64)
    if not curve.is_a("IfcCompositeCurve"):
        return None
    parts = [_points(segment.ParentCurve) for segment in curve.Segments]
    return np.vstack([part for part in parts if part is not None]) if all(p is not None for p in parts) else None


def _in_space(flat: Points, position: Entity | None) -> Points:
    points = np.column_stack([flat, np.zeros(len(flat))])
    if position is None:
        return points
    matrix = axis_matrix(position)
    placed: Points = points @ matrix[:3, :3].T + matrix[:3, 3]
    return placed


def _is_thin(rectangle: Any) -> bool:
    one, other, third = (np.array(corner) for corner in rectangle.exterior.coords[:3])
    return bool(min(np.linalg.norm(other - one), np.linalg.norm(third - other)) < _FLAT_M)


def _long_axis(shape: Any) -> Line | None:
    """The line itself, or the middle line of a thin rectangle."""
    if shape.geom_type == "LineString":
        return shape
    if shape.geom_type != "Polygon":
        return None
    corners = [np.array(corner) for corner in shape.exterior.coords[:4]]
    if np.linalg.norm(corners[1] - corners[0]) < np.linalg.norm(corners[2] - corners[1]):
        corners = corners[1:] + corners[:1]
    return shapely.LineString([(corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2])
