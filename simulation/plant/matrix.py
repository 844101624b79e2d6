"""The cause-and-effect table at work: what a cause set going, after which delay, and what of it stands.

A row's effect comes into force when its delay has passed and stands until its cause is withdrawn. What stands is asked
by effect and target; only doors are moved once, when their row comes into force, and never move back by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.ids import GlobalId


class Matrix:
    """Rows by cause and source; which of them are waiting, which are in force."""

    def __init__(self, rows: Iterable[CauseEffect] = ()) -> None:
        self._rows: dict[tuple[Cause, GlobalId], list[CauseEffect]] = {}
        for row in rows:
            self._rows.setdefault((row.cause, row.source), []).append(row)
        self._set_going: set[tuple[Cause, GlobalId]] = set()
        self._waiting: list[tuple[float, CauseEffect]] = []
        self._standing: list[CauseEffect] = []
        self._held: dict[Effect, set[str]] = {}

    def rows(self, cause: Cause, source: GlobalId) -> Sequence[CauseEffect]:
        """Rows of one cause and source, in the order of the table."""
        return self._rows.get((cause, source), ())

    def trigger(self, cause: Cause, source: GlobalId, now_s: float) -> None:
        """The cause is there; a cause that already is sets nothing going anew."""
        if (cause, source) not in self._set_going:
            self._set_going.add((cause, source))
            self._waiting += [(now_s + row.delay_s, row) for row in self.rows(cause, source)]

    def withdraw(self, cause: Cause, source: GlobalId) -> list[CauseEffect]:
        """The cause is gone; the rows that were in force because of it, and are no more."""
        self._set_going.discard((cause, source))
        gone = [row for row in self._standing if (row.cause, row.source) == (cause, source)]
        self._waiting = [(at_s, row) for at_s, row in self._waiting if (row.cause, row.source) != (cause, source)]
        self._standing = [row for row in self._standing if (row.cause, row.source) != (cause, source)]
        self._held = _by_effect(self._standing)
        return gone

    def due(self, now_s: float) -> list[CauseEffect]:
        """Rows that come into force by now, in the order of their time."""
        ready = sorted((item for item in self._waiting if item[0] <= now_s), key=lambda item: item[0])
        if not ready:
            return []
        self._waiting = [item for item in self._waiting if item[0] > now_s]
        rows = [row for _, row in ready]
        self._standing += rows
        self._held = _by_effect(self._standing)
        return rows

    def holds(self, effect: Effect, *targets: str) -> bool:
        """Whether the effect stands on a target, by its GlobalId or its code; without a target, whether on any."""
        held = self._held.get(effect)
        return held is not None and (not targets or not held.isdisjoint(targets))


def _by_effect(rows: Iterable[CauseEffect]) -> dict[Effect, set[str]]:
    held: dict[Effect, set[str]] = {}
    for row in rows:
        held.setdefault(row.effect, set()).update(name for name in (row.target, row.target_code) if name)
    return held
