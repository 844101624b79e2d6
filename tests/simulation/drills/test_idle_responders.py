"""Somebody more who is free to go never makes the first one come later."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simpy import Environment

from simulation.graph import compile_building
from simulation.people import STAFF_SPEED_M_S, Person, PersonKind, Steps
from simulation.plant.people import BuildingPeople
from simulation.plant.plant import Plant
from simulation.world import World
from twin.model.facility import Facility
from twin.model.regime import Regime

sys.path.insert(0, str(Path(__file__).parents[1]))
from random_buildings import Rooms, facility_of, rooms
from reference_day import KEY_S

NIGHT = Regime(name="night", start=time(21), end=time(6))
LATE_S = 3600.0


def arrivals_s(
    rooms: Rooms, locked: Sequence[int], places: Sequence[int], scene: int, sent: Sequence[int]
) -> list[float]:
    """When each of the officers at `places` who is sent reaches the scene."""
    building = compile_building(facility_of(rooms))
    world = World(building, Environment())
    for way in locked:
        world.set_locked(way, True)
    arrived: list[float] = []

    def go(officer: Person) -> Steps:
        yield from world.walk(officer, scene)
        arrived.append(world.env.now)

    officers = [world.spawn(f"R-{number}", PersonKind.STAFF, place) for number, place in enumerate(places)]
    for number in sent:
        world.env.process(go(officers[number]))
    world.env.run(until=LATE_S)
    assert len(arrived) == len(sent)
    return arrived


@st.composite
def calls(draw: st.DrawFn) -> tuple[Rooms, list[int], list[int], int]:
    """A building, its locked doors, where the free officers are (at least two of them), and the scene."""
    building = draw(rooms())
    room = st.integers(0, len(building) - 1)
    locked = draw(st.lists(st.integers(0, len(building) - 2), unique=True))
    return building, locked, draw(st.lists(room, min_size=2, max_size=8)), draw(room)


@settings(max_examples=100, deadline=None)
@given(call=calls())
def test_when_all_who_are_free_go_one_more_never_delays_the_first(
    call: tuple[Rooms, list[int], list[int], int],
) -> None:
    building, locked, places, scene = call
    everybody = range(len(places))
    with_all = min(arrivals_s(building, locked, places, scene, everybody))
    for idle in everybody:
        others = [number for number in everybody if number != idle]
        assert with_all <= min(arrivals_s(building, locked, places, scene, others)) + 1e-9


@settings(max_examples=100, deadline=None)
@given(call=calls())
def test_when_the_nearest_by_way_and_keys_goes_one_more_never_delays_the_first(
    call: tuple[Rooms, list[int], list[int], int],
) -> None:
    building, locked, places, scene = call

    def first_s(free: Sequence[int]) -> float:
        nearest = min(free, key=lambda number: expected_s(building, locked, places[number], scene))
        return arrivals_s(building, locked, places, scene, [nearest])[0]

    everybody = range(len(places))
    with_all = first_s(everybody)
    for idle in everybody:
        assert with_all <= first_s([number for number in everybody if number != idle]) + 1e-9


def expected_s(rooms: Rooms, locked: Sequence[int], start: int, goal: int) -> float:
    """What a control room knows beforehand: metres to walk, and a key for each locked door."""
    if start == goal:
        return 0.0
    path = compile_building(facility_of(rooms)).routes.path(start, goal)
    metres = sum(level_m for _, _, level_m, _ in path.hops) + path.final_level_m
    return metres / STAFF_SPEED_M_S + KEY_S * sum(way in locked for way, _, _, _ in path.hops)


@pytest.mark.parametrize("destination", ["LAND", "LAND2", "DAY", "SP"])
def test_a_larger_team_of_a_drill_is_not_there_later(plant_facility: Facility, destination: str) -> None:
    taken_s = [_team_takes_s(plant_facility, officers, destination) for officers in (1, 2, 3, 5)]
    assert taken_s == sorted(taken_s, reverse=True)


def _team_takes_s(facility: Facility, officers: int, destination: str) -> float:
    plant = Plant(facility, [], start=datetime(2026, 5, 4, 2, tzinfo=UTC), regime=NIGHT)
    plant.people = BuildingPeople(facility, plant.doors, plant.fire, base="POST", refuge="DAY", officers=officers)
    assert plant.people.dispatch(destination) == ""
    while plant.people.response_at != destination:
        plant.advance(0.25)
        assert plant.elapsed_s < LATE_S
    return plant.elapsed_s
