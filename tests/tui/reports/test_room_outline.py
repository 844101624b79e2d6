from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from odd import odd

from tui.reports.room_outline import outline_svg


@pytest.fixture(scope="module")
def house():
    return odd()


def test_an_outline_is_drawn_north_up_with_its_size_and_numbered_doors(house):
    lobby = house.space("ODD-LOB")
    doors = [house.door("D.CELL.1"), house.door("D.OUT.1"), house.door("D.NAN.1"), house.door("D.YARD.1")]
    root = ET.fromstring(outline_svg(lobby, doors))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["1", "2", "12.00 m", "5.00 m", "N"]
    corners = next(root.iter("{http://www.w3.org/2000/svg}polygon")).attrib["points"].split()
    heights = [float(corner.split(",")[1]) for corner in corners]
    assert heights[0] > heights[-1]


@pytest.mark.parametrize("code", ["ODD-LINE", "ODD-GONE", "ODD-NAN"])
def test_a_room_without_an_inside_has_no_outline(house, code):
    assert outline_svg(house.space(code), []) == ""


def test_a_yard_and_a_cupboard_are_drawn_at_readable_size(house):
    wide = replace(house.space("ODD-YARD"), polygon=((0, 0), (300, 0), (300, 4), (0, 4)))
    for space in (wide, house.space("ODD-TINY")):
        left, top, width, height = map(float, ET.fromstring(outline_svg(space, [])).attrib["viewBox"].split())
        assert (left, top) == (0, 0)
        assert 90 < width <= 720
        assert 90 < height <= 350


def test_a_door_of_no_size_keeps_its_number(house):
    endless = replace(house.door("D.CELL.1"), clear_width_m=float("nan"))
    svg = outline_svg(house.space("ODD-LOB"), [endless])
    assert "nan" not in svg
    assert ">1</text>" in svg


def test_the_code_of_a_room_is_text(house):
    svg = outline_svg(replace(house.space("ODD-LOB"), code='"><script>'), [])
    assert "<script>" not in svg
    ET.fromstring(svg)
