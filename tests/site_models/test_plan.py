from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_models.plan import facade_of, joined, shared_wall, without


@dataclass(frozen=True)
class Box:
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Walls:
    external_m: float = 0.45
    gap_min_m: float = 0.15
    gap_max_m: float = 0.50


ROOM = Box(0.0, 0.0, 4.0, 3.0)


def test_rooms_a_wall_apart_share_it_over_the_length_they_have_in_common() -> None:
    wall = shared_wall(ROOM, Box(4.2, 1.0, 8.0, 6.0), Walls())
    assert wall is not None
    assert (wall.along, wall.start, wall.end, wall.middle) == ("y", 1.0, 3.0, pytest.approx(4.1))


@pytest.mark.parametrize("other", [Box(4.1, 0, 8, 3), Box(4.6, 0, 8, 3), Box(4.2, 3.1, 8, 6)])
def test_rooms_too_near_too_far_or_past_each_other_share_no_wall(other: Box) -> None:
    assert shared_wall(ROOM, other, Walls()) is None


def test_a_point_in_the_outer_wall_finds_its_side() -> None:
    wall = facade_of(ROOM, (2.0, -0.225), Walls())
    assert wall is not None
    assert (wall.along, wall.middle) == ("x", -0.225)
    assert facade_of(ROOM, (2.0, -1.0), Walls()) is None


spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda item: (float(item[0]), float(item[0] + item[1])))
)


@given(taken=spans)
def test_what_is_taken_and_what_is_left_fill_the_whole_without_overlap(taken: list[tuple[float, float]]) -> None:
    whole = (5.0, 45.0)
    left = without(whole, taken)
    inside = [(max(a, 5.0), min(b, 45.0)) for a, b in joined(taken) if b > 5.0 and a < 45.0]
    assert sum(b - a for a, b in left) + sum(b - a for a, b in inside) == pytest.approx(40.0)
    assert all(not (a < d and c < b) for a, b in left for c, d in inside)
