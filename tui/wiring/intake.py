"""Where the poller puts readings, and where the session's journal entries go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from bms_connectors.ports import ReadingSink
from twin.live.audit import FIELD
from twin.model.errors import StoreError
from twin.model.journal import JournalEntry
from twin.model.points import Reading
from twin.store import journal
from twin.store.database import Database

logger = logging.getLogger(__name__)

WAITING = 10_000
"""Entries that may wait (an assumption: the alarms of every device of a site at once); then they are counted only."""
RETRY_S = 5.0
DROPPED_KIND = "journal.dropped"


class Mailbox:
    """Where the poller puts readings: kept for the session and handed to the history. Thread-safe."""

    def __init__(self, history: ReadingSink | None) -> None:
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
    """A session's journal in the site's database.

    What the building did by itself waits in memory while the database cannot take it, and is written when it can. What
    a person does never waits: an order without its row is not carried out.

    Args:
        database: The site's database.
        clock: Monotonic seconds.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[JournalEntry] = []
        self._dropped = 0
        self._next_try_s = 0.0
        self.problem = ""
        """Why entries wait; the empty text while none do."""

    def append(self, entries: Sequence[JournalEntry], /) -> None:
        """Append entries after those that wait.

        Raises:
            StoreError: the database cannot serve, and there is an entry of a person's among these; that is not kept.
        """
        own = [entry for entry in entries if entry.actor == FIELD]
        is_urgent = len(own) < len(entries)
        if is_urgent or not self.problem or self._clock() >= self._next_try_s:
            try:
                self._write(entries)
            except StoreError as error:
                self._keep(own, str(error))
                if is_urgent:
                    raise
        else:
            self._keep(own, "")

    def catch_up(self) -> None:
        """Write what waits, if it is time to try again."""
        if self.problem:
            self.append(())

    def _write(self, entries: Sequence[JournalEntry]) -> None:
        everything = [*self._waiting, *entries]
        if self._dropped:
            last = everything[-1]
            lost = {"dropped": self._dropped}
            everything.append(
                JournalEntry(at=last.at, kind=DROPPED_KIND, subject="", actor=FIELD, source=last.source, data=lost)
            )
        if everything:
            journal.append_all(self._database, everything)
        if self.problem:
            logger.warning("journal is written again, %d entries waited", len(self._waiting))
        self._waiting, self._dropped, self.problem = [], 0, ""

    def _keep(self, entries: Sequence[JournalEntry], failure: str) -> None:
        room = max(WAITING - len(self._waiting), 0)
        self._waiting += entries[:room]
        self._dropped += len(entries[room:])
        if failure:
            if not self.problem:
                logger.error("journal cannot be written: %s", failure)
            self.problem = f"journal: {failure}"
            self._next_try_s = self._clock() + RETRY_S
