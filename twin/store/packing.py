"""Old day files, packed: an hour of a point becomes one chunk, in the file in which it stands.

One transaction an hour writes its chunks, reads them back, and only then deletes its samples, so that at every moment
everything is there exactly once for whoever reads, and a packer that is killed goes on where it stopped. Encoding is
done before the transaction: a reading that comes late meanwhile is seen by the file's version, and the hour is done
again. Readers and a writer of late readings go on meanwhile. Why not a new file beside the old one: ADR 18.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from twin.model.errors import StoreError
from twin.store.connection import Database, Tables, translated
from twin.store.dayfiles import day_files
from twin.store.hours import loose_by_point, loose_hours, merged, packed_hour, snapshot, tables
from twin.store.packed import Samples, decode, encode
from twin.store.sample_rows import HOUR_MS

OLD_DAYS = 2
"""Days after which a day is packed; late readings are nearly always in by then (assumption)."""
_CHUNK = """CREATE TABLE IF NOT EXISTS chunk (
  p INTEGER NOT NULL, hour INTEGER NOT NULL, good INTEGER NOT NULL, bad INTEGER NOT NULL,
  "first" REAL, "last" REAL, low REAL, high REAL, total REAL, data BLOB NOT NULL, PRIMARY KEY (p, hour)
) WITHOUT ROWID"""
_TRIES = 5
"""How often an hour is done again because of readings that came late, before it is left for the next time."""
_Chunk = tuple[int, int, int, int, float | None, float | None, float | None, float | None, float | None, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedDay:
    """What packing made of a day. ``problem``: why it was not finished; what was done stays, and nothing is lost."""

    day: date
    samples: int
    bytes_before: int
    bytes_after: int
    problem: str = ""


def pack_days(
    folder: Path | str,
    now: datetime,
    *,
    older_than_days: int = OLD_DAYS,
    told: Callable[[date, int], None] = lambda _day, _hour: None,
) -> Iterator[PackedDay]:
    """Pack the days that are old, oldest first; days without anything to pack are passed over.

    Args:
        folder: The site's ``history`` folder.
        now: The moment now, aware.
        older_than_days: A day is old when it began at least so many days before today (UTC) began.
        told: Called before each hour, with the day and the hours since 1970-01-01.

    Raises:
        ValueError: ``older_than_days`` is less than 1: today is being written.
    """
    if older_than_days < 1:
        raise ValueError("the day that is being written is not packed")
    last = now.astimezone(UTC).date() - timedelta(days=older_than_days)
    for day, path in day_files(Path(folder)):
        if day <= last:
            found = _pack_day(day, path, told)
            if found is not None:
                yield found


def _pack_day(day: date, path: Path, told: Callable[[date, int], None]) -> PackedDay | None:
    samples = 0
    before = _size(path)
    try:
        if not _worth_opening(path):
            return None
        with Database(path) as database:
            for hour in _hours(database):
                told(day, hour)
                samples += _pack_hour(database, hour)
            _shrink(database)
    except StoreError as error:
        return PackedDay(day=day, samples=samples, bytes_before=before, bytes_after=_size(path), problem=str(error))
    return PackedDay(day=day, samples=samples, bytes_before=before, bytes_after=_size(path))


def _worth_opening(path: Path) -> bool:
    with snapshot(path) as connection:
        if connection is None or "sample" not in tables(connection):
            return False
        return connection.execute("SELECT 1 FROM sample LIMIT 1").fetchone() is not None or _is_hollow(connection)


def _hours(database: Database) -> list[int]:
    with translated(database.path):
        return [*loose_hours(database.connection())]


def _pack_hour(database: Database, hour: int) -> int:
    """Pack one hour; how many samples its chunks now hold.

    Raises:
        StoreError: SQLite cannot serve, a sample makes no sense, or readings kept coming.
    """
    with translated(database.path):
        connection = database.connection()
        connection.execute(_CHUNK)
        for _ in range(_TRIES):
            version = _version(connection)
            chunks = _chunks(connection, hour, database.path)
            with database.transaction() as store:
                if _version(connection) == version:
                    _exchange(store, hour, chunks, database.path)
                    return sum(good + bad for _, _, good, bad, *_ in chunks)
    raise StoreError(str(database.path), "readings kept coming: it is packed the next time")


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes when somebody else has written to the file."""
    (found,) = connection.execute("PRAGMA data_version").fetchone()
    return int(found)


def _chunks(connection: sqlite3.Connection, hour: int, path: Path) -> list[_Chunk]:
    try:
        return [
            _chunk(p, hour, merged(packed_hour(connection, p, hour), late))
            for p, late in loose_by_point(connection, hour)
        ]
    except (TypeError, ValueError) as error:
        raise StoreError(str(path), f"a sample makes no sense, the day stays as it is: {error}") from error


def _chunk(p: int, hour: int, samples: Samples) -> _Chunk:
    data = encode(samples)
    if not decode(data).equals(samples):
        raise ValueError(f"samples of point {p} cannot be packed without loss")
    values = [value for value in samples.values if value is not None]
    bad = len(samples) - len(values)
    if not values:
        return p, hour, 0, bad, None, None, None, None, None, data
    return p, hour, len(values), bad, values[0], values[-1], min(values), max(values), sum(values), data


def _exchange(store: Tables, hour: int, chunks: list[_Chunk], path: Path) -> None:
    """Write the chunks of an hour, read them back, delete its samples; inside one transaction."""
    store.connection.executemany("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", chunks)
    for chunk in chunks:
        if store.one("SELECT data FROM chunk WHERE p = ? AND hour = ?", chunk[:2]) != (chunk[-1],):
            raise StoreError(str(path), "a chunk does not read back as it was written")
    store.execute("DELETE FROM sample WHERE ts >= ? AND ts < ?", (hour * HOUR_MS, (hour + 1) * HOUR_MS))


def _is_hollow(connection: sqlite3.Connection) -> bool:
    """Whether so many pages are free that writing the file anew is worth it."""
    (free,), (pages,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_count"))
    return int(free) * 4 > int(pages)


def _shrink(database: Database) -> None:
    """Give free pages back, and leave one file that can be read from a medium without write access."""
    with translated(database.path):
        connection = database.connection()
        if _is_hollow(connection):
            connection.execute("VACUUM")
        with suppress(sqlite3.OperationalError):  # somebody reads it: the next time
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")


def _size(path: Path) -> int:
    """Bytes of a day file with its log, as far as they are there."""
    return sum(part.stat().st_size for part in (path, path.with_name(f"{path.name}-wal")) if part.is_file())
