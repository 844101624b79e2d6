"""Contradictions in a brief: everything that would make a wrong building, found before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from site_models.brief_files import DoorRow, ProgrammeRow
from site_models.group_checks import compartment_faults, group_faults, unused_groups
from site_models.link_checks import link_faults
from site_models.overlap_checks import door_overlaps, room_overlaps
from site_models.plan import WallRun, facade_of, shared_wall
from site_models.plant_checks import plant_faults
from site_models.programme import (
    BRIEF_FILE,
    DOORS_FILE,
    LINKS_FILE,
    OUTSIDE_CODE,
    PROGRAMME_FILE,
    Brief,
    Room,
)
from twin.model.errors import Fault
from twin.model.vocabulary import SpaceUse

_ON_WALL_M = 0.005
_BEHIND_M = 0.05
"""How far behind a wall a room is looked for."""
_FIGURES = (
    "places",
    "walls",
    "doors",
    "slabs",
    "yards",
    "windows",
    "georeference",
    "programme",
    "plant",
    "use_conditions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Which tables could be read whole: what is missing from a table with faulty rows is no second fault."""

    rooms: bool = True
    doors: bool = True
    types: bool = True


def contradictions(brief: Brief, *, whole: Whole, programme: list[tuple[int, ProgrammeRow]]) -> Iterator[Fault]:
    """Every contradiction within a brief."""
    yield from _site_faults(brief)
    yield from _room_faults(brief)
    yield from room_overlaps(brief)
    for number, row in brief.doors:
        yield from _door_faults(brief, number, row, whole)
    yield from _repeated(DOORS_FILE, [(number, row.code) for number, row in brief.doors])
    yield from door_overlaps(brief)
    if whole.doors:
        yield from _door_counts(brief, programme)
    if whole.rooms:
        yield from link_faults(brief)
    yield from _repeated(LINKS_FILE, [(number, row.code) for number, row in brief.links])
    yield from group_faults(brief)
    if whole.rooms and whole.doors:
        yield from unused_groups(brief)
        yield from compartment_faults(brief)
    if whole.rooms:
        yield from plant_faults(brief)


def _site_faults(brief: Brief) -> Iterator[Fault]:
    file = brief.file
    wanted = {*_FIGURES, *(f"parts.{part.code}" for part in file.parts)}
    if file.external_stairs:
        wanted.add("external_stairs")
    for figure in sorted(wanted - file.sources.keys()):
        yield Fault(BRIEF_FILE, f"sources.{figure}", "is missing: every figure says where it comes from")
    for figure in sorted(file.sources.keys() - wanted):
        yield Fault(BRIEF_FILE, f"sources.{figure}", "is a source of nothing in this brief")
    for code, times in Counter(part.code for part in file.parts).items():
        if times > 1:
            yield Fault(BRIEF_FILE, "parts", f"{code} is used {times} times")
    if sum(not part.bands for part in file.parts) > 1:
        yield Fault(BRIEF_FILE, "parts", "only one part may claim the bands that are left")
    for part in file.parts:
        for lower, upper in pairwise(part.storeys):
            top_m = lower.elevation_m + lower.height_m
            if abs(top_m - upper.elevation_m) > _ON_WALL_M:
                text = f"{lower.name} ends at {top_m:.2f} m, not at {upper.elevation_m:.2f}"
                yield Fault(BRIEF_FILE, f"parts.{part.code}.{upper.name}.elevation_m", text)


def headroom_m(brief: Brief, room: Room) -> float:
    """Height from a room's floor to the next floor above it: past every storey in which a void is left over it."""
    storeys = next(part.storeys for part in brief.file.parts if part.code == room.part)
    height_m, start = 0.0, [storey.name for storey in storeys].index(room.level)
    for storey in storeys[start:]:
        if height_m and not any(_is_over(void, room, storey.name) for void in brief.rooms):
            break
        height_m += storey.height_m
    return height_m


def _is_over(void: Room, room: Room, level: str) -> bool:
    return (
        void.use is SpaceUse.VOID
        and (void.part, void.level) == (room.part, level)
        and void.x0 <= room.x0 <= room.x1 <= void.x1
        and void.y0 <= room.y0 <= room.y1 <= void.y1
    )


def _room_faults(brief: Brief) -> Iterator[Fault]:
    slab_m = brief.file.slabs.thickness_m
    windows = brief.file.windows
    for room in brief.rooms:
        if room.use is SpaceUse.VOID or room.use is SpaceUse.YARD:
            continue
        storey = brief.storeys[room.part, room.level]
        key = f"row {room.row}, height_m"
        if room.height_m <= 0:
            yield Fault(PROGRAMME_FILE, key, f"{room.code} has no height")
        elif room.height_m + slab_m > headroom_m(brief, room) + _ON_WALL_M:
            text = f"{room.code}: {room.height_m:g} m and the slab do not fit the storey of {storey.height_m:g} m"
            yield Fault(PROGRAMME_FILE, key, text)
        elif room.use in windows.uses and windows.sill_m + windows.height_m > room.height_m + _ON_WALL_M:
            top_m = windows.sill_m + windows.height_m
            text = f"{room.code}: windows of {BRIEF_FILE} end at {top_m:g} m, above its ceiling of {room.height_m:g} m"
            yield Fault(PROGRAMME_FILE, key, text)
    yield from _repeated(PROGRAMME_FILE, [(room.row, room.code) for room in brief.rooms])


