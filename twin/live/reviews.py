"""Reviews owed: after a one-person emergency release, second person and reason follow within ten minutes.

The obligation is in the journal, so a new session takes it up where a crash left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from twin.live.alarms import Condition
from twin.model.ids import GlobalId
from twin.model.journal import JournalRow

REVIEW_S = 600.0
"""Exercise seconds until the review is overdue (design, section 4)."""
_PREFIX = "release-review:"


class Reviews:
    """Release groups whose review is owed, with the wall time at which it is due."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}

    @classmethod
    def from_journal(cls, rows: Iterable[JournalRow]) -> Reviews:
        """What the rows leave open; they come oldest first."""
        reviews = cls()
        for row in rows:
            entry = row.entry
            if entry.kind == "command.requested" and entry.data.get("needs_review"):
                reviews.open(entry.subject, entry.at, 1.0)
            elif entry.kind == "action.reported":
                reviews._due.pop(reviews.group_of(entry.subject), None)
        return reviews

    @staticmethod
    def group_of(action: str) -> str:
        """The group that a reported action reviews; empty if it is no review."""
        return action.removeprefix(_PREFIX) if action.startswith(_PREFIX) else ""

    def open(self, group: str, now: datetime, speed: float) -> None:
        """A release was ordered by one person."""
        self._due[group] = now + timedelta(seconds=REVIEW_S / speed)

    def close(self, group: str) -> Condition:
        """The review was given; the condition that ends its alarm."""
        self._due.pop(group, None)
        return self._condition(group, stands=False)

    def conditions(self, now: datetime) -> Iterator[Condition]:
        """Whether each review is overdue."""
        for group, due in self._due.items():
            yield self._condition(group, stands=now >= due)

    @staticmethod
    def _condition(group: str, *, stands: bool) -> Condition:
        return Condition("release-review", GlobalId(f"GROUP/{group}"), group, stands)
