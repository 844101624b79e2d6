"""The narrowest width of outlines of all shapes."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

import pytest

from twin.checks.widths import narrowest_width_m
from twin.model.spaces import Polygon

BOX: Polygon = ((0.0, 0.0), (2.6, 0.0), (2.6, 4.0), (0.0, 4.0))


def turned(polygon: Polygon, angle: float) -> Polygon:
    return tuple((x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)) for x, y in polygon)


def test_a_rectangle_is_as_wide_as_its_shorter_side() -> None:
    assert narrowest_width_m(BOX) == pytest.approx(2.6)


@pytest.mark.parametrize("angle", [0.1, pi / 4, 1.0, 2.5])
def test_turning_a_room_changes_nothing(angle: float) -> None:
    assert narrowest_width_m(turned(BOX, angle)) == pytest.approx(2.6)


def test_the_direction_of_the_outline_changes_nothing() -> None:
    assert narrowest_width_m(BOX[::-1]) == pytest.approx(2.6)


def test_corners_in_the_middle_of_a_wall_change_nothing() -> None:
    assert narrowest_width_m((*BOX[:1], (1.0, 0.0), *BOX[1:])) == pytest.approx(2.6)


def test_a_triangle_is_as_wide_as_its_least_height() -> None:
    assert narrowest_width_m(((0.0, 0.0), (2.0, 0.0), (1.0, sqrt(3)))) == pytest.approx(sqrt(3))


def test_a_room_with_a_recess_is_as_wide_as_its_convex_hull() -> None:
    ell = ((0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (1.0, 1.0), (1.0, 4.0), (0.0, 4.0))
    assert narrowest_width_m(ell) == pytest.approx(5 / sqrt(2))


@pytest.mark.parametrize("polygon", [(), ((0.0, 0.0),), ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0))], ids=len)
def test_an_outline_without_area_has_no_width(polygon: Polygon) -> None:
    assert narrowest_width_m(polygon) == 0.0
