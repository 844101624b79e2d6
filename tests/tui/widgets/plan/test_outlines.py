"""Clear rectangles grow to the middle of their walls."""

from __future__ import annotations

import pytest

from tui.widgets.plan.outlines import WALL_OUTER_M, outlines_of
from twin.model.ids import GlobalId
from twin.model.spaces import Polygon, Space
from twin.model.vocabulary import SpaceUse


def space(name: str, polygon: Polygon) -> Space:
    return Space(
        global_id=GlobalId(name), code=name, name=name, use=SpaceUse.STAFF, storey=GlobalId("L"), polygon=polygon,
        floor_m=0.0, height_m=2.7, area_m2=10.0,
    )  # fmt: skip


def box(x: float, y: float, width: float, depth: float) -> Polygon:
    return ((x, y), (x + width, y), (x + width, y + depth), (x, y + depth))


def test_neighbours_meet_in_the_middle_of_their_wall() -> None:
    left, right = outlines_of([space("a", box(0, 0, 2.6, 4)), space("b", box(2.8, 0, 2.6, 4))])
    assert max(x for x, _ in left.corners) == min(x for x, _ in right.corners) == 2.7


def test_a_face_without_a_neighbour_moves_out() -> None:
    [room] = outlines_of([space("a", box(0, 0, 2, 4))])
    assert room.corners[0] == (-WALL_OUTER_M, -WALL_OUTER_M)


def test_a_clockwise_outline_grows_too() -> None:
    [room] = outlines_of([space("a", box(0, 0, 2, 4)[::-1])])
    assert room.width_m == pytest.approx(2 + 2 * WALL_OUTER_M)


def test_rooms_far_apart_stay_apart() -> None:
    left, right = outlines_of([space("a", box(0, 0, 2, 4)), space("b", box(4, 0, 2, 4))])
    assert max(x for x, _ in left.corners) < min(x for x, _ in right.corners)


def test_a_space_without_a_polygon_is_left_out() -> None:
    assert outlines_of([space("a", ())]) == ()


def test_a_slanted_corner_keeps_its_slant() -> None:
    [room] = outlines_of([space("a", ((0, 0), (4, 0), (6, 2), (6, 6), (0, 6)))])
    assert len(room.corners) == 5
    assert room.corners[1][1] < room.corners[2][1]
