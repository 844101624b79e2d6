"""A service point: equal servers, one queue in order of arrival, and people who need not wait for ever (G/G/c/K).

The model is that of the queueing textbooks (Gross & Harris, Fundamentals of Queueing Theory; Kendall's A/S/c/K).
Escorts, kiosks, phones, sick call and operators of a monitoring centre are such points; in a building and alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from math import inf
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field
from simpy import Environment, Event

from simulation.models.notation import Minutes, Words
from simulation.models.rota import Rota
from simulation.people import Steps


class ServiceTime(Words):
    """How long one service takes: exponential, always the same, or a gamma with a coefficient of variation."""

    distribution: Literal["exponential", "fixed", "gamma"]
    mean_min: Minutes
    cv: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        """Service times of `count` people [min]."""
        match self.distribution:
            case "exponential":
                return random.exponential(self.mean_min, count)
            case "gamma":
                shape = 1.0 / self.cv**2
                return random.gamma(shape, self.mean_min / shape, count)
            case _:
                return np.full(count, self.mean_min)


class Outcome(Enum):
    """What became of somebody who came to a service point."""

    SERVED = auto()
    BLOCKED = auto()
    """There was no place to wait."""
    BALKED = auto()
    """The queue was too long to join."""
    LEFT = auto()
    """Patience ended in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a visit ended and how long it waited, in units of the clock."""

    outcome: Outcome
    wait: float = 0.0


class ServicePoint:
    """One point on a clock, whatever its unit.

    Args:
        env: the clock.
        rota: how many serve at a time.
        capacity: people waiting and served, above which nobody is let in.
        balk_at: people waiting, from which on nobody joins.
    """

    def __init__(self, env: Environment, rota: Rota, *, capacity: float = inf, balk_at: float = inf) -> None:
        self._env = env
        self._rota = rota
        self._capacity = capacity
        self._balk_at = balk_at
        self._queue: deque[Event] = deque()
        self._busy = 0
        self._wakes_at = -inf

    @property
    def waiting(self) -> int:
        """People in the queue."""
        return len(self._queue)

    def visit(
        self,
        service: float | Callable[[], Steps],
        *,
        patience: float = inf,
        begins: Callable[[float], None] | None = None,
    ) -> Generator[Event, Any, Visit]:
        """Come, wait, be served: ``visit = yield from point.visit(...)``.

        Args:
            service: how long it takes, or what is done while a server is taken.
            patience: how long somebody waits at most.
            begins: told the wait when the service begins.
        """
        if self._busy + len(self._queue) >= self._capacity:
            return Visit(outcome=Outcome.BLOCKED)
        if self._queue and len(self._queue) >= self._balk_at:
            return Visit(outcome=Outcome.BALKED)
        came = self._env.now
        if not self._queue and self._busy < self._rota.servers(came):
            self._busy += 1
        elif not (yield self._turn(patience)):
            return Visit(outcome=Outcome.LEFT, wait=self._env.now - came)
        wait = self._env.now - came
        if begins is not None:
            begins(wait)
        if callable(service):
            yield from service()
        else:
            yield self._env.timeout(service)
        self._busy -= 1
        self._serve()
        return Visit(outcome=Outcome.SERVED, wait=wait)

    def _turn(self, patience: float) -> Event:
        """An event that is true when one's turn comes, false when patience ends before."""
        turn = self._env.event()
        self._queue.append(turn)
        if patience < inf:
            self._after(patience, partial(self._give_up, turn))
        self._serve()
        return turn

    def _give_up(self, turn: Event, _: Event) -> None:
        if not turn.triggered:
            self._queue.remove(turn)
            turn.succeed(False)

    def _serve(self) -> None:
        """Call whoever is next while a server is free; look again when there are other servers."""
        now = self._env.now
        while self._queue and self._busy < self._rota.servers(now):
            self._busy += 1
            self._queue.popleft().succeed(True)
        changes_at = self._rota.changes_at(now) if self._queue else inf
        if changes_at < inf and self._wakes_at <= now:
            self._wakes_at = changes_at
            self._after(changes_at - now, lambda _: self._serve())

    def _after(self, delay: float, then: Callable[[Event], None]) -> None:
        timeout = self._env.timeout(delay)
        assert timeout.callbacks is not None
        timeout.callbacks.append(then)
