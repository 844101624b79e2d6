"""What is true now: the newest reading of every point, with quality and age.

Age counts from the last proof of life: the moment of the reading itself or, where the connector carries it, of the
device's heartbeat. A reading that grows older than its class allows becomes STALE, and STALE is no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from twin.model.errors import UnknownIdError
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import Freshness, age_limit_s
from twin.model.points import Point, Reading
from twin.model.vocabulary import Quality

DEFAULT_CYCLES_S: Mapping[Freshness, float] = {
    Freshness.SECURITY: 1.0,
    Freshness.LIFE_SAFETY: 2.0,
    Freshness.PLANT: 5.0,
    Freshness.METER: 30.0,
}
"""Polling cycles [s] that age limits are reckoned from (assumption; a site may change them)."""


CLOCK_STEP = timedelta(seconds=2)
"""A reading further in the future than this was stamped before the clock stepped back: its age is unknown."""


class LiveState:
    """Newest readings by point. Plain data: no clock of its own, no I/O."""

    def __init__(
        self, points: Sequence[Point], started_at: datetime, cycles_s: Mapping[Freshness, float] = DEFAULT_CYCLES_S
    ) -> None:
        self.points: dict[PointId, Point] = {point.id: point for point in points}
        self._readings: dict[PointId, Reading] = {
            point.id: Reading(point.id, None, Quality.NEVER_READ, started_at) for point in points
        }
        self._limits = {
            point.id: timedelta(
                seconds=age_limit_s(point.meaning.freshness, cycles_s.get(point.meaning.freshness, 5.0))
            )
            for point in points
        }
        by_element: dict[GlobalId, list[Point]] = {}
        for point in points:
            by_element.setdefault(point.element, []).append(point)
        self._by_element = {element: tuple(found) for element, found in by_element.items()}
        self._by_kind = {(point.element, point.kind): point.id for point in reversed(points)}
        self._all_by_kind: dict[tuple[GlobalId, str], list[PointId]] = {}
        for point in points:
            self._all_by_kind.setdefault((point.element, point.kind), []).append(point.id)

    def points_of(self, element: GlobalId) -> tuple[Point, ...]:
        """Points bound to an element of the model."""
        return self._by_element.get(element, ())

    def reading(self, point: PointId) -> Reading:
        """The newest reading.

        Raises:
            UnknownIdError: there is no such point.
        """
        try:
            return self._readings[point]
        except KeyError:
            raise UnknownIdError("point", point) from None

    def of_kind(self, element: GlobalId, kind: str) -> Reading | None:
        """The newest reading of an element's point of this kind; None where it has no such point."""
        point = self._by_kind.get((element, kind))
        return None if point is None else self._readings[point]

    def value(self, element: GlobalId, kind: str) -> float | None:
        """The value of an element's point of this kind; None where there is no point or no trustworthy value."""
        reading = self.of_kind(element, kind)
        return None if reading is None else reading.value

    def values(self, element: GlobalId, kind: str) -> set[float | None]:
        """Values of all points of this kind that an element has."""
        return {self._readings[point].value for point in self._all_by_kind.get((element, kind), ())}

    def apply(self, readings: Iterable[Reading]) -> set[PointId]:
        """Take readings in, in the order they come; the points whose value or quality changed.

        Order of arrival decides, not the time stamps: when a clock steps back, what is read then is still the newest.
        """
        changed = set()
        for reading in readings:
            before = self._readings.get(reading.point)
            if before is None:
                continue
            self._readings[reading.point] = reading
            if (reading.value, reading.quality) != (before.value, before.quality):
                changed.add(reading.point)
        return changed

    def sweep(self, now: datetime) -> set[PointId]:
        """Turn readings that outlived their class, or that come from the future, to STALE; the points that changed."""
        stale = {
            reading.point
            for reading in self._readings.values()
            if reading.quality is Quality.GOOD and not -CLOCK_STEP <= now - reading.at <= self._limits[reading.point]
        }
        for point in stale:
            self._readings[point] = replace(self._readings[point], value=None, quality=Quality.STALE)
        return stale

    def elements_of(self, points: Iterable[PointId]) -> set[GlobalId]:
        """Elements that some points are bound to."""
        return {self.points[point].element for point in points}
