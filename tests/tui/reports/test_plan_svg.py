from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from block import block
from odd import LEVEL, SECRETS, UPPER, odd

from tui.reports.plan_svg import level_svg
from twin.model.errors import RefusedError, UnknownIdError


@pytest.fixture(scope="module")
def facility():
    return block(cells=4, storeys=1)


@pytest.fixture(scope="module")
def house():
    return odd()


def titles(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}title")]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_level_is_well_formed_and_holds_every_room_and_door_once(facility):
    level = facility.levels[0]
    svg = level_svg(facility, level)
    kinds = [element.tag.rsplit("}", 1)[1] for element in ET.fromstring(svg).iter()]
    assert kinds.count("polygon") == sum(facility.level_of(space) == level for space in facility.spaces)
    named = titles(svg)
    for door in facility.doors:
        assert sum(title.startswith(f"{door.code} ") for title in named) == 1


def test_names_from_a_model_are_text_and_never_markup(facility):
    evil = replace(facility.spaces[0], name='<script>alert("x")</script>\x1b[2J\x00', code="C&<1>")
    door = replace(facility.doors[0], lock_type='"><script>', interlock_group="</svg>", code="--><!--")
    level = facility.levels[0]
    house = replace(facility, spaces=(evil, *facility.spaces[1:]), doors=(door, *facility.doors[1:]), name="<b>\ud800")
    text = level_svg(house, level, notice="]]><script>\ufffe")
    assert "<script>" not in text
    ET.fromstring(text.encode())


def test_marks_colour_what_they_name(facility):
    space, door = facility.spaces[0].global_id, facility.doors[0].global_id
    svg = level_svg(facility, facility.levels[0], marks={space: "#abcdef", door: "#fedcba"})
    assert "#abcdef" in svg
    assert "#fedcba" in svg


def test_an_unknown_level_draws_nothing(facility):
    assert level_svg(facility, "nowhere") == ""


def test_a_plan_stands_alone_with_its_size_in_millimetres(house):
    root = ET.fromstring(level_svg(house, LEVEL))
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    assert float(root.attrib["width"].removesuffix("mm")) / width == pytest.approx(
        float(root.attrib["height"].removesuffix("mm")) / height, rel=0.01
    )


def test_the_same_facility_gives_the_same_plan(house):
    assert level_svg(house, LEVEL) == level_svg(odd(), LEVEL)


@pytest.mark.parametrize("zones", ["", "hvac", "smoke", "release", "regime"])
@pytest.mark.parametrize("level", [LEVEL, UPPER])
def test_odd_models_of_others_give_plans(house, level, zones):
    svg = level_svg(house, level, zones=zones)
    ET.fromstring(svg)
    assert "nan" not in svg.lower().replace("odd-nan", "")


def test_doors_tell_their_lock_by_shape_and_in_their_title(house):
    svg = level_svg(house, LEVEL)
    title = next(title for title in titles(svg) if title.startswith("D.CELL.1"))
    for word in ("EM-FS", "fail-secure", "stays-locked", "RG-ONE", "ODD-CELL", "0.90 m clear"):
        assert word in title
    legend = texts(svg)
    for line in (
        "Locked without power (fail-secure)",
        "Released without power (fail-safe)",
        "Motor lock, interlock",
        "Magnetic hold-open, closes on fire",
        "Key or latch only",
    ):
        assert line in legend


def test_interlocks_exits_and_smoke_boundaries_have_signs(house):
    words = texts(level_svg(house, LEVEL))
    assert words.count("IL-ONE") == 2
    assert words.count("EXIT") == 2 + 1  # and in the legend
    assert words.count("S") == 1 + 1


def test_an_upper_storey_has_no_exits(house):
    upstairs = tuple(replace(storey, is_ground=False) for storey in house.storeys)
    assert "EXIT" not in texts(level_svg(replace(house, storeys=upstairs), LEVEL))


