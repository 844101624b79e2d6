"""What the session writes to the journal: every entry in one form, with wall time and exercise time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from twin.live.clock import ExerciseClock
from twin.live.orders import Order
from twin.model.alarms import Alarm
from twin.model.journal import JournalEntry
from twin.model.vocabulary import SiteMode

FIELD = "field"
"""Actor of what the building did by itself."""


class Journal(Protocol):
    """Where entries go, in order."""

    def append(self, entries: Sequence[JournalEntry], /) -> None: ...


class Scribe:
    """Makes entries and hands them on; nothing is written for an empty list."""

    def __init__(self, journal: Journal, mode: SiteMode, clock: ExerciseClock, *, writes_field: bool = True) -> None:
        self._journal = journal
        self._writes_field = writes_field
        self.mode = mode
        self._clock = clock

    def write(self, *entries: JournalEntry) -> None:
        """Append entries in order; what the building did by itself only where this desk keeps that record."""
        wanted = [entry for entry in entries if self._writes_field or entry.actor != FIELD]
        if wanted:
            self._journal.append(wanted)

    def entry(
        self, now: datetime, kind: str, subject: str, actor: str = FIELD, data: Mapping[str, object] | None = None
    ) -> JournalEntry:
        """One entry. ``data`` must be plain JSON values."""
        return JournalEntry(
            at=now,
            kind=kind,
            subject=subject,
            actor=actor,
            source=self.mode.value,
            data=dict(data or {}),
            exercise_at=self._clock.at(now),
        )

    def alarm(self, alarm: Alarm, now: datetime, actor: str = FIELD, reason: str = "") -> JournalEntry:
        """A change of an alarm's state."""
        data = {
            "alarm": alarm.definition.key,
            "priority": alarm.priority,
            "state": alarm.state.value,
            "detail": reason or alarm.detail,
        }
        return self.entry(now, f"alarm.{alarm.state.value}", alarm.code, actor, data)

    def ordered(self, order: Order, now: datetime, actor: str, *, needs_review: bool = False) -> JournalEntry:
        """A confirmed order, with every command it carries."""
        data = {
            "needs_review": needs_review,
            "order": order.id,
            "commands": [[str(command.point), command.value] for command in order.commands],
            "reason": order.reason,
            "second_person": order.second_person,
        }
        return self.entry(now, "command.requested", order.subject, actor, data)
