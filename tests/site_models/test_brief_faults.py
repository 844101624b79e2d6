"""A brief with many faults: all of them are told at once, with file, row and key, and no model is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from twin.model.errors import BriefError

Edits = Mapping[str, Sequence[tuple[str, str]]]
Broken = Callable[..., list[str]]

TOOL_CRIB = "L00,S,Tool crib,TOOL,STORE,1,3.00"
DUTY_POST = "L00,N,Duty post,POST,CONTROL,1,4.00,11.00,3.30"
CHANGING_DOOR = "PRA-L00-C-COR2,24.700,13.300,x,0.90"
STAFF_DOOR = "D.PRA-L00-N-STF.1,L00,D-STAFF,PRA-L00-N-STF,PRA-L00-C-COR3,45.800"
LINKS_HEADER = "code,kind,storey_from,space_from,storey_to,space_to,width_m,rise_m,riser_mm,tread_mm,flights"
STAIR_A = "PRA-L01-N-STA,1.50,4.50,150.0,300,2"
STORE_DOOR = "D.PRA-L00-N-SST.1,L00,D-PLANT"


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Faults of a copy of a site's folder with texts replaced."""

    def read(edits: Edits, site: str = "pravieniskes") -> list[str]:
        folder = tmp_path / "site"
        shutil.copytree(site_folder(site), folder)
        for name, replacements in edits.items():
            path = folder / name
            text = path.read_text(encoding="utf-8")
            for old, new in replacements:
                assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {name}"
                text = text.replace(old, new)
            path.write_text(text, encoding="utf-8")
        with pytest.raises(BriefError) as caught:
            write_ifc(read_brief(folder), tmp_path / "model.ifc")
        assert not (tmp_path / "model.ifc").exists()
        return [str(fault) for fault in caught.value.faults]

    return read


def test_every_fault_of_a_brief_is_told_at_once_with_file_row_and_key(broken: Broken) -> None:
    faults = broken(
        {
            "programme.csv": [
                (TOOL_CRIB, TOOL_CRIB.replace("3.00", "3.60")),
                (DUTY_POST, DUTY_POST.replace("3.30", "4.40")),
                ("L01,S,Teachers room,TEA", "L09,S,Teachers room,TEA"),
            ],
            "doors.csv": [
                (CHANGING_DOOR, CHANGING_DOOR.replace("0.90", "5.20")),
                ("IL-PRA-2,,no,inner", "IL-PRA-3,,no,inner"),
                (STORE_DOOR, STORE_DOOR.replace("D-PLANT", "D-SAFE")),
                (STAFF_DOOR, STAFF_DOOR.replace("45.800", "wide")),
            ],
            "brief.toml": [("[plant.power]", "[plant.power]\nspare = 1")],
        }
    )
    expected = [
        ("brief.toml: plant.power.spare", "is not a known key"),
        ("doors.csv: row 9, centre_x_m", "valid number"),
        ("programme.csv: row 24, storey", "no part of the site has band S on storey L09"),
        ("programme.csv: row 6, height_m", "do not fit the storey"),
        ("programme.csv: row 15, x0_m", "PRA-L00-S-STO overlaps PRA-L00-S-TOOL"),
        ("doors.csv: row 4, clear_width_m", "5.2 m do not fit the wall"),
        ("doors.csv: row 5, type", "there is no door type D-SAFE"),
        ("doors.csv: row 20, interlock_group", "there is no group IL-PRA-3"),
        ("brief.toml: interlock_groups.IL-PRA-2", "at least two doors"),
    ]
    missing = [pair for pair in expected if not any(all(word in fault for word in pair) for fault in faults)]
    assert missing == [], "\n".join(faults)
    assert len(faults) == len(expected), "\n".join(faults)


def test_a_row_that_cannot_be_read_makes_no_second_fault_of_what_names_it(broken: Broken) -> None:
    assert broken({"programme.csv": [(TOOL_CRIB, TOOL_CRIB.replace("3.00", "three"))]}) == [
        "programme.csv: row 14, width_m: Input should be a valid number, unable to parse string as a number"
    ]


def test_a_mistyped_smoke_boundary_is_found_by_the_compartments_it_makes(broken: Broken) -> None:
    row = "D.PRA-L00-C-COR2.1,L00,D-FIRE,PRA-L00-C-COR2,PRA-L00-C-COR1,20.000,11.700,y,1.40,2.10,,,yes"
    faults = broken({"doors.csv": [(row, row.replace(",yes", ",no"))]})
    assert all("check smoke_boundary in doors.csv" in fault for fault in faults)
    assert any(fault.startswith("brief.toml: smoke_compartments.SC-PRA-L00-S1") for fault in faults)


