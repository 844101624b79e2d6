"""Doors that need more than two floats: the slow path of a flow door.

A FIFO door with a known service rate is a free-at time and a headway (`simulation.world`). A door that can be locked,
or that leads into a space with a storage limit, keeps a queue and wakes people one by one; unlocked and with room
behind it it gives the same passage times, and a test holds it to that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol

from simpy import Environment, Event

from simulation.people import Person, PersonKind, Steps

ROUNDING_S = 1e-9


class Called(Protocol):
    """Who hears that somebody stands in front of a locked door."""

    def __call__(self, way: int, person: Person, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How staff and other people share a door: as equals, unless a sensitivity says otherwise.

    ``officer_priority``: staff go to the head of the queue. ``slowing``: factor on the headway while staff and others
    meet at the door from opposite sides. Both are assumptions without a published value: vary them, do not believe one.
    """

    officer_priority: bool = False
    slowing: float = 1.0


AS_EQUALS = Manner()


class _Waiting(NamedTuple):
    person: Person
    turn: Event
    to: int
    since_s: float


class Gate:
    """The slow path of one door: FIFO queue, lock, one person per headway.

    Where ``rooms`` has the space behind the door, nobody enters it while it is full: the queue is then FIFO on each
    side of the door, so that people who come out pass those who wait to go in.

    Args:
        env: the clock.
        way: index of the door.
        headway_s: seconds between two people.
        free_at_s: when the door is next free (taken over from the fast path).
        locked: its first state.
        staff_key_s: seconds a person with keys needs to pass the locked door (whether or not there is room behind).
        called: told of everybody who finds it locked.
        manner: how staff and others share it.
    """

    def __init__(
        self,
        env: Environment,
        way: int,
        headway_s: float,
        *,
        free_at_s: float = 0.0,
        locked: bool = False,
        staff_key_s: float = 4.0,
        called: Called | None = None,
        manner: Manner = AS_EQUALS,
    ) -> None:
        self.way = way
        self.locked = locked
        self.last_pass_s = free_at_s
        self.rooms: dict[int, Room] = {}
        self._env = env
        self._headway_s = headway_s
        self._free_at_s = free_at_s
        self._staff_key_s = staff_key_s
        self._called = called
        self._manner = manner
        self._queue: deque[_Waiting] = deque()
        self._last: tuple[Person, int] | None = None
        self._timed = False

    @property
    def waiting(self) -> int:
        """People in front of the door, on both sides."""
        return len(self._queue)

    def waits_since_s(self, to: int) -> float:
        """When the first of those who wait to enter this space came; infinite if nobody does."""
        return next((entry.since_s for entry in self._queue if entry.to == to), inf)

    def set_locked(self, locked: bool) -> None:
        """Lock or unlock; unlocking lets the queue through in its order."""
        self.locked = locked
        if not locked:
            self.serve()

    def passing(self, person: Person, hop: int) -> Steps:
        """Wait for lock, queue and room; `person` is through when this ends."""
        if self.locked and person.has_keys:
            yield self._env.timeout(self._staff_key_s)
            return
        assert person.path is not None
        to = person.path.hops[hop][1]
        now = self._env.now
        if not self.locked and not self._queue and self._free_at_s - now <= ROUNDING_S and self._has_room(to):
            self._take(person, to)
            return
        turn = self._env.event()
        self._line_up(_Waiting(person, turn, to, now))
        if self.locked and self._called is not None:
            self._called(self.way, person)
        self.serve()
        yield turn

    def give_up(self, person: Person) -> None:
        """Leave the queue; the person's process wakes and finds its order changed."""
        for entry in self._queue:
            if entry.person is person:
                self._queue.remove(entry)
                entry.turn.succeed()
                return
        for room in self.rooms.values():
            room.give_back(person)

    def serve(self) -> None:
        """Let the next person through, now or when the headway is over."""
        if self._timed or self.locked or not self._queue:
            return
        delay_s = self._free_at_s - self._env.now
        if delay_s > ROUNDING_S:
            self._timed = True
            timeout = self._env.timeout(delay_s)
            assert timeout.callbacks is not None
            timeout.callbacks.append(self._timed_out)
            return
        entry = self._next()
        if entry is None:
            return
        self._take(entry.person, entry.to)
        entry.turn.succeed()
        self.serve()

    def _line_up(self, entry: _Waiting) -> None:
        if self._manner.officer_priority and entry.person.kind is PersonKind.STAFF:
            ahead = sum(other.person.kind is PersonKind.STAFF for other in self._queue)
            self._queue.insert(ahead, entry)
        else:
            self._queue.append(entry)

    def _next(self) -> _Waiting | None:
        """The first for whom there is room, taken out of the queue."""
        if not self.rooms:
            return self._queue.popleft()
        for entry in self._queue:
            if self._has_room(entry.to):
                self._queue.remove(entry)
                return entry
        return None

    def _has_room(self, to: int) -> bool:
        return to not in self.rooms or not self.rooms[to].is_full

    def _take(self, person: Person, to: int) -> None:
        now = self._env.now
        headway_s = self._headway_s * (self._manner.slowing if self._meets(person) else 1.0)
        self._free_at_s = max(now, self._free_at_s) + headway_s
        self.last_pass_s = now
        self._last = (person, person.space)
        if to in self.rooms:
            self.rooms[to].promise(person)

    def _meets(self, person: Person) -> bool:
        """Whether staff and others meet here now: who waits on the other side, or came through a headway ago."""
        if self._manner.slowing == 1.0:
            return False
        others = [(entry.person, entry.person.space) for entry in self._queue]
        if self._last is not None and self._env.now - self.last_pass_s <= self._headway_s * self._manner.slowing:
            others.append(self._last)
        staff = PersonKind.STAFF
        return any(
            side != person.space and (other.kind is staff) is not (person.kind is staff) for other, side in others
        )

    def _timed_out(self, _: Event) -> None:
        self._timed = False
        self.serve()


class Room:
    """A space that holds so many people. While it is full the doors into it let nobody in: their queues spill back.

    Of several doors the one whose first person has waited longest is served first. Nothing looks for a ring: people of
    full spaces who want into one another's stand still, and the record's ``WAIT`` rows say where.

    Args:
        node: index of the space.
        limit: most people who are let in.
        count: how many are in the space with an index now.
    """

    def __init__(self, node: int, limit: int, count: Callable[[int], int]) -> None:
        self._node = node
        self._limit = limit
        self._count = count
        self._gates: list[Gate] = []
        self._promised: set[Person] = set()

    @property
    def is_full(self) -> bool:
        """Whether nobody may enter; who was let in at this very moment counts."""
        return self._count(self._node) + len(self._promised) >= self._limit

    def guard(self, gate: Gate) -> None:
        """Let a door into this space ask whether there is room."""
        self._gates.append(gate)
        gate.rooms[self._node] = self

    def promise(self, person: Person) -> None:
        """A door let somebody through, who is not inside before its process goes on."""
        self._promised.add(person)

    def keep(self, person: Person) -> None:
        """Somebody is inside."""
        self._promised.discard(person)

    def give_back(self, person: Person) -> None:
        """Somebody who was let in was called away first."""
        if person in self._promised:
            self._promised.remove(person)
            self.left()

    def left(self) -> None:
        """Somebody left: there may be room for the next."""
        for gate in sorted(self._gates, key=lambda gate: (gate.waits_since_s(self._node), gate.way)):
            gate.serve()
