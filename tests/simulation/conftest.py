"""A compact block on one storey: two units, a core, a sally port, a search hall, a workshop, a classroom, one yard.

 8 +----+----+----+         +----+----+----+
   | A1 | A2 | A3 |         | B1 | B2 | B3 |          cells (A3, B3 double)
 4 +-c--+-c--+-c--+---------+-c--+-c--+-c--+
   |    LANDA     g  CORE   g    LANDB     |          g: wing gates (D-GATE); f beside gA: a fire door
 0 +------w-------+----s1---+------w-------+
   |    DAYA      |   SP    |    DAYB      |          s1, s2: interlocked (group IL), SP holds 2
-6 +------y-------+----s2---+------y-------+
   |              |  SRCH   |              |
   |    YARD      +----h----+    (YARD)    |          h: hall to corridor; x: final exit
   |              |  COR    x OUTSIDE      |
-14+--------------+-k--+-m--+--------------+
                  |SHOP|CLAS|   POST: control post beside CORE (door p)
"""

from __future__ import annotations

import pytest

from simulation.models.terms import Scenario
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import FireAction, SpaceUse

GROUND = GlobalId("L0")

SPACES = (
    # code, use, x0, y0, x1, y1, capacity
    ("A1", SpaceUse.CELL_SINGLE, 0, 4, 3, 8, 1),
    ("A2", SpaceUse.CELL_SINGLE, 3, 4, 6, 8, 1),
    ("A3", SpaceUse.CELL_DOUBLE, 6, 4, 10, 8, 2),
    ("B1", SpaceUse.CELL_SINGLE, 20, 4, 23, 8, 1),
    ("B2", SpaceUse.CELL_SINGLE, 23, 4, 26, 8, 1),
    ("B3", SpaceUse.CELL_DOUBLE, 26, 4, 30, 8, 2),
    ("LANDA", SpaceUse.LANDING, 0, 0, 10, 4, 0),
    ("LANDB", SpaceUse.LANDING, 20, 0, 30, 4, 0),
    ("CORE", SpaceUse.CORRIDOR, 10, 0, 20, 4, 0),
    ("POST", SpaceUse.CONTROL, 13, 4, 17, 8, 2),
    ("DAYA", SpaceUse.DAYROOM, 0, -6, 10, 0, 4),
    ("DAYB", SpaceUse.DAYROOM, 20, -6, 30, 0, 4),
    ("YARD", SpaceUse.YARD, 0, -14, 10, -6, 3),
    ("SP", SpaceUse.SALLY, 12, -6, 18, 0, 2),
    ("SRCH", SpaceUse.SEARCH, 12, -10, 18, -6, 4),
    ("COR", SpaceUse.CORRIDOR, 12, -14, 18, -10, 0),
    ("SHOP", SpaceUse.WORKSHOP, 12, -20, 15, -14, 3),
    ("CLAS", SpaceUse.CLASS, 15, -20, 18, -14, 2),
)
DOORS = (
    # code, type, from, to, x, y, width, interlock
    ("cA1", "D-CELL", "A1", "LANDA", 1.5, 4, 0.9, ""),
    ("cA2", "D-CELL", "A2", "LANDA", 4.5, 4, 0.9, ""),
    ("cA3", "D-CELL", "A3", "LANDA", 8, 4, 0.9, ""),
    ("cB1", "D-CELL", "B1", "LANDB", 21.5, 4, 0.9, ""),
    ("cB2", "D-CELL", "B2", "LANDB", 24.5, 4, 0.9, ""),
    ("cB3", "D-CELL", "B3", "LANDB", 28, 4, 0.9, ""),
    ("gA", "D-GATE", "LANDA", "CORE", 10, 3, 1.1, ""),
    ("fA", "D-FIRE", "LANDA", "CORE", 10, 1, 1.2, ""),
    ("gB", "D-GATE", "LANDB", "CORE", 20, 2, 1.1, ""),
    ("p", "D-STAFF", "POST", "CORE", 15, 4, 0.9, ""),
    ("wA", "D-WS", "DAYA", "LANDA", 5, 0, 1.2, ""),
    ("wB", "D-WS", "DAYB", "LANDB", 25, 0, 1.2, ""),
    ("yA", "D-GATE", "YARD", "DAYA", 5, -6, 1.1, ""),
    ("yB", "D-GATE", "YARD", "DAYB", 20, -6, 1.1, ""),
    ("s1", "D-SP", "SP", "CORE", 15, 0, 1.1, "IL"),
    ("s2", "D-SP", "SP", "SRCH", 15, -6, 1.1, "IL"),
    ("h", "D-WS", "SRCH", "COR", 15, -10, 1.2, ""),
    ("k", "D-WS", "SHOP", "COR", 13.5, -14, 1.2, ""),
    ("m", "D-ROOM", "CLAS", "COR", 16.5, -14, 0.9, ""),
    ("x", "D-EXIT", "COR", "OUTSIDE", 18, -12, 1.1, ""),
)