def test_an_interlock_group_that_nobody_uses_is_a_fault(broken: Broken) -> None:
    line = 'IL-PRA-2 = "loading bay: vehicle gate and inner gate"\n'
    assert broken({"brief.toml": [(line, line + 'IL-PRA-9 = "nothing"\n')]}) == [
        "brief.toml: interlock_groups.IL-PRA-9: is declared and used by nothing"
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('PLANT"\ncircuits', 'PLANET"\ncircuits', "there is no space PRA-L02-ROOF-PLANET"),
        ('zones = ["Z-SPO"]', 'zones = ["Z-L01-R"]', "Z-L01-R is served by 2 entries"),
        ('zones = ["Z-SPO"]', 'zones = ["Z-L01-R"]', "Z-SPO is served by no air handling unit"),
        ('roof = { part = "PRA-E", x_m = 11.0, y_m = 19.0 }', "", "either in a room or on a roof"),
        ("portals = { PRA-L00-N-ENT = 3 }", "portals = { PRA-L00-N-EXIT = 3 }", "there is no space PRA-L00-N-EXIT"),
        ('code = "AHU-02"', 'code = "AHU-01"', "AHU-01 is used 2 times"),
        ('{ code = "HC-S", bands = ["S"] }', '{ code = "HC-S", bands = [] }', "only one circuit"),
    ],
)
def test_plant_that_cannot_be_is_told_by_its_key(broken: Broken, old: str, new: str, told: str) -> None:
    faults = broken({"brief.toml": [(old, new)]})
    assert any(fault.startswith("brief.toml: plant") and told in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("x1_m = -0.45", "x1_m = -1.45", "S.OAC-L00-EXT-W needs 2.20 × 4.44 m, its shaft has 2.40 × 3.65"),
        ('code = "S.OAC-L00-EXT-W"', 'code = "S.OAC-L00-EXT-N"', "is no stair of links.csv that ends outdoors"),
        ("x1_m = -0.45", "x1_m = -9.0", "the rectangle has no area"),
    ],
)
def test_a_stair_outdoors_needs_a_place_that_holds_it(broken: Broken, old: str, new: str, told: str) -> None:
    faults = broken({"brief.toml": [(old, new)]}, "olaine-open-prison")
    assert any(told in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("doors.csv", CHANGING_DOOR, CHANGING_DOOR.replace("PRA-L00-C-COR2", "OUTSIDE"), "is behind this wall"),
        ("brief.toml", "sill_m = 0.90", "sill_m = 1.90", "windows of brief.toml end at 3.1 m, above its ceiling"),
        ("brief.toml", 'authored_at = "2025-01-01', 'authored_at = "2025-02-30', "authored_at"),
        ("brief.toml", "portals = { PRA-L00-N-ENT = 3 }", "portals = { PRA-L00-N-ENT = 8 }", "numbers for 7"),
        ("brief.toml", '["PRA-L00-S-TOOL"]', '["PRA-L00-S-TOOL", "PRA-L00-S-TOOL"]', "PRA-L00-S-TOOL stands 2 times"),
        ("links.csv", STAIR_A, STAIR_A.replace(",2", ",4"), "row 2, flights"),
        ("links.csv", STAIR_A, STAIR_A.replace("1.50", "1.90").replace(",2", ",3"), "needs 4.10 × 3.80 m"),
        ("links.csv", STAIR_A, STAIR_A.replace(",2", ",1"), "needs 1.50 × 11.70 m, its shaft has 3.60 × 11.00"),
        (
            "brief.toml",
            "[hvac_zones]",
            '[hvac_zones]\nSC-PRA-L00-S1 = "air"',
            "the name is taken by smoke_compartments",
        ),
    ],
)
def test_what_would_make_a_wrong_building_is_told(broken: Broken, name: str, old: str, new: str, told: str) -> None:
    faults = broken({name: [(old, new)]})
    assert any(told in fault for fault in faults), faults


def test_a_programme_without_a_row_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site_folder("pravieniskes"), folder)
    header = (folder / "programme.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "programme.csv").write_text(header + "\n", encoding="utf-8")
    with pytest.raises(BriefError, match="has no rows"):
        read_brief(folder)


def test_a_table_saved_with_semicolons_is_one_fault(broken: Broken) -> None:
    faults = broken({"links.csv": [(LINKS_HEADER, LINKS_HEADER.replace(",", ";"))]})
    assert "links.csv: row 1: cells are parted by semicolons: save the file with commas" in faults
