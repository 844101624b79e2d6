"""Fire dampers: a spring shuts them upon an alarm, a motor opens them when the panel is reset."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twin.model.ids import GlobalId

OPEN, CLOSED, MOVING = 0.0, 1.0, 2.0
TRAVEL_S = 20.0
"""Full travel (assumption: a spring-return actuator; EN 15650 allows 2 min to close)."""


class Dampers:
    """Positions by GlobalId, 0 open to 1 closed."""

    def __init__(self, elements: Iterable[GlobalId]) -> None:
        self._shut: dict[GlobalId, float] = dict.fromkeys(elements, 0.0)

    def position(self, element: GlobalId) -> float:
        """State of the end contacts: open, closed, or moving while neither makes."""
        shut = self._shut[element]
        return OPEN if shut <= 0.0 else CLOSED if shut >= 1.0 else MOVING

    def advance(self, dt_s: float, is_to_close: Callable[[GlobalId], bool]) -> None:
        """Move every damper towards where the panel wants it."""
        for element, shut in self._shut.items():
            step = dt_s if is_to_close(element) else -dt_s
            self._shut[element] = min(1.0, max(0.0, shut + step / TRAVEL_S))
