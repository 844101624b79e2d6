"""A small house of two storeys.

Ground (L0)                               Above (L1)

 8 +------+------+                         4 +--------+--------+
   |  C1  |  C2  |                           |  LOFT  p  ATTIC |
 4 +--c1--+--c2--+--------+                0 +--r1----+---r2---+
   |    LAND    g|  CORE  x OUTSIDE          OUTSIDE (a platform), external stair ES down to OUTSIDE below
   |    (cup k) f|        |
 0 +------y------+--------+                stair ST: CORE to LOFT
   |    YARD     |
-4 +-------------+
   0             8        16
g: gate, f: fire door beside it; x: final exit; y: yard gate; k: cupboard door inside LAND; p: between LOFT and ATTIC.
"""

from __future__ import annotations

import pytest

from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Space, Storey
from twin.model.vocabulary import LinkKind, SpaceUse

L0, L1 = GlobalId("L0"), GlobalId("L1")
OUT0, OUT1 = outside_id(L0), outside_id(L1)


def space(code: str, use: SpaceUse, x0: float, y0: float, x1: float, y1: float, storey: GlobalId = L0) -> Space:
    return Space(
        global_id=GlobalId(code),
        code=code,
        name=code,
        use=use,
        storey=storey,
        polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=(x1 - x0) * (y1 - y0),
        capacity=1,
    )


def door(code: str, a: str, b: str, at: tuple[float, float], storey: GlobalId = L0, type: str = "D-ROOM") -> Door:
    return Door(
        global_id=GlobalId(code),
        code=code,
        type=type,
        storey=storey,
        joins=(GlobalId(a), GlobalId(b)),
        centre=at,
        along=(1.0, 0.0),
        clear_width_m=0.9,
        clear_height_m=2.1,
    )


@pytest.fixture
def house() -> Facility:
    return Facility(
        code="H",
        name="House",
        buildings=(Building(global_id=GlobalId("B"), name="B"),),
        storeys=(
            Storey(global_id=L0, name="L0", building=GlobalId("B"), elevation_m=0.0, is_ground=True),
            Storey(global_id=L1, name="L1", building=GlobalId("B"), elevation_m=3.0),
        ),
        spaces=(
            space("C1", SpaceUse.CELL_SINGLE, 0, 4, 4, 8),
            space("C2", SpaceUse.CELL_SINGLE, 4, 4, 8, 8),
            space("LAND", SpaceUse.LANDING, 0, 0, 8, 4),
            space("CORE", SpaceUse.CORRIDOR, 8, 0, 16, 4),
            space("YARD", SpaceUse.YARD, 0, -4, 8, 0),
            space("LOFT", SpaceUse.STAFF, 8, 0, 16, 4, L1),
            space("ATTIC", SpaceUse.STAFF, 16, 0, 24, 4, L1),
        ),
        doors=(
            door("c1", "C1", "LAND", (2, 4)),
            door("c2", "C2", "LAND", (6, 4)),
            door("g", "LAND", "CORE", (8, 3), type="D-GATE"),
            door("f", "LAND", "CORE", (8, 1), type="D-FIRE"),
            door("x", "CORE", OUT0, (16, 2)),
            door("y", "YARD", "LAND", (4, 0)),
            door("k", "LAND", "LAND", (0, 2)),
            door("p", "LOFT", "ATTIC", (16, 2), L1),
            door("r1", "LOFT", OUT1, (12, 0), L1),
            door("r2", "ATTIC", OUT1, (20, 0), L1),
        ),
        links=(
            Link(
                global_id=GlobalId("ST"),
                code="ST",
                kind=LinkKind.STAIR,
                joins=(GlobalId("CORE"), GlobalId("LOFT")),
                width_m=1.2,
                rise_m=3.0,
                riser_mm=150.0,
                tread_mm=200.0,
            ),
            Link(
                global_id=GlobalId("ES"),
                code="ES",
                kind=LinkKind.STAIR,
                joins=(OUT1, OUT0),
                width_m=1.2,
                length_m=6.0,
            ),
            Link(
                global_id=GlobalId("LI"),
                code="LI",
                kind=LinkKind.LIFT,
                joins=(GlobalId("CORE"), GlobalId("LOFT")),
                width_m=0.9,
                rise_m=3.0,
            ),
        ),
    )
