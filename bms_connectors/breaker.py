"""When a silent device is asked again, and when its changes of state are worth a line in the log. Pure: time is given.

A device that does not answer costs 2 s of tries and then nothing until its pause is over. It is probed with one cheap
read; only when that is answered is everything else read again.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0
"""Age limit of doors: a device that comes back is seen again before anybody stops waiting for it (assumption)."""
JITTER = 0.2
"""Part of the pause by which it varies, so that devices that died together are not probed together."""

RESTLESS_CHANGES = 4
RESTLESS_SPAN_S = 60.0
"""So many changes of state in so many seconds are one fact, "unsteady", and not a line each (assumption)."""


class BreakerState(StrEnum):
    """What the breaker lets through: everything, one cheap read, nothing."""

    CLOSED = "closed"
    PROBING = "probing"
    OPEN = "open"


@dataclass(slots=True)
class Breaker:
    """Circuit breaker with exponential back-off: the first silence is retried at once, then pauses of 1, 2, 4 … s."""

    failures: int = 0
    open_until_s: float = 0.0
    rng: random.Random = field(default_factory=random.Random)

    def state(self, now_s: float) -> BreakerState:
        """What may be asked at this moment [monotonic s]."""
        if self.failures == 0:
            return BreakerState.CLOSED
        return BreakerState.PROBING if now_s >= self.open_until_s else BreakerState.OPEN

    def failed(self, now_s: float) -> None:
        """Nobody answered."""
        self.failures += 1
        if self.failures > 1:
            pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self.failures - 2, 16))
            self.open_until_s = now_s + pause_s * self.rng.uniform(1 - JITTER, 1 + JITTER)

    def answered(self) -> None:
        """Somebody did: the very next read is a full one."""
        self.failures = 0
        self.open_until_s = 0.0


@dataclass(slots=True)
class ChangeLog:
    """Which changes of a state to tell: each one of a steady device, the first few of an unsteady one.

    `changed` gives the line to log, or the empty text. A device that flaps is called unsteady once and is silent until
    it has kept one state for `RESTLESS_SPAN_S`.
    """

    told: str = ""
    is_restless: bool = False
    _state: str = ""
    _changes: deque[float] = field(default_factory=lambda: deque(maxlen=RESTLESS_CHANGES))

    def changed(self, state: str, now_s: float) -> str:
        """The line for this state at this moment [monotonic s]; to be called every time the state is known."""
        if state != self._state:
            self._state = state
            self._changes.append(now_s)
            if len(self._changes) == RESTLESS_CHANGES and now_s - self._changes[0] <= RESTLESS_SPAN_S:
                line = "" if self.is_restless else f"unsteady: {RESTLESS_CHANGES} changes in {RESTLESS_SPAN_S:.0f} s"
                self.is_restless = True
                return line
        if self.is_restless:
            if not self._changes or now_s - self._changes[-1] < RESTLESS_SPAN_S:
                return ""
            self.is_restless = False
        if state == self.told:
            return ""
        self.told = state
        return state
