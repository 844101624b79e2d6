"""A PointHost that is a table."""

from __future__ import annotations

from collections.abc import Mapping

from twin.model.ids import PointId


class TableHost:
    """Values in a dict; ``refusals`` names the points whose writes are refused, and why."""

    def __init__(self, values: Mapping[str, float | None]) -> None:
        self.values: dict[PointId, float | None] = {PointId(k): v for k, v in values.items()}
        self.refusals: dict[str, str] = {}
        self.written: list[tuple[str, float]] = []
        self._changed: set[PointId] = set()

    def value(self, point: PointId, /) -> float | None:
        return self.values.get(point)

    def write(self, point: PointId, value: float, /) -> str:
        reason = self.refusals.get(point, "")
        if not reason:
            self.written.append((point, value))
            self.set(point, value)
        return reason

    def drain_changed(self) -> set[PointId]:
        changed, self._changed = self._changed, set()
        return changed

    def set(self, point: str, value: float | None) -> None:
        self.values[PointId(point)] = value
        self._changed.add(PointId(point))
