"""Walls of a site: every wall that stands between or around the clear rectangles, and the wall each door sits in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from site_models.brief_files import DoorRow
from site_models.plan import WallRun, facades, joined, shared_wall, without
from site_models.programme import Brief, Room
from twin.model.errors import BriefError, Fault
from twin.model.vocabulary import SpaceUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """A wall with its code, the part and level it stands on, its foot and height [m]."""

    code: str
    part: str
    level: str
    run: WallRun
    base_m: float
    height_m: float
    is_external: bool


def walls_of(brief: Brief) -> tuple[Wall, ...]:
    """All walls, level by level. Collinear pieces of the same thickness form one wall across crossings."""
    walls: list[Wall] = []
    for rooms in _floors(brief):
        inner = list(_inner_runs(rooms, brief))
        outer = list(_outer_runs(rooms, brief))
        for external, runs in ((False, inner), (True, outer)):
            walls.extend(_named(brief, runs, external=external, taken=len(walls)))
    return tuple(walls)


def wall_of(door: DoorRow, part: str, walls: Sequence[Wall]) -> Wall:
    """The wall a door sits in.

    Raises:
        BriefError: no wall is there.
    """
    across, lengthwise = (door.centre_y_m, door.centre_x_m) if door.along == "x" else (door.centre_x_m, door.centre_y_m)
    found = [
        wall
        for wall in walls
        if wall.level == door.storey
        and wall.run.along == door.along
        and abs(wall.run.middle - across) < 0.01
        and wall.run.start < lengthwise < wall.run.end
    ]
    if not found:
        raise BriefError([Fault("doors.csv", door.code, "stands in no wall")])
    return min(found, key=lambda wall: wall.part != part)


def _floors(brief: Brief) -> list[list[Room]]:
    """Rooms that can be neighbours: of one level, with floors at one height. A void has walls round it too."""
    floors: dict[tuple[str, float], list[Room]] = {}
    for room in brief.rooms:
        floors.setdefault((room.level, round(room.floor_m, 2)), []).append(room)
    return list(floors.values())


_Run = tuple[Room, WallRun]


def _inner_runs(rooms: list[Room], brief: Brief) -> Iterator[_Run]:
    pieces: dict[tuple[str, float, float], list[_Run]] = {}
    for index, one in enumerate(rooms):
        for other in rooms[index + 1 :]:
            run = shared_wall(one, other, brief.file.walls)
            if run:
                pieces.setdefault((run.along, round(run.low, 3), round(run.high, 3)), []).append((one, run))
    yield from _merged(pieces, brief)


def _outer_runs(rooms: list[Room], brief: Brief) -> Iterator[_Run]:
    pieces: dict[tuple[str, float, float], list[_Run]] = {}
    for room in rooms:
        if room.use is SpaceUse.YARD:
            continue
        for side, wall in enumerate(facades(room, brief.file.walls)):
            taken = [
                (run.start, run.end)
                for other in rooms
                if other is not room and (run := shared_wall(room, other, brief.file.walls))
                if _same_side(side, room, run)
            ]
            for start, end in without((wall.start, wall.end), joined(taken, gap=brief.file.walls.gap_max_m)):
                run = WallRun(along=wall.along, start=start, end=end, low=wall.low, high=wall.high)
                pieces.setdefault((run.along, round(run.low, 3), round(run.high, 3)), []).append((room, run))
    for room, run in _merged(pieces, brief):
        yield room, _with_corners(run, rooms, brief)


def _same_side(side: int, room: Room, run: WallRun) -> bool:
    return abs((run.high, run.low, run.high, run.low)[side] - (room.x0, room.x1, room.y0, room.y1)[side]) < 1e-6 and (
        run.along == ("y", "y", "x", "x")[side]
    )


def _merged(pieces: dict[tuple[str, float, float], list[_Run]], brief: Brief) -> Iterator[_Run]:
    for (_, low, high), found in pieces.items():
        spans = joined([(run.start, run.end) for _, run in found], gap=brief.file.walls.gap_max_m)
        for start, end in spans:
            owner = next(room for room, run in found if start - 1e-6 <= run.start <= end)
            axis = found[0][1].along
            yield owner, WallRun(along=axis, start=round(start, 4), end=round(end, 4), low=low, high=high)


def _with_corners(run: WallRun, rooms: list[Room], brief: Brief) -> WallRun:
    """Outer walls along x reach round the corner where no room is in the way."""
    if run.along != "x":
        return run
    reach = brief.file.walls.external_m

    def free(x: float) -> bool:
        return not any(
            room.x0 < x < room.x1 and room.y0 < run.high and run.low < room.y1
            for room in rooms
            if room.use is not SpaceUse.YARD
        )

    start = run.start - reach if free(run.start - reach / 2) and free(run.start - reach) else run.start
    end = run.end + reach if free(run.end + reach / 2) and free(run.end + reach) else run.end
    return WallRun(along="x", start=round(start, 4), end=round(end, 4), low=run.low, high=run.high)


def _named(brief: Brief, runs: list[_Run], *, external: bool, taken: int) -> Iterator[Wall]:
    ordered = sorted(runs, key=lambda item: (item[1].along, item[1].low, item[1].start))
    for number, (room, run) in enumerate(ordered, start=taken + 1):
        storey = brief.storeys[room.part, room.level]
        yield Wall(
            code=f"W.{room.part}-{room.level}.{number}",
            part=room.part,
            level=room.level,
            run=run,
            base_m=storey.elevation_m,
            height_m=round(storey.height_m - brief.file.slabs.thickness_m, 4),
            is_external=external,
        )
