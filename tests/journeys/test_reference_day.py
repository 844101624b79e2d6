"""The day of the Vilnius block on the kernel and on a bare heapq loop: the same trips, passages and waits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from simpy import Environment

from simulation.models.notation import DAY_S
from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.record import EventRecord, Kind
from simulation.study.scenario import load_scenario
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from site_models.layout import declared_facility

sys.path.insert(0, str(Path(__file__).parents[1] / "simulation"))
from reference_day import ReferenceDay, agreed
from watched_day import WatchedDay, walking_world, watch_day


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(site_folder("vilnius") / "scenarios" / "closed-day.toml")


@pytest.fixture(scope="module", params=[1, 2])
def day(scenario: Scenario, request: pytest.FixtureRequest) -> WatchedDay:
    building = compile_for(declared_facility(read_brief(site_folder("vilnius"))), scenario)
    return watch_day(building, scenario, request.param)


def test_two_hundred_people_pass_scalar_doors_at_the_same_microsecond(day: WatchedDay) -> None:
    world = walking_world(day.building, day.walkers, Environment())
    world.env.run(until=DAY_S)
    reference = ReferenceDay(day.building.routes, day.building.headway_s, day.walkers)
    reference.run(DAY_S)
    assert reference.trips == len(world.walks) > 3000
    assert_same(reference, world.finish())


def test_and_so_they_do_behind_locks_gates_interlocks_and_portals(day: WatchedDay) -> None:
    reference = day.reference()
    reference.run(DAY_S)
    assert (~day.record.is_staff).sum() == 200
    assert (day.record.kind == Kind.LOCK).sum() > 1000
    assert reference.trips == len(day.walks) > 3000
    assert_same(reference, day.record)


def assert_same(reference: ReferenceDay, record: EventRecord) -> None:
    passed = record.kind == Kind.PASS
    assert len(reference.passages) == passed.sum() > 10_000
    assert agreed(reference, record)
    assert sum(passage[3] for passage in reference.passages) == pytest.approx(record.aux[passed].sum(), abs=1e-3)
