"""Exercise time, as the building publishes it: day, second of the day and speed are points like any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twin.live.state import LiveState
from twin.model.points import Point, Reading

PAUSED = 1e-4
"""Speed of a pause: one exercise second in nearly three hours."""
_KINDS = ("exercise_day", "exercise_second", "exercise_speed")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ExerciseClock:
    """Reads the three clock points, and reckons on from the last reading with the speed then read."""

    def __init__(self, live: LiveState) -> None:
        points: dict[str, Point] = {point.kind: point for point in live.points.values() if point.kind in _KINDS}
        self._live = live
        self._points = tuple(points[kind] for kind in _KINDS) if len(points) == len(_KINDS) else ()

    def _readings(self) -> tuple[Reading, ...]:
        return tuple(self._live.reading(point.id) for point in self._points)

    @property
    def speed(self) -> float:
        """Exercise seconds per wall second; 1 while the building says nothing (then exercise time is wall time).

        Never 0: in a pause delays stand still for all practical purposes, and may still be divided by it.
        """
        readings = self._readings()
        value = readings[2].value if readings else None
        return 1.0 if value is None else max(value, PAUSED)

    def at(self, now: datetime) -> datetime | None:
        """Exercise time at a wall time, or None while the building says nothing."""
        readings = self._readings()
        if not readings or any(reading.value is None for reading in readings):
            return None
        day, second, _speed = (reading.value or 0.0 for reading in readings)
        read = _EPOCH + timedelta(days=day, seconds=second)
        return read + (now - readings[1].at) * self.speed
