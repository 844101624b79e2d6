"""Evacuations of a building: closed forms, what must hold of every plan, and that nobody is dropped."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulation.egress.plan_study import PlanStudy, Source, prepare, study_plan
from simulation.egress.plan_summary import Evacuated
from simulation.egress.staying import Reason, Stay
from simulation.models.terms import Scenario
from simulation.snapshot_file import PlacedSnapshot
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.roll import Roll, Snapshot
from twin.model.vocabulary import DoorState, RollSource

sys.path.insert(0, str(Path(__file__).parent))
from short_plans import people, plan_of


def played(facility: Facility, *, replications: int = 1, scenario: Scenario | None = None, **parts: Any) -> PlanStudy:
    source = Source(facility=facility, where="plan.toml", scenario=scenario)
    return study_plan(plan_of(**parts), source, seed=3, replications=replications)


def total_s(width: Evacuated) -> float:
    assert width.total is not None
    return width.total.mean


def last(width: Evacuated, part: str) -> float:
    interval = width.last[part]
    assert interval is not None
    return interval.mean


def test_one_person_walks_to_the_exit_and_the_parts_say_so(prison: Facility) -> None:
    width = played(prison, people=people(COR=1), notification={"after_s": 5.0}).effective_width
    assert width.out == 1
    assert (last(width, "notification"), last(width, "pre_movement")) == (5.0, 10.0)
    assert last(width, "travel") == pytest.approx(3.0)  # from the middle of COR (15, -12) to x (18, -12) at 1 m/s
    assert total_s(width) == pytest.approx(18.0)
    assert (last(width, "queue"), last(width, "unlocking")) == (0.0, 0.0)


def test_a_crowd_leaves_at_the_capacity_of_its_exit_with_each_width(prison: Facility) -> None:
    study = played(prison, people=people(COR=40))
    for width, metres in ((study.effective_width, 0.8), (study.full_width, 1.1)):
        # 40 people in 24 m²: 1.67 a square metre, S = 1.40 (1 − 0.266·1.67) of the free 1.40 (1 − 0.266·0.54)
        walk_s = 3.0 / ((1 - 0.266 * 40 / 24) / (1 - 0.266 * 0.54))
        assert total_s(width) == pytest.approx(10 + walk_s + 39 / (1.3 * metres))
        assert width.queues["x"] == (39.0, 39)
        assert last(width, "queue") == pytest.approx(39 / (1.3 * metres))


def test_a_crew_unlocks_cell_by_cell_and_the_people_wait_for_it(prison: Facility) -> None:
    crew = {"name": "post", "officers": 1, "start": "LANDA", "unlocks": ["RG-A", "s1", "s2"], "cell_s": 8.0}
    width = played(prison, people=people(A1=1, A2=1, A3=2), crew=[crew | {"speed_m_s": 1.0}]).effective_width
    assert width.out == 4
    assert width.cells_locked == 3
    # from LANDA's middle (5, 2) to the nearest first: cA2 (4.5, 4), cA1 (1.5, 4), cA3 (8, 4); 8 s at each
    walks_s = (0.5**2 + 2**2) ** 0.5 + 3.0 + 6.5
    assert width.cells_unlocked is not None
    assert width.cells_unlocked.mean == pytest.approx(walks_s + 3 * 8)
    assert width.cells_within == 1.0
    assert last(width, "unlocking") > 0


def test_two_officers_of_a_crew_unlock_sooner_than_one(prison: Facility) -> None:
    def unlocked_s(officers: int) -> float:
        crew = {"name": "post", "officers": officers, "start": "LANDA", "unlocks": ["RG-A"], "cell_s": 8.0}
        cells = played(prison, people=people(A1=1, A2=1, A3=2), crew=[crew]).effective_width.cells_unlocked
        assert cells is not None
        return cells.mean

    assert unlocked_s(2) < unlocked_s(1)


def test_a_group_release_is_armed_and_unlocks_so_many_doors_a_second(prison: Facility) -> None:
    release = {"unlocks": ["RG-A"], "at_s": 20.0, "arm_s": 15.0, "doors_per_s": 4.0}
    cells = played(prison, people=people(A1=1, A2=1, A3=2), release=[release]).effective_width.cells_unlocked
    assert cells is not None
    assert cells.mean == pytest.approx(20 + 15 + 2 / 4)


def test_who_cannot_get_out_is_told_with_the_door_and_not_dropped(prison: Facility) -> None:
    study = played(prison, people=people(A1=1, DAYA=3, COR=2), release=[{"unlocks": ["s1"]}])
    width = study.effective_width
    assert (width.people, width.out) == (6, 2)
    # s2 stays locked, so nobody of wing A sets out but the one who stands behind the cell door
    assert width.staying == {
        Stay(space="A1", reason=Reason.LOCKED, door="cA1"): 1,
        Stay(space="DAYA", reason=Reason.LOCKED, door="s2"): 3,
    }


def test_a_locked_door_never_opens_a_route(prison: Facility) -> None:
    free = played(prison, people=people(A1=1, DAYB=3), doors={"released": ["D-CELL", "D-GATE", "D-SP"]})
    locked = played(prison, people=people(A1=1, DAYB=3), doors={"released": ["D-CELL", "D-SP"]})
    assert free.effective_width.out == 4
    assert locked.effective_width.out == 1  # wing B has gates only; a locked one is nobody's way
    assert {stay.door for stay in locked.effective_width.staying} == {"gB"}


def test_a_closed_door_sends_people_another_way_or_leaves_them_without_one(prison: Facility) -> None:
    opened = {"released": ["D-GATE", "D-SP"]}
    other = played(prison, people=people(LANDA=5), doors={**opened, "closed": ["fA"]}).effective_width
    assert other.out == 5
    assert "fA" not in other.queues
    none = played(prison, people=people(LANDA=5), doors={**opened, "closed": ["s2"]}).effective_width
    assert none.staying == {Stay(space="LANDA", reason=Reason.NO_WAY, door=""): 5}


def test_people_go_to_the_nearest_muster_space(prison: Facility) -> None:
    goal = {"muster": ["YARD"]}
    width = played(prison, people=people(DAYA=2, YARD=1), goal=goal, doors={"released": ["yA"]}).effective_width
    assert width.out == 3
    assert width.reached["YARD"].count == 3
    assert width.reached["YARD"].first_s == pytest.approx(10.0)  # who is there already


def test_a_storage_limit_holds_back_the_doors_before_it(prison: Facility) -> None:
    free = {"released": ["D-GATE", "D-SP"]}
    crowd = people(DAYA=30)
    prison = replace(prison, spaces=tuple(replace(space, capacity=0) for space in prison.spaces))
    plain = played(prison, people=crowd, doors=free).effective_width
    held = played(prison, people=crowd, doors=free, storage=[{"space": "COR", "people": 2}]).effective_width
    assert held.out == plain.out == 30
    assert total_s(held) > total_s(plain)
    assert held.queues["h"][0] > plain.queues.get("h", (0.0, 0))[0]


def test_staff_against_the_stream_are_a_sensitivity_and_never_in_the_base_case(prison: Facility) -> None:
    crew = {"name": "response", "officers": 4, "start": "COR", "unlocks": ["cA1"], "speed_m_s": 2.0}
    parts: dict[str, Any] = {"people": people(SRCH=4, A1=1), "doors": {"released": ["D-SP"]}}
    plain = played(prison, crew=[crew], **parts)
    varied = played(
        prison,
        crew=[crew],
        pre_movement={"distribution": "fixed", "median_s": 0.0, "source": "test"},
        sensitivity={"officer_priority": [False, True], "slowing": [1.0, 3.0]},
        **parts,
    )
    assert plain.sensitivity == ()
    combinations = {(each.officer_priority, each.slowing) for each in varied.sensitivity}
    assert combinations == {(False, 1.0), (False, 3.0), (True, 1.0), (True, 3.0)}
    base = next(e for e in varied.sensitivity if e.width == "effective_width" and e.slowing == 1.0)
    assert base.total == varied.effective_width.total


def test_the_regime_says_who_is_where_and_which_cells_are_locked(prison: Facility, scenario: Scenario) -> None:
    release = [{"unlocks": ["RG-A", "RG-B", "gB", "s1", "s2"]}]
    start = {"scenario": "short-day", "clock": "02:00"}
    night = played(prison, scenario=scenario, start=start, release=release, replications=3)
    assert night.effective_width.people == night.effective_width.out == 8
    assert night.effective_width.cells_locked == 6
    assert night.held["D-CELL"] == 6


def test_staff_who_leave_too_go_through_locked_doors_with_their_keys(prison: Facility, scenario: Scenario) -> None:
    start = {"scenario": "short-day", "clock": "02:00"}
    stay = played(prison, scenario=scenario, start=start)
    leave = played(prison, scenario=scenario, start=start, evacuated={"staff": True}, doors={"released": ["D-SP"]})
    assert stay.effective_width.people == 8
    assert stay.staff_staying > 0
    assert leave.staff_staying == 0
    assert leave.effective_width.people == 8 + stay.staff_staying
    assert leave.effective_width.out == stay.staff_staying  # the eight stay behind their cell doors


def test_people_who_are_not_called_out_are_counted(prison: Facility, scenario: Scenario) -> None:
    start = {"scenario": "short-day", "clock": "02:00"}
    study = played(prison, scenario=scenario, start=start, evacuated={"spaces": ["A1", "A3"]})
    assert (study.effective_width.people, study.not_called) == (3, 5)


def test_a_snapshot_takes_the_cell_doors_from_the_regime_where_it_says_nothing_of_them(
    prison: Facility, scenario: Scenario
) -> None:
    plan = plan_of(start={"scenario": "short-day", "clock": "00:00"}, doors={"released": ["D-SP"]})

    def cells_locked(hour: int, **states: DoorState) -> float:
        at = datetime(2026, 1, 15, hour, tzinfo=UTC)
        roll = Roll(counts={GlobalId("A1"): 1}, source=RollSource.COUNTED, at=at)
        known = {GlobalId(door): state for door, state in states.items()}
        placed = PlacedSnapshot(snapshot=Snapshot(at=at, regime="", roll=roll, door_states=known))
        source = Source(facility=prison, where="plan.toml", scenario=scenario, snapshot=placed)
        return study_plan(plan, source, seed=1, replications=1).effective_width.cells_locked

    assert (cells_locked(2), cells_locked(17)) == (1, 0)
    assert cells_locked(2, cA1=DoorState.CLOSED) == 0
    assert cells_locked(17, cA1=DoorState.LOCKED) == 1


def test_the_same_seed_gives_the_same_study_and_more_replications_keep_the_first(
    prison: Facility, scenario: Scenario
) -> None:
    parts: dict[str, Any] = {
        "start": {"scenario": "short-day", "clock": "02:00"},
        "release": [{"unlocks": ["RG-A", "RG-B", "gB", "s1", "s2"]}],
        "pre_movement": {"distribution": "lognormal", "median_s": 30.0, "cv": 0.5, "source": "test"},
    }
    once, again = (played(prison, scenario=scenario, replications=2, **parts) for _ in range(2))
    assert once == again
    seven = played(prison, scenario=scenario, replications=7, **parts)
    assert once.effective_width.total_median_s is None
    assert seven.effective_width.total_median_s is not None


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"people": people(NOWHERE=1)}, "people[0].space: there is no space NOWHERE"),
        ({"people": people(COR=1), "evacuated": {"release_groups": ["RG-X"]}}, "there is no release group RG-X"),
        ({"people": people(COR=1), "evacuated": {"smoke_compartments": ["SC"]}}, "there is no smoke compartment SC"),
        ({"people": people(COR=1), "doors": {"closed": ["no-door"]}}, "doors.closed[0]: there is no door no-door"),
        ({"people": people(COR=1), "doors": {"released": ["D-X"]}}, "there is no door or door type D-X"),
        ({"people": people(COR=1), "doors": {"closed": ["x"], "released": ["x"]}}, "x is closed, and unlocked as well"),
        ({"people": people(A1=5)}, "A1: 5 people in a space for 1"),
        ({"people": people(DAYA=4), "goal": {"muster": ["YARD"]}}, "4 people are to go to places for 3"),
        ({"people": people(SHOP=3), "storage": [{"space": "SHOP", "people": 2}]}, "3 people are in SHOP already"),
        ({}, "nobody is anywhere"),
        (
            {
                "people": people(A1=1),
                "doors": {"closed": ["fA", "gA", "yA"]},
                "crew": [{"name": "c", "officers": 1, "start": "CORE", "unlocks": ["RG-A"]}],
            },
            "c cannot reach cA1",
        ),
        (
            {"people": people(A1=1), "crew": [{"name": "c", "officers": 1, "start": "NO", "unlocks": ["XY"]}]},
            "crew[0].unlocks[0]: there is no release group, space or door XY",
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_named_with_its_key(prison: Facility, parts: dict[str, Any], named: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        played(prison, **parts)
    assert named in str(caught.value)
    assert all(fault.where for fault in caught.value.faults)


def test_every_fault_is_told_at_once(prison: Facility) -> None:
    narrow = replace(prison, doors=tuple(replace(d, clear_width_m=0.0) if d.code == "x" else d for d in prison.doors))
    with pytest.raises(ScenarioError) as caught:
        played(narrow, people=people(NOWHERE=1), doors={"closed": ["no-door"]}, goal={"muster": ["NO"]})
    assert len(caught.value.faults) == 4
    assert "x: clear width 0 m lets nobody pass" in str(caught.value)


def test_an_unreachable_space_is_a_fault_and_not_a_result(prison: Facility) -> None:
    island = replace(prison, doors=tuple(door for door in prison.doors if door.code != "k"))
    with pytest.raises(ScenarioError, match="SHOP has no way to any goal"):
        prepare(plan_of(people=people(SHOP=1)), Source(facility=island, where="plan.toml"))
