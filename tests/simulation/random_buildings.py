"""Small buildings for properties: trees of square rooms, a door or a stair between each room and an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from hypothesis import strategies as st

from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.spaces import Building, Space, Storey
from twin.model.vocabulary import SpaceUse

GROUND = GlobalId("L0")


@dataclass(frozen=True, slots=True)
class Room:
    """A square room and its way to an earlier one; the first room's way means nothing."""

    side_m: float
    beside: int
    width_m: float


Rooms = tuple[Room, ...]


@st.composite
def rooms(draw: st.DrawFn, most: int = 8) -> Rooms:
    """Between 2 and `most` rooms that hang together."""
    return tuple(
        Room(
            side_m=draw(st.floats(2, 20)),
            beside=draw(st.integers(0, max(0, number - 1))),
            width_m=draw(st.floats(0.5, 2.0)),
        )
        for number in range(draw(st.integers(2, most)))
    )


def facility_of(rooms: Rooms) -> Facility:
    """Rooms R0, R1, … and doors d1, d2, … (``dN`` leads from room N to an earlier one), all on one storey.

    Doors stand at odd distances from each other, so that no two people come to one at the very same moment by chance.
    """
    return Facility(
        code="TREE",
        name="Tree of rooms",
        buildings=(Building(global_id=GlobalId("B"), name="B"),),
        storeys=(Storey(global_id=GROUND, name="L0", building=GlobalId("B"), elevation_m=0.0, is_ground=True),),
        spaces=tuple(_space(number, room) for number, room in enumerate(rooms)),
        doors=tuple(_door(number, room) for number, room in enumerate(rooms) if number),
    )


def _space(number: int, room: Room) -> Space:
    x, side = 100.0 * number, room.side_m
    return Space(
        global_id=GlobalId(f"R{number}"),
        code=f"R{number}",
        name=f"Room {number}",
        use=SpaceUse.CORRIDOR,
        storey=GROUND,
        polygon=((x, 0.0), (x + side, 0.0), (x + side, side), (x, side)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=side * side,
    )


def _door(number: int, room: Room) -> Door:
    return Door(
        global_id=GlobalId(f"d{number}"),
        code=f"d{number}",
        type="D-WS",
        storey=GROUND,
        joins=(GlobalId(f"R{room.beside}"), GlobalId(f"R{number}")),
        centre=(100.0 * sqrt(number), 0.0),
        along=(1.0, 0.0),
        clear_width_m=room.width_m,
        clear_height_m=2.1,
    )
