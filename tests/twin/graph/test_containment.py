from dataclasses import replace
from itertools import combinations

import pytest

from twin.graph.containment import isolating_doors, single_points_of_failure
from twin.graph.routes import egress_route
from twin.model.errors import ModelError, UnknownIdError, UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import LinkKind


def codes(house: Facility, space: str) -> list[str]:
    return [door.code for door in isolating_doors(house, GlobalId(space))]


def test_a_cell_is_isolated_by_its_door(house: Facility) -> None:
    assert codes(house, "C1") == ["c1"]


def test_a_landing_needs_both_of_its_doors(house: Facility) -> None:
    assert codes(house, "LAND") == ["f", "g"]


def test_of_equal_cuts_the_nearest_doors_are_named_and_the_roof_counts_as_a_way_out(house: Facility) -> None:
    assert codes(house, "CORE") == ["p", "r1", "x"]


def test_locking_the_doors_leaves_no_way_out_and_fewer_would_not_do(house: Facility) -> None:
    cut = set(codes(house, "LAND"))
    with pytest.raises(UnreachableSpaceError):
        egress_route(house, GlobalId("LAND"), passable=lambda door: door.code not in cut)
    for fewer in combinations(sorted(cut), len(cut) - 1):
        assert egress_route(house, GlobalId("LAND"), passable=lambda door, shut=fewer: door.code not in shut).legs


def test_an_open_way_out_cannot_be_closed_by_doors(house: Facility) -> None:
    stair = house.links[1]
    opening = replace(stair, global_id=GlobalId("O"), kind=LinkKind.OPENING, joins=(GlobalId("CORE"), stair.joins[1]))
    with pytest.raises(ModelError, match="without any door"):
        isolating_doors(replace(house, links=(*house.links, opening)), GlobalId("CORE"))


def test_an_unknown_space_is_named(house: Facility) -> None:
    with pytest.raises(UnknownIdError):
        isolating_doors(house, GlobalId("nowhere"))


def test_the_landing_is_what_the_cells_depend_on(house: Facility) -> None:
    points = {point.space.code: set(point.cut_off) for point in single_points_of_failure(house)}
    assert points["LAND"] == {"C1", "C2", "YARD"}
    assert "LOFT" not in points  # the attic has the platform as a second way
