"""Bodies of elements as triangles, and what we need of them in plan: horizontal sections, hulls, thin rectangles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import ifcopenshell.geom
import numpy as np
import shapely
from numpy.typing import NDArray

from twin.ifc.extrusions import extruded
from twin.ifc.placements import Placements, axis_matrix

Plan = Any
"""A shapely geometry in plan [m]."""

_GRID_M = 1e-5
_POINT = "IfcCartesianPoint"
_BROKEN = (AttributeError, TypeError, ValueError, RecursionError)
"""What comes of a file in which something is missing, or a placement that rests on itself."""
_EMPTY: Plan = shapely.Polygon()


@dataclass(slots=True, kw_only=True)
class Mesh:
    """Triangles of one body: vertices (n, 3) in world coordinates [m], faces (m, 3) of vertex numbers."""

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    _sections: dict[float, Plan] = field(default_factory=dict)

    @property
    def low_m(self) -> float:
        """Lowest level."""
        return float(self.vertices[:, 2].min())

    @property
    def high_m(self) -> float:
        """Highest level."""
        return float(self.vertices[:, 2].max())

    @property
    def is_prism(self) -> bool:
        """Whether it stands upright between two levels with the same corners on both: every section is the same."""
        levels = self.vertices[:, 2]
        is_low, is_high = levels - levels.min() < 1e-4, levels.max() - levels < 1e-4
        if not np.all(is_low | is_high):
            return False
        return bool(_same_places(self.vertices[is_low, :2], self.vertices[is_high, :2]))

    def section(self, level_m: float) -> Plan:
        """Area in plan of the horizontal section at a level; the silhouette if the body has no clean section there."""
        key = 0.0 if self.is_prism else round(level_m, 2)
        if key not in self._sections:
            level = (self.low_m + self.high_m) / 2 if self.is_prism else level_m
            area = _section(self.vertices, self.faces, level)
            self._sections[key] = area if not area.is_empty else self.silhouette()
        return self._sections[key]

    def silhouette(self) -> Plan:
        """Area in plan that the body covers."""
        return shapely.unary_union([piece for piece in self._plan_triangles() if piece.area > 1e-9])

    def hull(self) -> Plan:
        """Convex hull in plan."""
        return shapely.MultiPoint(self.vertices[:, :2]).convex_hull

    def _plan_triangles(self) -> Iterable[Plan]:
        return (shapely.Polygon(self.vertices[face, :2]) for face in self.faces)


class Shaper:
    """Makes meshes of elements; one that cannot be shaped gives None.

    Args:
        scale: Metres per length unit of the file.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._placements = Placements()
        self._in_world = _settings(world=True)
        self._alone = _settings(world=False)

    def mesh(self, element: Any) -> Mesh | None:
        """The body of an element in world coordinates [m], or None."""
        if getattr(element, "Representation", None) is None:
            return None
        found = self._extrusion(element)
        if found is not None:
            mesh = _mesh(*found)
            if mesh is not None and mesh.is_prism:  # lying down, it would have to be cut through its ends as well
                return mesh
        return self._mesh_of_library(element)

    def _extrusion(self, element: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
        """Corners and sides of a body that is one extrusion; a file in which something is missing is the library's."""
        try:
            found = extruded(element, axis_matrix)
            if found is None:
                return None
            return self._placed(found[0] * self._scale, self._placements.matrix(element.ObjectPlacement)), found[1]
        except _BROKEN:
            return None

    def _mesh_of_library(self, element: Any) -> Mesh | None:
        try:
            shape: Any = ifcopenshell.geom.create_shape(self._in_world, element)
        except RuntimeError:
            return self._mesh_of_body(element)
        return _mesh(*_arrays(shape.geometry))

    def _mesh_of_body(self, element: Any) -> Mesh | None:
        """The body without its materials and colours, over which the library may have stumbled, put in its place."""
        for representation in element.Representation.Representations or ():
            if representation.RepresentationIdentifier != "Body":
                continue
            try:
                vertices, faces = _arrays(ifcopenshell.geom.create_shape(self._alone, representation))
                matrix = self._placements.matrix(element.ObjectPlacement)
            except (RuntimeError, *_BROKEN):
                return None
            return _mesh(self._placed(vertices, matrix), faces)
        return None

    def corners(self, element: Any) -> NDArray[np.float64]:
        """Corners (n, 3) of the body in world coordinates [m]; none without a body.

        Enough for a hull. The triangles of a stair of many faces would take longer than all spaces together.
        """
        if getattr(element, "Representation", None) is None:
            return np.empty((0, 3))
        found = self._extrusion(element)
        if found is not None:
            return found[0]
        faceted = [
            representation
            for representation in element.Representation.Representations or ()
            if representation.RepresentationIdentifier == "Body"
            and all(item.is_a("IfcFacetedBrep") for item in representation.Items)
        ]
        if not faceted:
            mesh = self.mesh(element)
            return mesh.vertices if mesh else np.empty((0, 3))
        points = {one.id(): one for brep in faceted for one in element.file.traverse(brep) if one.is_a(_POINT)}
        try:
            corners = np.array([point.Coordinates for point in points.values()], dtype=np.float64).reshape(-1, 3)
            return self._placed(corners * self._scale, self._placements.matrix(element.ObjectPlacement))
        except _BROKEN:
            return np.empty((0, 3))

    def _placed(self, vertices: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        turned: NDArray[np.float64] = vertices @ matrix[:3, :3].T
        return turned + matrix[:3, 3] * self._scale


def _settings(*, world: bool) -> Any:
    library: Any = ifcopenshell.geom
    settings = library.settings()
    settings.set("use-world-coords", world)
    settings.set("weld-vertices", True)
    return settings


def _same_places(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether two sets of points in plan are the same, to a tenth of a millimetre."""
    return {tuple(point) for point in np.round(one, 4)} == {tuple(point) for point in np.round(other, 4)}


def _arrays(geometry: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    vertices = np.asarray(geometry.verts, dtype=np.float64).reshape(-1, 3)
    return vertices, np.asarray(geometry.faces, dtype=np.int64).reshape(-1, 3)


def _mesh(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> Mesh | None:
    return Mesh(vertices=vertices, faces=faces) if len(faces) and np.isfinite(vertices).all() else None


def corners_of(area: Plan) -> tuple[tuple[float, float], ...]:
    """Outline of the largest piece of an area: counter-clockwise, no corner on a straight line, lowest corner first."""
    piece = max(pieces_of(area), key=lambda one: one.area, default=None)
    if piece is None:
        return ()
    ring = [(round(x, 4), round(y, 4)) for x, y in shapely.orient_polygons(piece).exterior.coords[:-1]]
    neighbours = zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True)
    kept = [corner for before, corner, after in neighbours if abs(_turn(before, corner, after)) > 1e-6]
    if len(kept) < 3:  # smaller than the rounding
        return ()
    first = kept.index(min(kept))
    return tuple(kept[first:] + kept[:first])


def _turn(one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]) -> float:
    """Twice the area of a triangle: 0 on a straight line."""
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def pieces_of(area: Plan) -> list[Plan]:
    """Polygons of an area, also of a nested collection."""
    if area.geom_type == "Polygon":
        return [area] if area.area > 0 else []
    return [piece for part in getattr(area, "geoms", ()) for piece in pieces_of(part)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """A rectangle in plan: centre, unit vector along its long side, length and thickness [m]."""

    centre: tuple[float, float]
    along: tuple[float, float]
    length_m: float
    thickness_m: float


def thin_rectangle(corners: NDArray[np.float64]) -> Rectangle | None:
    """The smallest rectangle round the corners (n, 3) of a body in plan; None if the body has no extent there."""
    rectangle = shapely.MultiPoint(corners[:, :2]).minimum_rotated_rectangle
    if rectangle.geom_type != "Polygon":
        return None
    ring = np.asarray(rectangle.exterior.coords)
    sides = ring[1:3] - ring[:2]
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    longest = int(np.argmax(lengths))
    if lengths[longest] < 1e-6:
        return None
    x, y = ring[:4].mean(axis=0)
    dx, dy = sides[longest] / lengths[longest]
    return Rectangle(
        centre=(float(x), float(y)),
        along=pointing((float(dx), float(dy))),
        length_m=float(lengths.max()),
        thickness_m=float(lengths.min()),
    )


def pointing(vector: tuple[float, float]) -> tuple[float, float]:
    """The same line with one of its two directions: towards positive x, or positive y where x is nothing."""
    x, y = (round(component, 6) + 0.0 for component in vector)
    return (x, y) if x > 0 or (x == 0 and y > 0) else (-x + 0.0, -y + 0.0)


def _section(vertices: NDArray[np.float64], faces: NDArray[np.int64], level_m: float) -> Plan:
    """Cut triangles by a horizontal plane; the even-odd area of the cut lines."""
    heights = vertices[:, 2] - level_m
    if np.any(np.abs(heights) < 1e-6):
        heights = heights - 2e-6
    above = heights[faces] > 0
    crossing = faces[above.any(axis=1) & ~above.all(axis=1)]
    lines = []
    for face in crossing:
        ends = [
            vertices[a, :2] + (vertices[b, :2] - vertices[a, :2]) * (heights[a] / (heights[a] - heights[b]))
            for a, b in ((face[0], face[1]), (face[1], face[2]), (face[2], face[0]))
            if (heights[a] > 0) != (heights[b] > 0)
        ]
        one, other = (tuple(np.round(end / _GRID_M) * _GRID_M) for end in ends)
        if one != other:
            lines.append((one, other))
    if len(lines) < 3:
        return _EMPTY
    return shapely.build_area(shapely.unary_union(shapely.MultiLineString(lines)))
