"""One regime day: the parts put together and the clock run from midnight to midnight."""

from __future__ import annotations

from dataclasses import dataclass

from simpy import Environment

from simulation.graph import CompiledBuilding, compile_building, ordinary_ways
from simulation.models.control_room import ControlRoom, RequestTimes
from simulation.models.errands import ErrandBook
from simulation.models.movements import Prisoner, follow_plan, plan_day, spawn_prisoner
from simulation.models.sally_port import SallyPort, SallyPortTimes
from simulation.models.search import SearchHall, SearchTimes
from simulation.models.staffing import Duty, do_duty, post_plan
from simulation.models.terms import DAY_S, Scenario
from simulation.models.units import Unit, living_units
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
    """Run one regime day; the record is all that comes out. The same arguments give the same record, bit for bit.

    Raises:
        ScenarioError: the building cannot be played with this scenario (no day room, a cell without a door, a post that
            has nowhere to stand).
        UnreachableSpaceError: somebody is sent where no ordinary way leads.
    """
    world = World(compiled, Environment())
    populate(world, compiled, scenario, seed)
    world.env.run(until=DAY_S)
    return world.finish()


def populate(world: World, building: CompiledBuilding, scenario: Scenario, seed: int) -> Population:
    """Fill a world of this building with people, posts and doors of a regime day that starts at time 0 of its clock.

    Raises:
        ScenarioError, UnreachableSpaceError: as in `simulate_day`.
    """
    units = living_units(building)
    book = ErrandBook(building, scenario.errand, units)
    prisoners = plan_day(building, scenario, units, book, seed)
    _prepare_routes(building, scenario, units)
    people = tuple(spawn_prisoner(world, prisoner, scenario, seed) for prisoner in prisoners)
    duty = post_plan(building, scenario, units, seed)
    cells = Cells(world, building, scenario, units, prisoners, people, duty)
    _fit_doors(world, building, scenario, duty, cells, seed)
    for prisoner, person in zip(prisoners, people, strict=True):
        world.env.process(follow_plan(world, prisoner, person, scenario, seed))
    for officer in duty.officers:
        world.env.process(do_duty(world, officer, duty, scenario))
    world.env.process(cells.timetable())
    return Population(units=units, prisoners=prisoners, people=people, duty=duty)


def _prepare_routes(building: CompiledBuilding, scenario: Scenario, units: tuple[Unit, ...]) -> None:
    """Search every pair that plans use before the clock starts; ways back come with them."""
    goals = {unit.dayroom for unit in units} | {unit.yard for unit in units if unit.yard is not None}
    goals.update(building.spaces_of({terms.use for terms in scenario.activity}))
    homes = [space for unit in units for space in (unit.dayroom, *(cell.space for cell in unit.cells))]
    building.routes.prepare((goal, home) for goal in sorted(goals) for home in homes)


def _fit_doors(
    world: World, building: CompiledBuilding, scenario: Scenario, duty: Duty, cells: Cells, seed: int
) -> None:
    terms = scenario.doors
    interlocked = {way for group in building.interlocks for way in group.ways}
    on_request = set(building.doors_of_type(terms.on_request_types)) - interlocked - cells.doors
    control = ControlRoom(
        world,
        on_request,
        duty.operators(),
        RequestTimes(cycle_s=terms.request_cycle_s, hold_s=terms.hold_s),
    )

    def called(way: int, person: Person, /) -> None:
        (cells if way in cells.doors else control).called(way, person)

    world.called = called
    times = SallyPortTimes(cycle_s=terms.sally_port_cycle_s, gather_s=terms.sally_port_gather_s)
    for group in building.interlocks:
        SallyPort(world, group, times)
    search = SearchTimes(**scenario.search.model_dump())
    for space in building.spaces_of({SpaceUse.SEARCH}):
        SearchHall(world, space, search, seed)
