"""Windows: as much glass on the façades of a room as its floor area asks for, between doors and corners.

A wall to a yard is a façade too. A room without façade has no window; whether that matters is the norm check's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from site_models.plan import Axis, without
from site_models.programme import Brief, Room
from site_models.structure import Wall
from twin.model.vocabulary import SpaceUse

_JAMB_M = 0.30
"""Wall left at each end of a window (assumption)."""
_NARROWEST_M = 0.40
_MODULE_M = 0.10
"""Widths of windows are whole multiples of this (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window in a wall [m]: its middle along the wall and across it, and its size."""

    code: str
    space: str
    wall: Wall
    along: Axis
    lengthwise: float
    across: float
    width_m: float
    height_m: float
    sill_m: float

    @property
    def area_m2(self) -> float:
        """Of the opening."""
        return self.width_m * self.height_m


def windows_of(brief: Brief, walls: Sequence[Wall]) -> tuple[Window, ...]:
    """The windows of a site, in the order of the programme."""
    uses = frozenset(brief.file.windows.uses)
    yards = [room for room in brief.spaces if room.use is SpaceUse.YARD]
    return tuple(window for room in brief.spaces if room.use in uses for window in _of_room(brief, room, walls, yards))


def _of_room(brief: Brief, room: Room, walls: Sequence[Wall], yards: Sequence[Room]) -> Iterator[Window]:
    entry = brief.file.windows
    wanted_m2 = room.area_m2 * entry.floor_share
    facades = sorted(_facades(brief, room, walls, yards), key=lambda item: item[1] - item[2])
    number = 0
    for wall, start, end in facades:
        if wanted_m2 <= 1e-6:
            return
        room_m = end - start - 2 * _JAMB_M
        width_m = min(_modules(wanted_m2 / entry.height_m), _MODULE_M * int(room_m / _MODULE_M + 1e-6))
        if width_m < _NARROWEST_M:
            continue
        number += 1
        wanted_m2 -= width_m * entry.height_m
        yield Window(
            code=f"WN.{room.code}.{number}",
            space=room.code,
            wall=wall,
            along=wall.run.along,
            lengthwise=round((start + end) / 2, 4),
            across=wall.run.middle,
            width_m=round(width_m, 2),
            height_m=entry.height_m,
            sill_m=entry.sill_m,
        )


def _modules(length_m: float) -> float:
    return max(_MODULE_M * ceil(length_m / _MODULE_M - 1e-6), _NARROWEST_M)


def _facades(
    brief: Brief, room: Room, walls: Sequence[Wall], yards: Sequence[Room]
) -> Iterator[tuple[Wall, float, float]]:
    """Free stretches of the walls between a room and the open air: wall, start and end along it."""
    for wall in walls:
        if (wall.level, wall.part) != (room.level, room.part):
            continue
        span = _touching(room, wall)
        if span is None:
            continue
        start, end = span
        outdoors = [span] if wall.is_external else [_overlap(span, yard, wall) for yard in yards if _faces(yard, wall)]
        for low, high in outdoors:
            if high > low:
                taken = [
                    (at - half, at + half)
                    for at, half in _doors_in(brief, wall)
                    if at + half > start and at - half < end
                ]
                yield from ((wall, one, other) for one, other in without((low, high), taken))


def _touching(room: Room, wall: Wall) -> tuple[float, float] | None:
    """The stretch of a wall that bounds a room; None if it bounds another."""
    run = wall.run
    near, far = (room.y0, room.y1) if run.along == "x" else (room.x0, room.x1)
    if min(abs(run.high - near), abs(run.low - far)) > 1e-6:
        return None
    low, high = (room.x0, room.x1) if run.along == "x" else (room.y0, room.y1)
    start, end = max(low, run.start), min(high, run.end)
    return (start, end) if end > start else None


def _faces(yard: Room, wall: Wall) -> bool:
    return yard.level == wall.level and _touching(yard, wall) is not None


def _overlap(span: tuple[float, float], yard: Room, wall: Wall) -> tuple[float, float]:
    other = _touching(yard, wall) or (0.0, 0.0)
    return (max(span[0], other[0]), min(span[1], other[1]))


def _doors_in(brief: Brief, wall: Wall) -> Iterator[tuple[float, float]]:
    """Middle and half width, with the frame, of the doors in a wall."""
    for _, door in brief.doors:
        across, lengthwise = (
            (door.centre_y_m, door.centre_x_m) if door.along == "x" else (door.centre_x_m, door.centre_y_m)
        )
        if door.storey == wall.level and door.along == wall.run.along and abs(across - wall.run.middle) < 0.01:
            yield lengthwise, door.clear_width_m / 2 + brief.file.doors.frame_m + _JAMB_M / 2
