from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from block import block

from tui.reports.plan_svg import level_svg


@pytest.fixture(scope="module")
def facility():
    return block(cells=4, storeys=1)


def test_a_level_is_well_formed_and_holds_every_room_and_door_once(facility):
    level = facility.levels[0]
    root = ET.fromstring(level_svg(facility, level))
    kinds = [element.tag.rsplit("}", 1)[1] for element in root.iter()]
    assert kinds.count("polygon") == sum(facility.level_of(space) == level for space in facility.spaces)
    assert kinds.count("line") == sum(facility.level_of(door) == level for door in facility.doors)


def test_names_from_a_model_are_text_and_never_markup(facility):
    evil = replace(facility.spaces[0], name='<script>alert("x")</script>', code="C&<1>")
    level = facility.levels[0]
    text = level_svg(replace(facility, spaces=(evil, *facility.spaces[1:])), level)
    assert "<script>" not in text
    ET.fromstring(text)


def test_marks_colour_what_they_name(facility):
    space = facility.spaces[0].global_id
    assert "#abcdef" in level_svg(facility, facility.levels[0], marks={space: "#abcdef"})


def test_an_unknown_level_draws_nothing(facility):
    assert level_svg(facility, "nowhere") == ""
