from __future__ import annotations

import re
from pathlib import Path

import ifcopenshell
import pytest
from ifcopenshell.util.placement import get_local_placement

from site_models.author.write import STAGES, write_ifc
from site_models.layout import Layout
from site_models.programme import Brief


@pytest.fixture(scope="module")
def text(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ifc") / "vilnius.ifc"
    write_ifc(layout, path)
    return path.read_text(encoding="utf-8")


def test_two_builds_are_the_same_bytes(text: str, brief: Brief, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    write_ifc(brief, tmp_path / "again.ifc", lambda done, of: steps.append((done, of)))
    assert (tmp_path / "again.ifc").read_text(encoding="utf-8") == text
    assert steps == [(number, STAGES) for number in range(1, STAGES + 1)]


def test_every_rooted_entity_has_its_own_identity(text: str) -> None:
    ids = re.findall(r"^#\d+=IFC(?!PROPERTYSINGLEVALUE)[A-Z0-9]+\('([0-9A-Za-z_$]{22})',", text, re.MULTILINE)
    assert len(ids) == len(set(ids))
    assert len(ids) > 4000


def test_the_header_names_no_machine_no_user_and_no_clock(text: str, brief: Brief) -> None:
    header = text[: text.index("DATA;")]
    assert "FILE_SCHEMA(('IFC4'))" in header
    assert brief.file.notice in header
    assert f"FILE_NAME('VIL.ifc','{brief.file.authored_at}',(''),(''),'IfcOpenShell" in header
    assert "/" not in header


def test_the_model_holds_every_element_of_the_programme(text: str, layout: Layout) -> None:
    def count(ifc_class: str) -> int:
        return len(re.findall(rf"^#\d+={ifc_class}\(", text, re.MULTILINE))

    assert count("IFCBUILDING") == 2
    assert count("IFCBUILDINGSTOREY") == 7
    assert count("IFCSPACE") == 294
    assert count("IFCDOOR") == 304
    assert count("IFCWINDOW") == len(layout.windows) > 155
    assert count("IFCOPENINGELEMENT") == count("IFCRELVOIDSELEMENT") == count("IFCRELFILLSELEMENT")
    assert count("IFCOPENINGELEMENT") == 304 + len(layout.windows)
    assert count("IFCSTAIR") == 12
    assert count("IFCSTAIRFLIGHT") == 8 * 2 + 4 * 3
    assert count("IFCTRANSPORTELEMENT") == 1
    assert count("IFCMAPCONVERSION") == 1
    assert "'EPSG:3346'" in text
    outdoors = sum(row.to_space == "OUTSIDE" for _, row in layout.brief.doors)
    assert count("IFCRELSPACEBOUNDARY2NDLEVEL") == 2 * 304 - outdoors


def test_every_piece_of_equipment_and_every_point_is_in_the_model_with_a_type(text: str, layout: Layout) -> None:
    equipment = {item.global_id for item in layout.facility.equipment}
    own = [point for point in layout.register.points if point.global_id not in equipment]
    sensors = len(re.findall(r"^#\d+=IFC(SENSOR|ACTUATOR)\(", text, re.MULTILINE))
    assert sensors == len(own)
    assert len(re.findall(r"^#\d+=IFCCONTROLLER\(", text, re.MULTILINE)) == len(layout.register.devices)
    assert all(f"'{item.global_id}'" in text for item in layout.facility.equipment)
    ports = len(re.findall(r"^#\d+=IFCDISTRIBUTIONPORT\(", text, re.MULTILINE))
    assert ports == 2 * len(layout.services.feeds) == 2 * text.count("=IFCRELCONNECTSPORTS(")


def test_nothing_is_left_behind_when_the_folder_is_missing(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such-folder"):
        write_ifc(layout, tmp_path / "no-such-folder" / "model.ifc")
    assert list(tmp_path.iterdir()) == []


def test_a_cell_door_swings_to_the_landing_and_an_office_door_into_its_room(text: str, layout: Layout) -> None:
    model = ifcopenshell.file.from_string(text)
    doors = {door.Name: door for door in model.by_type("IfcDoor")}
    for row in (row for _, row in layout.brief.doors if row.type in {"D-CELL", "D-STAFF"}):
        matrix = get_local_placement(doors[row.code].ObjectPlacement)
        towards = (matrix[0][1], matrix[1][1])  # local y
        room = layout.brief.room_by_code[row.from_space]
        into = ((room.x0 + room.x1) / 2 - row.centre_x_m, (room.y0 + room.y1) / 2 - row.centre_y_m)
        swings_in = towards[0] * into[0] + towards[1] * into[1] > 0
        assert swings_in == (row.type == "D-STAFF" and row.to_space != "OUTSIDE"), row.code
