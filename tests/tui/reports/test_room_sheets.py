from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from block import block
from odd import odd

from tui.reports.room_facts import UNKNOWN, measured
from tui.reports.room_sheets import room_sheets
from twin.model.errors import UnknownIdError
from twin.model.ids import GlobalId, PointId
from twin.model.points import BacnetBinding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register
from twin.model.spaces import Zone
from twin.model.vocabulary import SpaceUse

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
CELL = GlobalId("s-CELL")
VOID_TAGS = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Sheets of a page: their text by heading, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.sheets: list[list[str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.sheets.append([])
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.sheets and data.strip():
            self.sheets[-1].append(data.strip())


def value_of(sheet: list[str], label: str) -> str:
    return sheet[sheet.index(label) + 1]


def register() -> Register:
    def bacnet(id: str, kind: str, element: str, number: int, **more: object) -> Point:
        at = BacnetBinding(device="RC", object_type="analog-input", object_instance=number)
        return Point(id=PointId(id), kind=kind, element=GlobalId(element), binding=at, **more)  # type: ignore[arg-type]

    def modbus(id: str, element: str, table: Table, data_type: DataType) -> Point:
        at = ModbusBinding(device="DC", table=table, address=7, data_type=data_type, bit=3)
        return Point(id=PointId(id), kind="lock_status", element=GlobalId(element), binding=at)

    return Register(
        points=(
            bacnet("ODD/CELL/TEMP", "temperature", "s-CELL", 1, low=18.0, high=28.5),
            bacnet("ODD/CELL/CO2", "co2", "s-CELL", 2, high=1500.0),
            bacnet("ODD/CELL/VALVE", "radiator_valve", "s-CELL", 3),
            modbus("ODD/CELL/DOOR1/LOCK", "d-CELL.1", Table.HOLDING_REGISTER, DataType.BIT),
            modbus("ODD/CELL/DOOR1/COIL", "d-CELL.1", Table.COIL, DataType.BIT),
            modbus("ODD/CELL/DOOR1/WORD", "d-CELL.1", Table.INPUT_REGISTER, DataType.UINT16),
            Point(id=PointId("ODD/CELL/LOOSE"), kind="humidity", element=CELL),
            Point(id=PointId("ODD/RG-ONE/ARMED"), kind="release_armed", element=GlobalId("z-1")),
            Point(id=PointId("ODD/ELSEWHERE"), kind="humidity", element=GlobalId("s-LOB")),
        ),
        devices=(Device(name="RC", protocol=Protocol.BACNET, host="", port=1, instance=1),),
    )


@pytest.fixture(scope="module")
def house():
    return odd()


def sheet_of(house, space=CELL, points=None):
    page = Page(room_sheets(house, points or register(), at=AT, spaces=[space]))
    assert page.faults == []
    assert len(page.sheets) == 1
    return page.sheets[0]


def with_cell(house, **more):
    cell = replace(house.space_by_id[CELL], **more)
    return replace(house, spaces=tuple(cell if one.global_id == CELL else one for one in house.spaces))


def test_every_room_has_a_sheet_and_a_line_in_the_index(house):
    for facility in (house, block(cells=3, storeys=2)):
        html = room_sheets(facility, Register(), at=AT, model="model.ifc")
        page = Page(html)
        assert page.faults == []
        assert page.open == []
        assert len(page.sheets) == len(facility.spaces)
        for space in facility.spaces:
            assert sum(f"{space.code} · {space.name}" in sheet for sheet in page.sheets) == 1
        links = re.findall(r'<a href="#(room-\d+)">', html)
        assert links == re.findall(r'<section class="room" id="(room-\d+)">', html)


def test_rooms_come_building_by_building_and_storey_by_storey(house):
    html = room_sheets(house, Register(), at=AT)
    order = [html.index(f"<h2>ODD-{code} ") for code in ("CELL", "YARD", "UP", "UPLI", "EAST")]
    assert order == sorted(order)


def test_a_page_stands_alone_and_breaks_before_every_room(house):
    html = room_sheets(house, register(), at=AT)
    assert set(re.findall(r"https?://[^\"' <]*", html)) == {"http://www.w3.org/2000/svg"}
    assert re.findall(r"<(?:script|link|img|iframe|object)\b|url\(|@import", html) == []
    assert re.search(r"\.room \{[^}]*break-before: page", html)
    assert "written 2026-03-01T12:30:00+00:00" in html


def test_figures_of_a_cell_are_with_their_units(house):
    cell = sheet_of(with_cell(house, capacity=2, annex_m2=2.0, window_m2=1.25, has_partitioned_annex=True))
    assert value_of(cell, "Use") == "Cell single (CELL-S)"
    assert value_of(cell, "Storey") == "L00, Main (floor at +0.00 m)"
    assert value_of(cell, "Net floor area") == "12.00 m²"
    assert value_of(cell, "Height") == "2.70 m"
    assert value_of(cell, "Certified places") == "2"
    assert value_of(cell, "Living area per place") == "5.00 m² (annex deducted)"
    assert value_of(cell, "Sanitary annex") == "2.00 m², fully partitioned"
    assert value_of(cell, "Window area") == "1.25 m²"


def test_zones_of_the_space_and_of_the_model_are_named_once(house):
    zones = (*house.zones, Zone(global_id=GlobalId("z-9"), name="Z-ONE", purpose="hvac", members=(CELL,)))
    cell = sheet_of(replace(with_cell(house, release_group="RG-ONE"), zones=zones))
    assert value_of(cell, "Ventilation zone") == "Z-ONE"
    assert value_of(cell, "Smoke compartment") == "SC-ONE"
    assert value_of(cell, "Release group") == "RG-ONE, RG-ALL"
    assert value_of(cell, "Regime zone") == UNKNOWN


def test_what_the_model_does_not_say_is_not_zero(house):
    nothing = with_cell(house, area_m2=0.0, height_m=float("nan"), capacity=0, polygon=(), use=SpaceUse.CELL_DOUBLE)
    cell = sheet_of(nothing)
    for label in (
        "Net floor area", "Height", "Capacity", "Certified places", "Living area per place", "Sanitary annex",
        "Window area", "Use condition (NFPA 101)",
    ):  # fmt: skip
        assert value_of(cell, label) == UNKNOWN
    assert "Outline: not in the model" in cell
    assert not any(re.match(r"(0(\.0+)?|nan)( |$)", text) for text in cell)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_no_measure_is_made_of_nothing(value):
    assert measured(value, "m") == UNKNOWN


def test_living_area_says_when_no_annex_was_deducted(house):
    cell = sheet_of(with_cell(house, capacity=1))
    assert value_of(cell, "Living area per place") == "12.00 m² (no annex in the model to deduct)"


def test_only_rooms_where_people_sleep_have_a_living_area(house):
    assert "Living area per place" not in sheet_of(house, GlobalId("s-LOB"))
    assert value_of(sheet_of(house, GlobalId("s-LOB")), "Certified places") == "none: not counted for this use"
    unknown = sheet_of(house, GlobalId("s-TINY"))
    assert value_of(unknown, "Use") == value_of(unknown, "Certified places") == UNKNOWN
    watched = sheet_of(with_cell(house, use=SpaceUse.CELL_OBSERVATION, capacity=1))
    assert value_of(watched, "Certified places") == "none: not counted for this use"
    assert "Living area per place" in watched


def test_doors_say_where_they_lead_and_what_they_do(house):
    cell = sheet_of(house)
    start = cell.index("D.CELL.1")
    assert cell[start - 1 : start + 8] == [
        "1", "D.CELL.1", "D-GATE", "0.90 m × 2.10 m", "ODD-LOB, Room LOB", "EM-FS", "fail-secure", "stays-locked",
        "a guess, from geometry",
    ]  # fmt: skip
    lobby = sheet_of(house, GlobalId("s-LOB"))
    assert lobby[lobby.index("D.OUT.1") + 3] == "outdoors"
    assert lobby[lobby.index("D.SELF.1") + 3] == "within this room"


def test_a_door_without_a_known_lock_makes_no_promise_about_fire(house):
    doors = tuple(replace(door, lock_type="", clear_width_m=0.0, clear_height_m=0.0) for door in house.doors)
    cell = sheet_of(replace(house, doors=doors))
    start = cell.index("D.CELL.1")
    assert cell[start + 2 : start + 7] == [UNKNOWN, "ODD-LOB, Room LOB", UNKNOWN, UNKNOWN, UNKNOWN]


def test_points_of_the_room_its_doors_and_its_zones_are_listed_with_their_addresses(house):
    cell = sheet_of(house)

    def point(id: str) -> list[str]:
        return cell[cell.index(id) + 1 : cell.index(id) + 9]

    address = ["BACnet", "RC", "analog-input,1"]
    assert point("ODD/CELL/TEMP") == ["room", "temperature", "degC", "from 18 to 28.5", "–", *address]
    assert point("ODD/CELL/CO2")[3] == "to 1500"
    assert point("ODD/CELL/VALVE")[3] == UNKNOWN
    lock = point("ODD/CELL/DOOR1/LOCK")
    assert lock[:4] == ["D.CELL.1", "lock bolt", "–", "–"]
    assert lock[4:] == ["locked, unlocked, lock fault, unused, unknown", "Modbus", "DC", "holding-register 7.3"]
    assert point("ODD/CELL/DOOR1/COIL")[7] == "coil 7"
    assert point("ODD/CELL/DOOR1/WORD")[7] == "input-register 7 uint16"
    assert point("ODD/CELL/LOOSE")[5:] == [UNKNOWN] * 3
    assert point("ODD/RG-ONE/ARMED")[0] == "RG-ONE"
    assert "ODD/ELSEWHERE" not in cell


def test_equipment_stands_in_its_room(house):
    plc = replace(house.equipment[0], space=CELL, type="", predefined_type="PROGRAMMABLE")
    cell = sheet_of(replace(house, equipment=(plc,)))
    start = cell.index("PLC-7")
    assert cell[start : start + 4] == ["PLC-7", "Door controller", UNKNOWN, "IfcController (PROGRAMMABLE)"]
    assert "No equipment of this room in the model" in sheet_of(house)


def test_names_from_a_model_are_text_and_never_markup(house):
    evil = '<script>alert("x")</script>\x1b[2J\ud800'
    facility = replace(
        with_cell(house, code='"><b>', name=evil, hvac_zone="</td><i>", global_id=CELL),
        name="<img src=x>",
        doors=tuple(replace(door, code=f'"{door.code}</svg>', type=evil, lock_type=evil) for door in house.doors),
        zones=tuple(replace(zone, name=evil) for zone in house.zones),
        equipment=(replace(house.equipment[0], space=CELL, name=evil, type="x" * 300, ifc_class="<u>"),),
    )
    points = Register(points=(replace(register().points[0], id=PointId("<i>'\"&"), states=("<b>", "a|b")),))
    html = room_sheets(facility, points, at=AT, title=evil, model=evil)
    page = Page(html)
    assert page.faults == []
    assert re.findall(r"<(?:script|b|i|u|img)\b", html) == []
    assert "x" * 201 not in html
    assert any(evil.split("\x1b", maxsplit=1)[0] in text for sheet in page.sheets for text in sheet)
    html.encode("utf-8")


def test_chosen_rooms_come_in_the_order_asked_for(house):
    html = room_sheets(house, Register(), at=AT, spaces=[GlobalId("s-YARD"), CELL])
    assert re.findall(r"<h2>(ODD-\w+)", html) == ["ODD-YARD", "ODD-CELL"]
    assert Page(room_sheets(house, Register(), at=AT, spaces=[])).sheets == []
    with pytest.raises(UnknownIdError):
        room_sheets(house, Register(), at=AT, spaces=[GlobalId("s-NOWHERE")])


def test_the_same_facility_gives_the_same_page(house):
    assert room_sheets(house, register(), at=AT) == room_sheets(odd(), register(), at=AT)


def test_a_time_without_a_zone_is_refused(house):
    with pytest.raises(ValueError, match="time zone"):
        room_sheets(house, Register(), at=datetime(2026, 3, 1))  # noqa: DTZ001
