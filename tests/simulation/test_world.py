from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpy import Environment

from simulation.flow import Manner
from simulation.graph import compile_building
from simulation.people import Person, PersonKind, Steps
from simulation.record import EventRecord, Kind
from simulation.world import World
from twin.model.errors import UnknownIdError, UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id

OUT = outside_id("L0")


@pytest.fixture
def world(block: Facility) -> World:
    return World(compile_building(block), Environment())


def passes(world: World, door: str) -> list[float]:
    record = world.finish()
    return record.t_s[(record.kind == Kind.PASS) & (record.way == world.building.way_index[GlobalId(door)])].tolist()


def crowd(world: World, count: int, start: str, goal: str) -> None:
    for number in range(count):
        world.move(world.spawn(f"P-{number:04d}", PersonKind.PRISONER, GlobalId(start)), GlobalId(goal))


def test_forty_metres_at_one_metre_a_second_take_forty_seconds(block: Facility) -> None:
    # IMO MSC.1/Circ.1533 test 1 (case D1): a corridor of 40 m, door to door.
    long = replace(
        block,
        spaces=tuple(
            replace(space, polygon=((10, 0), (50, 0), (50, 4), (10, 4))) if space.code == "CORE" else space
            for space in block.spaces
        ),
        doors=tuple(
            replace(door, centre=(10.0, 2.0)) if door.code == "gA" else replace(door, centre=(50.0, 2.0))
            for door in block.doors
            if door.code in {"gA", "gB"}
        ),
    )
    world = World(compile_building(long), Environment())
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("LANDA"), speed_m_s=1.0)
    world.move(person, GlobalId("LANDB"))
    world.env.run()
    assert passes(world, "gB")[0] - passes(world, "gA")[0] == pytest.approx(40.0, abs=1e-6)


def test_a_walk_takes_its_metres_over_the_speed(world: World) -> None:
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("A1"), speed_m_s=0.5)
    done = world.move(person, GlobalId("A2"))
    world.env.run(until=done)
    assert world.env.now == pytest.approx((2 + 3 + 2) / 0.5)
    assert world.counts() == {GlobalId("A2"): 1}


@pytest.mark.parametrize("width_m", [0.6, 0.9, 1.2])
def test_the_last_of_n_people_is_through_a_door_after_n_minus_1_over_c(block: Facility, width_m: float) -> None:
    # Case D2: the first passes at once, then C = Fs (w − 0.3) people a second.
    doors = tuple(replace(door, clear_width_m=width_m) if door.code == "wA" else door for door in block.doors)
    world = World(compile_building(replace(block, doors=doors)), Environment())
    crowd(world, 100, "DAYA", "LANDA")
    world.env.run()
    times_s = passes(world, "wA")
    assert times_s[-1] - times_s[0] == pytest.approx(99 / (1.3 * (width_m - 0.3)))


def test_case_d2_of_the_imo(block: Facility) -> None:
    doors = tuple(replace(door, clear_width_m=1.0) if door.code == "wA" else door for door in block.doors)
    world = World(compile_building(replace(block, doors=doors), specific_flow_p_s_m=1.33), Environment())
    crowd(world, 100, "DAYA", "LANDA")
    world.env.run()
    times_s = passes(world, "wA")
    assert times_s[-1] - times_s[0] == pytest.approx(106.337, abs=1e-3)


def test_the_slow_path_of_an_unlocked_door_gives_the_same_passage_times(block: Facility) -> None:
    def run(*, slow: bool) -> EventRecord:
        world = World(compile_building(block), Environment())
        if slow:
            for way in range(len(world.building.ways)):
                world.add_gate(way)
        speeds = np.random.default_rng(5).uniform(0.5, 1.5, 40)
        for number, speed in enumerate(speeds.tolist()):
            start, goal = (("DAYA", "CLAS"), ("CLAS", "DAYB"))[number % 2]
            person = world.spawn(f"P-{number:04d}", PersonKind.PRISONER, GlobalId(start), speed_m_s=speed)
            world.move(person, GlobalId(goal))
        world.env.run()
        return world.finish()

    fast, slow = run(slow=False), run(slow=True)
    assert len(fast) == len(slow)
    fast_rows, slow_rows = (
        sorted(zip(r.entity.tolist(), r.way.tolist(), r.t_s.tolist(), r.aux.tolist(), strict=True))
        for r in (fast, slow)
    )
    assert max(fast.aux) > 1.0
    for one, other in zip(fast_rows, slow_rows, strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_a_person_waits_in_front_of_a_locked_door_until_it_is_unlocked(world: World) -> None:
    world.set_locked(GlobalId("cA1"), True)
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("A1"))
    world.move(person, OUT)
    world.env.run(until=300)
    assert world.counts() == {GlobalId("A1"): 1}
    world.set_locked(GlobalId("cA1"), False)
    world.env.run(until=1000)
    assert world.counts() == {OUT: 1}
    assert passes(world, "cA1") == [300.0]
    record = world.finish()
    wait = record.aux[(record.kind == Kind.PASS) & (record.way == world.building.way_index[GlobalId("cA1")])]
    assert wait == pytest.approx([300 - 2 / 0.8])


