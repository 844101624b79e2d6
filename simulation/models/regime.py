"""A regime over one or more days: the parts put together and the clock run from midnight to midnight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from simpy import Environment

from simulation.graph import CompiledBuilding, compile_building, ordinary_ways
from simulation.models.calendar import is_ever_locked, timetable
from simulation.models.checks import checked_homes
from simulation.models.control_room import ControlRoom, RequestTimes
from simulation.models.holds import Freeze, ToolCounts
from simulation.models.homes import Home, inhabited
from simulation.models.movements import Premises, follow_plan, spawn_prisoner
from simulation.models.notation import DAY_S
from simulation.models.plans import Prisoner, plan_days
from simulation.models.roll_count import RollCount
from simulation.models.rota import Breaks, Shifts
from simulation.models.sally_port import SallyPort, SallyPortTimes
from simulation.models.search import SearchHall, SearchTimes
from simulation.models.service_point import ServicePoint
from simulation.models.staffing import Duty, do_duty, post_plan
from simulation.models.start import place_people, set_doors
from simulation.models.terms import ErrandTerms, Scenario
from simulation.models.units import Unit
from simulation.models.unlocking import Cells
from simulation.people import Person
from simulation.record import EventRecord
from simulation.world import World
from twin.model.facility import Facility
from twin.model.vocabulary import SpaceUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Who lives in the building of a running world: plans and persons, in the same order, and the posts on duty."""

    units: tuple[Unit, ...]
    prisoners: tuple[Prisoner, ...]
    people: tuple[Person, ...]
    duty: Duty


def compile_for(facility: Facility, scenario: Scenario) -> CompiledBuilding:
    """Compile a facility with the door terms of a scenario.

    Raises:
        ScenarioError: a door on a route is too narrow for anybody to pass.
    """
    terms = scenario.doors
    return compile_building(
        facility,
        passable=ordinary_ways(facility, closed_types=terms.closed_types, gate_types=terms.gate_types),
        specific_flow_p_s_m=terms.specific_flow_p_s_m,
        boundary_layer_m=terms.boundary_layer_m,
    )


def simulate_day(compiled: CompiledBuilding, scenario: Scenario, seed: int) -> EventRecord:
    """Run all days of a plan; the record is all that comes out. The same arguments give the same record, bit for bit.

    Raises:
        ScenarioError: the building cannot be played with this scenario (no common room, a cell without a door, a post
            that has nowhere to stand, more people than places); all of it at once.
        UnreachableSpaceError: somebody is sent where no ordinary way leads.
    """
    world = World(compiled, Environment(initial_time=scenario.begins_s))
    populate(world, compiled, scenario, seed)
    world.env.run(until=scenario.horizon_s)
    return world.finish()


def populate(world: World, building: CompiledBuilding, scenario: Scenario, seed: int) -> Population:
    """Fill a world of this building with people, posts and doors of a plan; its clock stands where the plan begins.

    Raises:
        ScenarioError, UnreachableSpaceError: as in `simulate_day`.
    """
    homes = checked_homes(building, scenario)
    units = inhabited(homes)
    prisoners = plan_days(building, scenario, homes, seed)
    placed = tuple((prisoner, prisoner.home.space) for prisoner in prisoners)
    if scenario.start is not None:
        placed = place_people(building, scenario.start, prisoners, seed)
    prisoners = tuple(prisoner for prisoner, _ in placed)
    people = tuple(spawn_prisoner(world, prisoner, space, scenario, seed) for prisoner, space in placed)
    duty = post_plan(building, scenario, units, seed)
    population = Population(units=units, prisoners=prisoners, people=people, duty=duty)
    cells = _cells(world, building, scenario, homes, population)
    cells_of = {door: group for group in cells for door in group.doors}
    _fit_doors(world, building, scenario, duty, cells_of, seed)
    if scenario.start is not None:
        set_doors(cells_of, building, scenario.start)
    freeze = Freeze(world)
    premises = Premises(
        world=world,
        scenario=scenario,
        seed=seed,
        freeze=freeze,
        tools=ToolCounts(world, building.spaces_of(scenario.tools.uses), scenario.tools, seed),
        points=_points(world, scenario, prisoners),
        escorts=ServicePoint(world.env, Shifts([(officer.start_s, officer.end_s) for officer in duty.escorts()])),
    )
    for prisoner, person in zip(prisoners, people, strict=True):
        world.env.process(follow_plan(premises, prisoner, person))
    for officer in duty.officers:
        world.env.process(do_duty(world, officer, duty, scenario))
    for group in cells:
        world.env.process(group.timetable())
    if scenario.count.at:
        count = RollCount(world, building, scenario, units, people, duty, freeze, seed)
        world.env.process(count.timetable())
    return population


def _cells(
    world: World, building: CompiledBuilding, scenario: Scenario, homes: Sequence[Home], population: Population
) -> tuple[Cells, ...]:
    """The cells of every group that is ever locked in."""
    found = []
    for group in scenario.group:
        theirs = [
            (prisoner, person)
            for prisoner, person in zip(population.prisoners, population.people, strict=True)
            if prisoner.home.group is group and prisoner.cell is not None
        ]
        units = inhabited(home for home in homes if home.group is group)
        if units and is_ever_locked(scenario, group):
            found.append(Cells(world, building, scenario, timetable(scenario, group), units, theirs, population.duty))
    return tuple(found)


def _points(world: World, scenario: Scenario, prisoners: tuple[Prisoner, ...]) -> dict[tuple[int, int], ServicePoint]:
    """Service points that somebody's plan leads to."""
    used = {(a.errand, a.goal) for prisoner in prisoners for a in prisoner.plan if a.errand >= 0}
    return {(errand, space): _point(world, scenario.errand[errand], space) for errand, space in sorted(used)}


def _point(world: World, terms: ErrandTerms, space: int) -> ServicePoint:
    building = world.building
    assert isinstance(building, CompiledBuilding)
    found = building.space(space)
    servers = terms.servers or (found.capacity if found else 0) or 1
    return ServicePoint(world.env, Breaks(servers, terms.breaks, DAY_S), balk_at=terms.balk_at or inf)


def _fit_doors(
    world: World,
    building: CompiledBuilding,
    scenario: Scenario,
    duty: Duty,
    cells_of: Mapping[int, Cells],
    seed: int,
) -> None:
    terms = scenario.doors
    interlocked = {way for group in building.interlocks for way in group.ways}
    on_request = set(building.doors_of_type(terms.on_request_types)) - interlocked - cells_of.keys()
    control = ControlRoom(
        world, on_request, duty.operators, RequestTimes(cycle_s=terms.request_cycle_s, hold_s=terms.hold_s)
    )

    def called(way: int, person: Person, /) -> None:
        cells_of.get(way, control).called(way, person)

    world.called = called
    times = SallyPortTimes(cycle_s=terms.sally_port_cycle_s, gather_s=terms.sally_port_gather_s)
    for group in building.interlocks:
        SallyPort(world, group, times)
    search = SearchTimes(**scenario.search.model_dump(exclude={"spaces"}))
    for space in search_spaces(building, scenario):
        SearchHall(world, space, search, seed)


def search_spaces(building: CompiledBuilding, scenario: Scenario) -> tuple[int, ...]:
    """Where people are searched: the named spaces, or all of use SEARCH."""
    if not scenario.search.spaces:
        return building.spaces_of({SpaceUse.SEARCH})
    return tuple(
        building.node_index[space.global_id]
        for space in building.facility.spaces
        if space.code in scenario.search.spaces
    )
