"""What a day file holds of a point, hour by hour, the same whether the day is packed or not.

A sample that came late stands in ``sample`` beside the chunk of its hour; of two at one moment the late one stays, as
it does among samples.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.store.connection import BUSY_TIMEOUT_S, translated
from twin.store.packed import Samples, decode
from twin.store.sample_rows import HOUR_MS

NOTHING = Samples([], [], [])
_TIME = itemgetter(0)
_HOUR = "SELECT p, ts, v, q FROM sample WHERE ts >= ? AND ts < ? ORDER BY p, ts"
_HOUR_OF_SOME = """SELECT p, ts, v, q FROM sample WHERE ts >= ? AND ts < ?
  AND p IN (SELECT value FROM json_each(?)) ORDER BY p, ts"""


@dataclass(frozen=True, slots=True)
class HourFigures:
    """What a chunk says of its hour without being unpacked. Values are None where no good sample is."""

    hour: int
    good: int
    bad: int
    first: float | None
    last: float | None
    low: float | None
    high: float | None
    total: float | None


@contextmanager
def snapshot(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A day file as it is at this moment, whatever is written or packed meanwhile; None where it was dropped.

    Raises:
        StoreError: SQLite cannot serve, or a sample makes no sense.
    """
    try:
        with translated(path):
            address = f"{path.absolute().as_uri()}?mode=ro"
            connection = sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except StoreError:
        if path.exists():
            raise
        yield None
        return
    try:
        with translated(path):
            connection.execute("BEGIN")
            yield connection
    except (TypeError, ValueError, OverflowError) as error:
        raise StoreError(str(path), f"a sample makes no sense: {error}") from error
    finally:
        connection.close()


def tables(connection: sqlite3.Connection) -> frozenset[str]:
    """Names of the tables; a file may be so young that it has none."""
    return frozenset(name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def number_of(connection: sqlite3.Connection, point: PointId) -> int | None:
    """The number of a point in this file, if the file knows it."""
    found = connection.execute("SELECT p FROM point WHERE id = ?", (point,)).fetchone()
    return None if found is None else int(found[0])


def figures(connection: sqlite3.Connection, p: int, since_ms: int, until_ms: int) -> list[HourFigures]:
    """The packed hours of a point that reach into a time, oldest first."""
    rows = connection.execute(
        'SELECT hour, good, bad, "first", "last", low, high, total FROM chunk WHERE p = ? AND hour BETWEEN ? AND ?',
        (p, since_ms // HOUR_MS, (until_ms - 1) // HOUR_MS),
    )
    return [HourFigures(*row) for row in rows]


def packed_hour(connection: sqlite3.Connection, p: int, hour: int) -> Samples:
    """The samples in the chunk of one hour.

    Raises:
        ValueError: the chunk is damaged.
    """
    found = connection.execute("SELECT data FROM chunk WHERE p = ? AND hour = ?", (p, hour)).fetchone()
    return NOTHING if found is None else decode(found[0])


def loose(connection: sqlite3.Connection, p: int, since_ms: int, until_ms: int) -> Samples:
    """The samples of a point that are in no chunk."""
    rows = connection.execute(
        "SELECT ts, v, q FROM sample WHERE ts >= ? AND ts < ? AND p = ? ORDER BY ts", (since_ms, until_ms, p)
    )
    return in_columns(rows)


def in_columns(rows: Iterable[tuple[int, float | None, int]]) -> Samples:
    """Rows of moment, value and quality as columns."""
    moments, values, qualities = [*zip(*rows, strict=True)] or ((), (), ())
    return Samples([*moments], [*values], [*qualities])


def span(samples: Samples, since_ms: int, until_ms: int) -> Samples:
    """Those with ``since_ms`` ≤ time < ``until_ms``."""
    first, last = bisect_left(samples.moments_ms, since_ms), bisect_left(samples.moments_ms, until_ms)
    if (first, last) == (0, len(samples)):
        return samples
    return Samples(samples.moments_ms[first:last], samples.values[first:last], samples.qualities[first:last])


def merged(packed: Samples, late: Samples) -> Samples:
    """Both in the order of time; of two at one moment the late one."""
    if not late or not packed:
        return late or packed
    found = {row[0]: row for samples in (packed, late) for row in rows(samples)}
    return in_columns(sorted(found.values(), key=_TIME))


def rows(samples: Samples) -> Iterator[tuple[int, float | None, int]]:
    """Moment, value and quality of each."""
    return zip(samples.moments_ms, samples.values, samples.qualities, strict=True)


def samples_of(connection: sqlite3.Connection, point: PointId, since_ms: int, until_ms: int) -> Iterator[Samples]:
    """Samples of a point in a day file, in parts of rising time.

    Raises:
        ValueError: a chunk is damaged.
    """
    names = tables(connection)
    p = number_of(connection, point) if "point" in names else None
    if p is None:
        return
    late = loose(connection, p, since_ms, until_ms)
    hours = [found.hour for found in figures(connection, p, since_ms, until_ms)] if "chunk" in names else []
    if not hours:
        yield late
        return
    for hour in sorted({*hours, *(ms // HOUR_MS for ms in late.moments_ms)}):
        start, end = hour * HOUR_MS, (hour + 1) * HOUR_MS
        yield merged(span(packed_hour(connection, p, hour), since_ms, until_ms), span(late, start, end))


def loose_by_point(
    connection: sqlite3.Connection, hour: int, numbers: Collection[int] | None = None
) -> Iterator[tuple[int, Samples]]:
    """The samples of an hour that are in no chunk: number of the point, its samples; by number.

    ``numbers``: only these points, so that what nobody wants is not sorted either.
    """
    times = hour * HOUR_MS, (hour + 1) * HOUR_MS
    if numbers is None:
        found = connection.execute(_HOUR, times)
    else:
        found = connection.execute(_HOUR_OF_SOME, (*times, json.dumps([*numbers])))
    for p, run in groupby(found, itemgetter(0)):
        yield p, in_columns(row[1:] for row in run)


def loose_hours(connection: sqlite3.Connection) -> Iterator[int]:
    """The hours that have samples in no chunk, oldest first; one look-up each."""
    start: int | None = None
    while True:
        query = "SELECT min(ts) FROM sample" if start is None else "SELECT min(ts) FROM sample WHERE ts >= ?"
        (found,) = connection.execute(query, () if start is None else (start,)).fetchone()
        if found is None:
            return
        yield found // HOUR_MS
        start = (found // HOUR_MS + 1) * HOUR_MS


def all_by_point(
    connection: sqlite3.Connection, hour: int, wanted: Collection[str] = ()
) -> Iterator[tuple[str, Samples]]:
    """Everything of an hour, packed or not: point, its samples; by the points' names, all where none is wanted.

    Raises:
        ValueError: a chunk is damaged.
    """
    names = connection.execute("SELECT id, p FROM point ORDER BY id").fetchall()
    numbers = [p for name, p in names if name in wanted] if wanted else None
    late = dict(loose_by_point(connection, hour, numbers))
    has_chunks = "chunk" in tables(connection)
    for name, p in names:
        if wanted and name not in wanted:
            continue
        found = merged(packed_hour(connection, p, hour) if has_chunks else NOTHING, late.get(p, NOTHING))
        if found:
            yield name, found


def all_hours(connection: sqlite3.Connection) -> list[int]:
    """The hours that hold anything, oldest first."""
    packed = connection.execute("SELECT DISTINCT hour FROM chunk") if "chunk" in tables(connection) else ()
    return sorted({*loose_hours(connection), *(hour for (hour,) in packed)})
