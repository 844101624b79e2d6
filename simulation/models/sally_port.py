"""A sally port: interlocked doors with chambers between them, worked batch by batch.

One door of the group is open at a time (interlock rule I1). A batch is let in when it fills the chamber or its first
person has waited long enough; people already inside go first; while people of one direction are inside nobody of
another comes in. That order cannot deadlock: whoever is inside always has the next door or the next chamber before it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from simpy import Environment, Event

from simulation.flow import ROUNDING_S
from simulation.graph import InterlockGroup
from simulation.people import Person, Steps
from simulation.record import Kind
from simulation.world import World

Side = tuple[int, int]
"""(way, space behind it)."""
Direction = tuple[int, int]
"""(first, last door of the group on somebody's way)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SallyPortTimes:
    """``cycle_s`` to open and secure one door once; ``gather_s`` that the first person waits for company."""

    cycle_s: float = 20.0
    gather_s: float = 30.0


@dataclass(slots=True, kw_only=True, eq=False)
class _Waiting:
    person: Person
    turn: Event
    since_s: float
    direction: Direction
    goes_on: bool


class SallyPort:
    """The controller of one interlock group; it is the passage of each of its doors."""

    def __init__(self, world: World, group: InterlockGroup, times: SallyPortTimes) -> None:
        self._world = world
        self._env: Environment = world.env
        self._group = group
        self._times = times
        self._queues: dict[Side, deque[_Waiting]] = {}
        self._from: dict[Side, int] = {}
        self._inside: dict[int, dict[Person, Direction]] = {chamber: {} for chamber in group.chambers}
        self._open: Side | None = None
        self._looks_at_s = 0.0
        for way in group.ways:
            world.set_passage(way, self)

    def passing(self, person: Person, hop: int, /) -> Steps:
        """Wait for the door to open for one's batch."""
        assert person.path is not None
        way, to, _, _ = person.path.hops[hop]
        side = (way, to)
        entry = _Waiting(
            person=person,
            turn=self._env.event(),
            since_s=self._env.now,
            direction=self._direction(person, hop),
            goes_on=hop + 1 < len(person.path.hops),
        )
        self._queues.setdefault(side, deque()).append(entry)
        self._from[side] = person.space
        self._consider()
        yield entry.turn

    def give_up(self, person: Person, /) -> None:
        """Leave the queue in front of a door; somebody who stays in a chamber blocks nobody."""
        for people in self._inside.values():
            people.pop(person, None)
        for queue in self._queues.values():
            for entry in queue:
                if entry.person is person:
                    queue.remove(entry)
                    entry.turn.succeed()
                    return

    def _direction(self, person: Person, hop: int) -> Direction:
        assert person.path is not None
        hops = person.path.hops
        first = last = hop
        while first > 0 and hops[first - 1][0] in self._group.ways:
            first -= 1
        while last + 1 < len(hops) and hops[last + 1][0] in self._group.ways:
            last += 1
        return hops[first][0], hops[last][0]

    def _consider(self) -> None:
        if self._open is not None:
            return
        side = self._next_out() or self._next_in()
        if side is not None:
            self._open = side
            self._env.process(self._operate(side))

    def _next_out(self) -> Side | None:
        """A door for people inside: all of them stand in front of it, and there is room behind it."""
        for side, queue in self._queues.items():
            inside = self._inside.get(self._from[side])
            if inside is None or not queue or len(queue) < len(inside):
                continue
            if self._room(side) >= min(len(queue), self._limit(side)):
                return side
        return None

    def _next_in(self) -> Side | None:
        """The outer door whose first person has waited longest, if its batch may come in now."""
        outer = [side for side, queue in self._queues.items() if queue and self._from[side] not in self._inside]
        if not outer:
            return None
        side = min(outer, key=lambda side: (self._queues[side][0].since_s, side))
        queue = self._queues[side]
        head = queue[0]
        if self._inside.get(side[1]) or any(
            direction != head.direction for people in self._inside.values() for direction in people.values()
        ):
            return None
        ready_s = head.since_s + self._times.gather_s
        if len(queue) < self._room(side) and self._env.now < ready_s - ROUNDING_S:
            self._look_again(ready_s)
            return None
        return side

    def _look_again(self, at_s: float) -> None:
        if self._looks_at_s < at_s:
            self._looks_at_s = at_s
            timeout = self._env.timeout(at_s - self._env.now)
            assert timeout.callbacks is not None
            timeout.callbacks.append(lambda _: self._consider())

    def _limit(self, side: Side) -> float:
        return self._group.chambers.get(side[1], float("inf"))

    def _room(self, side: Side) -> float:
        return self._limit(side) - len(self._inside.get(side[1], ()))

    def _operate(self, side: Side) -> Steps:
        way = side[0]
        recorder = self._world.recorder
        recorder.add(self._env.now, Kind.OPEN, way=way, space=side[1])
        yield self._env.timeout(self._times.cycle_s / 2)
        queue = self._queues[side]
        direction = queue[0].direction if queue else None
        while queue and queue[0].direction == direction and self._room(side) > 0:
            entry = queue.popleft()
            self._account(side, entry)
            entry.turn.succeed()
            yield self._env.timeout(self._world.building.headway_s[way])
        yield self._env.timeout(self._times.cycle_s / 2)
        recorder.add(self._env.now, Kind.SHUT, way=way, space=side[1])
        self._open = None
        self._consider()

    def _account(self, side: Side, entry: _Waiting) -> None:
        """Count who is inside: those who pass through, not a post that stands in the chamber."""
        came_from = self._inside.get(self._from[side])
        if came_from is not None:
            came_from.pop(entry.person, None)
        goes_to = self._inside.get(side[1])
        if goes_to is not None and entry.goes_on:
            goes_to[entry.person] = entry.direction