def test_stairs_and_lifts_say_where_they_lead_and_outer_stairs_are_skipped(house):
    below, above = level_svg(house, LEVEL), level_svg(house, UPPER)
    assert "UP" in texts(below)
    assert "DN" not in texts(below)
    assert "DN" in texts(above)
    assert "S.UP" in texts(below)
    assert any("L.UP" in text for text in texts(below))
    assert "S.FIRE" not in below + above


def test_a_wide_door_has_two_leaves(house):
    narrow = replace(
        house, doors=tuple(replace(door, clear_width_m=1.39) for door in house.doors if door.code == "D.ST.1")
    )
    wide = replace(house, doors=tuple(replace(door, clear_width_m=1.4) for door in narrow.doors))
    assert len(re.findall(r"A\d", level_svg(wide, LEVEL))) == len(re.findall(r"A\d", level_svg(narrow, LEVEL))) + 1


def test_security_equipment_is_drawn_where_it_stands_and_the_rest_by_wish(house):
    plain, full = level_svg(house, LEVEL), level_svg(house, LEVEL, all_equipment=True)
    assert "PLC-7" in plain
    assert "PLC-8" in plain
    assert "AHU-1" not in plain
    assert "AHU-1" in full
    assert "LOST" not in full
    assert "FAR" not in full


def test_buildings_that_share_a_storey_name_share_the_plan(house):
    words = " ".join(texts(level_svg(house, LEVEL)))
    assert "Building Main, Annexe" in words
    assert "EAST" in words


def test_the_notice_stands_in_the_title_block(house):
    assert "Fictional building." in texts(level_svg(house, LEVEL, notice="Fictional building."))


def test_zones_have_a_tint_a_key_in_the_room_and_a_name_in_the_legend(house):
    words = texts(level_svg(house, LEVEL, zones="hvac"))
    assert {"Z-ONE", "Z-TWO", "Air-handling zones"} <= set(words)
    assert words.count("1") >= 2
    listed = texts(level_svg(house, LEVEL, zones="release"))
    assert {"RG-ONE", "RG-ALL"} <= set(listed)


@pytest.mark.parametrize("zones", ["", "hvac", "regime"])
@pytest.mark.parametrize("level", [LEVEL, UPPER])
def test_a_redacted_plan_says_nothing_of_locks_ways_out_and_equipment(house, level, zones):
    svg = level_svg(house, level, zones=zones, redact=True)
    assert [word for word in SECRETS if word in svg] == []
    assert "REDACTED" in texts(svg)


def test_the_secrets_are_told_where_nothing_is_redacted(house):
    svg = level_svg(house, LEVEL) + level_svg(house, LEVEL, zones="smoke")
    assert [word for word in SECRETS if word not in svg] == ["S.FIRE", "Interlocked"]


@pytest.mark.parametrize("zones", ["smoke", "release"])
def test_a_redacted_plan_refuses_the_zones_of_locks_and_ways_out(house, zones):
    with pytest.raises(RefusedError, match=zones):
        level_svg(house, LEVEL, zones=zones, redact=True)


def test_there_are_four_kinds_of_zones(house):
    with pytest.raises(UnknownIdError):
        level_svg(house, LEVEL, zones="colour")


def test_a_block_of_the_legend_stays_together(house):
    svg = ET.fromstring(level_svg(house, LEVEL))
    at = {element.text: float(element.attrib["x"]) for element in svg.iter("{http://www.w3.org/2000/svg}text")}
    assert (
        at["Locked without power (fail-secure)"] == at["Key or latch only"] == at["Released without power (fail-safe)"]
    )


def test_outlines_without_area_are_not_drawn(house):
    svg = level_svg(house, LEVEL)
    assert not {"ODD-LINE", "ODD-GONE", "ODD-NAN"} & {title.split(" ")[0] for title in titles(svg)}


def test_every_room_and_door_of_a_level_is_on_paper(house):
    root = ET.fromstring(level_svg(house, LEVEL))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter("{http://www.w3.org/2000/svg}polygon"):
        for corner in element.attrib["points"].split():
            x, y = map(float, corner.split(","))
            assert 0 < x < width
            assert 0 < y < height
