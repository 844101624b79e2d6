"""The kernel against an independent one: a bare heapq loop over the same paths and door rules."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy import Environment

from simulation.graph import compile_building
from simulation.models.notation import DAY_S
from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.people import Steps
from simulation.record import Kind
from simulation.world import World
from twin.model.facility import Facility

sys.path.insert(0, str(Path(__file__).parent))
from random_buildings import Rooms, facility_of, rooms
from reference_day import Intention, ReferenceDay, Walker, agreed, hours_shut
from watched_day import walking_world, watch_day


def test_many_people_at_once_wait_for_each_other_as_in_a_bare_event_loop(block: Facility) -> None:
    building = compile_building(block)
    source = np.random.default_rng(1)
    walkers = []
    for _ in range(300):
        start, goal = source.choice(len(block.spaces), size=2, replace=False).tolist()
        speed_m_s = float(source.uniform(0.5, 1.5))
        walkers.append(Walker(space=start, speed_m_s=speed_m_s, stair_speed_m_s=0.6, intentions=[Intention(0.0, goal)]))
    world = walking_world(building, walkers, Environment())
    world.env.run()
    record = world.finish()
    reference = ReferenceDay(building.routes, building.headway_s, walkers)
    reference.run(DAY_S)
    assert record.aux[record.kind == Kind.PASS].max() > 1.0
    assert agreed(reference, record)


@pytest.mark.parametrize("seed", range(5))
def test_a_day_of_walks_passes_doors_when_the_bare_loop_does(block: Facility, scenario: Scenario, seed: int) -> None:
    day = watch_day(compile_for(block, scenario), scenario, seed)
    world = walking_world(day.building, day.walkers, Environment())
    world.env.run(until=DAY_S)
    reference = ReferenceDay(day.building.routes, day.building.headway_s, day.walkers)
    reference.run(DAY_S)
    assert reference.trips == len(world.walks) > 40
    assert agreed(reference, world.finish())


@pytest.mark.parametrize("seed", range(5))
def test_a_day_with_locks_gates_and_interlocks_passes_doors_when_the_bare_loop_does(
    block: Facility, scenario: Scenario, seed: int
) -> None:
    day = watch_day(compile_for(block, scenario), scenario, seed)
    reference = day.reference()
    reference.run(DAY_S)
    assert (day.record.kind == Kind.LOCK).sum() > 10
    assert reference.trips == len(day.walks)
    assert agreed(reference, day.record)


@settings(max_examples=60, deadline=None)
@given(rooms=rooms(), data=st.data())
def test_on_any_tree_of_rooms_with_any_trips_and_locks_both_agree(rooms: Rooms, data: st.DataObject) -> None:
    building = compile_building(facility_of(rooms))
    moment = st.integers(0, 600).map(float)
    space = st.integers(0, len(rooms) - 1)
    someone = st.builds(
        Walker,
        space=space,
        speed_m_s=st.floats(0.5, 1.5),
        stair_speed_m_s=st.just(0.6),
        has_keys=st.booleans(),
        intentions=st.lists(st.builds(Intention, moment, space), max_size=4).map(
            lambda found: sorted(found, key=lambda intention: intention.from_s)
        ),
    )
    walkers = data.draw(st.lists(someone, min_size=1, max_size=12), label="walkers")
    moments = st.sets(moment, min_size=1, max_size=4).map(sorted)
    locks = data.draw(st.dictionaries(st.integers(0, len(rooms) - 2), moments, max_size=3), label="locks")
    world = walking_world(building, walkers, Environment())
    for way, times_s in locks.items():
        world.env.process(_lock_and_unlock(world, way, times_s))
    world.env.run(until=DAY_S)
    shut = {way: hours_shut((at_s, number % 2 == 0) for number, at_s in enumerate(m)) for way, m in locks.items()}
    reference = ReferenceDay(building.routes, building.headway_s, walkers, shut=shut)
    reference.run(DAY_S)
    assert agreed(reference, world.finish())


def _lock_and_unlock(world: World, way: int, moments: list[float]) -> Steps:
    for number, at_s in enumerate(moments):
        yield world.env.timeout(at_s - world.env.now)
        world.set_locked(way, number % 2 == 0)
