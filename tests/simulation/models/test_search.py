import pytest
from simpy import Environment

from simulation.graph import compile_building
from simulation.models.search import SearchHall, SearchTimes
from simulation.people import PersonKind
from simulation.record import Kind
from simulation.world import World
from twin.model.facility import Facility
from twin.model.ids import GlobalId


def waits(block: Facility, portals: int, kind: PersonKind = PersonKind.PRISONER) -> list[float]:
    world = World(compile_building(block), Environment())
    hall = world.building.node_index[GlobalId("SRCH")]
    SearchHall(world, hall, SearchTimes(portals=portals, mean_s=30.0, alarm_rate=0.0), seed=1)
    for number in range(4):
        world.move(world.spawn(f"N-{number}", kind, GlobalId("COR")), GlobalId("SP"))
    world.env.run()
    assert world.counts() == {GlobalId("SP"): 4}
    record = world.finish()
    return record.aux[record.kind == Kind.SEARCH].tolist()


def test_people_queue_for_a_portal(block: Facility) -> None:
    headway_s = 1 / (1.3 * 0.9)
    assert waits(block, 1) == pytest.approx([number * (30.0 - headway_s) for number in range(4)])
    assert waits(block, 2) == pytest.approx([0, 0, 30.0 - 2 * headway_s, 30.0 - 2 * headway_s])


def test_a_hall_without_portals_searches_nobody_and_staff_are_not_searched(block: Facility) -> None:
    assert waits(block, 0) == []
    assert waits(block, 1, PersonKind.STAFF) == []
