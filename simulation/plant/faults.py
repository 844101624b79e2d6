"""Faults between the building and its points: sensors that stick or drift, wires exchanged, controllers that hang.

The building goes on as it is; only what its points show is wrong. Each fault stays until it is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from twin.model.ids import PointId

Value = Callable[[], float | None]


@dataclass(frozen=True, slots=True)
class _Drift:
    per_hour: float
    since_s: float


@dataclass(slots=True)
class PointFaults:
    """What is wrong with which points. ``elapsed_s`` gives the exercise seconds since the start."""

    elapsed_s: Callable[[], float]
    _stuck: dict[PointId, float | None] = field(default_factory=dict)
    _drift: dict[PointId, _Drift] = field(default_factory=dict)
    _wired_to: dict[PointId, PointId] = field(default_factory=dict)
    _silent: set[PointId] = field(default_factory=set)
    _frozen: dict[PointId, float | None] = field(default_factory=dict)

    @property
    def has_any(self) -> bool:
        """Whether anything is wrong: the usual answer is no, and thousands of points ask."""
        return bool(self._stuck or self._drift or self._wired_to or self._silent or self._frozen)

    def shown(self, point: PointId, values: Mapping[PointId, Value]) -> float | None:
        """What a point shows, given how the true values are found."""
        if not self.has_any:
            return values[point]()
        if point in self._silent:
            return None
        if point in self._frozen:
            return self._frozen[point]
        if point in self._stuck:
            return self._stuck[point]
        value = values[self._wired_to.get(point, point)]()
        drift = self._drift.get(point)
        if value is None or drift is None:
            return value
        return value + drift.per_hour * (self.elapsed_s() - drift.since_s) / 3600

    def stick(self, point: PointId, value: float | None, *, on: bool) -> None:
        """A sensor that shows one value for ever."""
        if on:
            self._stuck[point] = value
        else:
            self._stuck.pop(point, None)

    def drift(self, point: PointId, per_hour: float, *, on: bool) -> None:
        """A sensor that moves away from the truth, in its unit per exercise hour."""
        if on:
            self._drift[point] = _Drift(per_hour, self.elapsed_s())
        else:
            self._drift.pop(point, None)

    def swap(self, one: PointId, other: PointId, *, on: bool) -> None:
        """Two sensors on each other's terminals."""
        for here, there in ((one, other), (other, one)):
            if on:
                self._wired_to[here] = there
            else:
                self._wired_to.pop(here, None)

    def silence(self, points: Iterable[PointId], *, on: bool) -> None:
        """A controller that has lost its inputs: it answers, and knows no value."""
        (self._silent.update if on else self._silent.difference_update)(points)

    def freeze(self, shown: Mapping[PointId, float | None], *, on: bool) -> None:
        """A controller that hangs: it answers for ever what it knew, its uptime too, and takes no order."""
        if on:
            self._frozen.update(shown)
        else:
            for point in shown:
                self._frozen.pop(point, None)

    def refusal(self, point: PointId) -> str:
        """Why a point takes no order; empty where it does."""
        return "its controller hangs" if point in self._frozen or point in self._silent else ""
