import pytest
from simpy import Environment

from simulation.graph import compile_building
from simulation.models.control_room import ControlRoom, RequestTimes
from simulation.people import PersonKind
from simulation.record import Kind
from simulation.world import World
from twin.model.facility import Facility
from twin.model.ids import GlobalId


def played(block: Facility, operators: int) -> World:
    world = World(compile_building(block), Environment())
    gates = world.building.doors_of_type({"D-GATE", "D-WS"})
    world.called = ControlRoom(world, gates, lambda _: operators, RequestTimes(cycle_s=10.0, hold_s=20.0)).called
    for start, goal in (("DAYA", "LANDA"), ("DAYB", "LANDB")):
        person = world.spawn(f"P-{start}", PersonKind.PRISONER, GlobalId(start))
        world.move(person, GlobalId(goal))
    world.env.run(until=600)
    return world


def waits(world: World) -> list[float]:
    record = world.finish()
    return sorted(record.aux[record.kind == Kind.PASS].tolist())


def test_requests_queue_for_the_operators(block: Facility) -> None:
    assert waits(played(block, operators=2)) == pytest.approx([10.0, 10.0])
    assert waits(played(block, operators=1)) == pytest.approx([10.0, 20.0])


def test_a_gate_locks_again_when_nobody_comes(block: Facility) -> None:
    world = played(block, operators=1)
    assert world.is_locked(GlobalId("wA"))
    record = world.finish()
    way = world.building.way_index[GlobalId("wA")]
    unlocked, locked = (record.t_s[(record.kind == kind) & (record.way == way)] for kind in (Kind.UNLOCK, Kind.LOCK))
    assert locked[-1] - unlocked[-1] == pytest.approx(20.0)


def test_without_operators_nothing_opens_on_request(block: Facility) -> None:
    world = played(block, operators=0)
    assert waits(world) == []
    assert world.counts() == {GlobalId("DAYA"): 1, GlobalId("DAYB"): 1}