def test_relocking_stops_the_rest_of_a_queue(world: World) -> None:
    door = GlobalId("wA")
    world.set_locked(door, True)
    crowd(world, 20, "DAYA", "LANDA")
    world.env.run(until=60)
    headway_s = world.building.headway_s[world.building.way_index[door]]
    world.set_locked(door, False)
    world.env.run(until=60 + 4.5 * headway_s)
    world.set_locked(door, True)
    world.env.run(until=200)
    assert len(passes(world, "wA")) == 5
    assert all(later - earlier == pytest.approx(headway_s) for earlier, later in pairwise(passes(world, "wA")))
    assert world.is_locked(door)


def test_staff_with_keys_pass_a_locked_door(world: World) -> None:
    world.set_locked(GlobalId("gA"), True)
    officer = world.spawn("R-1", PersonKind.STAFF, GlobalId("CORE"))
    done = world.move(officer, GlobalId("LANDA"))
    world.env.run(until=done)
    assert world.counts() == {GlobalId("LANDA"): 1}
    assert world.is_locked(GlobalId("gA"))


def test_a_new_order_frees_a_person_from_a_locked_door(world: World) -> None:
    world.set_locked(GlobalId("gA"), True)
    world.set_locked(GlobalId("fA"), True)
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("LANDA"))
    world.move(person, GlobalId("CORE"))
    world.env.run(until=60)
    world.move(person, GlobalId("DAYA"))
    world.env.run(until=120)
    world.set_locked(GlobalId("gA"), False)
    world.set_locked(GlobalId("fA"), False)
    world.env.run(until=600)
    assert world.counts() == {GlobalId("DAYA"): 1}


def test_a_new_order_stops_a_walk_at_the_next_door(world: World) -> None:
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("DAYA"))
    world.move(person, OUT)
    world.env.run(until=1)
    world.move(person, GlobalId("A1"))
    world.env.run()
    assert world.counts() == {GlobalId("A1"): 1}
    assert passes(world, "s1") == []


def test_a_new_order_frees_a_person_from_the_queue_of_an_open_door(world: World) -> None:
    crowd(world, 5, "DAYA", "LANDA")
    world.env.run(until=3 / 0.8 + 1)
    assert len(passes(world, "wA")) == 2
    last = world.people[-1]
    world.move(last, GlobalId("YARD"))
    world.env.run()
    assert world.counts() == {GlobalId("LANDA"): 4, GlobalId("YARD"): 1}
    assert len(passes(world, "wA")) == 4
    assert len(passes(world, "yA")) == 1


class Slow:
    """Lets people through after a time; nobody can be called away from it."""

    def __init__(self, world: World, door: str, wait_s: float) -> None:
        self._env, self._wait_s = world.env, wait_s
        self.left: list[Person] = []
        world.set_passage(world.building.way_index[GlobalId(door)], self)

    def passing(self, person: Person, hop: int, /) -> Steps:
        yield self._env.timeout(self._wait_s)

    def give_up(self, person: Person, /) -> None:
        self.left.append(person)


def test_the_end_of_an_older_order_does_not_hide_where_a_newer_one_waits(world: World) -> None:
    Slow(world, "gA", 100)
    Slow(world, "fA", 100)
    newer = Slow(world, "wA", 1000)
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("LANDA"))
    world.move(person, GlobalId("CORE"))
    world.env.run(until=20)
    world.move(person, GlobalId("DAYA"))
    world.env.run(until=200)
    world.halt(person)
    assert newer.left == [person]


