from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from twin.graph.containment import single_doors_of_failure
from twin.graph.passing import Conditions, Walker, passable_under
from twin.graph.routes import egress_route, egress_routes
from twin.model.errors import UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.regime import Regime
from twin.model.vocabulary import DoorState, FireAction

UNLOCK = Regime(name="unlock", start=time(8), end=time(12), unlocked=frozenset({"D-CELL"}))


@pytest.fixture
def secure(house: Facility) -> Facility:
    """The house with locks: cells by type D-CELL, the final exit by D-EXIT, unlocked by the fire panel."""

    def locked(code: str, kind: str, action: FireAction = FireAction.NONE) -> dict[str, object]:
        return {"type": kind, "lock_type": "EM", "fire_action": action}

    kinds = {
        "c1": locked("c1", "D-CELL"),
        "c2": locked("c2", "D-CELL"),
        "x": locked("x", "D-EXIT", FireAction.UNLOCKS),
        "y": locked("y", "D-YARD"),
    }
    doors = tuple(replace(door, **kinds.get(door.code, {})) for door in house.doors)  # type: ignore[arg-type]
    return replace(house, doors=doors)


def ways(facility: Facility, space: str, conditions: Conditions) -> list[str]:
    route = egress_route(facility, GlobalId(space), passable=passable_under(conditions))
    return [leg.way for leg in route.legs]


def test_staff_have_keys_and_a_prisoner_waits_at_a_locked_door(secure: Facility) -> None:
    assert ways(secure, "C1", Conditions(walker=Walker.STAFF))[0] == "c1"
    with pytest.raises(UnreachableSpaceError):
        ways(secure, "C1", Conditions(walker=Walker.PRISONER))


def test_the_regime_unlocks_types_of_doors_and_fire_those_of_the_panel(secure: Facility) -> None:
    with pytest.raises(UnreachableSpaceError):
        ways(replace(secure, links=()), "C1", Conditions(walker=Walker.PRISONER, regime=UNLOCK))
    out = ways(replace(secure, links=()), "C1", Conditions(walker=Walker.PRISONER, regime=UNLOCK, fire=True))
    assert (out[0], out[-1]) == ("c1", "x")


def test_a_door_without_lock_is_no_obstacle_whatever_the_regime_lists(secure: Facility) -> None:
    assert ways(secure, "CORE", Conditions(walker=Walker.PRISONER, regime=UNLOCK, fire=True)) == ["x"]


@pytest.mark.parametrize("walker", Walker)
def test_a_blocked_door_is_no_way_for_anybody(secure: Facility, walker: Walker) -> None:
    blocked = Conditions(walker=walker, states={GlobalId("c1"): DoorState.FAULT})
    with pytest.raises(UnreachableSpaceError):
        ways(secure, "C1", blocked)


def test_what_is_not_known_to_be_unlocked_is_no_way_for_a_prisoner(secure: Facility) -> None:
    unknown = Conditions(walker=Walker.PRISONER, regime=UNLOCK, states={GlobalId("c1"): DoorState.UNKNOWN})
    with pytest.raises(UnreachableSpaceError):
        ways(secure, "C1", unknown)


def test_every_space_is_asked_for_its_way_out_at_once(secure: Facility) -> None:
    conditions = Conditions(walker=Walker.PRISONER, fire=True)
    routes = egress_routes(secure, passable=passable_under(conditions))
    assert set(routes) == {space.global_id for space in secure.spaces}
    for space, route in routes.items():
        if route is None:
            with pytest.raises(UnreachableSpaceError):
                egress_route(secure, space, passable=passable_under(conditions))
        else:
            assert route == egress_route(secure, space, passable=passable_under(conditions))
    assert routes[GlobalId("C1")] is None


def test_a_door_is_a_single_point_of_failure_where_no_other_way_stands_in(house: Facility) -> None:
    found = {choke.door.code: set(choke.cut_off) for choke in single_doors_of_failure(house)}
    assert found == {"c1": {"C1"}, "c2": {"C2"}, "y": {"YARD"}}, "gate and fire door stand in for one another"
