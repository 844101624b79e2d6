"""Stairs and lifts: which spaces of which levels they link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.files.text import plain
from twin.ifc.geometry import Shaper
from twin.ifc.identities import Identities
from twin.ifc.properties import number_of, property_set
from twin.ifc.spatial import Building3D, PlacedSpace
from twin.model.doors import Link
from twin.model.ids import GlobalId, global_id_for, outside_id
from twin.model.spaces import Space
from twin.model.vocabulary import LinkKind

Entity = Any
Corners = NDArray[np.float64]
"""Corners of bodies (n, 3) in world coordinates [m]."""

_REACH_M = 0.3
"""Flights are widened by this in plan, and floors of one level may differ by it."""
_LEVEL_M = 0.5
_OVERLAP_M2 = 0.3
_OUTSIDE_SHARE = 0.2
"""A stair stands beside the building if no more of it lies over the convex hull of the spaces (assumption)."""
_SLOPE = 2.0
"""Walking length per rise of a stair whose file says nothing of its steps (assumption: about 30 degrees)."""
_RISER_M, _TREAD_M = (0.05, 0.35), (0.1, 0.6)
"""What a step can be; other figures are not believed (assumption)."""
_WIDTH_M = 1.0
"""Clear width where a file says nothing (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """What the flights of a stair say of themselves: number of flights, risers, treads; sizes [m]."""

    flights: int = 0
    risers: int = 0
    treads: int = 0
    riser_m: float = 0.0
    tread_m: float = 0.0

    def length_m(self, rise_m: float, width_m: float) -> float:
        """Walking line: slopes of the flights plus one width for every landing between them."""
        if not (self.risers and self.riser_m and self.tread_m):
            return round(rise_m * _SLOPE, 3)
        slope = hypot(self.risers * self.riser_m, self.treads * self.tread_m)
        return round(slope + max(self.flights - 1, 0) * width_m, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """One end of a link: a space, or the outdoors of a storey, and the level of its floor [m]."""

    node: GlobalId
    floor_m: float


def read_links(
    file: Any, site: str, building: Building3D, spaces: Sequence[PlacedSpace], shaper: Shaper, identities: Identities
) -> list[Link]:
    """Links of stairs (by their flights, or the body of the stair where it has none) and of lifts."""
    links: list[Link] = []
    outdoors = _Outdoors(building, spaces)
    for entity in _stairs(file):
        flights = _flights(entity)
        bodies = flights or _bodies(entity)
        steps = _steps(flights, building.scale)
        links += _links(entity, LinkKind.STAIR, bodies, steps, site, spaces, shaper, identities, outdoors)
    for entity in file.by_type("IfcTransportElement"):
        kind = getattr(entity, "PredefinedType", None) or getattr(entity, "OperationType", None)
        if kind in {None, "ELEVATOR", "NOTDEFINED"}:
            links += _links(entity, LinkKind.LIFT, _bodies(entity), _Steps(), site, spaces, shaper, identities)
    return links


def _stairs(file: Any) -> Iterator[Entity]:
    yield from file.by_type("IfcStair")
    for flight in file.by_type("IfcStairFlight"):
        if not flight.Decomposes:
            yield flight


def _parts(entity: Entity) -> list[Entity]:
    return [part for relation in entity.IsDecomposedBy or () for part in relation.RelatedObjects]


def _flights(entity: Entity) -> list[Entity]:
    if entity.is_a("IfcStairFlight"):
        return [entity]
    return [part for part in _parts(entity) if part.is_a("IfcStairFlight")]


def _bodies(entity: Entity) -> list[Entity]:
    return [entity] if entity.Representation is not None else _parts(entity)


def _links(
    entity: Entity,
    kind: LinkKind,
    bodies: Sequence[Entity],
    steps: _Steps,
    site: str,
    spaces: Sequence[PlacedSpace],
    shaper: Shaper,
    identities: Identities,
    outdoors: _Outdoors | None = None,
) -> Iterator[Link]:
    own = property_set(entity, "GH_Link")
    name = identities.code(entity.Name, kind.value)
    corners = np.vstack([np.empty((0, 3)), *map(shaper.corners, bodies)])
    levels = _levels(corners, spaces) if len(corners) else []
    if not levels and len(corners) and outdoors is not None:
        levels = outdoors.levels(corners)
    if len(levels) < 2:
        identities.warnings.append(f"{kind.value} {name} links {len(levels)} levels: left out")
        return
    width = number_of(own, "Width", _WIDTH_M)
    keys = list(_keys(entity, own.get("Codes"), name, site, len(levels) - 1, identities))
    for (lower, upper), (code, global_id) in zip(pairwise(levels), keys, strict=True):
        rise = round(upper.floor_m - lower.floor_m, 4)
        yield Link(
            global_id=global_id,
            code=code,
            kind=kind,
            joins=(lower.node, upper.node),
            width_m=width,
            rise_m=rise,
            riser_mm=round(steps.riser_m * 1000, 3),
            tread_mm=round(steps.tread_m * 1000, 3),
            length_m=steps.length_m(rise, width) if kind is LinkKind.STAIR else rise,
        )


def _keys(
    entity: Entity, codes: object, name: str, site: str, count: int, identities: Identities
) -> Iterator[tuple[str, GlobalId]]:
    """Code and GlobalId of every link of one element: as our own model declares them, else made from the element's."""
    declared = [plain(code) for code in codes if isinstance(code, str)] if isinstance(codes, list) else []
    own = identities.of(entity)
    for number in range(count):
        if len(declared) == count:
            yield declared[number], global_id_for(site, "link", declared[number])
        elif number == 0:
            yield name, own
        else:
            yield f"{name}/{number + 1}", GlobalId(f"{own}/{number + 1}")


class _Outdoors:
    """Finds the storeys that a stair beside the building links: those between whose floors it rises."""

    def __init__(self, building: Building3D, spaces: Sequence[PlacedSpace]) -> None:
        self._storeys = building.storeys
        corners = [corner for placed in spaces for corner in placed.space.polygon]
        self._footprint = shapely.MultiPoint(corners).convex_hull if corners else shapely.Point()

    def levels(self, corners: Corners) -> list[_Level]:
        """The storeys at its foot and head; none for a stair that stands within the building."""
        hull = _hull(corners)
        if hull.intersection(self._footprint).area > _OUTSIDE_SHARE * hull.area:
            return []
        low, high = _span(corners)
        levels: list[_Level] = []
        for storey in sorted(self._storeys, key=lambda one: (one.elevation_m, one.name)):
            is_reached = low - _LEVEL_M <= storey.elevation_m <= high + _LEVEL_M
            if is_reached and (not levels or storey.elevation_m - levels[-1].floor_m > _REACH_M):
                levels.append(_Level(node=outside_id(storey.global_id), floor_m=storey.elevation_m))
        return levels


def _hull(corners: Corners) -> Any:
    return shapely.MultiPoint(corners[:, :2]).convex_hull


def _span(corners: Corners) -> tuple[float, float]:
    return float(corners[:, 2].min()), float(corners[:, 2].max())


def _levels(corners: Corners, spaces: Sequence[PlacedSpace]) -> list[_Level]:
    """From the lowest level up, the space that the stair overlaps most on each."""
    hull = _hull(corners).buffer(_REACH_M)
    low, high = _span(corners)
    found: list[tuple[float, float, Space]] = []
    for placed in spaces:
        space = placed.space
        if not (low - _LEVEL_M <= space.floor_m <= high + _LEVEL_M) or len(space.polygon) < 3:
            continue
        overlap = float(shapely.Polygon(space.polygon).buffer(0).intersection(hull).area)
        if overlap > _OVERLAP_M2:
            found.append((space.floor_m, overlap, space))
    levels: list[list[tuple[float, float, Space]]] = []
    for item in sorted(found, key=lambda one: (one[0], one[2].code)):
        if levels and item[0] - levels[-1][0][0] <= _REACH_M:
            levels[-1].append(item)
        else:
            levels.append([item])
    tops = [max(level, key=lambda one: one[1])[2] for level in levels]
    return [_Level(node=space.global_id, floor_m=space.floor_m) for space in tops]


def _steps(flights: Sequence[Entity], scale: float) -> _Steps:
    risers = [int(_first(flight, "NumberOfRisers", "NumberOfRiser") or 0) for flight in flights]
    treads = [int(getattr(flight, "NumberOfTreads", None) or 0) for flight in flights]
    riser = next((flight.RiserHeight for flight in flights if flight.RiserHeight), 0.0)
    tread = next((flight.TreadLength for flight in flights if flight.TreadLength), 0.0)
    steps = _Steps(
        flights=len(flights),
        risers=sum(risers),
        treads=sum(treads),
        riser_m=float(riser) * scale,
        tread_m=float(tread) * scale,
    )
    # Some exporters write these two in another unit than the rest of the file.
    is_step = _RISER_M[0] <= steps.riser_m <= _RISER_M[1] and _TREAD_M[0] <= steps.tread_m <= _TREAD_M[1]
    return steps if is_step else _Steps(flights=len(flights))


def _first(entity: Entity, *names: str) -> Any:
    return next((value for name in names if (value := getattr(entity, name, None)) is not None), None)
