"""Buildings, storeys and spaces, as the twin knows them after import."""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.model.ids import GlobalId
from twin.model.vocabulary import SLEEPING, SpaceUse, UseCondition

Polygon = tuple[tuple[float, float], ...]
"""Corners of a closed outline in plan [m], counter-clockwise, first corner not repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """One IfcBuilding."""

    global_id: GlobalId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Storey:
    """One IfcBuildingStorey. ``is_ground``: its outside node is an exit."""

    global_id: GlobalId
    name: str
    building: GlobalId
    elevation_m: float
    is_ground: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """One IfcSpace (or yard). ``area_m2`` is net floor area; ``certified_places`` counts beds that may be occupied.

    ``annex_m2`` is the sanitary annex within that area, no living space; ``window_m2`` the area of its windows.
    """

    global_id: GlobalId
    code: str
    name: str
    use: SpaceUse
    storey: GlobalId
    polygon: Polygon
    floor_m: float
    height_m: float
    area_m2: float
    capacity: int = 0
    hvac_zone: str = ""
    smoke_compartment: str = ""
    release_group: str = ""
    regime_zone: str = ""
    annex_m2: float = 0.0
    has_partitioned_annex: bool = False
    window_m2: float = 0.0
    use_condition: UseCondition = UseCondition.UNKNOWN

    @property
    def living_m2(self) -> float:
        """Net floor area without the sanitary annex (CPT/Inf (2015) 44: the annex does not count)."""
        return self.area_m2 - self.annex_m2

    @property
    def certified_places(self) -> int:
        """Sleeping places that count; 0 for every other use."""
        return self.capacity if self.use in SLEEPING else 0

    @property
    def centre(self) -> tuple[float, float]:
        """Area centroid of the outline [m]; mean of the corners for a degenerate outline."""
        return centroid(self.polygon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One IfcZone: spaces grouped for a purpose (``hvac``, ``smoke``, ``release``, ``regime`` or ``other``)."""

    global_id: GlobalId
    name: str
    purpose: str
    members: tuple[GlobalId, ...] = field(default=())


def centroid(polygon: Polygon) -> tuple[float, float]:
    """Area centroid of a simple polygon [m] (shoelace formula)."""
    if not polygon:
        return (0.0, 0.0)
    twice_area = cx = cy = 0.0
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        twice_area += cross
        cx += (x0 + x1) * cross
        cy += (y0 + y1) * cross
    if abs(twice_area) < 1e-9:
        return (sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon))
    return (cx / (3 * twice_area), cy / (3 * twice_area))
