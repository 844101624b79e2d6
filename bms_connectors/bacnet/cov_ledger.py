"""Counts the changes that nobody told us. Pure: time is given.

Every poll of a subscribed point is a check: a value that differs from the last one known, and that no notification
tells within a grace, is a loss, whatever is told of later changes. What changes and changes on between two polls is
seen by neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.model.ids import PointId

GRACE_S = 2.0
"""A confirmed notification and its one repetition take no longer (clause 5.4.1 with a time-out of 1 s)."""


@dataclass(slots=True)
class CovLedger:
    """The last value known of each point, told or polled, and the polled ones that still want to be told."""

    grace_s: float = GRACE_S
    tolerance: dict[PointId, float] = field(default_factory=dict)
    _known: dict[PointId, float] = field(default_factory=dict)
    _open: dict[PointId, list[tuple[float, float]]] = field(default_factory=dict)

    def notified(self, point: PointId, value: float) -> None:
        """A notification told this value; what was polled of it is explained."""
        self._known[point] = value
        self._keep(point, [each for each in self._open.get(point, ()) if not self._is_same(point, each[0], value)])

    def polled(self, point: PointId, value: float, now_s: float) -> None:
        """A poll found this value [point's unit] at this moment [monotonic s]."""
        known = self._known.setdefault(point, value)
        if self._is_same(point, value, known):
            return
        self._known[point] = value
        waiting = self._open.setdefault(point, [])
        if not waiting or not self._is_same(point, value, waiting[-1][0]):
            waiting.append((value, now_s))

    def settle(self, now_s: float) -> list[PointId]:
        """Points with a change that was not told within the grace, once for each such change."""
        lost: list[PointId] = []
        for point, waiting in list(self._open.items()):
            late = [each for each in waiting if now_s - each[1] >= self.grace_s]
            lost += [point] * len(late)
            self._keep(point, waiting[len(late) :])
        return lost

    @property
    def is_open(self) -> bool:
        """Whether some change still waits for its notification."""
        return bool(self._open)

    def _is_same(self, point: PointId, value: float, other: float) -> bool:
        return value == other or abs(value - other) < self.tolerance.get(point, 0.0)

    def _keep(self, point: PointId, waiting: list[tuple[float, float]]) -> None:
        if waiting:
            self._open[point] = waiting
        else:
            self._open.pop(point, None)