def _space(code: str, use: SpaceUse, x0: float, y0: float, x1: float, y1: float, capacity: int) -> Space:
    return Space(
        global_id=GlobalId(code),
        code=code,
        name=code,
        use=use,
        storey=GROUND,
        polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=(x1 - x0) * (y1 - y0),
        capacity=capacity,
    )


def _door(code: str, type: str, one: str, other: str, x: float, y: float, width_m: float, interlock: str) -> Door:
    return Door(
        global_id=GlobalId(code),
        code=code,
        type=type,
        storey=GROUND,
        joins=(GlobalId(one), outside_id(GROUND) if other == "OUTSIDE" else GlobalId(other)),
        centre=(x, y),
        along=(1.0, 0.0),
        clear_width_m=width_m,
        clear_height_m=2.1,
        interlock_group=interlock,
    )


@pytest.fixture(scope="session")
def block() -> Facility:
    return Facility(
        code="BLK",
        name="Block",
        buildings=(Building(global_id=GlobalId("B"), name="B"),),
        storeys=(Storey(global_id=GROUND, name="L0", building=GlobalId("B"), elevation_m=0.0, is_ground=True),),
        spaces=tuple(_space(*row) for row in SPACES),
        doors=tuple(_door(*row) for row in DOORS),
    )


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    """A short day: one session, open air in the afternoon, association, lock-up at 20:00."""
    return Scenario.model_validate(
        {
            "about": {"key": "short-day", "title": "Short day"},
            "people": {"absence": 0.0, "set_out_within_s": 30.0},
            "doors": {
                "gate_types": ["D-GATE"],
                "on_request_types": ["D-GATE", "D-EXIT"],
                "sally_port_cycle_s": 20.0,
                "sally_port_gather_s": 15.0,
            },
            "block": [
                {"name": "night", "start": "00:00", "end": "06:45", "place": "cell", "locked": True},
                {"name": "unlock", "start": "06:45", "end": "07:00", "place": "cell"},
                {"name": "breakfast", "start": "07:00", "end": "08:00", "place": "dayroom"},
                {
                    "name": "session",
                    "start": "08:30",
                    "end": "12:00",
                    "place": "session",
                    "session": 1,
                    "otherwise": "cell",
                    "locked": True,
                    "lead_s": 900,
                },
                {"name": "association", "start": "12:00", "end": "20:00", "place": "dayroom"},
                {"name": "lock-up", "start": "20:00", "end": "24:00", "place": "cell", "locked": True},
            ],
            "activity": [{"use": "WORKSHOP", "whole_day": True}, {"use": "CLASS"}],
            "open_air": {"windows": [["13:00", "17:00"]], "turn_min": 60},
            "staff": {
                "post": [
                    {
                        "name": "unit officer",
                        "count": 2,
                        "start": "06:00",
                        "end": "21:00",
                        "scope": "unit",
                        "uses": ["DAYROOM", "LANDING"],
                        "round_min": 20,
                        "unlocks": True,
                    },
                    {
                        "name": "control",
                        "count": 1,
                        "start": "00:00",
                        "end": "24:00",
                        "scope": "site",
                        "uses": ["CONTROL"],
                        "control": True,
                    },
                ]
            },
        }
    )


