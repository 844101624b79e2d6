"""How many servers a service point has at a time, and when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol

ROUNDING = 1e-9
"""A break ends when its end is reached, however that is rounded."""
Spell = tuple[float, float]
"""(from, to) on the clock of the point."""


class Rota(Protocol):
    """Who serves when."""

    def servers(self, at: float, /) -> int:
        """Servers at a time; whoever has begun a service finishes it."""
        ...

    def changes_at(self, at: float, /) -> float:
        """When this may be another number; infinite where it never is."""
        ...


@dataclass(frozen=True, slots=True)
class Breaks:
    """Always the same servers, but in breaks none; the breaks come again after each `period`."""

    count: int
    breaks: Sequence[Spell] = ()
    period: float = inf

    def servers(self, at: float, /) -> int:
        """See `Rota`."""
        within = ROUNDING + (at % self.period if self.period < inf else at)
        return 0 if any(start <= within < end for start, end in self.breaks) else self.count

    def changes_at(self, at: float, /) -> float:
        """See `Rota`."""
        opens = (at // self.period) * self.period if self.period < inf else 0.0
        bounds = [opens + turn + bound for spell in self.breaks for bound in spell for turn in (0.0, self.period)]
        return min((bound for bound in bounds if at < bound < inf), default=inf)


@dataclass(frozen=True, slots=True)
class Shifts:
    """One server for each of these spells."""

    spells: Sequence[Spell]

    def servers(self, at: float, /) -> int:
        """See `Rota`."""
        return sum(start <= at < end for start, end in self.spells)

    def changes_at(self, at: float, /) -> float:
        """See `Rota`."""
        return min((bound for spell in self.spells for bound in spell if bound > at), default=inf)
