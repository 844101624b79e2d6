"""Plans that begin from a snapshot of the roll and of doors."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np
import pytest
from simpy import Environment

from simulation import routing
from simulation.models.notation import Weekday
from simulation.models.regime import compile_for, populate, simulate_day
from simulation.models.start import begun as begun_from
from simulation.models.terms import Scenario, StartTerms
from simulation.record import Kind
from simulation.snapshot_file import PlacedSnapshot
from simulation.world import World
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.roll import Roll, Snapshot
from twin.model.vocabulary import DoorState, RollSource

NOON = 12.5 * 3600


def begun(block: Facility, scenario: Scenario, seed: int = 1, **start: object) -> World:
    plan = scenario.model_copy(update={"start": StartTerms.model_validate({"at": NOON, **start})})
    building = compile_for(block, plan)
    world = World(building, Environment(initial_time=plan.begins_s))
    populate(world, building, plan, seed)
    return world


def where(world: World) -> Counter[str]:
    return Counter(str(world.building.nodes[person.space]) for person in world.people)


def test_people_are_where_the_roll_says_and_nobody_else_is_there(block: Facility, scenario: Scenario) -> None:
    world = begun(block, scenario, counts={"SHOP": 2, "A1": 1, "DAYB": 3})
    assert where(world) == {"SHOP": 2, "A1": 1, "DAYB": 3}


def test_people_whose_place_is_unknown_are_where_the_regime_wants_them(block: Facility, scenario: Scenario) -> None:
    draws = [where(begun(block, scenario, seed, counts={"SHOP": 2}, unplaced=5)) for seed in range(10)]
    assert all(draw["SHOP"] == 2 and draw["DAYA"] + draw["DAYB"] == 5 for draw in draws)
    assert len({draw["DAYA"] for draw in draws}) > 1


def test_the_regime_goes_on_from_there(block: Facility, scenario: Scenario) -> None:
    plan = scenario.model_copy(update={"start": StartTerms(at=NOON, counts={"SHOP": 3, "A1": 5})})
    record = simulate_day(compile_for(block, plan), plan, 1)
    assert record.t_s.min() == NOON
    building = compile_for(block, plan)
    homes = {building.node_index[GlobalId(code)] for code in ("A1", "A2", "A3", "B1", "B2", "B3")}
    passed = record.kind == Kind.PASS
    ends = {
        int(entity): int(record.space[passed & (record.entity == entity)][-1])
        for entity in np.flatnonzero(~record.is_staff)
    }
    assert len(ends) == 8
    assert set(ends.values()) <= homes


def test_doors_are_as_the_regime_has_them_and_then_as_the_snapshot_says(block: Facility, scenario: Scenario) -> None:
    world = begun(block, scenario, counts={"A1": 1}, locked=["cA1", "wB", "s1"])
    assert world.is_locked(GlobalId("cA1"))
    assert not world.is_locked(GlobalId("wB"))  # not a cell: whoever opens it in this regime is there to do so
    assert not world.is_locked(GlobalId("cA2"))
    night = begun(block, scenario, at=3600.0, counts={"A1": 1}, unlocked=["cB1"])
    assert night.is_locked(GlobalId("cA2"))
    assert not night.is_locked(GlobalId("cB1"))


def test_a_cell_that_is_locked_out_of_time_is_opened_for_who_stands_at_it(block: Facility, scenario: Scenario) -> None:
    world = begun(block, scenario, counts={"A1": 1, "A2": 1}, locked=["cA1"])
    world.env.run(until=NOON + 1800)
    assert where(world)["DAYA"] == 2


def test_an_interlock_stays_one_whatever_a_snapshot_says_of_its_doors(block: Facility, scenario: Scenario) -> None:
    start = StartTerms(at=7 * 3600.0, counts={"A1": 4, "B1": 4}, locked=("s1",), unlocked=("s2",))
    plan = scenario.model_copy(update={"start": start})
    record = simulate_day(compile_for(block, plan), plan, 1)
    change = np.where(record.kind == Kind.OPEN, 1, np.where(record.kind == Kind.SHUT, -1, 0))
    assert set(np.cumsum(change).tolist()) == {0, 1}
    assert (record.kind == Kind.OPEN).sum() > 5


def test_people_from_outside_still_come_when_the_roll_does_not_have_them(block: Facility, scenario: Scenario) -> None:
    plain = scenario.model_dump()
    plain["group"] = [{"name": "trainees", "count": 3, "prefix": "T", "common": "CORRIDOR"}]
    plain["block"] = [
        {"name": "before", "start": "00:00", "end": "13:00", "place": "away"},
        {"name": "lesson", "start": "13:00", "end": "16:00", "place": "session", "otherwise": "away"},
        {"name": "after", "start": "16:00", "end": "24:00", "place": "away"},
    ]
    plain["activity"] = [{"use": "WORKSHOP"}]
    plain["staff"] = {"post": plain["staff"]["post"][1:]}
    world = begun(block, Scenario.model_validate(plain), counts={})
    world.env.run(until=14 * 3600)
    assert where(world)["SHOP"] == 3


def test_what_a_snapshot_says_of_another_building_is_named_at_once(block: Facility, scenario: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        begun(block, scenario, counts={"NOWHERE": 2, "A1": 50}, locked=["x9"])
    assert [(fault.key, fault.text) for fault in caught.value.faults] == [
        ("NOWHERE", "there is no space with this GlobalId"),
        ("A1", "50 people do not fit into 12 m²"),
        ("x9", "there is no door on a route with this GlobalId"),
        ("roll", "52 people on the roll, 8 in the plan"),
    ]


def test_nobody_searches_a_way_while_the_clock_runs(
    block: Facility, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    building = compile_for(block, scenario)
    world = World(building, Environment())
    populate(world, building, scenario, 1)
    monkeypatch.setattr(routing, "RouteTree", lambda *_, **__: pytest.fail("a way is searched in the event loop"))
    world.env.run(until=scenario.horizon_s)
    assert len(world.finish()) > 100


def placed_on(day: str) -> PlacedSnapshot:
    at = datetime.fromisoformat(f"{day}T12:30:00+02:00")
    roll = Roll(counts={GlobalId("A1"): 1}, source=RollSource.COUNTED, at=at)
    states = {GlobalId("cA1"): DoorState.LOCKED, GlobalId("cA2"): DoorState.OPEN, GlobalId("gA"): DoorState.UNKNOWN}
    return PlacedSnapshot(snapshot=Snapshot(at=at, regime="", roll=roll, door_states=states), unplaced=3)


def test_a_plan_begins_on_the_weekday_and_at_the_time_of_its_snapshot(scenario: Scenario) -> None:
    plan = begun_from(scenario, placed_on("2026-11-28"))
    assert plan.calendar.first is Weekday.SATURDAY
    assert plan.start == StartTerms(at=NOON, counts={"A1": 1}, unplaced=3, locked=("cA1",), unlocked=("cA2",))


def test_a_snapshot_of_a_day_on_which_the_scenario_has_nothing_is_refused(scenario: Scenario) -> None:
    plain = scenario.model_dump()
    plain["block"] = [{**block, "days": ["MO"]} for block in plain["block"]]
    with pytest.raises(ScenarioError, match="residents have no place on SA"):
        begun_from(Scenario.model_validate(plain), placed_on("2026-11-28"))
