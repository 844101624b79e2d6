"""The trend of a point over any time in as many figures as a drawing has columns; a bad value is counted, never drawn.

Packed hours carry their own figures, so that a year is read without unpacking it.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isfinite
from operator import itemgetter
from pathlib import Path

from twin.model.ids import PointId
from twin.store.backfilled import filled
from twin.store.dayfiles import days_between
from twin.store.history_query import gap_readings
from twin.store.hours import (
    NOTHING,
    figures,
    in_columns,
    loose,
    merged,
    number_of,
    packed_hour,
    rows,
    snapshot,
    span,
    tables,
)
from twin.store.packed import Samples
from twin.store.sample_rows import HOUR_MS, moment_of, ms_of

WIDE_MS = 4 * HOUR_MS
"""From this width on the edges between buckets are put on whole hours, which costs no more than an eighth of one."""
_FILLED = -1
"""Quality of a back-filled value inside this module; none of `Quality`."""
_TIME = itemgetter(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A part of a trend, ``since`` ≤ time < ``until``.

    ``first``, ``last``, ``low``, ``high`` and ``mean`` (of the samples, not weighted by time) are those of the good and
    the back-filled samples, in the point's unit, and None without any; ``mean`` also where it is not finite. ``good``
    and ``bad`` count what was recorded, ``bad`` with the gaps of the recording that begin here; ``backfilled`` counts
    the values that the device logged itself.
    """

    since: datetime
    until: datetime
    first: float | None
    last: float | None
    low: float | None
    high: float | None
    mean: float | None
    good: int
    bad: int
    backfilled: int = 0


def trend(folder: Path | str, point: PointId, since: datetime, until: datetime, buckets: int) -> list[Bucket]:
    """Figures of a point in buckets of equal length that cover the time without a hole.

    Args:
        folder: The site's ``history`` folder.
        point: The point.
        since: First moment, aware.
        until: The moment after the last, aware.
        buckets: How many; fewer where they would be shorter than a millisecond. Edges of buckets of four hours and
            more are rounded to whole hours.

    Raises:
        ValueError: the time ends before it begins, or there is no bucket.
        StoreError: a day file or the index cannot be read.
    """
    edges = _edges(ms_of(since), ms_of(until), buckets)
    parts = [_Part() for _ in edges[1:]]
    for path in days_between(Path(folder), edges[0], edges[-1]):
        with snapshot(path) as connection:
            if connection is not None:
                _add_day(connection, point, edges, parts)
    for reading in gap_readings(Path(folder), point, since, until):
        parts[_place(edges, ms_of(reading.at))].bad += 1
    return [part.bucket(start, end) for part, (start, end) in zip(parts, pairwise(edges), strict=True)]


@dataclass(slots=True)
class _Part:
    """A bucket while it is being filled, in the order of time."""

    good: int = 0
    bad: int = 0
    backfilled: int = 0
    first: float | None = None
    last: float | None = None
    low: float | None = None
    high: float | None = None
    total: float | None = 0.0

    def add(self, good: int, bad: int, *five: float | None, backfilled: int = 0) -> None:
        """Add what comes next: counts, then first, last, low, high and total of the good and back-filled values."""
        self.bad += bad
        self.backfilled += backfilled
        if not good + backfilled:
            return
        first, last, low, high, total = five
        assert first is not None and low is not None and high is not None  # noqa: PT018 - for the type checker
        self.good += good
        self.first = first if self.first is None else self.first
        self.last = last
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        self.total = None if self.total is None or total is None else self.total + total

    def bucket(self, since_ms: int, until_ms: int) -> Bucket:
        values = self.good + self.backfilled
        mean = self.total / values if values and self.total is not None else None
        return Bucket(
            since=moment_of(since_ms),
            until=moment_of(until_ms),
            first=self.first,
            last=self.last,
            low=self.low,
            high=self.high,
            mean=mean if mean is not None and isfinite(mean) else None,
            good=self.good,
            bad=self.bad,
            backfilled=self.backfilled,
        )


def _edges(since_ms: int, until_ms: int, buckets: int) -> list[int]:
    length = until_ms - since_ms
    if length <= 0 or buckets < 1:
        raise ValueError("a trend needs a time that ends after it begins, and at least one bucket")
    inner = [since_ms + length * place // buckets for place in range(1, buckets)]
    if length >= WIDE_MS * buckets:
        inner = [round(edge / HOUR_MS) * HOUR_MS for edge in inner]
    return sorted({since_ms, *inner, until_ms})


def _place(edges: Sequence[int], ms: int) -> int:
    """Number of the bucket of a moment; the outer ones also take what rounding has put beside them."""
    return min(max(bisect_right(edges, ms), 1), len(edges) - 1) - 1


def _add_day(connection: sqlite3.Connection, point: PointId, edges: Sequence[int], parts: Sequence[_Part]) -> None:
    names = tables(connection)
    p = number_of(connection, point) if "point" in names else None
    if p is None:
        return
    late = _with_filled(loose(connection, p, edges[0], edges[-1]), filled(connection, p, edges[0], edges[-1]))
    if "chunk" not in names:
        _add_samples(late, edges, parts)
        return
    packed = {found.hour: found for found in figures(connection, p, edges[0], edges[-1])}
    late_hours = {ms // HOUR_MS for ms in late.moments_ms}
    for hour in sorted(packed.keys() | late_hours):
        start, end = hour * HOUR_MS, (hour + 1) * HOUR_MS
        place = _place(edges, start)
        if hour not in late_hours and edges[place] <= start and end <= edges[place + 1]:
            found = packed[hour]
            parts[place].add(found.good, found.bad, found.first, found.last, found.low, found.high, found.total)
        else:
            chunk = packed_hour(connection, p, hour) if hour in packed else NOTHING
            _add_samples(_laid_over(span(chunk, edges[0], edges[-1]), span(late, start, end)), edges, parts)


def _with_filled(samples: Samples, backfilled: Samples) -> Samples:
    """Samples and the back-filled values among them, in the order of time, these with a quality of their own."""
    values = [(ms, value, _FILLED) for ms, value, _ in rows(backfilled) if value is not None]
    return in_columns(sorted([*rows(samples), *values], key=_TIME)) if values else samples


def _laid_over(packed: Samples, late: Samples) -> Samples:
    """As `merged`, with back-filled values beside what stands at their moment, not in its place."""
    if _FILLED not in late.qualities:
        return merged(packed, late)
    recorded = in_columns(row for row in rows(late) if row[2] != _FILLED)
    return _with_filled(merged(packed, recorded), in_columns(row for row in rows(late) if row[2] == _FILLED))


def _add_samples(samples: Samples, edges: Sequence[int], parts: Sequence[_Part]) -> None:
    if not samples:
        return
    first, last = _place(edges, samples.moments_ms[0]), _place(edges, samples.moments_ms[-1])
    for place in range(first, last + 1):
        piece = span(samples, edges[place], edges[place + 1])
        values = [value for value in piece.values if value is not None]
        if not values:
            parts[place].bad += len(piece)
            continue
        five = values[0], values[-1], min(values), max(values), sum(values)
        extra = piece.qualities.count(_FILLED)
        parts[place].add(len(values) - extra, len(piece) - len(values), *five, backfilled=extra)
