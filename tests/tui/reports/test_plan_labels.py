"""Labels never leave their rooms; a box of letters is measured, not seen."""

from __future__ import annotations

import pytest

from tui.reports.plan.geometry import Box, anchor_of, box_at, box_of, holds, is_inside, ray_length
from tui.reports.plan.ink import num, text_width
from tui.reports.plan.labels import label_for

SQUARE = ((0.0, 0.0), (60.0, 0.0), (60.0, 60.0), (0.0, 60.0))
ELL = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (20.0, 20.0), (20.0, 100.0), (0.0, 100.0))


def test_a_room_with_space_gets_code_name_and_facts():
    label = label_for(SQUARE, "C01", "Single cell", "10.4 m² · 1 p", [])
    assert [line.text for line in label.lines] == ["C01", "Single cell", "10.4 m² · 1 p"]


def test_the_name_goes_first():
    narrow = ((0.0, 0.0), (26.0, 0.0), (26.0, 26.0), (0.0, 26.0))
    label = label_for(narrow, "C01", "Unpronounceably long", "10 m²", [])
    assert [line.text for line in label.lines] == ["C01", "10 m²"]


def test_a_tall_room_is_labelled_upright():
    tall = ((0.0, 0.0), (20.0, 0.0), (20.0, 200.0), (0.0, 200.0))
    label = label_for(tall, "CORRIDOR", "", "", [])
    assert label.upright


def test_no_label_is_better_than_one_that_overflows():
    tiny = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
    assert label_for(tiny, "C01", "Cell", "", []) is None


@pytest.mark.parametrize("outline", [SQUARE, ELL])
@pytest.mark.parametrize("name", ["", "Store", "Observation cell with a long name", "部屋"])
def test_a_label_stays_in_its_room_and_off_what_is_taken(outline, name):
    taken = [Box(0, 0, 30, 12)]
    label = label_for(outline, "X1", name, "10 m²", taken)
    assert label is not None
    assert holds(outline, label.box)
    assert not label.box.overlaps(taken[0])


def test_an_outline_holds_a_box_only_with_all_of_it():
    assert holds(SQUARE, Box(1, 1, 59, 59))
    assert not holds(SQUARE, Box(1, 1, 61, 59))
    assert not holds(ELL, Box(5, 5, 60, 60))


def test_the_anchor_of_a_bent_room_is_in_the_room():
    assert is_inside(anchor_of(ELL), ELL)


def test_a_ray_meets_the_nearest_side_within_reach():
    assert ray_length((-5.0, 30.0), (1.0, 0.0), SQUARE, 10.0) == pytest.approx(5.0)
    assert ray_length((-5.0, 30.0), (1.0, 0.0), SQUARE, 4.0) is None
    assert ray_length((-5.0, 30.0), (-1.0, 0.0), SQUARE, 99.0) is None


def test_boxes_overlap_by_more_than_an_edge():
    assert not box_of(SQUARE).overlaps(box_at((90.0, 30.0), 60.0, 10.0))
    assert box_of(SQUARE).overlaps(box_at((89.0, 30.0), 60.0, 10.0))


def test_numbers_are_short():
    assert [num(value) for value in (1.0, 1.26, -0.01, 0.0)] == ["1", "1.3", "0", "0"]


def test_wide_letters_are_wider():
    assert text_width("部屋", 10.0) == 20.0
    assert text_width("ii", 10.0) < text_width("mm", 10.0)
