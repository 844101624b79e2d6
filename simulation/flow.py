"""Doors that need more than two floats: the slow path of a flow door.

A FIFO door with a known service rate is a free-at time and a headway (`simulation.world`). A door that can be locked
keeps a queue and wakes people one by one; unlocked it gives the same passage times, and a test holds it to that.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

from simpy import Environment, Event

from simulation.people import Person, Steps

ROUNDING_S = 1e-9


class Called(Protocol):
    """Who hears that somebody stands in front of a locked door."""

    def __call__(self, way: int, person: Person, /) -> None: ...


class Gate:
    """The slow path of one door: FIFO queue, lock, one person per headway.

    Args:
        env: the clock.
        way: index of the door.
        headway_s: seconds between two people.
        free_at_s: when the door is next free (taken over from the fast path).
        locked: its first state.
        staff_key_s: seconds a person with keys needs to pass the locked door.
        called: told of everybody who finds it locked.
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
    ) -> None:
        self.way = way
        self.locked = locked
        self.last_pass_s = free_at_s
        self._env = env
        self._headway_s = headway_s
        self._free_at_s = free_at_s
        self._staff_key_s = staff_key_s
        self._called = called
        self._queue: deque[tuple[Person, Event]] = deque()
        self._timed = False

    @property
    def waiting(self) -> int:
        """People in front of the door, on both sides."""
        return len(self._queue)

    def set_locked(self, locked: bool) -> None:
        """Lock or unlock; unlocking lets the queue through in its order."""
        self.locked = locked
        if not locked:
            self._serve()

    def passing(self, person: Person, hop: int) -> Steps:  # noqa: ARG002 - same shape for every passage
        """Wait for lock and queue; `person` is through when this ends."""
        if self.locked and person.has_keys:
            yield self._env.timeout(self._staff_key_s)
            return
        now = self._env.now
        if not self.locked and not self._queue and self._free_at_s - now <= ROUNDING_S:
            self._take(now)
            return
        turn = self._env.event()
        self._queue.append((person, turn))
        if self.locked and self._called is not None:
            self._called(self.way, person)
        self._serve()
        yield turn

    def give_up(self, person: Person) -> None:
        """Leave the queue; the person's process wakes and finds its order changed."""
        for entry in self._queue:
            if entry[0] is person:
                self._queue.remove(entry)
                entry[1].succeed()
                return

    def _take(self, now: float) -> None:
        self._free_at_s = max(now, self._free_at_s) + self._headway_s
        self.last_pass_s = now

    def _serve(self) -> None:
        if self._timed or self.locked or not self._queue:
            return
        delay_s = self._free_at_s - self._env.now
        if delay_s > ROUNDING_S:
            self._timed = True
            timeout = self._env.timeout(delay_s)
            assert timeout.callbacks is not None
            timeout.callbacks.append(self._timed_out)
            return
        _, turn = self._queue.popleft()
        self._take(self._env.now)
        turn.succeed()
        self._serve()

    def _timed_out(self, _: Event) -> None:
        self._timed = False
        self._serve()
