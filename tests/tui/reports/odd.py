"""A small building that has everything a plan may show, and what models of others do wrong.

┌──────────┬────┬────┐   yard in the north; LOB is L-shaped; the annexe is a building of its own
│ CELL     │ ST │ LI │   with a storey of the same name
├──────────┴────┴────┤
│ LOB  ┌─────────────┤
│      │ CTRL        │
└──────┴─────────────┘
"""

from __future__ import annotations

from twin.model.doors import Door, Link
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Polygon, Space, Storey, Zone
from twin.model.vocabulary import FailMode, FireAction, LinkKind, SpaceUse

LEVEL, UPPER = "L00", "L01"
SECRETS = (
    "EM-FS", "EM-SF", "MOT-IL", "MAG", "fail-secure", "fail-safe", "stays-locked", "IL-ONE", "RG-ONE", "SC-ONE",
    "D-GATE", "Smoke", "smoke", "EXIT", "Exit", "interlock", "Interlock", "S.UP", "L.UP", "S.FIRE", "IfcController",
    "PLC-7", "Door controller", "Control post", "CTRL", "D.CELL", "Interlocked", "Controller",
)  # fmt: skip
"""What no redacted plan may say anywhere in its text."""


def box(x: float, y: float, width: float, depth: float) -> Polygon:
    return ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth))


def space(code: str, use: SpaceUse, polygon: Polygon, storey: str = "G", **more: object) -> Space:
    floor = 3.0 if storey == "U" else 0.0
    fields = {"name": f"Room {code}", "floor_m": floor, "height_m": 2.7, "area_m2": 12.0, **more}
    return Space(
        global_id=GlobalId(f"s-{code}"), code=f"ODD-{code}", use=use, storey=GlobalId(storey), polygon=polygon, **fields
    )  # type: ignore[arg-type]


def door(code: str, joins: tuple[str, str] | None, at: tuple[float, float], **more: object) -> Door:
    ends = None if joins is None else tuple(GlobalId(end if end.startswith("OUT") else f"s-{end}") for end in joins)
    fields = {"type": "D-GATE", "along": (1.0, 0.0), "clear_width_m": 0.9, "clear_height_m": 2.1, **more}
    return Door(
        global_id=GlobalId(f"d-{code}"), code=f"D.{code}", storey=GlobalId("G"), joins=ends, centre=at, **fields
    )  # type: ignore[arg-type]


def piece(code: str, at: tuple[float, float, float], ifc_class: str = "IfcController", name: str = "") -> Equipment:
    return Equipment(
        global_id=GlobalId(f"e-{code}"), code=code, ifc_class=ifc_class, name=name, storey=GlobalId("G"), position=at
    )


