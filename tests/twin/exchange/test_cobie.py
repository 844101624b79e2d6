from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from twin.exchange import cobie_sheets
from twin.exchange.cobie import write_cobie
from twin.exchange.cobie_names import unique_names
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.points import Device, Protocol
from twin.model.register import Register
from twin.model.spaces import Storey, Zone

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
HOSTILE = (
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://example.org","x")', "#N/A", "<script>alert",
    "a, b", "\t=1+1", "\x00\x1b[2J\ud800", "n/a", "", "  ", "x" * 300, "x" * 300, "TRUE", "1e999", "_x003D_1",
)  # fmt: skip

Table = list[dict[str, object]]


def written(facility: Facility, register: Register, path: Path) -> dict[str, Table]:
    write_cobie(facility, register, path, at=AT, model="model.ifc")
    return tables(path)


def tables(path: Path) -> dict[str, Table]:
    found = {}
    for page in load_workbook(path):
        columns, *rows = page.iter_rows(values_only=True)
        found[page.title] = [dict(zip(columns, row, strict=True)) for row in rows]
    return found


def hostile(facility: Facility) -> Facility:
    """The wing with evil names everywhere."""
    door = facility.doors[0]
    names = (HOSTILE[number % len(HOSTILE)] for number in count())
    return replace(
        facility,
        name="=1+1",
        code="@x",
        buildings=tuple(replace(one, name="+B,=C") for one in facility.buildings),
        storeys=tuple(replace(one, name="=L") for one in facility.storeys),
        spaces=tuple(
            replace(facility.spaces[0], global_id=GlobalId(f"=s{number}"), code=name, name=name)
            for number, name in enumerate(HOSTILE)
        ),
        doors=tuple(
            replace(door, global_id=GlobalId(f"-d{number}"), joins=None, code=name, type=name, lock_type=name)
            for number, name in enumerate(HOSTILE)
        ),
        zones=tuple(
            Zone(global_id=GlobalId(f"@z{number}"), name=name, purpose=name, members=(GlobalId("=s0"), GlobalId("=s7")))
            for number, name in enumerate(HOSTILE)
        ),
        equipment=tuple(
            replace(one, space=None, code=next(names), name=next(names), type=next(names), ifc_class=next(names))
            for one in facility.equipment
        ),
        systems=tuple(replace(one, name="=S", predefined_type="=T", serves=("=Z",)) for one in facility.systems),
        links=(),
    )  # fmt: skip


def check_references(sheets: dict[str, Table]) -> None:
    names = {sheet: {row["Name"] for row in rows if "Name" in row} for sheet, rows in sheets.items()}
    for sheet, rows in sheets.items():
        if sheet not in ("Instruction", "Contact"):
            assert {row["CreatedBy"] for row in rows} <= {row["Email"] for row in sheets["Contact"]}
        key = ("SheetName", "RowName", "Name") if sheet == "Attribute" else ("Name",)
        if sheet not in ("Instruction", "Contact"):
            repeated = Counter(tuple(str(row[column]).casefold() for column in key) for row in rows)
            assert [name for name, times in repeated.items() if times > 1] == []
    assert {row["FloorName"] for row in sheets["Space"]} <= names["Floor"]
    assert {name for row in sheets["Zone"] for name in listed(row["SpaceNames"])} <= names["Space"]
    assert {row["TypeName"] for row in sheets["Component"]} == names["Type"]
    assert {row["Space"] for row in sheets["Component"]} <= names["Space"] | names["Floor"] | {"n/a"}
    assert not names["Space"] & names["Floor"]
    assert {name for row in sheets["System"] for name in listed(row["ComponentNames"])} <= names["Component"]
    for row in sheets["Attribute"]:
        assert row["RowName"] in names[str(row["SheetName"])]


def listed(cell: object) -> list[str]:
    return [] if cell == "n/a" else str(cell).split(",")


def row_of(table: Table, name: str) -> dict[str, object]:
    return next(row for row in table if row["Name"] == name)


def test_the_sheets_and_columns_are_those_of_cobie(facility, register, tmp_path):
    counts = write_cobie(facility, register, tmp_path / "a.xlsx", at=AT, model="model.ifc")
    sheets = tables(tmp_path / "a.xlsx")
    assert list(sheets) == list(cobie_sheets.COLUMNS)
    assert counts == {sheet: len(rows) for sheet, rows in sheets.items()}
    assert counts | {"Instruction": 0, "Attribute": 0} == {
        "Instruction": 0, "Contact": 1, "Facility": 1, "Floor": 2, "Space": 4, "Zone": 2, "Type": 5, "Component": 8,
        "System": 1, "Attribute": 0,
    }  # fmt: skip
    for sheet, rows in sheets.items():
        assert all(tuple(row) == cobie_sheets.COLUMNS[sheet] for row in rows)
        assert all(value is not None for row in rows for value in row.values())


def test_every_reference_leads_to_a_row(facility, register, tmp_path):
    check_references(written(facility, register, tmp_path / "a.xlsx"))


