from dataclasses import replace
from math import dist, hypot

import pytest

from twin.graph.routes import compile_routes, egress_route, shortest_route
from twin.model.errors import UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.vocabulary import LinkKind

C1, C2, CORE, LOFT, ATTIC, YARD = (GlobalId(code) for code in ("C1", "C2", "CORE", "LOFT", "ATTIC", "YARD"))
OUT0, OUT1 = outside_id("L0"), outside_id("L1")


def ways(route: object) -> list[str]:
    return [leg.way for leg in route.legs]  # type: ignore[attr-defined]


def test_a_way_is_measured_from_the_middle_by_the_door_centres_to_the_middle(house: Facility) -> None:
    route = shortest_route(house, C1, C2)
    assert ways(route) == ["c1", "c2"]
    assert route.length_m == pytest.approx(2.0 + 4.0 + 2.0)
    assert [leg.length_m for leg in route.legs] == pytest.approx([2.0, 4.0])
    assert route.final_m == pytest.approx(2.0)


def test_a_stair_counts_its_slope_and_a_lift_is_no_way_unless_allowed(house: Facility) -> None:
    route = shortest_route(house, CORE, LOFT)
    assert ways(route) == ["ST"]
    assert route.length_m == pytest.approx(3.0 * hypot(150, 200) / 150)
    assert ways(shortest_route(house, CORE, LOFT, lifts=True)) == ["LI"]


def test_a_locked_door_is_not_an_edge(house: Facility) -> None:
    assert ways(shortest_route(house, C1, CORE)) == ["c1", "g"]
    assert ways(shortest_route(house, C1, CORE, passable=lambda door: door.code != "g")) == ["c1", "f"]
    with pytest.raises(UnreachableSpaceError) as caught:
        shortest_route(house, C1, CORE, passable=lambda door: door.code not in {"f", "g"})
    assert (caught.value.start, caught.value.goal) == ("C1", "CORE")


def test_no_way_between_two_rooms_leads_over_the_roof(house: Facility) -> None:
    with pytest.raises(UnreachableSpaceError):
        shortest_route(house, LOFT, ATTIC, passable=lambda door: door.code != "p")


def test_no_way_between_two_rooms_leads_through_the_open(house: Facility) -> None:
    no_stair = replace(house, links=tuple(link for link in house.links if link.code == "ES"))
    with pytest.raises(UnreachableSpaceError):
        shortest_route(no_stair, LOFT, CORE)


def test_the_external_stair_leads_out_when_the_goal_is_outdoors(house: Facility) -> None:
    no_stair = replace(house, links=tuple(link for link in house.links if link.code == "ES"))
    assert ways(shortest_route(no_stair, LOFT, OUT0)) == ["r1", "ES"]
    assert ways(shortest_route(house, LOFT, OUT1)) == ["r1"]


def test_egress_ends_at_the_nearest_ground_exit(house: Facility) -> None:
    route = egress_route(house, C2)
    assert ways(route) == ["c2", "g", "x"]
    assert route.goal == OUT0
    assert route.length_m == pytest.approx(2 + dist((6, 4), (8, 3)) + dist((8, 3), (16, 2)))
    with pytest.raises(UnreachableSpaceError):
        egress_route(house, C2, passable=lambda door: door.code != "c2")


def test_a_way_back_is_the_way_there_backwards(house: Facility) -> None:
    there, back = shortest_route(house, C1, LOFT), shortest_route(house, LOFT, C1)
    assert there.reversed() == replace(
        back,
        length_m=there.length_m,
        final_m=pytest.approx(back.final_m),
        legs=tuple(replace(leg, length_m=pytest.approx(leg.length_m)) for leg in back.legs),
    )


def test_compiled_routes_are_the_shortest_routes(house: Facility) -> None:
    pairs = [(a.global_id, b.global_id) for a in house.spaces for b in house.spaces]
    compiled = compile_routes(house, pairs)
    assert set(compiled) == set(pairs)
    for start, goal in pairs:
        assert compiled[start, goal].length_m == pytest.approx(shortest_route(house, start, goal).length_m)


def test_legs_follow_one_another_from_start_to_goal(house: Facility) -> None:
    route = shortest_route(house, YARD, ATTIC)
    nodes = [YARD, *(leg.to_space for leg in route.legs)]
    assert nodes[-1] == ATTIC
    assert [leg.from_space for leg in route.legs] == nodes[:-1]
    total = sum(leg.length_m + leg.crossing_m for leg in route.legs) + route.final_m
    assert total == pytest.approx(route.length_m)


def test_the_shortest_way_is_not_longer_than_any_other_by_brute_force(house: Facility) -> None:
    assert shortest_route(house, C1, CORE).length_m == pytest.approx(
        min(2 + dist((2, 4), at) + dist(at, (12, 2)) for at in ((8, 3), (8, 1)))
    )
    assert house.links[2].kind is LinkKind.LIFT
