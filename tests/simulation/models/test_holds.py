import pytest
from simpy import Environment

from simulation.graph import CompiledBuilding, compile_building
from simulation.models.holds import Freeze, ToolCounts
from simulation.models.terms import ToolTerms
from simulation.people import Person, PersonKind, Steps
from simulation.record import Hold, Kind
from simulation.world import World
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import SpaceUse


@pytest.fixture
def world(block: Facility) -> World:
    return World(compile_building(block), Environment())


def leaving(world: World, counts: ToolCounts, at_s: float, gone: list[float], room: str = "SHOP") -> None:
    person = world.spawn(f"P-{at_s}", PersonKind.PRISONER, GlobalId(room))

    def leave() -> Steps:
        yield world.env.timeout(at_s)
        yield from counts.passed(person)
        gone.append(world.env.now)

    world.env.process(leave())


def counts_of(world: World, **terms: float) -> ToolCounts:
    building = world.building
    assert isinstance(building, CompiledBuilding)
    return ToolCounts(world, building.spaces_of({SpaceUse.WORKSHOP}), ToolTerms(uses=(SpaceUse.WORKSHOP,), **terms), 1)


def test_nobody_leaves_a_workshop_before_its_tools_are_counted(world: World) -> None:
    counts, gone = counts_of(world, count_min=5, recount_rate=0), []
    for at_s in (0.0, 100.0, 400.0):
        leaving(world, counts, at_s, gone)
    leaving(world, counts, 50.0, gone, room="CLAS")
    world.env.run()
    assert gone == [50.0, 300.0, 300.0, 400.0]
    record = world.finish()
    held = record.kind == Kind.HELD
    assert record.aux[held].tolist() == [300.0, 200.0]
    assert set(record.way[held].tolist()) == {Hold.TOOL_COUNT}
    assert (record.kind == Kind.TOOLS).sum() == 1


def test_tools_that_do_not_tally_are_counted_again(world: World) -> None:
    counts, gone = counts_of(world, count_min=5, recount_rate=1, recount_min=10), []
    leaving(world, counts, 0.0, gone)
    world.env.run()
    assert gone == [900.0]


def test_while_movement_is_stopped_nobody_sets_out_and_the_record_says_for_how_long(world: World) -> None:
    freeze, gone = Freeze(world), []

    def go(person: Person) -> Steps:
        yield world.env.timeout(20)
        yield from freeze.passed(person)
        gone.append(world.env.now)

    world.env.process(go(world.spawn("P-1", PersonKind.PRISONER, GlobalId("DAYA"))))
    freeze.begin()
    freeze.begin()  # a second order changes nothing
    world.env.run(until=60)
    freeze.lift(is_correct=True)
    freeze.lift(is_correct=True)
    world.env.run()
    assert gone == [60]
    record = world.finish()
    assert record.aux[record.kind == Kind.HELD].tolist() == [40.0]
    assert [int(kind) for kind in record.kind if kind in (Kind.FREEZE, Kind.CLEAR)] == [Kind.FREEZE, Kind.CLEAR]
