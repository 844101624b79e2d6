"""A small house that keeps every rule.

Ground (L0)                                              Above (L1)

 10 +------+--------+--------+
    |  C1  |   C2   |  DAY   |
  4 +--c1--+---c2---+---d----+--------+----+
    |         LAND           g  CORE  s1 SP s2 OUT
  0 +------------y-----------+-t--+-h-+----+              0 +-----+--------+
    |          YARD          | ST0|                         | ST1 o OFFICE |
 -5 +------------------------+----+--------+----+        -5 +-----+--------+
                                  |    HALL     x OUT
 -8                               +--r---+--l---+
                                  | ROOM |LIVING|
-12                               +------+------+

C1 single, C2 double cell, DAY their day room: unit U1, compartment SC-A, condition III. CORE and the sally port SP
with its interlocked doors s1, s2: SC-B. g: wing gate. ROOM of an open prison with its LIVING room: unit U2, condition
I, with HALL in SC-C; x its exit, fail-safe; h: gate between CORE and HALL. Stair ST from ST0 (door t) to ST1. OUT is
OUTSIDE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from twin.model.doors import Door, Link
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import FailMode, FireAction, LinkKind, SpaceUse, UseCondition

L0, L1 = GlobalId("L0"), GlobalId("L1")
OUT = outside_id(L0)
Changed = Callable[..., Facility]

STAYS = FireAction.STAYS_LOCKED
SECURE, SAFE = FailMode.FAIL_SECURE, FailMode.FAIL_SAFE


def space(
    code: str, use: SpaceUse, box: tuple[float, float, float, float], compartment: str = "", **more: Any
) -> Space:
    x0, y0, x1, y1 = box
    area_m2 = (x1 - x0) * (y1 - y0)
    usual: dict[str, Any] = {"storey": L0, "use_condition": UseCondition.ZONED_IMPEDED, "window_m2": area_m2 / 8}
    return Space(
        global_id=GlobalId(code),
        code=code,
        name=code,
        use=use,
        polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=area_m2,
        smoke_compartment=compartment,
        **(usual | more),
    )


def door(code: str, a: str, b: str, at: tuple[float, float], **more: Any) -> Door:
    return Door(
        global_id=GlobalId(code),
        code=code,
        type="D-ROOM",
        joins=(GlobalId(a), GlobalId(b)),
        centre=at,
        along=(1.0, 0.0),
        clear_width_m=0.9,
        clear_height_m=2.1,
        **({"storey": L0} | more),
    )


def cell_call(code: str, space: str, **more: Any) -> Equipment:
    usual = {"ifc_class": "IfcCommunicationsAppliance", "name": "cell call", "storey": L0}
    return Equipment(global_id=GlobalId(code), code=code, space=GlobalId(space), **(usual | more))


def _spaces() -> tuple[Space, ...]:
    free = UseCondition.FREE_EGRESS
    return (
        space("C1", SpaceUse.CELL_SINGLE, (0, 4, 3, 10), "SC-A", capacity=1, regime_zone="U1", annex_m2=1.8),
        space(
            "C2",
            SpaceUse.CELL_DOUBLE,
            (3, 4, 6, 10),
            "SC-A",
            capacity=2,
            regime_zone="U1",
            annex_m2=2.2,
            has_partitioned_annex=True,
        ),
        space("DAY", SpaceUse.DAYROOM, (6, 4, 10, 10), "SC-A", regime_zone="U1"),
        space("LAND", SpaceUse.LANDING, (0, 0, 10, 4), "SC-A", regime_zone="U1"),
        space("YARD", SpaceUse.YARD, (0, -5, 10, 0), capacity=10),
        space("CORE", SpaceUse.CORRIDOR, (10, 0, 20, 4), "SC-B"),
        space("SP", SpaceUse.SALLY, (20, 0, 24, 4), "SC-B"),
        space("ST0", SpaceUse.STAIR, (10, -5, 13, 0)),
        space("HALL", SpaceUse.CORRIDOR, (13, -8, 30, -5), "SC-C", use_condition=free),
        space("ROOM", SpaceUse.ROOM_OPEN, (13, -12, 17, -8), "SC-C", capacity=1, regime_zone="U2", use_condition=free),
        space("LIVING", SpaceUse.DAYROOM, (17, -12, 21, -8), "SC-C", regime_zone="U2", use_condition=free),
        space("ST1", SpaceUse.STAIR, (10, -5, 13, 0), storey=L1),
        space("OFFICE", SpaceUse.STAFF, (13, -5, 20, 0), "SC-D", storey=L1),
    )


def _doors() -> tuple[Door, ...]:
    locked = {"lock_type": "EM-FS", "fail_mode": SECURE, "fire_action": STAYS}
    interlocked = {"lock_type": "MOT-IL", "fail_mode": SECURE, "fire_action": STAYS, "interlock_group": "IL-1"}
    return (
        door("c1", "C1", "LAND", (1.5, 4), **locked),
        door("c2", "C2", "LAND", (4.5, 4), **locked),
        door("d", "DAY", "LAND", (8, 4)),
        door("y", "YARD", "LAND", (5, 0), **locked),
        door("g", "LAND", "CORE", (10, 2), is_smoke_boundary=True, **locked),
        door("s1", "CORE", "SP", (20, 2), **interlocked),
        door("s2", "SP", OUT, (24, 2), **interlocked),
        door("t", "CORE", "ST0", (11, 0), is_smoke_boundary=True),
        door("h", "CORE", "HALL", (16, 0), is_smoke_boundary=True, **locked),
        door("x", "HALL", OUT, (30, -6), lock_type="EM-SF", fail_mode=SAFE, fire_action=FireAction.UNLOCKS),
        door("r", "ROOM", "HALL", (15, -8), lock_type="RFID", fail_mode=SECURE),
        door("l", "LIVING", "HALL", (19, -8)),
        door("o", "ST1", "OFFICE", (13, -2), storey=L1),
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
        spaces=_spaces(),
        doors=_doors(),
        links=(
            Link(
                global_id=GlobalId("ST"),
                code="ST",
                kind=LinkKind.STAIR,
                joins=(GlobalId("ST0"), GlobalId("ST1")),
                width_m=1.2,
                rise_m=3.0,
            ),
        ),
        zones=(Zone(global_id=GlobalId("Z-U1"), name="U1", purpose="regime", members=(GlobalId("C1"),)),),
        equipment=(cell_call("CALL1", "C1"), cell_call("CALL2", "C2", ifc_class="IfcAlarm")),
    )


@pytest.fixture
def changed(house: Facility) -> Changed:
    """The house with other values for some elements, found by code: ``changed("C1", "C2", height_m=2.4)``."""

    def change(*codes: str, **values: Any) -> Facility:
        def of(things: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(replace(thing, **values) if thing.code in codes else thing for thing in things)

        return replace(
            house,
            spaces=of(house.spaces),
            doors=of(house.doors),
            links=of(house.links),
            equipment=of(house.equipment),
        )

    return change
