"""The kernel against an independent one: a bare heapq loop over the same paths and door rule."""

import heapq
from collections import defaultdict

import numpy as np
import pytest
from simpy import Environment

from simulation.graph import CompiledBuilding, compile_building
from simulation.people import PersonKind
from simulation.record import Kind
from simulation.world import World
from twin.model.facility import Facility
from twin.model.ids import GlobalId

Trip = tuple[str, str, float]
"""(start, goal, walking speed)."""


def passages_by_heapq(building: CompiledBuilding, trips: list[Trip]) -> dict[int, list[float]]:
    """Times at which each person passes its doors; FIFO doors, one person per headway."""
    free_at_s: dict[int, float] = defaultdict(float)
    passed: dict[int, list[float]] = {person: [] for person in range(len(trips))}
    paths = [building.routes.path(*(building.node_index[GlobalId(end)] for end in trip[:2])) for trip in trips]
    events = [(paths[person].hops[0][2] / trip[2], person, 0) for person, trip in enumerate(trips)]
    heapq.heapify(events)
    while events:
        came_s, person, number = heapq.heappop(events)
        way = paths[person].hops[number][0]
        through_s = max(came_s, free_at_s[way])
        free_at_s[way] = through_s + building.headway_s[way]
        passed[person].append(through_s)
        if number + 1 < len(paths[person].hops):
            walk_s = paths[person].hops[number + 1][2] / trips[person][2]
            heapq.heappush(events, (through_s + walk_s, person, number + 1))
    return passed


@pytest.mark.parametrize("seed", [1, 2])
def test_the_kernel_passes_people_when_a_bare_event_loop_does(block: Facility, seed: int) -> None:
    building = compile_building(block)
    source = np.random.default_rng(seed)
    codes = [space.code for space in block.spaces]
    trips = []
    for _ in range(300):
        start, goal = source.choice(len(codes), size=2, replace=False)
        trips.append((codes[start], codes[goal], float(source.uniform(0.5, 1.5))))
    world = World(building, Environment())
    for number, (start, goal, speed) in enumerate(trips):
        person = world.spawn(f"P-{number:04d}", PersonKind.PRISONER, GlobalId(start), speed_m_s=speed)
        world.move(person, GlobalId(goal))
    world.env.run()
    record = world.finish()
    expected = passages_by_heapq(building, trips)
    waited_s = record.aux[record.kind == Kind.PASS]
    assert waited_s.max() > 1.0
    for person, times_s in expected.items():
        rows = (record.kind == Kind.PASS) & (record.entity == person)
        assert record.t_s[rows].tolist() == pytest.approx(times_s, abs=1e-6)
