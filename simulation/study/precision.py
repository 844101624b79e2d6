"""Sequential stopping: as many replications as a wanted precision needs, and no more.

The half-width of the t interval is looked at after 10 replications and then after every 5 more, in order of index (the
sequential procedure of Law, Simulation Modeling and Analysis, ch. 9, with a least number of replications). Which one
finished first does not matter, so the number is the same on any machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from simulation.study.block import Replication
from simulation.study.statistics import half_width, t_interval
from simulation.targets import MEASURES

FEWEST = 10
STEP = 5
"""Replications before the first look, and between two looks: assumptions. Fewer looks stop too early less often."""

JUDGED = tuple(key for key, measure in MEASURES.items() if measure.target is not None)
"""What a plan is judged by: the measures with a target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Half-width of the interval over the mean's size [%] that every one of `measures` must come down to.

    None named: those a plan is judged by, of which the first replications have finite numbers. One that is named is
    waited for whatever its numbers.
    """

    percent: float
    measures: tuple[str, ...] = ()

    def asked(self, days: Sequence[Replication]) -> tuple[str, ...]:
        """The measures that count in a study that begins with these replications."""
        first = days[:FEWEST]
        counted = (key for key in JUDGED if isfinite(t_interval([day.values[key] for day in first]).mean))
        return self.measures or tuple(counted) or JUDGED

    def short_of(self, days: Sequence[Replication]) -> tuple[str, ...]:
        """Measures that these replications do not know well enough; one without numbers is never known."""
        return tuple(key for key in self.asked(days) if not self._is_met([day.values[key] for day in days]))

    def _is_met(self, values: Sequence[float]) -> bool:
        interval = t_interval(values)
        half = half_width(interval)
        return isfinite(half) and 100 * half <= self.percent * abs(interval.mean)


class Stopping:
    """Looks at a growing study. Each number of replications is looked at once, when all up to it are there."""

    def __init__(self, precision: Precision | None, most: int) -> None:
        self._precision = precision
        self._most = most
        self._next = min(FEWEST, most) if precision else most
        self.enough_at: int | None = None

    def is_enough(self, days: Mapping[int, Replication]) -> bool:
        """Whether the study is finished with these replications, by index; then `enough_at` says with how many."""
        while self.enough_at is None and self._are_there(days):
            first = [days[index] for index in range(self._next)]
            if self._next == self._most or (self._precision and not self._precision.short_of(first)):
                self.enough_at = self._next
            self._next = min(self._next + STEP, self._most)
        return self.enough_at is not None

    def _are_there(self, days: Mapping[int, Replication]) -> bool:
        return len(days) >= self._next and all(index in days for index in range(self._next))
