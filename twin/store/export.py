"""The history as lines for other programs: an hour at a time, so that a year needs no more memory than an hour."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from twin.model.vocabulary import Quality
from twin.store.backfilled import filled_by_point, filled_hours
from twin.store.dayfiles import days_between
from twin.store.hours import all_by_point, all_hours, rows, snapshot, span
from twin.store.recordings import gaps
from twin.store.sample_rows import HOUR_MS, moment_of, ms_of

COLUMNS = ("at", "point", "value", "quality", "origin")
RECORDED, BACKFILLED = "recorded", "backfilled"
Line = tuple[str, str, str, str, str]
_BY_POINT_AND_TIME = itemgetter(1, 0)


@dataclass(frozen=True, slots=True)
class ExportedHour:
    """One hour of an export, ready to be written: moments ISO 8601 UTC, values so that they read back exactly."""

    since: datetime
    lines: list[Line]


def export_hours(
    folder: Path | str, since: datetime, until: datetime, points: Collection[str] = ()
) -> Iterator[ExportedHour]:
    """Samples with ``since`` ≤ time < ``until``, by hour, within it by point, within it by time.

    The gaps of the recording stand before the hour in which they begin, as lines without a point. A bad sample has no
    value; its quality is the word of `Quality` in small letters. What the device logged itself and was read afterwards
    has the origin ``backfilled`` instead of ``recorded``, and stands among the others.

    Args:
        folder: The site's ``history`` folder.
        since: First moment, aware.
        until: The moment after the last, aware.
        points: Only these; all where there are none.

    Raises:
        StoreError: a day file or the index cannot be read, or holds a quality nobody knows.
    """
    path, wanted = Path(folder), frozenset(points)
    since_ms, until_ms = ms_of(since), ms_of(until)
    holes = [gap.since for gap in gaps(path) if since <= gap.since < until]
    for day in days_between(path, since_ms, until_ms):
        with snapshot(day) as connection:
            if connection is None:
                continue
            for hour in sorted({*all_hours(connection), *filled_hours(connection)}):
                start, end = hour * HOUR_MS, (hour + 1) * HOUR_MS
                if start >= until_ms or end <= since_ms:
                    continue
                lines = [_gap_line(hole) for hole in holes if ms_of(hole) < end]
                holes = [hole for hole in holes if ms_of(hole) >= end]
                found = [
                    _line(name, *row, RECORDED)
                    for name, samples in all_by_point(connection, hour, wanted)
                    for row in rows(span(samples, since_ms, until_ms))
                ]
                extra = [
                    _line(name, *row, BACKFILLED)
                    for name, samples in filled_by_point(connection, hour)
                    if not wanted or name in wanted
                    for row in rows(span(samples, since_ms, until_ms))
                ]
                lines += sorted(found + extra, key=_BY_POINT_AND_TIME) if extra else found
                yield ExportedHour(moment_of(start), lines)
    if holes:
        yield ExportedHour(holes[0], [_gap_line(hole) for hole in holes])


def _gap_line(since: datetime) -> Line:
    return iso(since), "", "", Quality.GAP.name.lower(), RECORDED


def _line(name: str, ms: int, value: float | None, quality: int, origin: str) -> Line:
    return iso(moment_of(ms)), name, "" if value is None else repr(value), Quality(quality).name.lower(), origin


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return moment.isoformat(timespec="milliseconds")
