"""Walls of a plan of clear rectangles: where two rooms share one, where a room has an outer one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Axis = Literal["x", "y"]


class Rectangle(Protocol):
    """A clear rectangle in plan [m]."""

    @property
    def x0(self) -> float: ...
    @property
    def y0(self) -> float: ...
    @property
    def x1(self) -> float: ...
    @property
    def y1(self) -> float: ...


class Thicknesses(Protocol):
    """How far apart rooms share a wall, and how thick outer walls are [m]."""

    @property
    def external_m(self) -> float: ...
    @property
    def gap_min_m(self) -> float: ...
    @property
    def gap_max_m(self) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WallRun:
    """A straight wall [m]: along its axis from ``start`` to ``end``, across it from ``low`` to ``high``."""

    along: Axis
    start: float
    end: float
    low: float
    high: float

    @property
    def middle(self) -> float:
        """The middle line, across the wall."""
        return (self.low + self.high) / 2

    @property
    def thickness_m(self) -> float:
        """From side to side."""
        return self.high - self.low


def shared_wall(one: Rectangle, other: Rectangle, walls: Thicknesses) -> WallRun | None:
    """The wall between two rooms whose rectangles lie a wall's thickness apart, over the length they share."""
    for along, low, high, start, end in (
        ("y", one.x1, other.x0, max(one.y0, other.y0), min(one.y1, other.y1)),
        ("y", other.x1, one.x0, max(one.y0, other.y0), min(one.y1, other.y1)),
        ("x", one.y1, other.y0, max(one.x0, other.x0), min(one.x1, other.x1)),
        ("x", other.y1, one.y0, max(one.x0, other.x0), min(one.x1, other.x1)),
    ):
        if end - start > 1e-6 and walls.gap_min_m - 1e-6 <= high - low <= walls.gap_max_m + 1e-6:
            return WallRun(along="x" if along == "x" else "y", start=start, end=end, low=low, high=high)
    return None


def facades(room: Rectangle, walls: Thicknesses) -> tuple[WallRun, ...]:
    """The four outer walls a room would have if it stood alone: west, east, south, north."""
    thick = walls.external_m
    return (
        WallRun(along="y", start=room.y0, end=room.y1, low=room.x0 - thick, high=room.x0),
        WallRun(along="y", start=room.y0, end=room.y1, low=room.x1, high=room.x1 + thick),
        WallRun(along="x", start=room.x0, end=room.x1, low=room.y0 - thick, high=room.y0),
        WallRun(along="x", start=room.x0, end=room.x1, low=room.y1, high=room.y1 + thick),
    )


def facade_of(room: Rectangle, point: tuple[float, float], walls: Thicknesses) -> WallRun | None:
    """The room's outer wall that a point lies in."""
    for wall in facades(room, walls):
        across, lengthwise = (point[1], point[0]) if wall.along == "x" else (point[0], point[1])
        if wall.low - 1e-6 <= across <= wall.high + 1e-6 and wall.start <= lengthwise <= wall.end:
            return wall
    return None


def joined(intervals: Iterable[tuple[float, float]], *, gap: float = 0.0) -> list[tuple[float, float]]:
    """Union of intervals; those at most ``gap`` apart become one."""
    merged: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1] + gap + 1e-9:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def without(whole: tuple[float, float], taken: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """What is left of an interval when others are taken out of it."""
    left: list[tuple[float, float]] = []
    start = whole[0]
    for low, high in joined(taken):
        if low - start > 1e-6:
            left.append((start, min(low, whole[1])))
        start = max(start, high)
        if start >= whole[1]:
            break
    if whole[1] - start > 1e-6:
        left.append((start, whole[1]))
    return [(low, high) for low, high in left if high - low > 1e-6]