def _plant_space(code: str, use: SpaceUse, x0: float, y0: float, x1: float, y1: float, capacity: int = 0) -> Space:
    return Space(
        global_id=GlobalId(code),
        code=code,
        name=code,
        use=use,
        storey=GlobalId("L00"),
        polygon=((x0, y0), (x1, y0), (x1, y1), (x0, y1)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=(x1 - x0) * (y1 - y0),
        capacity=capacity,
    )


def _plant_door(code: str, kind: str, a: str, b: str, centre: tuple[float, float], **more: object) -> Door:
    fields = {"lock_type": "EM-FS", "fire_action": FireAction.STAYS_LOCKED, **more}
    return Door(
        global_id=GlobalId(code),
        code=code,
        type=kind,
        storey=GlobalId("L00"),
        joins=(GlobalId(a), GlobalId(b)),
        centre=centre,
        along=(1.0, 0.0),
        clear_width_m=0.9,
        clear_height_m=2.1,
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
def plant_facility() -> Facility:
    """Three cells on two landings, a day room as refuge, a sally port, a control post.

    ┌────┬────┐        ┌────┐
    │ C1 │ C2 │        │ C3 │
    ├─▪──┴──▪─┼────────┼─▪──┤
    │  LAND   F  LAND2 ▪ DAY│     F: D-FIRE between two smoke compartments
    ├────▪────┴────────┴────┘     POST opens on LAND; SP.1 to LAND, SP.2 to outside
    │ SP │ POST
    """
    cell = SpaceUse.CELL_SINGLE
    return Facility(
        code="TST",
        name="test block",
        buildings=(Building(global_id=GlobalId("B"), name="B"),),
        storeys=(
            Storey(global_id=GlobalId("L00"), name="L00", building=GlobalId("B"), elevation_m=0.0, is_ground=True),
        ),
        spaces=(
            _plant_space("C1", cell, 0, 3, 3, 7, 1),
            _plant_space("C2", cell, 3, 3, 6, 7, 1),
            _plant_space("C3", cell, 6, 3, 9, 7, 1),
            _plant_space("LAND", SpaceUse.LANDING, 0, 0, 6, 3),
            _plant_space("LAND2", SpaceUse.LANDING, 6, 0, 9, 3),
            _plant_space("DAY", SpaceUse.DAYROOM, 9, 0, 15, 3, 10),
            _plant_space("SP", SpaceUse.SALLY, 0, -3, 3, 0),
            _plant_space("POST", SpaceUse.CONTROL, 3, -3, 6, 0),
        ),
        doors=(
            _plant_door("D.C1", "D-CELL", "C1", "LAND", (1.5, 3.0), release_group="RG-N"),
            _plant_door("D.C2", "D-CELL", "C2", "LAND", (4.5, 3.0), release_group="RG-N"),
            _plant_door("D.C3", "D-CELL", "C3", "LAND2", (7.5, 3.0), release_group="RG-N"),
            _plant_door("D.F", "D-FIRE", "LAND", "LAND2", (6.0, 1.5), fire_action=FireAction.CLOSES),
            _plant_door("D.DAY", "D-WS", "DAY", "LAND2", (9.0, 1.5)),
            _plant_door("D.POST", "D-STAFF", "POST", "LAND", (4.5, 0.0), lock_type="RFID+EM-FS"),
            _plant_door("D.SP.1", "D-SP", "SP", "LAND", (1.5, 0.0), interlock_group="IL-1"),
            _plant_door("D.SP.2", "D-SP", "SP", outside_id("L00"), (1.5, -3.0), interlock_group="IL-1"),
        ),
        zones=(
            Zone(
                global_id=GlobalId("SC-1"),
                name="SC-1",
                purpose="smoke",
                members=(GlobalId("C1"), GlobalId("C2"), GlobalId("LAND")),
            ),
        ),
    )
