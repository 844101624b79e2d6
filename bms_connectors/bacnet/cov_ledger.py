"""Counts the changes that nobody told us. Pure: time is given.

Every poll of a subscribed point is a check: a value that differs from the last one notified, and that no notification
explains within a grace, is a loss. What changes and changes back between two polls is seen by neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from twin.model.ids import PointId

GRACE_S = 2.0
"""A confirmed notification and its one repetition take no longer (clause 5.4.1 with a time-out of 1 s)."""


@dataclass(slots=True)
class CovLedger:
    """The last value told of each point, and the polled ones that still want an explanation."""

    grace_s: float = GRACE_S
    tolerance: dict[PointId, float] = field(default_factory=dict)
    _told: dict[PointId, float] = field(default_factory=dict)
    _open: dict[PointId, tuple[float, float]] = field(default_factory=dict)

    def notified(self, point: PointId, value: float) -> None:
        """A notification told this value; an open difference is explained by it."""
        self._told[point] = value
        self._open.pop(point, None)

    def polled(self, point: PointId, value: float, now_s: float) -> None:
        """A poll found this value [point's unit] at this moment [monotonic s]."""
        told = self._told.setdefault(point, value)
        if value == told or abs(value - told) < self.tolerance.get(point, 0.0):
            self._open.pop(point, None)
        elif point not in self._open:
            self._open[point] = (value, now_s)

    def settle(self, now_s: float) -> list[PointId]:
        """Points whose change was not told within the grace: one loss each."""
        lost = [point for point, (_, since_s) in self._open.items() if now_s - since_s >= self.grace_s]
        for point in lost:
            self._told[point], _ = self._open.pop(point)
        return lost

    @property
    def is_open(self) -> bool:
        """Whether some difference still waits for its notification."""
        return bool(self._open)