def odd() -> Facility:
    """The building in the drawing."""
    lobby = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (12.0, 3.0), (12.0, 5.0), (0.0, 5.0))
    outside = outside_id("G")
    return Facility(
        code="ODD",
        name="Odd <house> & sons",
        buildings=(Building(global_id=GlobalId("B1"), name="Main"), Building(global_id=GlobalId("B2"), name="Annexe")),
        storeys=(
            Storey(global_id=GlobalId("G"), name=LEVEL, building=GlobalId("B1"), elevation_m=0.0, is_ground=True),
            Storey(global_id=GlobalId("A"), name=LEVEL, building=GlobalId("B2"), elevation_m=0.1, is_ground=True),
            Storey(global_id=GlobalId("U"), name=UPPER, building=GlobalId("B1"), elevation_m=3.0),
        ),
        spaces=(
            space("CELL", SpaceUse.CELL_SINGLE, box(0, 5.2, 5, 4), hvac_zone="Z-ONE", smoke_compartment="SC-ONE"),
            space("ST", SpaceUse.STAIR, box(5.2, 5.2, 3, 5)),
            space("LI", SpaceUse.LIFT, box(8.4, 5.2, 2, 2.4)),
            space("LOB", SpaceUse.LOBBY, lobby, hvac_zone="Z-TWO"),
            space("CTRL", SpaceUse.CONTROL, box(4.2, 0, 7.8, 2.8), name="Control post"),
            space("YARD", SpaceUse.YARD, box(0, 12, 10, 5)),
            space("THIN", SpaceUse.STORE, box(12.2, 0, 0.9, 5), name="A store with a name that can never fit in it"),
            space("TINY", SpaceUse.UNKNOWN, box(12.2, 5.2, 0.2, 0.2)),
            space("LINE", SpaceUse.UNKNOWN, ((14.0, 0.0), (15.0, 0.0), (16.0, 0.0))),
            space("GONE", SpaceUse.UNKNOWN, ()),
            space("NAN", SpaceUse.UNKNOWN, ((float("nan"), 0.0), (1.0, 0.0), (1.0, 1.0))),
            space("EAST", SpaceUse.CLASS, box(20, 0, 6, 6), "A"),
            space("UP", SpaceUse.STAIR, box(5.2, 5.2, 3, 5), "U"),
            space("UPLI", SpaceUse.LIFT, box(8.4, 5.2, 2, 2.4), "U"),
        ),
        doors=(
            door(
                "CELL.1",
                ("CELL", "LOB"),
                (2.5, 5.1),
                lock_type="EM-FS",
                fail_mode=FailMode.FAIL_SECURE,
                fire_action=FireAction.STAYS_LOCKED,
                release_group="RG-ONE",
            ),
            door("ST.1", ("ST", "LOB"), (6.7, 5.1), lock_type="EM-FS+MAG", is_smoke_boundary=True, clear_width_m=1.4),
            door("LI.1", ("LI", "LOB"), (9.4, 5.1)),
            door(
                "OUT.1",
                ("LOB", outside),
                (-0.2, 2.0),
                along=(0.0, 1.0),
                lock_type="EM-SF",
                fail_mode=FailMode.FAIL_SAFE,
            ),
            door("CTRL.1", ("CTRL", "LOB"), (8.0, 2.9), lock_type="MOT-IL", interlock_group="IL-ONE"),
            door("CTRL.2", ("CTRL", outside), (8.0, -0.2), lock_type="MOT-IL", interlock_group="IL-ONE"),
            door("YARD.1", ("YARD", "CELL"), (2.0, 10.6)),
            door("SELF.1", ("LOB", "LOB"), (2.0, 2.0), lock_type="KEY"),
            door("FREE.1", None, (6.0, 4.0)),
            door("FLAT.1", None, (7.0, 4.0), along=(0.0, 0.0), clear_width_m=0.0),
            door("NAN.1", None, (float("nan"), 4.0)),
        ),
        links=(
            Link(
                global_id=GlobalId("l-1"),
                code="S.UP",
                kind=LinkKind.STAIR,
                joins=(GlobalId("s-ST"), GlobalId("s-UP")),
                width_m=1.2,
            ),
            Link(
                global_id=GlobalId("l-2"),
                code="L.UP",
                kind=LinkKind.LIFT,
                joins=(GlobalId("s-LI"), GlobalId("s-UPLI")),
                width_m=0.9,
            ),
            Link(
                global_id=GlobalId("l-3"),
                code="S.FIRE",
                kind=LinkKind.STAIR,
                joins=(outside, outside_id("U")),
                width_m=1.0,
            ),
        ),
        zones=(
            Zone(global_id=GlobalId("z-1"), name="RG-ONE", purpose="release", members=(GlobalId("s-CELL"),)),
            Zone(
                global_id=GlobalId("z-2"),
                name="RG-ALL",
                purpose="release",
                members=(GlobalId("s-CELL"), GlobalId("s-CTRL")),
            ),
        ),
        equipment=(
            piece("PLC-7", (6.0, 1.0, 1.5), name="Door controller"),
            piece("PLC-8", (6.0, 1.0, 1.5), name="Door controller"),
            piece("AHU-1", (2.0, 2.0, 1.5), "IfcUnitaryEquipment"),
            piece("LOST", (0.0, 0.0, 0.0)),
            piece("FAR", (900.0, 900.0, 0.0)),
        ),
    )
