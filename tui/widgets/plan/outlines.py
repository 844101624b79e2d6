"""Room outlines on wall centre lines: clear rectangles drawn apart grow until neighbours share one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.model.ids import GlobalId
from twin.model.spaces import Polygon, Space
from twin.model.vocabulary import SpaceUse

WALL_MAX_M = 0.65
"""Two faces closer than this [m] are two sides of one wall (assumption; external walls of our sites are 0.45 m)."""
WALL_OUTER_M = 0.2
"""How far a face without a neighbour moves outwards [m] (assumption, about half an external wall)."""
SNAP_M = 0.16
"""Lines closer than this [m] are drawn as one (assumption, below the thickness of a partition)."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One room on the plan: corners on wall centre lines [m], counter-clockwise."""

    space: Space
    corners: Polygon

    @property
    def id(self) -> GlobalId:
        """GlobalId of the room."""
        return self.space.global_id

    @property
    def is_outdoor(self) -> bool:
        """Whether this is a yard, which has a fence but is no part of the building's envelope."""
        return self.space.use is SpaceUse.YARD

    @property
    def width_m(self) -> float:
        """Extent along x [m]."""
        xs = [x for x, _ in self.corners]
        return max(xs) - min(xs)


@dataclass(frozen=True, slots=True)
class _Edges:
    """All edges of a storey: start, unit direction, outward normal, length, owner, wall half-gap."""

    start: _Floats
    along: _Floats
    normal: _Floats
    length: _Floats
    owner: NDArray[np.int64]


def outlines_of(spaces: Iterable[Space]) -> tuple[Outline, ...]:
    """Outlines of these rooms with shared walls merged; rooms without a usable polygon are left out."""
    usable = [space for space in spaces if len(space.polygon) >= 3]
    rings = [_counter_clockwise(space.polygon) for space in usable]
    if not rings:
        return ()
    edges = _edges(rings)
    moves = _moves(edges)
    grown: list[Polygon] = []
    first = 0
    for ring in rings:
        last = first + len(ring)
        grown.append(_offset(ring, edges.along[first:last], edges.normal[first:last], moves[first:last]))
        first = last
    snap_x = _snapper(x for ring in grown for x, _ in ring)
    snap_y = _snapper(y for ring in grown for _, y in ring)
    return tuple(
        Outline(space=space, corners=tuple((snap_x[x], snap_y[y]) for x, y in ring))
        for space, ring in zip(usable, grown, strict=True)
    )


def _counter_clockwise(ring: Polygon) -> Polygon:
    rounded = tuple((round(x, 4), round(y, 4)) for x, y in ring)
    distinct = tuple(p for p, q in zip(rounded, rounded[1:] + rounded[:1], strict=True) if p != q) or rounded
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(distinct, distinct[1:] + distinct[:1], strict=True))
    return distinct if area >= 0 else distinct[::-1]


def _edges(rings: Sequence[Polygon]) -> _Edges:
    start = np.array([p for ring in rings for p in ring], dtype=float)
    end = np.array([p for ring in rings for p in ring[1:] + ring[:1]], dtype=float)
    owner = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    vector = end - start
    length = np.maximum(np.hypot(vector[:, 0], vector[:, 1]), 1e-9)
    along = vector / length[:, None]
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1)
    return _Edges(start, along, normal, length, owner)


def _moves(edges: _Edges) -> _Floats:
    """Half the gap to the nearest face that looks back at each edge, or the outer allowance."""
    moves = np.full(len(edges.length), WALL_OUTER_M)
    ends = edges.start + edges.along * edges.length[:, None]
    for index in range(len(moves)):
        origin, along = edges.start[index], edges.along[index]
        gap = (edges.start - origin) @ edges.normal[index]
        a, b = (edges.start - origin) @ along, (ends - origin) @ along
        shared = np.minimum(np.maximum(a, b), edges.length[index]) - np.maximum(np.minimum(a, b), 0.0)
        faces = (
            (edges.normal @ edges.normal[index] < -0.99)
            & (edges.owner != edges.owner[index])
            & (gap > -0.06)
            & (gap <= WALL_MAX_M)
            & (shared > 0.1)
        )
        if faces.any():
            moves[index] = gap[faces].min() / 2
    return moves


def _offset(ring: Polygon, along: _Floats, normal: _Floats, moves: _Floats) -> Polygon:
    """Move every edge outwards by its own distance and cut neighbouring edges anew."""
    corners: list[tuple[float, float]] = []
    for index, corner in enumerate(ring):
        before = index - 1
        start = np.array(corner)
        cross = float(along[before, 0] * along[index, 1] - along[before, 1] * along[index, 0])
        here = start + normal[index] * moves[index]
        moved = here
        if abs(cross) > 0.05:
            there = start + normal[before] * moves[before]
            gap = here - there
            reach = float(gap[0] * along[index, 1] - gap[1] * along[index, 0]) / cross
            moved = there + along[before] * reach
        if np.hypot(*(moved - start)) > 2 * WALL_MAX_M:  # a sliver of an edge: keep the corner near its place
            moved = here
        corners.append((round(float(moved[0]), 3), round(float(moved[1]), 3)))
    return tuple(corners)


def _snapper(values: Iterable[float]) -> dict[float, float]:
    """Each coordinate to the middle of its cluster; a cluster never spans more than `SNAP_M`."""
    snapped: dict[float, float] = {}
    cluster: list[float] = []
    for value in [*sorted(values), float("inf")]:
        if cluster and value - cluster[0] > SNAP_M:
            middle = round(sum(cluster) / len(cluster), 3)
            snapped.update(dict.fromkeys(cluster, middle))
            cluster = []
        cluster.append(value)
    return snapped
