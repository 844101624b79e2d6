from __future__ import annotations

from twin.ifc.openings import consensus
from twin.model.ids import GlobalId

A, B, C = GlobalId("A"), GlobalId("B"), GlobalId("C")


def test_two_ways_that_agree_make_a_join_sure_whichever_side_is_which() -> None:
    assert consensus((A, B), (B, A)) == ((A, B), True)
    assert consensus((A, None), (None, A)) == ((A, None), True)


def test_the_opening_decides_where_the_ways_differ() -> None:
    assert consensus((A, B), (A, C)) == ((A, B), False)


def test_the_placement_stands_in_where_the_opening_finds_one_space_twice() -> None:
    assert consensus((A, A), (A, B)) == ((A, B), False)


def test_a_door_inside_one_space_lists_it_twice() -> None:
    assert consensus((A, A), (A, A)) == ((A, A), True)


def test_a_door_that_no_way_can_place_joins_nothing() -> None:
    assert consensus((None, None), None) == (None, False)
    assert consensus(None, (A, B)) == ((A, B), False)
