"""What devices logged themselves while nobody recorded it: the table ``backfilled`` of a day file, beside the samples.

It stands apart so that good and bad samples still add up to the cycles that were scheduled, and so that packing, which
rewrites samples, never meets it (ADR 21).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from twin.store.connection import Tables
from twin.store.hours import NOTHING, in_columns, tables
from twin.store.packed import Samples
from twin.store.sample_rows import HOUR_MS, Row

TABLE = "backfilled"
NEAR_MS = 1000
"""A device's clock is known to a second, so the same record read twice may come with two times so far apart."""
_SCHEMA = """CREATE TABLE IF NOT EXISTS backfilled (
  p INTEGER NOT NULL, ts INTEGER NOT NULL, v REAL, q INTEGER NOT NULL, PRIMARY KEY (p, ts)
) WITHOUT ROWID"""
_KNOWN = "SELECT 1 FROM backfilled WHERE p = ? AND ts BETWEEN ? AND ? AND v IS ? AND q = ?"
_RECORDED = "SELECT 1 FROM sample WHERE ts = ? AND p = ? AND q = 0"


def insert(store: Tables, rows: Iterable[Row]) -> int:
    """Insert rows inside a transaction; what is there already, recorded or back-filled, stays. How many were new."""
    store.execute(_SCHEMA)
    new = [row for row in rows if not _is_known(store, row)]
    before = store.connection.total_changes
    store.connection.executemany("INSERT OR IGNORE INTO backfilled (ts, p, v, q) VALUES (?, ?, ?, ?)", new)
    return store.connection.total_changes - before


def _is_known(store: Tables, row: Row) -> bool:
    ms, p, value, quality = row
    near = (p, ms - NEAR_MS, ms + NEAR_MS, value, quality)
    return store.one(_KNOWN, near) is not None or store.one(_RECORDED, (ms, p)) is not None


def filled(connection: sqlite3.Connection, p: int, since_ms: int, until_ms: int) -> Samples:
    """The back-filled samples of a point, ``since_ms`` ≤ time < ``until_ms``, oldest first."""
    if TABLE not in tables(connection):
        return NOTHING
    return in_columns(
        connection.execute(
            "SELECT ts, v, q FROM backfilled WHERE p = ? AND ts >= ? AND ts < ? ORDER BY ts", (p, since_ms, until_ms)
        )
    )


def filled_by_point(connection: sqlite3.Connection, hour: int) -> Iterator[tuple[str, Samples]]:
    """The back-filled samples of an hour: point, its samples; by the points' names."""
    if TABLE not in tables(connection):
        return
    found = connection.execute(
        "SELECT id, ts, v, q FROM backfilled JOIN point USING (p) WHERE ts >= ? AND ts < ? ORDER BY id, ts",
        (hour * HOUR_MS, (hour + 1) * HOUR_MS),
    )
    for name, run in groupby(found, itemgetter(0)):
        yield name, in_columns(row[1:] for row in run)


def filled_hours(connection: sqlite3.Connection) -> list[int]:
    """The hours that hold back-filled samples, oldest first."""
    if TABLE not in tables(connection):
        return []
    return [hour for (hour,) in connection.execute("SELECT DISTINCT ts / ? FROM backfilled ORDER BY 1", (HOUR_MS,))]


def count(connection: sqlite3.Connection) -> int:
    """How many back-filled samples the file holds."""
    if TABLE not in tables(connection):
        return 0
    return int(connection.execute("SELECT count(*) FROM backfilled").fetchone()[0])
