"""An IFC file under construction: entities with deterministic GlobalIds, and the few shapes a building needs.

The objects of ifcopenshell stay inside this package. Relations are made by hand: one relation per container instead of
one call per element, which is what dominates the time of the library's own functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ifcopenshell

from twin.model.ids import GlobalId, global_id_for

Entity = Any
"""An ifcopenshell entity."""
Point = tuple[float, ...]


class Model:
    """An IFC4 file with shared points, directions and property values."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.file: Any = ifcopenshell.file(schema="IFC4")
        self._shared: dict[tuple[object, ...], Entity] = {}
        self._ids: set[str] = set()
        self.body: Entity = None
        self.axis: Entity = None
        self.footprint: Entity = None

    def make(self, ifc_class: str, *values: object, **attributes: object) -> Entity:
        """An entity without GlobalId."""
        return self.file.create_entity(ifc_class, *values, **attributes)

    def root(self, ifc_class: str, kind: str, code: str, **attributes: object) -> Entity:
        """An entity with the GlobalId of its kind and code.

        Raises:
            ValueError: the same kind and code a second time.
        """
        global_id: GlobalId = global_id_for(self.site, kind, code)
        if global_id in self._ids:
            raise ValueError(f"{ifc_class} {kind}/{code} is made twice")
        self._ids.add(global_id)
        return self.file.create_entity(ifc_class, GlobalId=str(global_id), **attributes)

    def relate(self, ifc_class: str, code: str, one: str, whole: Entity, many: str, parts: Iterable[Entity]) -> None:
        """A relation of one entity to many, if there are any."""
        members = list(parts)
        if members:
            self.root(ifc_class, "rel", f"{ifc_class}/{code}", **{one: whole, many: members})

    def aggregate(self, code: str, whole: Entity, parts: Iterable[Entity]) -> None:
        """Decompose an entity into parts."""
        self.relate("IfcRelAggregates", code, "RelatingObject", whole, "RelatedObjects", parts)

    def contain(self, code: str, storey: Entity, elements: Iterable[Entity]) -> None:
        """Put elements on a storey."""
        name = "IfcRelContainedInSpatialStructure"
        self.relate(name, code, "RelatingStructure", storey, "RelatedElements", elements)

    def shared(self, ifc_class: str, *values: object) -> Entity:
        """An entity without GlobalId that everybody who needs the same values shares."""
        key = (ifc_class, *(tuple(value) if isinstance(value, list) else value for value in values))
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = self.file.create_entity(ifc_class, *values)
        return found

    def point(self, *coordinates: float) -> Entity:
        """A Cartesian point in 2 or 3 dimensions [m]."""
        return self.shared("IfcCartesianPoint", tuple(round(float(value), 6) + 0.0 for value in coordinates))

    def direction(self, *ratios: float) -> Entity:
        """A direction in 2 or 3 dimensions."""
        return self.shared("IfcDirection", tuple(float(value) + 0.0 for value in ratios))

    def axes(self, origin: Point, x: Point | None = None, z: Point | None = None) -> Entity:
        """A placement in space: origin, and where x and z point."""
        axis = self.direction(*(z or (0.0, 0.0, 1.0))) if x or z else None
        reference = self.direction(*(x or (1.0, 0.0, 0.0))) if x or z else None
        return self.make("IfcAxis2Placement3D", self.point(*origin), axis, reference)

    def placement(self, relative_to: Entity, origin: Point, x: Point | None = None, z: Point | None = None) -> Entity:
        """A local placement."""
        return self.make("IfcLocalPlacement", relative_to, self.axes(origin, x, z))

    def outline(self, corners: Sequence[Point]) -> Entity:
        """A closed curve through corners in plan."""
        points = [self.point(*corner) for corner in corners]
        return self.make("IfcPolyline", [*points, points[0]])

    def profile(self, corners: Sequence[Point], holes: Sequence[Sequence[Point]] = ()) -> Entity:
        """An area bounded by corners, with holes."""
        if holes:
            inner = [self.outline(hole) for hole in holes]
            return self.make("IfcArbitraryProfileDefWithVoids", "AREA", None, self.outline(corners), inner)
        return self.make("IfcArbitraryClosedProfileDef", "AREA", None, self.outline(corners))

    def box_profile(self, x0: float, y0: float, x1: float, y1: float) -> Entity:
        """A rectangle."""
        middle = self.point((x0 + x1) / 2, (y0 + y1) / 2)
        position = self.shared("IfcAxis2Placement2D", middle, None)
        sizes = (round(x1 - x0, 6), round(y1 - y0, 6))
        return self.shared("IfcRectangleProfileDef", "AREA", None, position, *sizes)

    def extrusion(self, profile: Entity, depth_m: float, position: Entity = None) -> Entity:
        """A profile pulled up along the z of its position."""
        up = self.direction(0.0, 0.0, 1.0)
        return self.make("IfcExtrudedAreaSolid", profile, position, up, round(depth_m, 6))

    def body_of(self, *solids: Entity) -> Entity:
        """The body representation of swept solids."""
        return self.make("IfcShapeRepresentation", self.body, "Body", "SweptSolid", list(solids))

    def body_map(self, *solids: Entity) -> Entity:
        """A body that many products share, as the map of their type."""
        return self.make("IfcRepresentationMap", self.axes((0.0, 0.0, 0.0)), self.body_of(*solids))

    def mapped_shape(self, body_map: Entity) -> Entity:
        """The shape of all products of a type: one instance for all of them."""
        origin = self.point(0.0, 0.0, 0.0)
        operator = self.shared("IfcCartesianTransformationOperator3D", None, None, origin, 1.0, None)
        item = self.shared("IfcMappedItem", body_map, operator)
        body = self.shared("IfcShapeRepresentation", self.body, "Body", "MappedRepresentation", (item,))
        return self.shared("IfcProductDefinitionShape", None, None, (body,))

    def shape(self, *representations: Entity) -> Entity:
        """The shape of a product."""
        return self.make("IfcProductDefinitionShape", None, None, list(representations))