def test_a_room_carries_its_global_id_floor_and_figures(facility, register, tmp_path):
    room = row_of(written(facility, register, tmp_path / "a.xlsx")["Space"], "TST-L00-A-C02")
    assert room["ExtIdentifier"] == facility.spaces[1].global_id
    assert (room["ExtObject"], room["ExtSystem"]) == ("IfcSpace", "model.ifc")
    assert (room["FloorName"], room["Category"], room["Description"]) == ("L00", "CELL-D", "Cell & <two>")
    assert (room["NetArea"], room["UsableHeight"], room["GrossArea"]) == (12, 2.7, "n/a")


def test_a_door_belongs_to_the_cell_and_not_to_the_landing(facility, register, tmp_path):
    cell, landing = facility.spaces[0].global_id, facility.spaces[2].global_id
    turned = replace(facility.doors[0], joins=(landing, cell))
    wing = replace(facility, doors=(turned, *facility.doors[1:]))
    components = written(wing, register, tmp_path / "a.xlsx")["Component"]
    door = row_of(components, "D.TST-L00-A-C01.1")
    assert (door["Space"], door["TypeName"], door["ExtObject"]) == ("TST-L00-A-C01", "D-CELL", "IfcDoor")
    assert row_of(components, "D.TST-L00-A-LAND.1")["Space"] == "TST-L00-A-LAND"


def test_equipment_without_a_room_stands_on_its_floor_and_without_a_type_has_that_of_its_class(
    facility, register, tmp_path
):
    sheets = written(facility, register, tmp_path / "a.xlsx")
    fan = row_of(sheets["Component"], "FAN-01")
    assert (fan["Space"], fan["TypeName"]) == ("L01", "IfcFan")
    assert row_of(sheets["Type"], "IfcFan")["ExtObject"] == "n/a"
    assert row_of(sheets["Type"], "AHU 2000")["ExtObject"] == "IfcUnitaryEquipmentType"
    assert row_of(sheets["System"], "Air 1")["ComponentNames"] == "AHU-01,FAN-01"


def test_a_controller_is_a_component_once(facility, register, tmp_path):
    plc = replace(facility.equipment[0], global_id=register.devices[0].global_id, code="PLC", ifc_class="IfcController")
    wing = replace(facility, equipment=(*facility.equipment, plc))
    components = written(wing, register, tmp_path / "a.xlsx")["Component"]
    named = {row["Name"]: row["ExtIdentifier"] for row in components if row["ExtObject"] == "IfcController"}
    assert named == {"PLC": plc.global_id, "AHU-CTRL": "n/a", "DC-A": "n/a"}


def test_points_are_attributes_of_what_they_are_about(facility, register, tmp_path):
    attributes = written(facility, register, tmp_path / "a.xlsx")["Attribute"]
    points = {row["Name"]: row for row in attributes if row["Category"] == "Point"}
    assert set(points) == {point.id for point in register.points}
    temperature = points["TST/L00/A/C01/TEMP"]
    assert (temperature["SheetName"], temperature["RowName"]) == ("Space", "TST-L00-A-C01")
    assert (temperature["Unit"], temperature["AllowedValues"]) == ("degC", "18 to 28.5")
    assert temperature["Value"] == "BACnet RC-A analog-input,2 present-value"
    assert points["TST/L00/A/C01/CO2"]["AllowedValues"] == "up to 1000"
    position = points["TST/L00/A/C01/DOOR1/POSITION"]
    assert (position["RowName"], position["Value"]) == ("D.TST-L00-A-C01.1", "Modbus DC-A holding-register 1.3 bit")
    assert position["AllowedValues"] == "closed, open, unknown"
    assert points["TST/L00/A/C02/TEMP"]["Value"] == "n/a"


def test_a_point_of_nothing_in_the_model_is_one_of_the_facility(facility, register, tmp_path):
    lost = replace(register.points[0], element=GlobalId("nowhere"), low=3.0, high=None)
    link = replace(register.points[1], element=facility.links[0].global_id)
    wider = replace(register, points=(lost, link))
    rows = [r for r in written(facility, wider, tmp_path / "a.xlsx")["Attribute"] if r["Category"] == "Point"]
    assert [(row["SheetName"], row["RowName"]) for row in rows] == [
        ("Facility", "Test wing"), ("Space", "TST-L00-A-LAND"),
    ]  # fmt: skip
    assert rows[0]["AllowedValues"] == "from 3"


def test_what_is_not_known_is_not_zero(facility, register, tmp_path):
    bare = replace(facility.spaces[0], height_m=0.0, area_m2=0.0, capacity=0)
    door = replace(facility.doors[0], clear_width_m=float("nan"), clear_height_m=0.0)
    wing = replace(facility, spaces=(bare, *facility.spaces[1:]), doors=(door, *facility.doors[1:]))
    sheets = written(wing, register, tmp_path / "a.xlsx")
    room = row_of(sheets["Space"], bare.code)
    assert (room["UsableHeight"], room["NetArea"]) == ("n/a", "n/a")
    figures = {(row["RowName"], row["Name"]): row["Value"] for row in sheets["Attribute"]}
    assert (bare.code, "Capacity") not in figures
    assert (door.code, "ClearHeight") not in figures
    assert figures[door.code, "ClearWidth"] == "n/a"