def test_the_record_says_who_still_stands_in_front_of_a_door(world: World) -> None:
    world.set_locked(GlobalId("cA1"), True)
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("A1"))
    world.move(person, OUT)
    world.env.run(until=300)
    record = world.finish()
    stands = record.kind == Kind.WAIT
    assert record.aux[stands] == pytest.approx([300 - 2 / 0.8])
    assert record.way[stands].tolist() == [world.building.way_index[GlobalId("cA1")]]
    world.halt(person)
    assert Kind.WAIT not in world.finish().kind


def test_nobody_is_made_or_lost(world: World) -> None:
    crowd(world, 30, "DAYB", "SHOP")
    for until in range(5, 200, 5):
        world.env.run(until=until)
        assert sum(world.counts().values()) == 30
    world.env.run()
    assert world.counts() == {GlobalId("SHOP"): 30}


def test_unknown_doors_and_spaces_are_named(world: World) -> None:
    with pytest.raises(UnknownIdError, match="nowhere"):
        world.spawn("P-0001", PersonKind.PRISONER, GlobalId("nowhere"))
    with pytest.raises(UnknownIdError, match="no-door"):
        world.set_locked(GlobalId("no-door"), True)


def test_an_order_to_where_no_way_leads_is_refused_at_once(block: Facility) -> None:
    cut = replace(block, doors=tuple(door for door in block.doors if door.code != "k"))
    world = World(compile_building(cut), Environment())
    person = world.spawn("P-0001", PersonKind.PRISONER, GlobalId("A1"))
    with pytest.raises(UnreachableSpaceError):
        world.move(person, GlobalId("SHOP"))


# storage limits: DAYA may hold so many; its doors are wA (from the landing) and yA (to the yard)


def limit(world: World, space: str, people: int, *doors: str) -> None:
    world.set_storage(GlobalId(space), people, ways=[world.building.way_index[GlobalId(door)] for door in doors])


def most_in(world: World, space: str) -> int:
    record, node = world.finish(), world.building.node_index[GlobalId(space)]
    inside, most, where = 0, 0, {}
    for kind, entity, to in zip(record.kind.tolist(), record.entity.tolist(), record.space.tolist(), strict=True):
        if kind in {Kind.SPAWN, Kind.PASS}:
            inside += (to == node) - (where.get(entity) == node)
            where[entity] = to
            most = max(most, inside)
    return most


def test_nobody_enters_a_full_space_until_somebody_leaves_it(world: World) -> None:
    limit(world, "DAYA", 3, "wA", "yA")
    crowd(world, 20, "LANDA", "YARD")
    world.env.run()
    assert world.counts() == {GlobalId("YARD"): 20}
    assert most_in(world, "DAYA") == 3


def test_people_who_leave_a_full_space_pass_those_who_wait_to_enter_it(world: World) -> None:
    limit(world, "DAYA", 4, "wA", "yA")
    crowd(world, 4, "DAYA", "CORE")
    crowd(world, 4, "CORE", "DAYA")
    world.env.run()
    assert world.counts() == {GlobalId("CORE"): 4, GlobalId("DAYA"): 4}
    assert most_in(world, "DAYA") == 4


def test_people_of_full_spaces_who_want_into_one_anothers_stand_still_and_the_record_says_where(world: World) -> None:
    limit(world, "DAYA", 2, "wA")
    limit(world, "LANDA", 2, "wA")
    crowd(world, 2, "DAYA", "LANDA")
    crowd(world, 2, "LANDA", "DAYA")
    world.env.run(until=600)
    assert world.counts() == {GlobalId("DAYA"): 2, GlobalId("LANDA"): 2}
    record = world.finish()
    assert record.way[record.kind == Kind.WAIT].tolist() == [world.building.way_index[GlobalId("wA")]] * 4


def test_who_goes_off_duty_makes_room(world: World) -> None:
    limit(world, "DAYA", 1, "wA")
    first = world.spawn("R-1", PersonKind.STAFF, GlobalId("DAYA"))
    crowd(world, 1, "LANDA", "DAYA")
    world.env.run(until=60)
    assert world.counts()[GlobalId("LANDA")] == 1
    world.leave(first)
    world.env.run()
    assert world.counts() == {GlobalId("DAYA"): 1}


