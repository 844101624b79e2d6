from __future__ import annotations

import pytest

from twin.ifc.openings import Side, Verdict, judged
from twin.model.ids import GlobalId

A, B, C = GlobalId("A"), GlobalId("B"), GlobalId("C")

Way = tuple[Side, Side]


def way(left: GlobalId | None, right: GlobalId | None, *, clear: bool = True) -> Way:
    return (Side(left), Side(right, clear))


def test_two_ways_that_agree_make_a_join_sure_whichever_side_is_which() -> None:
    assert judged([way(A, B), way(B, A)]) == Verdict(sides=(A, B), is_sure=True)
    assert judged([way(A, None), way(None, A)]) == Verdict(sides=(A, None), is_sure=True)


def test_one_way_alone_is_never_sure() -> None:
    assert judged([way(A, B)]) == Verdict(sides=(A, B))
    assert judged([way(A, A), way(A, B)]) == Verdict(sides=(A, B), way=1)


def test_most_ways_decide_and_a_dissent_takes_the_certainty() -> None:
    assert judged([way(A, B), way(A, C)]) == Verdict(sides=(A, B)), "of equally many the earlier one"
    assert judged([way(A, B), way(A, C), way(C, A)]) == Verdict(sides=(A, C), way=1)


def test_the_same_space_on_both_sides_says_nothing_against_two_that_agree() -> None:
    assert judged([way(A, A), way(A, B), way(A, B)]) == Verdict(sides=(A, B), is_sure=True, way=1)


@pytest.mark.parametrize("doubtful", [0, 1])
def test_a_doubt_on_any_side_of_a_way_that_agrees_takes_the_certainty(doubtful: int) -> None:
    ways = [way(A, B, clear=doubtful != place) for place in range(2)]
    assert judged(ways) == Verdict(sides=(A, B))


def test_a_door_inside_one_space_lists_it_twice_and_is_not_sure() -> None:
    assert judged([way(A, A), way(A, A)]) == Verdict(sides=(A, A))


def test_a_door_that_no_way_can_place_joins_nothing() -> None:
    assert judged([way(None, None)]) == Verdict(sides=None)
    assert judged([]) == Verdict(sides=None)