def _door_faults(brief: Brief, number: int, door: DoorRow, whole: Whole) -> Iterator[Fault]:
    def fault(key: str, text: str) -> Fault:
        return Fault(DOORS_FILE, f"row {number}, {key}", text)

    if whole.types and door.type not in brief.door_types:
        yield fault("type", f"there is no door type {door.type}")
    if not door.code.startswith(f"D.{door.from_space}."):
        yield fault("code", f"{door.code} does not carry the code of {door.from_space}")
    one = brief.room_by_code.get(door.from_space)
    other = brief.room_by_code.get(door.to_space)
    if one is None and whole.rooms:
        yield fault("from_space", f"there is no space {door.from_space}")
    if other is None and whole.rooms and door.to_space != OUTSIDE_CODE:
        yield fault("to_space", f"there is no space {door.to_space}")
    for key, room in (("from_space", one), ("to_space", other)):
        if room and room.use is SpaceUse.VOID:
            yield fault(key, f"{room.code} is an opening in a floor, not a space")
        if room and room.level != door.storey:
            yield fault("storey", f"{room.code} is on {room.level}, not on {door.storey}")
    if one and (other or door.to_space == OUTSIDE_CODE):
        yield from _wall_faults(brief, number, door, one, other)


def _wall_faults(brief: Brief, number: int, door: DoorRow, one: Room, other: Room | None) -> Iterator[Fault]:
    def fault(key: str, text: str) -> Fault:
        return Fault(DOORS_FILE, f"row {number}, {key}", text)

    walls = brief.file.walls
    centre = (door.centre_x_m, door.centre_y_m)
    wall = shared_wall(one, other, walls) if other else facade_of(one, centre, walls)
    if wall is None:
        shared = f"{one.code} and {other.code} share no wall" if other else f"{one.code} has no outer wall there"
        yield fault("centre_x_m", shared)
        return
    behind = None if other else _behind(brief, one, centre, wall)
    if behind:
        yield fault("to_space", f"{behind.code} is behind this wall, not the outdoors")
    if wall.along != door.along:
        yield fault("along", f"the wall runs along {wall.along}")
        return
    across, lengthwise = (centre[1], centre[0]) if door.along == "x" else (centre[0], centre[1])
    if abs(across - wall.middle) > _ON_WALL_M:
        yield fault(
            f"centre_{'y' if door.along == 'x' else 'x'}_m", f"the middle of the wall is at {wall.middle:.3f} m"
        )
    need = door.clear_width_m / 2 + walls.door_margin_m
    if lengthwise - need < wall.start - _ON_WALL_M or lengthwise + need > wall.end + _ON_WALL_M:
        text = f"{door.clear_width_m:g} m do not fit the wall from {wall.start:.2f} to {wall.end:.2f} m"
        yield fault("clear_width_m", text)
    ceiling = min(room.height_m for room in (one, other) if room)
    if door.clear_height_m + walls.lintel_m > ceiling + _ON_WALL_M:
        yield fault("clear_height_m", f"{door.clear_height_m:g} m do not fit under the ceiling of {ceiling:g} m")


def _behind(brief: Brief, one: Room, centre: tuple[float, float], wall: WallRun) -> Room | None:
    """The room on the other side of a wall of a room, at a place of it."""
    far = wall.high if wall.low >= (one.y1 if wall.along == "x" else one.x1) - _ON_WALL_M else wall.low
    at = far + (_BEHIND_M if far == wall.high else -_BEHIND_M)
    x, y = (centre[0], at) if wall.along == "x" else (at, centre[1])
    floor = (room for room in brief.spaces if room.level == one.level and abs(room.floor_m - one.floor_m) < _ON_WALL_M)
    return next((room for room in floor if room.x0 <= x <= room.x1 and room.y0 <= y <= room.y1), None)


def _door_counts(brief: Brief, programme: list[tuple[int, ProgrammeRow]]) -> Iterator[Fault]:
    """The programme says how many doors of its type a space has; the door list may have more of other types."""
    listed = Counter((door.from_space, door.type) for _, door in brief.doors)
    rows = dict(programme)
    for room in brief.rooms:
        row = rows[room.row]
        found = listed[room.code, row.door_type]
        if row.door_type and found != row.doors_per_space:
            text = f"{room.code} has {found} doors of type {row.door_type} in {DOORS_FILE}, not {row.doors_per_space}"
            yield Fault(PROGRAMME_FILE, f"row {room.row}, doors_per_space", text)


def _repeated(file: str, codes: list[tuple[int, str]]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, code in codes:
        if code in first:
            yield Fault(file, f"row {number}, code", f"{code} stands in row {first[code]} already")
        first.setdefault(code, number)
