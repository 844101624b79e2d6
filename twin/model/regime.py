"""The regime as doors feel it: which door types may stand unlocked or open at which time of day.

Timetables of people are scenarios; this is the table against which a door's state is a deviation or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from twin.model.vocabulary import DoorState

_LOOSENESS = {DoorState.LOCKED: 0, DoorState.MOVING: 0, DoorState.CLOSED: 1, DoorState.OPEN: 2, DoorState.HELD: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """One period of the day. It may run over midnight. ``unlocked`` and ``open`` list door types."""

    name: str
    start: time
    end: time
    unlocked: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()

    def covers(self, moment: time) -> bool:
        """Whether the period covers a time of day; a period that ends when it starts covers the whole day."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def normal_state(self, door_type: str) -> DoorState:
        """The loosest state in which a door of this type is no deviation."""
        if door_type in self.open:
            return DoorState.OPEN
        return DoorState.CLOSED if door_type in self.unlocked else DoorState.LOCKED

    def allows(self, door_type: str, state: DoorState) -> bool:
        """Whether the state is as secure as the regime asks; forced, fault and unknown always deviate."""
        looseness = _LOOSENESS.get(state)
        return looseness is not None and looseness <= _LOOSENESS[self.normal_state(door_type)]


def regime_at(regimes: Sequence[Regime], moment: time) -> Regime | None:
    """The first regime that covers a time of day, or None where the site has no table."""
    return next((regime for regime in regimes if regime.covers(moment)), None)


def regime_names(regimes: Iterable[Regime]) -> tuple[str, ...]:
    """Names in the order of the table."""
    return tuple(regime.name for regime in regimes)
