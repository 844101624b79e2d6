"""Questions to the history: the readings of a point, and its trend in few buckets. Only the days asked for are opened.

A gap of the recording that begins in the time asked for counts as a bad reading (quality GAP) of every point, so that
nobody draws a line across it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.backfilled import filled
from twin.store.dayfiles import days_between
from twin.store.hours import number_of, rows, samples_of, snapshot, tables
from twin.store.recordings import gaps
from twin.store.sample_rows import moment_of, ms_of


def query(folder: Path | str, point: PointId, since: datetime, until: datetime) -> list[Reading]:
    """Readings of one point, ``since`` ≤ time < ``until``, oldest first, to the millisecond; packed days as others.

    Only what was recorded; what the device logged itself is asked for with `query_backfilled`.

    Raises:
        StoreError: a day file or the index cannot be read, or holds a quality nobody knows.
    """
    path = Path(folder)
    found = [
        reading
        for day in days_between(path, ms_of(since), ms_of(until))
        for reading in read_samples(day, point, ms_of(since), ms_of(until))
    ]
    found += gap_readings(path, point, since, until)
    return sorted(found, key=lambda reading: reading.at)


def query_backfilled(folder: Path | str, point: PointId, since: datetime, until: datetime) -> list[Reading]:
    """What the device of a point logged itself and was read afterwards, ``since`` ≤ time < ``until``, oldest first.

    Raises:
        StoreError: a day file cannot be read, or holds a quality nobody knows.
    """
    found: list[Reading] = []
    for day in days_between(Path(folder), ms_of(since), ms_of(until)):
        with snapshot(day) as connection:
            p = number_of(connection, point) if connection is not None and "point" in tables(connection) else None
            if connection is not None and p is not None:
                samples = filled(connection, p, ms_of(since), ms_of(until))
                found += [
                    Reading(point, value, Quality(quality), moment_of(ms)) for ms, value, quality in rows(samples)
                ]
    return found


def read_samples(path: Path, point: PointId, since_ms: int, until_ms: int) -> list[Reading]:
    """Readings of one point in one day file, ``since_ms`` ≤ time < ``until_ms``, oldest first.

    Raises:
        StoreError: the file cannot be read or holds a quality nobody knows.
    """
    with snapshot(path) as connection:
        if connection is None:
            return []
        return [
            Reading(point, value, Quality(quality), moment_of(ms))
            for samples in samples_of(connection, point, since_ms, until_ms)
            for ms, value, quality in rows(samples)
        ]


def gap_readings(folder: Path, point: PointId, since: datetime, until: datetime) -> list[Reading]:
    """The gaps of the recording that begin in a time, as readings of a point."""
    return [Reading(point, None, Quality.GAP, gap.since) for gap in gaps(folder) if since <= gap.since < until]
