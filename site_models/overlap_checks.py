"""Two things in one place: rooms that overlap, within a floor and between parts, and doors that overlap in a wall."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from site_models.brief_files import DoorRow
from site_models.programme import DOORS_FILE, PROGRAMME_FILE, Brief, Room
from twin.model.errors import Fault

_TOUCH_M = 1e-6
_SAME_WALL_M = 0.01
"""Twice what a door may lie beside the middle of its wall."""

_Floor = tuple[str, str]
"""Part and level."""


def room_overlaps(brief: Brief) -> Iterator[Fault]:
    """Rooms that share ground: of one floor, and of two parts whose storeys share a height."""
    floors: dict[_Floor, list[Room]] = {}
    for room in brief.rooms:
        floors.setdefault((room.part, room.level), []).append(room)
    for rooms in floors.values():
        yield from _shared_ground(rooms, across=False)
    for one, other in combinations(floors, 2):
        if one[0] != other[0] and _share_a_height(brief, one, other):
            yield from _shared_ground([*floors[one], *floors[other]], across=True)


def door_overlaps(brief: Brief) -> Iterator[Fault]:
    """Doors of one wall whose frames overlap."""
    floors: dict[tuple[float, str], list[_Opening]] = {}
    for number, door in brief.doors:
        room = brief.room_by_code.get(door.from_space)
        if room is not None:
            opening = _Opening.of(number, door, brief.file.doors.frame_m)
            floors.setdefault((round(room.floor_m, 2), door.along), []).append(opening)
    for openings in floors.values():
        openings.sort()
        for index, one in enumerate(openings):
            for other in openings[index + 1 :]:
                if other.start >= one.end - _TOUCH_M:
                    break
                if abs(other.across - one.across) <= _SAME_WALL_M:
                    first, later = sorted((one, other), key=lambda opening: opening.row)
                    text = f"{later.door.code} overlaps {first.door.code} (row {first.row})"
                    yield Fault(DOORS_FILE, f"row {later.row}, centre_{later.door.along}_m", text)


class _Opening(NamedTuple):
    """What a door and its frame take of a wall [m], and the row it was written on."""

    start: float
    end: float
    across: float
    row: int
    door: DoorRow

    @classmethod
    def of(cls, row: int, door: DoorRow, frame_m: float) -> _Opening:
        centre, across = (door.centre_x_m, door.centre_y_m)[:: 1 if door.along == "x" else -1]
        half = door.clear_width_m / 2 + frame_m
        return cls(centre - half, centre + half, across, row, door)


def _shared_ground(rooms: list[Room], *, across: bool) -> Iterator[Fault]:
    """Rooms in order of x, so that only neighbours in x are compared; ``across``: only those of different parts."""
    ordered = sorted(rooms, key=lambda room: (room.x0, room.y0))
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.x0 >= one.x1 - _TOUCH_M:
                break
            if across and one.part == other.part:
                continue
            if min(one.y1, other.y1) - max(one.y0, other.y0) > _TOUCH_M:
                yield Fault(
                    PROGRAMME_FILE, f"row {other.row}, x0_m", f"{other.code} overlaps {one.code} (row {one.row})"
                )


def _share_a_height(brief: Brief, one: _Floor, other: _Floor) -> bool:
    lower, upper = sorted((brief.storeys[one], brief.storeys[other]), key=lambda storey: storey.elevation_m)
    return upper.elevation_m < lower.elevation_m + lower.height_m - _TOUCH_M
