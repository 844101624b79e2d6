"""A database in a temporary folder, and the small facility that store tests save.

+-------+-------+
| CELL1 | CELL2 |      two cells, doors to the landing, one final exit, one stair up to the store room
+--D1---+--D2---+
|    LANDING    E  <- outside
+---------------+
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twin.model.doors import Door, Link
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.ids import GlobalId, global_id_for, outside_id
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, FailMode, FireAction, JoinSource, LinkKind, SpaceUse
from twin.store.database import Database, open_database

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, UTC)


def identity(kind: str, code: str) -> GlobalId:
    return global_id_for("TST", kind, code)


def space(code: str, use: SpaceUse, storey: GlobalId, x_m: float) -> Space:
    return Space(
        global_id=identity("space", code),
        code=code,
        name=f"Room {code} – ąž",
        use=use,
        storey=storey,
        polygon=((x_m, 0.1), (x_m + 3.3, 0.1), (x_m + 3.3, 4.7), (x_m, 4.7)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=15.18,
        capacity=1,
        hvac_zone="Z-1",
    )


@pytest.fixture
def facility() -> Facility:
    ground, upper = identity("storey", "L00"), identity("storey", "L01")
    block = identity("building", "B")
    cells = [space(f"CELL{n}", SpaceUse.CELL_SINGLE, ground, 3.3 * n) for n in (1, 2)]
    landing = space("LANDING", SpaceUse.LANDING, ground, 20.0)
    store = space("STORE", SpaceUse.STORE, upper, 30.0)
    doors = [
        Door(
            global_id=identity("door", f"D{n}"),
            code=f"D{n}",
            type="D-CELL",
            storey=ground,
            joins=(cell.global_id, landing.global_id),
            centre=(1.25, 0.1 + 0.2),
            along=(1.0, 0.0),
            clear_width_m=0.9,
            clear_height_m=2.1,
            lock_type="EM-FS",
            fail_mode=FailMode.FAIL_SECURE,
            fire_action=FireAction.STAYS_LOCKED,
            release_group="RG-1",
            is_smoke_boundary=True,
            source=JoinSource.BOTH,
            confidence=Confidence.SURE,
        )
        for n, cell in enumerate(cells, 1)
    ]
    exit_door = Door(
        global_id=identity("door", "E"),
        code="E",
        type="D-EXIT",
        storey=ground,
        joins=(landing.global_id, outside_id(ground)),
        centre=(0.0, 0.0),
        along=(0.0, 1.0),
        clear_width_m=1.2,
        clear_height_m=2.1,
    )
    unjoined = Door(
        global_id=identity("door", "X"),
        code="X",
        type="",
        storey=upper,
        joins=None,
        centre=(0.0, 0.0),
        along=(1.0, 0.0),
        clear_width_m=0.8,
        clear_height_m=2.0,
    )
    unit = Equipment(
        global_id=identity("equipment", "AHU1"),
        code="AHU1",
        ifc_class="IfcUnitaryEquipment",
        name="Air handling unit",
        storey=upper,
        space=store.global_id,
        position=(1.0, 2.0, 3.5),
    )
    loose = Equipment(global_id=identity("equipment", "T"), code="T", ifc_class="IfcSensor", name="", storey=ground)
    return Facility(
        code="TST",
        name="Test block",
        site_id=identity("site", "TST"),
        buildings=(Building(global_id=block, name="Block"),),
        storeys=(
            Storey(global_id=ground, name="L00", building=block, elevation_m=0.0, is_ground=True),
            Storey(global_id=upper, name="L01", building=block, elevation_m=3.3),
        ),
        spaces=(*cells, landing, store),
        doors=(*doors, exit_door, unjoined),
        links=(
            Link(
                global_id=identity("link", "S"),
                code="S",
                kind=LinkKind.STAIR,
                joins=(landing.global_id, store.global_id),
                width_m=1.2,
                rise_m=3.3,
                riser_mm=165.0,
                tread_mm=280.0,
            ),
        ),
        zones=(
            Zone(
                global_id=identity("zone", "Z-1"),
                name="Z-1",
                purpose="hvac",
                members=(cells[0].global_id, cells[1].global_id),
            ),
        ),
        equipment=(unit, loose),
        systems=(
            System(
                global_id=identity("system", "SYS"),
                name="Supply air",
                predefined_type="VENTILATION",
                members=(unit.global_id,),
                serves=("Z-1",),
            ),
        ),
    )


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "gatehouse.db", create=True) as database:
        yield database


@pytest.fixture
def now() -> datetime:
    return NOW
