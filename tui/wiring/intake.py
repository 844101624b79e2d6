"""Where the poller puts readings, and where the session's journal entries go."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from twin.model.journal import JournalEntry
from twin.model.points import Reading
from twin.store import journal
from twin.store.database import Database
from twin.store.samples import HistoryWriter


class Mailbox:
    """Where the poller puts readings: kept for the session and handed to the history. Thread-safe."""

    def __init__(self, history: HistoryWriter | None) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._readings: list[Reading] = []

    def append(self, readings: Iterable[Reading], /) -> int:
        """Take readings; never waits."""
        batch = list(readings)
        with self._lock:
            self._readings += batch
        if self._history is not None:
            self._history.append(batch)
        return len(batch)

    def drain(self) -> list[Reading]:
        """What came since the last call."""
        with self._lock:
            readings, self._readings = self._readings, []
        return readings


class DatabaseJournal:
    """A session's journal in the site's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entries: Sequence[JournalEntry], /) -> None:
        journal.append_all(self._database, entries)
