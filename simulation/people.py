"""People: synthetic slots (``P-0001``) and staff posts, as where they are, how fast they walk, what they may open."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from simpy import Event

from simulation.routing import Path

Steps = Generator[Event, Any, None]
"""What a SimPy process is made of; compose with ``yield from``."""

PRISONER_SPEED_M_S = 0.8
STAFF_SPEED_M_S = 1.2
STAIR_SPEED_M_S = 0.6
"""Assumed walking speeds of an escorted group, of staff, and on stairs (project's simulation defaults)."""


class PersonKind(StrEnum):
    """Who somebody is in the building."""

    PRISONER = "prisoner"
    STAFF = "staff"


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """One simulated person. ``space`` is an index of the compiled building; ``number`` its entity in the record.

    ``order`` counts its orders: a walk that belongs to an older order ends at the next door. ``queue`` is the way it
    stands in front of and the time it came there [s]; ``held`` is what else it waits for: kind and way of the row that
    will say so, and since when [s].
    """

    number: int
    name: str
    kind: PersonKind
    space: int
    speed_m_s: float
    stair_speed_m_s: float
    has_keys: bool = False
    order: int = 0
    path: Path | None = None
    queue: tuple[int, float] | None = None
    held: tuple[int, int, float] | None = None
    waiting_at: Passage | None = field(default=None, repr=False)


class Passage(Protocol):
    """Something that lets people through a way on its own terms: a lock, an interlock."""

    def passing(self, person: Person, hop: int, /) -> Steps:
        """Wait until `person` is through the way of its hop number `hop`; the caller records the passage."""
        ...

    def give_up(self, person: Person, /) -> None:
        """Take `person` out of the queue: it has other orders."""
        ...
