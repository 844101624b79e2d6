"""The times for which the history has no word of a point: nobody answered, readings were dropped, nobody recorded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from twin.model.ids import PointId
from twin.model.vocabulary import Quality
from twin.store.dayfiles import days_between
from twin.store.hours import all_by_point, all_hours, rows, snapshot, span
from twin.store.packed import Samples
from twin.store.recordings import gaps, last_recorded
from twin.store.sample_rows import HOUR_MS, moment_of, ms_of

LOST = frozenset({Quality.TIMEOUT, Quality.NOT_CONNECTED, Quality.DROPPED})
"""Qualities that say nothing of the device's own state: it may have gone on measuring."""


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
    folder: Path | str, points: Collection[PointId], since: datetime, until: datetime, *, is_recording: bool = False
) -> dict[PointId, list[Missing]]:
    """The missing times of points, oldest first; a missing time goes from the last word to the next one.

    Args:
        folder: The site's ``history`` folder.
        points: Which points; one pass over the days serves all.
        since: First moment, aware. What is missing from before it on is missing from it on.
        until: The moment after the last, aware; the moment now at most.
        is_recording: Whether somebody records now; otherwise nothing is known since the last recording.

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
                    for name, samples in all_by_point(connection, hour, tracks.keys()):
                        tracks[name].take(span(samples, since_ms, until_ms))
    return {PointId(name): track.end(until_ms) for name, track in tracks.items()}


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

    def take(self, samples: Samples) -> None:
        if not samples:
            return
        end = samples.moments_ms[-1]
        is_simple = self.open is None and LOST.isdisjoint(samples.qualities)
        if is_simple and not (self.met < len(self.holes) and self.holes[self.met] <= end):
            self.last = end
            return
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
