"""When history was being recorded and when it was not: a hole is written down as a hole.

``history/index.db`` holds one row a recording (start, last commit, end) and one row a gap. A recording without an end
was cut off; the next one writes the gap from its last commit to now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from twin.model.errors import StoreError
from twin.store.connection import Database, read_rows
from twin.store.sample_rows import moment_of, ms_of

ALIVE_MS = 1000
"""How exact the end of a recording that was cut off is; a mark with every commit would cost a tenth of the speed."""
STOPPED = "stopped"
CRASHED = "crashed"
_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS recording (
      id INTEGER PRIMARY KEY, started INTEGER NOT NULL, alive INTEGER NOT NULL, ended INTEGER
    )""",
    "CREATE TABLE IF NOT EXISTS gap (since INTEGER NOT NULL, until INTEGER NOT NULL, reason TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time without recording. ``reason``: ``stopped`` (closed in order) or ``crashed``."""

    since: datetime
    until: datetime
    reason: str


class RecordingLog:
    """The log of one running recording, for the writer."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._database = Database(folder / "index.db")
        with self._database.transaction() as tables:
            for statement in _SCHEMA:
                tables.execute(statement)
            before = tables.one("SELECT alive, ended FROM recording ORDER BY id DESC LIMIT 1")
            started = ms_of(now)
            if before is not None:
                alive, ended = before
                since, reason = (alive, CRASHED) if ended is None else (ended, STOPPED)
                if since < started:
                    tables.execute("INSERT INTO gap VALUES (?, ?, ?)", (since, started, reason))
            tables.execute("INSERT INTO recording (started, alive) VALUES (?, ?)", (started, started))
        self._marked_ms = started

    def alive(self, now: datetime) -> None:
        """Everything taken until now has been committed; written down once a second."""
        ms = ms_of(now)
        if 0 <= ms - self._marked_ms < ALIVE_MS:  # a clock set back is written down at once
            return
        with self._database.transaction() as tables:
            tables.execute(
                "UPDATE recording SET alive = ? WHERE id = (SELECT max(id) FROM recording)",
                (ms,),
            )
        self._marked_ms = ms

    def close(self, now: datetime) -> None:
        """End the recording in order."""
        with self._database.transaction() as tables:
            tables.execute(
                "UPDATE recording SET alive = ?1, ended = ?1 WHERE id = (SELECT max(id) FROM recording)",
                (ms_of(now),),
            )
        self._database.close()


def gaps(folder: Path | str) -> list[Gap]:
    """Gaps between recordings, oldest first; none where nothing was ever recorded.

    Raises:
        StoreError: the index cannot be read.
    """
    path = Path(folder) / "index.db"
    if not path.is_file():
        return []
    rows = read_rows(path, "gap", "SELECT since, until, reason FROM gap ORDER BY since")
    try:
        return [Gap(since=moment_of(since), until=moment_of(until), reason=reason) for since, until, reason in rows]
    except (TypeError, ValueError, OverflowError) as error:
        raise StoreError(str(path), f"a gap makes no sense: {error}") from error


def last_recorded(folder: Path | str) -> datetime | None:
    """When the last recording ended, or was last alive; None where nothing was ever recorded.

    Raises:
        StoreError: the index cannot be read.
    """
    path = Path(folder) / "index.db"
    if not path.is_file():
        return None
    rows = read_rows(path, "recording", "SELECT coalesce(ended, alive) FROM recording ORDER BY id DESC LIMIT 1")
    try:
        return moment_of(rows[0][0]) if rows else None
    except (TypeError, ValueError, OverflowError) as error:
        raise StoreError(str(path), f"a recording makes no sense: {error}") from error
