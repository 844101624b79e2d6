"""A synthetic house block for the interface's tests: nobody's building, drawn from four numbers.

┌──┬──┬──┬ … ┬──┐ cells N     ┌ core ┐     the same to the east
├──┴──┴──┴ … ┴──┤─────────────┤      ├──
│ landing       │             │ hall │
├──┬──┬──┬ … ┬──┤─────────────┤      ├──
└──┴──┴──┴ … ┴──┘ cells S     └──────┘     yard in the north, an octagon tower in the south
"""

from __future__ import annotations

from itertools import pairwise

from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Polygon, Space, Storey
from twin.model.vocabulary import SpaceUse

SITE = "TST"
CELL_M, DEPTH_M, WALL_M = 2.6, 4.0, 0.2


def _box(x: float, y: float, width: float, depth: float) -> Polygon:
    return ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth))


class _Builder:
    def __init__(self) -> None:
        self.spaces: list[Space] = []
        self.doors: list[Door] = []

    def space(self, storey: Storey, code: str, name: str, use: SpaceUse, polygon: Polygon, group: str = "") -> GlobalId:
        space = Space(
            global_id=GlobalId(f"S-{storey.name}-{code}"),
            code=f"{SITE}-{storey.name}-{code}",
            name=name,
            use=use,
            storey=storey.global_id,
            polygon=polygon,
            floor_m=storey.elevation_m,
            height_m=2.7,
            area_m2=10.0,
            capacity=1,
            release_group=group,
            regime_zone=f"{SITE}-{storey.name}-{code.partition('-')[0]}",
        )
        self.spaces.append(space)
        return space.global_id

    def door(self, storey: Storey, a: GlobalId, b: GlobalId, x: float, y: float, along: str, group: str = "") -> None:
        number = sum(door.joins is not None and door.joins[0] == a for door in self.doors) + 1
        code = f"D.{SITE}-{a.removeprefix('S-')}.{number}"
        self.doors.append(
            Door(
                global_id=GlobalId(f"D-{code}"),
                code=code,
                type="D-CELL" if group else "D-GATE",
                storey=storey.global_id,
                joins=(a, b),
                centre=(x, y),
                along=(1.0, 0.0) if along == "x" else (0.0, 1.0),
                clear_width_m=0.9,
                clear_height_m=2.1,
                release_group=group,
                interlock_group="" if group else f"IL-{storey.name}",
            )
        )


def _wing(build: _Builder, storey: Storey, wing: str, x0: float, cells: int) -> GlobalId:
    pitch = CELL_M + WALL_M
    length = cells * pitch - WALL_M
    landing = build.space(
        storey, f"{wing}-LAND", f"Landing {wing}", SpaceUse.LANDING, _box(x0, DEPTH_M + WALL_M, length, 3.0)
    )
    for row, (side, y, door_y) in enumerate((("N", DEPTH_M + 3.0 + 2 * WALL_M, 7.3), ("S", 0.0, 4.1))):
        group = f"RG-{storey.name}-{wing}-{side}"
        for number in range(cells):
            x = x0 + number * pitch
            code = f"{wing}-C{row * cells + number + 1:02}"
            use = SpaceUse.CELL_SINGLE
            cell = build.space(storey, code, "Single cell", use, _box(x, y, CELL_M, DEPTH_M), group)
            build.door(storey, cell, landing, x + CELL_M / 2, door_y, "x", group)
    return landing


def block(*, cells: int = 16, storeys: int = 2) -> Facility:
    """A block of two wings with ``2 × cells`` cells each and a core, ``storeys`` high."""
    build = _Builder()
    building = Building(global_id=GlobalId("B-1"), name="House block")
    levels = [
        Storey(
            global_id=GlobalId(f"L-{n:02}"),
            name=f"L{n:02}",
            building=building.global_id,
            elevation_m=3.3 * n,
            is_ground=n == 0,
        )
        for n in range(storeys)
    ]
    wing_m = cells * (CELL_M + WALL_M)
    for storey in levels:
        west = _wing(build, storey, "A", 0.0, cells)
        east = _wing(build, storey, "B", wing_m + 18.2, cells)
        hall = build.space(storey, "C-HALL", "Core hall", SpaceUse.CORRIDOR, _box(wing_m, 4.2, 18.0, 3.0))
        rooms = (("C-OFF", "Unit office", SpaceUse.STAFF, 6.0), ("C-CTRL", "Control post", SpaceUse.CONTROL, 5.6))
        x = wing_m
        for code, name, use, width in (*rooms, ("C-MED", "Treatment room", SpaceUse.HEALTH, 6.0)):
            room = build.space(storey, code, name, use, _box(x, 7.4, width, 4.0))
            build.door(storey, room, hall, x + width / 2, 7.3, "x")
            x += width + WALL_M
        build.door(storey, hall, west, wing_m - 0.1, 5.7, "y")
        build.door(storey, hall, east, wing_m + 18.1, 5.7, "y")
        cut = 2.0
        x, y = wing_m + 4.0, -6.2
        tower = (
            (x + cut, y), (x + 8 - cut, y), (x + 10, y + cut), (x + 10, y + 10 - cut),
            (x + 10, y + 10.2), (x, y + 10.2), (x, y + 10 - cut), (x, y + cut),
        )  # fmt: skip
        post = build.space(storey, "C-TOW", "Stair tower", SpaceUse.STAIR, tower)
        build.door(storey, post, hall, x + 5.0, 4.1, "x")
        if storey.is_ground:
            yard = build.space(storey, "Y-YA", "Exercise yard", SpaceUse.YARD, _box(2.0, 11.9, 24.0, 12.0))
            build.door(storey, yard, outside_id(storey.global_id), 14.0, 24.0, "x")
            build.door(storey, hall, outside_id(storey.global_id), wing_m + 2.0, 4.0, "x")
    assert all(a.elevation_m < b.elevation_m for a, b in pairwise(levels))
    return Facility(
        code=SITE,
        name="Test block",
        buildings=(building,),
        storeys=tuple(levels),
        spaces=tuple(build.spaces),
        doors=tuple(build.doors),
    )
