"""The times for which the history has no word of a point: nobody answered, readings were dropped, nobody recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from twin.model.ids import PointId
from twin.model.vocabulary import Quality
from twin.store.dayfiles import days_between
from twin.store.hours import (
    NOTHING,
    all_hours,
    loose_by_point,
    merged,
    packed_hour,
    rows,
    snapshot,
    span,
    tables,
)
from twin.store.packed import Samples
from twin.store.recordings import gaps, last_recorded
from twin.store.sample_rows import HOUR_MS, moment_of, ms_of

LOST = frozenset({Quality.TIMEOUT, Quality.NOT_CONNECTED, Quality.DROPPED})
"""Qualities that say nothing of the device's own state: it may have gone on measuring."""
_LOSSY = "SELECT DISTINCT p FROM sample WHERE ts >= ? AND ts < ? AND q IN (3, 5, 7)"
assert {3, 5, 7} == LOST  # the numbers stand in files, so they stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A time without any word of a point: nothing is known with ``since`` < time < ``until``."""

    since: datetime
    until: datetime

    @property
    def length_s(self) -> float:
        return (self.until - self.since).total_seconds()

    def holds(self, at: datetime) -> bool:
        """Whether a moment is in it."""
        return self.since < at < self.until


def missing(
    folder: Path | str,
    points: Collection[PointId],
    since: datetime,
    until: datetime,
    *,
    is_recording: bool = False,
    told: Callable[[datetime], None] = lambda _hour: None,
) -> dict[PointId, list[Missing]]:
    """The missing times of points, oldest first; a missing time goes from the last word to the next one.

    Args:
        folder: The site's ``history`` folder.
        points: Which points; one pass over the days serves all.
        since: First moment, aware. What is missing from before it on is missing from it on.
        until: The moment after the last, aware; the moment now at most.
        is_recording: Whether somebody records now; otherwise nothing is known since the last recording.
        told: Called before each hour that is looked through.

    Raises:
        StoreError: a day file or the index cannot be read.
    """
    path = Path(folder)
    since_ms, until_ms = ms_of(since), ms_of(until)
    holes = _holes(path, since_ms, until_ms, is_recording=is_recording)
    tracks = {str(point): _Track(holes) for point in points}
    for day in days_between(path, since_ms, until_ms) if tracks else ():
        with snapshot(day) as connection:
            if connection is None:
                continue
            for hour in all_hours(connection):
                if hour * HOUR_MS < until_ms and (hour + 1) * HOUR_MS > since_ms:
                    told(moment_of(hour * HOUR_MS))
                    _follow(connection, hour, tracks, since_ms, until_ms)
    return {PointId(name): track.end(until_ms) for name, track in tracks.items()}


def _follow(
    connection: sqlite3.Connection, hour: int, tracks: Mapping[str, _Track], since_ms: int, until_ms: int
) -> None:
    """Follow the points through one hour. Only those to which something happens in it are read sample by sample."""
    start, end = hour * HOUR_MS, (hour + 1) * HOUR_MS
    lossy = _with_losses(connection, hour)
    read = {}
    for name, p in connection.execute("SELECT id, p FROM point"):
        if name in tracks and (p in lossy or tracks[name].is_eventful(end)):
            read[p] = tracks[name]
        elif name in tracks:
            tracks[name].pass_over(min(end, until_ms))
    has_chunks = "chunk" in tables(connection)
    for p, late in loose_by_point(connection, hour, tuple(read)):
        samples = merged(packed_hour(connection, p, hour) if has_chunks else NOTHING, late)
        read.pop(p).take(span(samples, max(start, since_ms), until_ms))
    for p, track in read.items() if has_chunks else ():
        track.take(span(packed_hour(connection, p, hour), max(start, since_ms), until_ms))


def _with_losses(connection: sqlite3.Connection, hour: int) -> set[int]:
    """Numbers of the points that have a lost reading in an hour, or may have one."""
    times = hour * HOUR_MS, (hour + 1) * HOUR_MS
    lossy = {p for (p,) in connection.execute(_LOSSY, times)}
    if "chunk" in tables(connection):
        lossy.update(p for (p,) in connection.execute("SELECT p FROM chunk WHERE hour = ? AND bad > 0", (hour,)))
    return lossy


def _holes(folder: Path, since_ms: int, until_ms: int, *, is_recording: bool) -> list[int]:
    """When nobody recorded any more, oldest first; what began before the time begins with it."""
    found = [(ms_of(gap.since), ms_of(gap.until)) for gap in gaps(folder)]
    last = None if is_recording else last_recorded(folder)
    if last is not None:
        found.append((ms_of(last), until_ms))
    return sorted(max(start, since_ms) for start, end in found if end > since_ms and start < until_ms)


@dataclass(slots=True)
class _Track:
    """One point, followed through time. ``last``: its last word; ``open``: since when it is missing [ms]."""

    holes: Sequence[int]
    met: int = 0
    last: int | None = None
    open: int | None = None
    found: list[Missing] = field(default_factory=list)

    def is_eventful(self, end_ms: int) -> bool:
        """Whether samples before ``end_ms`` matter one by one, even if all of them are words of the device."""
        return self.open is not None or (self.met < len(self.holes) and self.holes[self.met] < end_ms)

    def pass_over(self, end_ms: int) -> None:
        """An hour in which nothing was lost: its last word is taken to stand at its end, at most a cycle late."""
        self.last = end_ms

    def take(self, samples: Samples) -> None:
        for ms, _, quality in rows(samples):
            self._meet_holes(ms)
            if quality in LOST:
                self._lose(ms)
            else:
                self._hear(ms)

    def end(self, until_ms: int) -> list[Missing]:
        self._meet_holes(until_ms)
        self._hear(until_ms)
        return self.found

    def _meet_holes(self, ms: int) -> None:
        while self.met < len(self.holes) and self.holes[self.met] <= ms:
            self._lose(self.holes[self.met])
            self.met += 1

    def _lose(self, ms: int) -> None:
        if self.open is None:
            self.open = ms if self.last is None else self.last

    def _hear(self, ms: int) -> None:
        if self.open is not None and self.open < ms:
            self.found.append(Missing(since=moment_of(self.open), until=moment_of(ms)))
        self.open, self.last = None, ms