def test_names_from_a_model_are_never_formulas(facility, register, tmp_path):
    path = tmp_path / "a.xlsx"
    sheets = written(hostile(facility), register, path)
    check_references(sheets)
    cells = [cell for page in load_workbook(path) for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    told = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert {"=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)"} <= {cell.value for cell in told}
    assert all(cell.quotePrefix for cell in told)
    with ZipFile(path) as archive:
        pages = [archive.read(name) for name in archive.namelist() if "worksheets" in name]
    assert not any(b"<f>" in page or b"<script>" in page for page in pages)


def test_hostile_names_stay_apart_and_short(facility, register, tmp_path):
    spaces = written(hostile(facility), register, tmp_path / "a.xlsx")["Space"]
    assert len({row["Name"] for row in spaces}) == len(HOSTILE)
    assert all(0 < len(str(row["Name"])) <= 210 and str(row["Name"]).isprintable() for row in spaces)
    assert not any("," in str(row["Name"]) for row in spaces)


def test_a_name_that_is_taken_gets_a_number():
    wishes = enumerate(("Cell", "cell", "Cell (2)", "CELL", "a,b", "n/a", ""))
    names = ["Cell", "cell (2)", "Cell (2) (2)", "CELL (3)", "a;b", "n/a (2)", "n/a (3)"]
    assert list(unique_names(wishes).values()) == names


def test_storeys_of_one_name_carry_their_buildings(facility, register, tmp_path):
    twin = Storey(
        global_id=GlobalId("g2"), name="L00", building=facility.buildings[0].global_id, elevation_m=0.5, is_ground=True
    )
    floors = written(replace(facility, storeys=(*facility.storeys, twin)), register, tmp_path / "a.xlsx")["Floor"]
    assert [row["Name"] for row in floors] == ["Wing A L00", "Wing A L01", "Wing A L00 (2)"]


def test_outdoors_and_unknown_members_are_left_out(facility, register, tmp_path):
    ground = facility.storeys[0].global_id
    yard = Zone(global_id=GlobalId("zy"), name="Yard", purpose="regime", members=(outside_id(ground),))
    system = replace(facility.systems[0], members=(GlobalId("sensor"),), serves=(), predefined_type="")
    wing = replace(facility, zones=(*facility.zones, yard), systems=(system,))
    sheets = written(wing, register, tmp_path / "a.xlsx")
    assert row_of(sheets["Zone"], "Yard")["SpaceNames"] == "n/a"
    assert row_of(sheets["System"], "Air 1")["ComponentNames"] == "n/a"
    assert row_of(sheets["System"], "Air 1")["ExtObject"] == "IfcSystem"


def test_a_list_too_long_for_a_cell_goes_on_in_the_next_row(facility, register, tmp_path, monkeypatch):
    monkeypatch.setattr(cobie_sheets, "LONGEST_LIST", 20)
    zones = (replace(facility.zones[0], name="Z1 (2)"), replace(facility.zones[1], name="Z1"))
    sheets = written(replace(facility, zones=zones), register, tmp_path / "a.xlsx")
    check_references(sheets)
    lists = [(row["Name"], row["SpaceNames"]) for row in sheets["Zone"]]
    first, second = "TST-L00-A-C01", "TST-L00-A-C02"
    assert lists == [("Z1 (2)", first), ("Z1 (2) (2)", second), ("Z1", first), ("Z1 (3)", second)]


def test_the_same_input_gives_the_same_bytes(facility, register, tmp_path, monkeypatch):
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_cobie(facility, register, first, at=AT, model="model.ifc")
    elsewhere = AT.astimezone(timezone(timedelta(hours=3)))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_cobie(facility, register, second, at=elsewhere, model="model.ifc")
    assert first.read_bytes() == second.read_bytes()
    properties = load_workbook(first).properties
    assert (properties.created, properties.modified) == (AT.replace(tzinfo=None),) * 2
    assert tables(first)["Space"][0]["CreatedOn"] == "2026-03-01T12:30:00"


def test_an_empty_building_has_its_sheets(tmp_path):
    nothing = Facility(code="", name="", buildings=(), storeys=(), spaces=(), doors=())
    device = Device(name="", protocol=Protocol.BACNET, host="", port=1, instance=7)
    sheets = written(nothing, Register(devices=(device,)), tmp_path / "a.xlsx")
    check_references(sheets)
    assert [row["Name"] for row in sheets["Component"]] == ["bacnet controller 7"]
    assert sheets["Facility"][0]["Name"] == "n/a"


def test_a_time_without_a_zone_is_refused_and_nothing_is_written(facility, register, tmp_path):
    with pytest.raises(ValueError, match="time zone"):
        write_cobie(facility, register, tmp_path / "a.xlsx", at=datetime(2026, 3, 1), model="m")  # noqa: DTZ001
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error(facility, register, tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        write_cobie(facility, register, tmp_path / "nowhere" / "a.xlsx", at=AT, model="m")
