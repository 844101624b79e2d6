"""The world of one run: people in a compiled building on a SimPy clock. Everything that moves, moves through here.

Use by a planning study (people follow plans) and by a drill (people follow orders)::

    env = simpy.Environment()
    world = World(building, env)
    world.set_locked(cell_door, True)                  # GlobalId of a door; from now on the door takes the slow path
    person = world.spawn("P-0001", PersonKind.PRISONER, cell)      # GlobalId of a space
    world.move(person, yard)                           # an order: a process of its own, replaces any older order
    env.run(until=60.0)                                # the person stands in front of the locked door
    world.set_locked(cell_door, False)                 # and goes on its way
    env.run(until=120.0)
    world.counts()                                     # people per space

Not modelled: contact forces; counterflow but for the capacity of a door, which both directions share. Queues spill back
into the space behind where a space was given a storage limit (`World.set_storage`), and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from simpy import Environment, Event, Process

from simulation.flow import AS_EQUALS, Called, Gate, Manner, Room
from simulation.people import (
    PRISONER_SPEED_M_S,
    STAFF_SPEED_M_S,
    STAIR_SPEED_M_S,
    Passage,
    Person,
    PersonKind,
    Steps,
)
from simulation.record import EventRecord, Kind, Recorder, Row
from simulation.routing import Path
from twin.model.errors import UnknownIdError
from twin.model.ids import GlobalId


class Ways(Protocol):
    """Where people may be led: what `World` asks of a compiled building, or of a hand-made network.

    ``nodes`` and ``ways`` are ids by index, ``node_index`` and ``way_index`` lead back; ``headway_s``: seconds between
    two people through a way.
    """

    @property
    def nodes(self) -> Sequence[GlobalId]: ...

    @property
    def ways(self) -> Sequence[GlobalId]: ...

    @property
    def node_index(self) -> Mapping[GlobalId, int]: ...

    @property
    def way_index(self) -> Mapping[GlobalId, int]: ...

    @property
    def headway_s(self) -> Sequence[float]: ...

    @property
    def routes(self) -> Routes: ...


class Routes(Protocol):
    """Paths between spaces by index."""

    def path(self, start: int, goal: int) -> Path:
        """Raises UnreachableSpaceError: there is no way."""
        ...


Entered = Callable[[Person, int, int], None]
"""Told of everybody who passes a way: the person, the space it left, the space it entered (indices)."""

Checkpoint = Callable[[Person], float]
"""Takes a person who enters a space, returns the seconds that this costs it (search portals)."""


_PASS = int(Kind.PASS)


class World:
    """People, doors and clock of one run.

    Args:
        building: the compiled building, or a network; never changed.
        env: the SimPy environment, stepped by the caller.
    """

    def __init__(self, building: Ways, env: Environment) -> None:
        self.building = building
        self.env = env
        self.recorder = Recorder()
        self.people: list[Person] = []
        self.called: Called | None = None
        self.checkpoints: dict[int, Checkpoint] = {}
        self.entered: list[Entered] = []
        self.manner: Manner = AS_EQUALS
        self._counts = [0] * len(building.nodes)
        self._free_at_s = [0.0] * len(building.ways)
        self._passages: dict[int, Passage] = {}
        self._gates: dict[int, Gate] = {}
        self._rooms: dict[int, Room] = {}

    # people

    def spawn(
        self,
        name: str,
        kind: PersonKind,
        space: GlobalId | int,
        *,
        speed_m_s: float | None = None,
        stair_speed_m_s: float = STAIR_SPEED_M_S,
        has_keys: bool | None = None,
    ) -> Person:
        """Put a person into a space. Staff have keys unless told otherwise.

        Raises:
            UnknownIdError: no such space.
        """
        is_staff = kind is PersonKind.STAFF
        person = Person(
            number=len(self.people),
            name=name,
            kind=kind,
            space=self._node(space),
            speed_m_s=speed_m_s or (STAFF_SPEED_M_S if is_staff else PRISONER_SPEED_M_S),
            stair_speed_m_s=stair_speed_m_s,
            has_keys=is_staff if has_keys is None else has_keys,
        )
        self.people.append(person)
        self._counts[person.space] += 1
        self.recorder.add(self.env.now, Kind.SPAWN, person.number, space=person.space)
        return person

    def move(self, person: Person, goal: GlobalId | int) -> Process:
        """Order a person to a space; the order replaces any older one, also of a person in front of a locked door.

        A person called back while walking counts from the middle of the space it is in.

        Raises:
            UnknownIdError: no such space.
            UnreachableSpaceError: there is no way.
        """
        node = self._node(goal)
        self.building.routes.path(person.space, node)
        self.halt(person)
        return self.env.process(self.walk(person, node))

    def halt(self, person: Person) -> None:
        """Drop a person's order: it stays in the space it is in."""
        person.order += 1
        if person.waiting_at is not None:
            person.waiting_at.give_up(person)
        person.waiting_at = person.queue = None

    def counts(self) -> dict[GlobalId, int]:
        """People per space (and outside node), without the empty ones."""
        return {self.building.nodes[node]: count for node, count in enumerate(self._counts) if count}

    def count(self, node: int) -> int:
        """People in the space with this index."""
        return self._counts[node]

    # doors

    def set_locked(self, door: GlobalId | int, locked: bool) -> None:
        """Lock or unlock a door. People who had already been promised their turn at it still pass.

        Raises:
            UnknownIdError: no such door, or a door that leads nowhere.
        """
        way = door if isinstance(door, int) else self._way(door)
        gate = self._gates.get(way)
        if gate is None:
            gate = self.add_gate(way)
        if gate.locked != locked:
            self.recorder.add(self.env.now, Kind.LOCK if locked else Kind.UNLOCK, way=way)
            gate.set_locked(locked)

    def is_locked(self, door: GlobalId | int) -> bool:
        """Whether a door is locked; a door that nobody ever locked is not."""
        gate = self._gates.get(door if isinstance(door, int) else self._way(door))
        return gate is not None and gate.locked

    def add_gate(self, way: int, *, staff_key_s: float = 4.0) -> Gate:
        """Switch a door to the slow path, so that it can be locked."""
        gate = Gate(
            self.env,
            way,
            self.building.headway_s[way],
            free_at_s=self._free_at_s[way],
            staff_key_s=staff_key_s,
            called=self._call,
            manner=self.manner,
        )
        self._gates[way] = gate
        self._passages[way] = gate
        return gate

    def gate(self, way: int) -> Gate | None:
        """The slow path of a door, if it has one."""
        return self._gates.get(way)

    def set_passage(self, way: int, passage: Passage) -> None:
        """Let something else decide who passes a way (an interlock group)."""
        self._passages[way] = passage

    def set_storage(self, space: GlobalId | int, people: int, *, ways: Iterable[int]) -> None:
        """Let a space hold at most so many: its doors (`ways`) let nobody in until somebody leaves.

        Who is inside already stays. A way with a passage of its own (an interlock) keeps its own limit instead.

        Raises:
            UnknownIdError: no such space.
        """
        node = self._node(space)
        if not self._rooms:
            self.entered.append(self._make_room)
        room = Room(node, people, self.count)
        self._rooms[node] = room
        for way in ways:
            if way not in self._passages:
                self.add_gate(way)
            if way in self._gates:
                room.guard(self._gates[way])

    # walking

    def walk(self, person: Person, goal: int, *, path: Path | None = None) -> Steps:
        """Take a person along the shortest path, or the one given: ``yield from world.walk(person, goal)``."""
        if person.space == goal:
            return
        order = person.order
        arrives_s = yield from self.stride(person, goal, self.env.now, path=path)
        if person.order == order:
            yield self.env.timeout(arrives_s - self.env.now)

    def stride(
        self, person: Person, goal: int, sets_out_s: float, *, path: Path | None = None
    ) -> Generator[Event, Any, float]:
        """The same from a time on that may lie ahead, to the last door: neither end of a walk needs an event.

        Returns:
            When the person stands in the middle of the goal [s]; now, where it has got another order meanwhile.
        """
        env, free_at_s, passages, checkpoints = self.env, self._free_at_s, self._passages, self.checkpoints
        timeout, counts, entered, add_row = env.timeout, self._counts, self.entered, self.recorder.add_row
        headway_s = self.building.headway_s
        order, entity, here = person.order, person.number, person.space
        if path is None:
            path = self.building.routes.path(here, goal)
        person.path = path
        ahead_s = sets_out_s - env.now
        for number, (way, to, level_m, stair_m) in enumerate(path.hops):
            yield timeout(ahead_s + level_m / person.speed_m_s + stair_m / person.stair_speed_m_s)
            if person.order != order:
                return env.now
            ahead_s = 0.0
            came_s = now_s = env.now
            if way in passages:
                passage = passages[way]
                person.waiting_at, person.queue = passage, (way, came_s)
                yield from passage.passing(person, number)
                if person.order != order:
                    return env.now
                person.waiting_at = person.queue = None
                now_s = env.now
            elif (turn_s := free_at_s[way]) > came_s:
                free_at_s[way] = turn_s + headway_s[way]
                person.queue = (way, came_s)
                yield timeout(turn_s - came_s)
                if person.order != order:
                    return env.now
                person.queue = None
                now_s = env.now
            else:
                free_at_s[way] = came_s + headway_s[way]
            counts[here] -= 1
            counts[to] += 1
            came_from, here = here, to
            person.space = to
            add_row((now_s, _PASS, entity, way, to, now_s - came_s))
            for tell in entered:
                tell(person, came_from, to)
            if to in checkpoints:
                yield timeout(checkpoints[to](person))
                if person.order != order:
                    return env.now
        rest_s = path.final_level_m / person.speed_m_s + path.final_stair_m / person.stair_speed_m_s
        return env.now + ahead_s + rest_s

    def finish(self) -> EventRecord:
        """The record of the run so far; whoever waits has a row at its end that says how long."""
        now = self.env.now
        return self.recorder.finish(
            [person.name for person in self.people],
            [person.kind is PersonKind.STAFF for person in self.people],
            now_s=now,
            closing=list(self._waits(now)),
        )

    def _waits(self, now_s: float) -> Iterator[Row]:
        """Who waits when the record ends, and for how long."""
        for person in self.people:
            if person.queue is not None and now_s > person.queue[1]:
                way, since_s = person.queue
                yield now_s, Kind.WAIT, person.number, way, person.space, now_s - since_s
            if person.held is not None and now_s > person.held[2]:
                kind, way, since_s = person.held
                yield now_s, kind, person.number, way, person.space, now_s - since_s

    def leave(self, person: Person) -> None:
        """Take a person out of the building (end of duty)."""
        self._counts[person.space] -= 1
        self.recorder.add(self.env.now, Kind.LEAVE, person.number, space=person.space)
        if person.space in self._rooms:
            self._rooms[person.space].left()

    def _make_room(self, person: Person, came_from: int, to: int) -> None:
        if to in self._rooms:
            self._rooms[to].keep(person)
        if came_from in self._rooms:
            self._rooms[came_from].left()

    def _call(self, way: int, person: Person) -> None:
        if self.called is not None:
            self.called(way, person)

    def _node(self, key: GlobalId | int) -> int:
        if isinstance(key, int):
            return key
        if key not in self.building.node_index:
            raise UnknownIdError("space", key)
        return self.building.node_index[key]

    def _way(self, key: GlobalId) -> int:
        if key not in self.building.way_index:
            raise UnknownIdError("door", key)
        return self.building.way_index[key]
