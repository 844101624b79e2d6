"""What must be true of every record, whatever the day: nobody is lost, nobody walks through walls or locked doors."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.graph import CompiledBuilding
from simulation.models.regime import compile_for, simulate_day
from simulation.models.terms import Scenario
from simulation.record import EventRecord, Kind, record_digest
from simulation.study.block import run_days
from twin.model.facility import Facility


@st.composite
def changes(draw: st.DrawFn) -> dict[str, object]:
    """How full the building is, who stays away and how late people set out."""
    return {
        "occupancy": draw(st.floats(0.2, 1.0)),
        "absence": draw(st.floats(0.0, 0.5)),
        "set_out_within_s": draw(st.floats(0.0, 900.0)),
        "speed_spread": draw(st.floats(0.0, 0.5)),
    }


def day_of(block: Facility, scenario: Scenario, change: dict[str, object], seed: int):
    changed = scenario.model_copy(update={"people": scenario.people.model_copy(update=change)})
    building = compile_for(block, changed)
    return building, changed, simulate_day(building, changed, seed)


@settings(max_examples=25, deadline=None)
@given(change=changes(), seed=st.integers(0, 2**32))
def test_nobody_is_lost_and_every_step_leads_through_a_door(
    block: Facility, scenario: Scenario, change: dict[str, object], seed: int
) -> None:
    building, _, record = day_of(block, scenario, change, seed)
    assert len(record) > 50
    assert (np.diff(record.t_s) >= 0).all()
    present = follow(record, building)
    spawned, left = (int((record.kind == kind).sum()) for kind in (Kind.SPAWN, Kind.LEAVE))
    assert spawned == len(record.entities)
    assert len(present) == spawned - left


def follow(record: EventRecord, building: CompiledBuilding) -> dict[int, int]:
    """Where everybody is at the end, row by row; each row must be possible after the rows before it."""
    sides = {
        building.way_index[way.global_id]: {building.node_index[node] for node in way.joins or ()}
        for way in (*building.facility.doors, *building.facility.links)
        if way.global_id in building.way_index
    }
    where: dict[int, int] = {}
    locked_s: dict[int, float] = {}
    for t_s, kind, entity, way, space in zip(
        *(column.tolist() for column in (record.t_s, record.kind, record.entity, record.way, record.space)), strict=True
    ):
        if kind == Kind.SPAWN:
            assert entity not in where
            where[entity] = space
        elif kind == Kind.LEAVE:
            assert where.pop(entity) == space
        elif kind == Kind.PASS:
            assert {where[entity], space} == sides[way]
            assert record.is_staff[entity] or locked_s.get(way, t_s) >= t_s, "a prisoner passed a locked door"
            where[entity] = space
        elif kind == Kind.LOCK:
            locked_s[way] = t_s
        elif kind == Kind.UNLOCK:
            locked_s.pop(way)
    return where


@settings(max_examples=10, deadline=None)
@given(change=changes(), seed=st.integers(0, 2**32), order=st.permutations(range(4)))
def test_a_day_depends_on_its_seed_and_not_on_the_days_before_it(
    block: Facility, scenario: Scenario, change: dict[str, object], seed: int, order: list[int]
) -> None:
    building, changed, record = day_of(block, scenario, change, seed)
    assert record_digest(simulate_day(building, changed, seed)) == record_digest(record)
    in_turn, shuffled = (
        {day.index: day.digest for day in run_days(compile_for(block, changed), changed, seed, indices)}
        for indices in (range(4), order)
    )
    assert shuffled == in_turn
