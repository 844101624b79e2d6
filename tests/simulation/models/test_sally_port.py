import numpy as np
import pytest
from simpy import Environment

from simulation.graph import compile_building
from simulation.models.sally_port import SallyPort, SallyPortTimes
from simulation.people import PersonKind
from simulation.record import EventRecord, Kind
from simulation.world import World
from twin.model.facility import Facility
from twin.model.ids import GlobalId

TIMES = SallyPortTimes(cycle_s=20.0, gather_s=15.0)


@pytest.fixture
def world(block: Facility) -> World:
    world = World(compile_building(block), Environment())
    SallyPort(world, world.building.interlocks[0], TIMES)
    return world


def send(world: World, count: int, start: str, goal: str) -> None:
    for _ in range(count):
        name = f"P-{len(world.people):04d}"
        world.move(world.spawn(name, PersonKind.PRISONER, GlobalId(start)), GlobalId(goal))


def most_open(record: EventRecord) -> int:
    change = np.where(record.kind == Kind.OPEN, 1, np.where(record.kind == Kind.SHUT, -1, 0))
    return int(np.cumsum(change).max())


def test_two_doors_are_never_open_together_and_everybody_gets_through(world: World) -> None:
    send(world, 9, "CORE", "COR")
    send(world, 7, "COR", "CORE")
    world.env.run(until=4 * 3600)
    assert world.counts() == {GlobalId("COR"): 9, GlobalId("CORE"): 7}
    record = world.finish()
    assert most_open(record) == 1
    assert int((record.kind == Kind.OPEN).sum()) == int((record.kind == Kind.SHUT).sum())


def test_a_door_lets_nobody_through_while_it_is_shut(world: World) -> None:
    send(world, 5, "CORE", "COR")
    world.env.run()
    record = world.finish()
    open_way = -1
    for kind, way in zip(record.kind.tolist(), record.way.tolist(), strict=True):
        if kind == Kind.OPEN:
            open_way = way
        elif kind == Kind.SHUT:
            open_way = -1
        elif kind == Kind.PASS and way in world.building.interlocks[0].ways:
            assert way == open_way


def test_the_chamber_never_holds_more_than_its_capacity(world: World) -> None:
    send(world, 9, "CORE", "COR")
    chamber = world.building.node_index[GlobalId("SP")]
    fullest = 0
    while world.env.peek() < float("inf"):
        world.env.step()
        fullest = max(fullest, world.count(chamber))
    assert fullest == 2


def test_a_batch_takes_two_cycles_and_the_next_one_waits_for_it(world: World) -> None:
    # Four people, chamber of two: in, out, in, out — four door cycles of 20 s and two passages each.
    send(world, 4, "CORE", "COR")
    world.env.run()
    record = world.finish()
    opened = record.t_s[record.kind == Kind.OPEN]
    shut = record.t_s[record.kind == Kind.SHUT]
    headway_s = world.building.headway_s[next(iter(world.building.interlocks[0].ways))]
    assert len(opened) == 4
    assert shut - opened == pytest.approx([20.0 + 2 * headway_s] * 4)


def test_a_single_person_waits_for_company_no_longer_than_agreed(world: World) -> None:
    send(world, 1, "CORE", "COR")
    world.env.run()
    record = world.finish()
    inner = record.aux[(record.kind == Kind.PASS) & (record.way == world.building.way_index[GlobalId("s1")])]
    assert inner == pytest.approx([TIMES.gather_s + TIMES.cycle_s / 2])


def test_a_post_in_the_chamber_blocks_nobody(world: World) -> None:
    post = world.spawn("sally port 1", PersonKind.STAFF, GlobalId("CORE"))
    world.move(post, GlobalId("SP"))
    world.env.run()
    send(world, 3, "CORE", "COR")
    world.env.run()
    assert world.counts() == {GlobalId("SP"): 1, GlobalId("COR"): 3}
