"""Doors on request: somebody stands in front of a gate, the control room looks and opens, the gate locks again.

The operators are the scarce thing; each works one request at a time, in the order they came in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from simpy import Event

from simulation.people import Person
from simulation.world import World

NOBODY_S = 60.0
"""How often an unmanned desk is looked at again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTimes:
    """``cycle_s`` an operator spends on a request; ``hold_s`` a gate stays unlocked after its last person."""

    cycle_s: float = 4.0
    hold_s: float = 20.0


class ControlRoom:
    """Operators who answer the gates.

    Args:
        world: the world; each door of `ways` is locked at once.
        ways: doors that open on request.
        operators: how many are on duty at a time [s]; while there is none nothing opens on request.
        times: of one request.
    """

    def __init__(
        self, world: World, ways: Collection[int], operators: Callable[[float], int], times: RequestTimes
    ) -> None:
        self._world = world
        self._times = times
        self._operators = operators
        self._done_s: list[float] = []
        self._asked: set[int] = set()
        self.ways = frozenset(ways)
        for way in sorted(self.ways):
            world.set_locked(way, True)

    def called(self, way: int, _: Person, /) -> None:
        """A person stands in front of a locked gate."""
        if way not in self._asked and way in self.ways:
            self._asked.add(way)
            self._answer(way)

    def _answer(self, way: int) -> None:
        now = self._world.env.now
        operators = self._operators(now)
        if not operators:
            self._after(NOBODY_S, lambda _: self._answer(way))
            return
        self._done_s = sorted(done_s for done_s in self._done_s if done_s > now)
        # As many are answered side by side as there are operators; of the others each waits for one of them to be done.
        ahead = len(self._done_s) - operators
        starts_s = self._done_s[ahead] if ahead >= 0 else now
        done_s = starts_s + self._times.cycle_s
        self._done_s.append(done_s)
        self._after(done_s - now, partial(self._open, way))

    def _open(self, way: int, _: Event) -> None:
        self._asked.discard(way)
        self._world.set_locked(way, False)
        self._after(self._times.hold_s, partial(self._shut, way))

    def _after(self, delay_s: float, then: Callable[[Event], None]) -> None:
        timeout = self._world.env.timeout(delay_s)
        assert timeout.callbacks is not None
        timeout.callbacks.append(then)

    def _shut(self, way: int, _: Event) -> None:
        gate = self._world.gate(way)
        assert gate is not None
        quiet_s = self._world.env.now - gate.last_pass_s
        if gate.waiting or quiet_s < self._times.hold_s:
            self._after(max(1.0, self._times.hold_s - quiet_s), partial(self._shut, way))
        else:
            self._world.set_locked(way, True)
