"""Days that are no longer kept are removed whole; only when asked, and never one that somebody has open."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from twin.model.errors import StoreError
from twin.store.dayfiles import day_files

_LOGS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedDay:
    """A day that was to be removed. ``problem``: why it is still there, empty when it is gone."""

    day: date
    bytes: int
    problem: str = ""


def drop_days(folder: Path | str, now: datetime, *, older_than_days: int) -> list[DroppedDay]:
    """Remove the day files of days that began more than so many days before today (UTC) began; oldest first.

    A file that is being read or written stays, and is told; so does one that is no database.

    Raises:
        ValueError: ``older_than_days`` is less than 1: today is being written.
        StoreError: a file cannot be removed.
    """
    if older_than_days < 1:
        raise ValueError("the day that is being written is not dropped")
    last = now.astimezone(UTC).date() - timedelta(days=older_than_days + 1)
    return [_drop(day, path) for day, path in day_files(Path(folder)) if day <= last]


def _drop(day: date, path: Path) -> DroppedDay:
    size = path.stat().st_size
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            # Leaving the log and locking the file both fail while anybody else has it open.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            path.unlink()
        finally:
            connection.close()
        for ending in _LOGS:
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except sqlite3.Error as error:
        return DroppedDay(day=day, bytes=size, problem=str(error))
    except OSError as error:
        raise StoreError(str(path), f"cannot be removed: {error.strerror}") from error
    return DroppedDay(day=day, bytes=size)
