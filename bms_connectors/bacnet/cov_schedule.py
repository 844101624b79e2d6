"""When each subscription is made, renewed, tried again or given up. Pure: time is given, randomness is seeded.

A lifetime is finite, so that a device that forgot us is not believed for ever, and it is renewed at half of it, so that
one failed renewal loses nothing (ASHRAE 135, clause 13.14). Renewals vary by a tenth, so that they do not come in
bursts. A device that does not answer is tried for one object only, the others wait for the same pause.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

LIFETIME_S = 300
RENEW_AT = 0.5
JITTER = 0.1
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
REFUSED_PAUSE_S = 3600.0
"""How long a refusal is believed; a restart of the device ends it (assumption)."""

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Term:
    due_s: float
    ends_s: float = float("-inf")
    failures: int = 0
    is_refused: bool = False


@dataclass(slots=True)
class CovSchedule(Generic[K]):
    """The terms of the subscriptions to one device, by object. All times are monotonic seconds."""

    keys: Iterable[K]
    start_s: float
    lifetime_s: float = LIFETIME_S
    rng: random.Random = field(default_factory=random.Random)
    _terms: dict[K, _Term] = field(init=False)

    def __post_init__(self) -> None:
        self._terms = {key: _Term(self.start_s) for key in self.keys}

    def due(self, now_s: float) -> list[K]:
        """Objects to subscribe to now."""
        return [key for key, term in self._terms.items() if term.due_s <= now_s]

    def next_s(self) -> float:
        """When the next one is due; infinite if there are none."""
        return min((term.due_s for term in self._terms.values()), default=float("inf"))

    def accepted(self, key: K, now_s: float) -> None:
        """The device took the subscription."""
        wait_s = self.lifetime_s * RENEW_AT * self.rng.uniform(1 - JITTER, 1 + JITTER)
        self._terms[key] = _Term(now_s + wait_s, now_s + self.lifetime_s)

    def refused(self, key: K, now_s: float) -> None:
        """The device does not notify of this object: it is polled only, and asked again much later."""
        self._terms[key] = _Term(now_s + REFUSED_PAUSE_S * self.rng.uniform(1 - JITTER, 1 + JITTER), is_refused=True)

    def unanswered(self, key: K, now_s: float) -> None:
        """Nobody answered: everything that is due waits, because it would only wait for the same time-out."""
        failures = self._terms[key].failures + 1
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))
        until_s = now_s + pause_s * self.rng.uniform(1 - JITTER, 1 + JITTER)
        for term in self._terms.values():
            if term.due_s <= until_s:
                term.due_s = until_s
                term.failures = failures

    def again(self, now_s: float, key: K | None = None) -> None:
        """Subscribe anew: to everything after a restart of the device, to one object whose notifications stopped."""
        for term in [self._terms[key]] if key is not None else self._terms.values():
            term.due_s = now_s
            term.failures = 0

    def is_live(self, key: K, now_s: float) -> bool:
        """Whether the device owes us notifications of this object."""
        return now_s < self._terms[key].ends_s

    def live(self, now_s: float) -> int:
        """How many objects the device owes us notifications of."""
        return sum(now_s < term.ends_s for term in self._terms.values())

    def given_up(self) -> int:
        """How many objects the device refused to notify of."""
        return sum(term.is_refused for term in self._terms.values())