def test_who_is_called_away_the_moment_it_is_let_in_keeps_no_place(world: World) -> None:
    limit(world, "DAYA", 1, "wA")
    occupant = world.spawn("P-0", PersonKind.PRISONER, GlobalId("DAYA"))
    one, other = (world.spawn(f"P-{n}", PersonKind.PRISONER, GlobalId("LANDA")) for n in (1, 2))
    world.move(one, GlobalId("DAYA"))
    world.move(other, GlobalId("DAYA"))
    world.env.run(until=60)
    world.leave(occupant)  # one is let in; its process has not gone on yet
    world.move(one, GlobalId("CORE"))
    world.env.run()
    assert world.counts() == {GlobalId("DAYA"): 1, GlobalId("CORE"): 1}
    assert other.space == world.building.node_index[GlobalId("DAYA")]


# how staff and others share a door


def test_an_officer_with_priority_passes_the_queue_and_one_without_stands_in_it(block: Facility) -> None:
    def passed_at(*, priority: bool) -> tuple[float, float]:
        world = World(compile_building(block), Environment())
        world.manner = Manner(officer_priority=priority)
        world.add_gate(world.building.way_index[GlobalId("wA")])
        crowd(world, 30, "DAYA", "LANDA")
        officer = world.spawn("R-1", PersonKind.STAFF, GlobalId("LANDA"))
        world.env.run(until=10)
        world.move(officer, GlobalId("DAYA"))
        world.env.run()
        record = world.finish()
        own = (record.kind == Kind.PASS) & (record.entity == officer.number)
        return float(record.t_s[own][0]), max(passes(world, "wA"))

    (with_s, last_s), (without_s, same_last_s) = passed_at(priority=True), passed_at(priority=False)
    assert with_s < without_s
    assert last_s == pytest.approx(same_last_s)  # the door lets as many through, in another order


def test_staff_against_people_slow_a_door_by_the_factor_and_with_them_do_not(block: Facility) -> None:
    def last_s(start: str, goal: str, slowing: float) -> float:
        world = World(compile_building(block), Environment())
        world.manner = Manner(slowing=slowing)
        world.add_gate(world.building.way_index[GlobalId("wA")])
        crowd(world, 10, "DAYA", "LANDA")
        world.env.run(until=5)
        world.move(world.spawn("R-1", PersonKind.STAFF, GlobalId(start), speed_m_s=3.0), GlobalId(goal))
        world.env.run()
        return max(passes(world, "wA"))

    assert last_s("LANDA", "DAYA", 2.0) > last_s("LANDA", "DAYA", 1.0)
    assert last_s("DAYA", "LANDA", 2.0) == pytest.approx(last_s("DAYA", "LANDA", 1.0))


WALKS = (("DAYA", "CLAS"), ("CLAS", "DAYB"), ("A1", "YARD"), ("SHOP", "LANDB"))


@given(st.lists(st.tuples(st.sampled_from(WALKS), st.floats(0.5, 1.5)), min_size=1, max_size=30))
def test_a_slow_door_lets_people_through_like_two_floats_also_before_a_space_that_is_never_full(
    block: Facility, walks: list[tuple[tuple[str, str], float]]
) -> None:
    def run(*, slow: bool, limited: bool) -> list[tuple[int, int, float, float]]:
        world = World(compile_building(block), Environment())
        for way in range(len(world.building.ways) if slow else 0):
            world.add_gate(way)
        if limited:
            for space in ("LANDA", "CORE", "COR"):
                limit(world, space, len(walks), *(door.code for door in block.doors_of[GlobalId(space)]))
        for number, ((start, goal), speed) in enumerate(walks):
            person = world.spawn(f"P-{number:04d}", PersonKind.PRISONER, GlobalId(start), speed_m_s=speed)
            world.move(person, GlobalId(goal))
        world.env.run()
        assert sum(world.counts().values()) == len(walks)
        r = world.finish()
        return sorted(zip(r.entity.tolist(), r.way.tolist(), r.t_s.tolist(), r.aux.tolist(), strict=True))

    fast = run(slow=False, limited=False)
    for other in (run(slow=True, limited=False), run(slow=True, limited=True), run(slow=False, limited=True)):
        assert len(other) == len(fast)
        for one, same in zip(fast, other, strict=True):
            assert one == pytest.approx(same, abs=1e-6)
