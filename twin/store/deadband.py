"""A sink in front of the history that leaves out readings of slow points while their value hardly changes.

Left out is a good reading whose value lies within the deadband of the point's last row, which is good too. So that row
stands for it, and its value is never further away than the deadband. Bad readings are all stored, and before the first
of them the last good one, so that a loss begins where it began. Two rows of a point are never further apart than a
limit, unless its readings are; and the last reading of all is stored when the recording ends in order.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from twin.model.ids import PointId
from twin.model.point_kinds import Freshness
from twin.model.points import Point, Reading
from twin.model.vocabulary import Quality

logger = logging.getLogger(__name__)

SLOW = frozenset({Freshness.PLANT, Freshness.METER})
"""Classes whose points may have a deadband: of doors, alarms and life safety every reading is stored."""
AT_LEAST_S = 900.0


class Sink(Protocol):
    """Takes readings, the first ones of those that are handed over, and says how many: a `HistoryWriter`."""

    def append(self, readings: Iterable[Reading], /) -> int: ...


@dataclass(slots=True)
class _Track:
    """What is known of one point: its last row, and what was left out last since then."""

    stored: Reading
    left_out: Reading | None = None


def deadbands(points: Iterable[Point], by_kind: Mapping[str, float]) -> dict[PointId, float]:
    """The deadband of each slow point whose kind has one, in the point's unit."""
    return {
        point.id: by_kind[point.kind] for point in points if point.kind in by_kind and point.meaning.freshness in SLOW
    }


class Deadband:
    """Hands on to a sink what is to be stored. Called from one thread; readings of a point come in the order of time.

    A reading that is older than the last one of its point is handed on as it is.

    Args:
        sink: The history.
        bands: The deadband of each point that has one, in its unit; all others are handed on untouched.
        at_least_s: Longest time between two rows of a point [s].
    """

    def __init__(self, sink: Sink, bands: Mapping[PointId, float], *, at_least_s: float = AT_LEAST_S) -> None:
        self._sink = sink
        self._bands = dict(bands)
        self._at_least = timedelta(seconds=at_least_s)
        self._tracks: dict[PointId, _Track] = {}
        self.left_out = 0
        """Readings left out since the start: handed over = stored + dropped by the history + left out."""

    def append(self, readings: Iterable[Reading], /) -> int:
        """Take readings; how many of them were left out or accepted, at least.

        Raises:
            StoreError: the history is closed.
        """
        if not self._bands:
            return self._sink.append(readings)
        batch: list[Reading] = []
        count = 0
        for reading in readings:
            count += 1
            if reading.point in self._bands:
                self._take(reading, batch)
            else:
                batch.append(reading)
        return max(count - self._hand_on(batch), 0) if batch else count

    def settle(self) -> None:
        """Store the last reading of each point, if it was left out: the recording ends.

        Raises:
            StoreError: the history is closed.
        """
        batch: list[Reading] = []
        for track in self._tracks.values():
            self._store_left_out(track, batch)
        self._hand_on(batch)
        if self._bands:
            logger.info("history: %d readings were left out, within their deadbands", self.left_out)

    def _hand_on(self, batch: list[Reading]) -> int:
        """How many were dropped. What the history has dropped stands for nothing: the next reading is stored."""
        accepted = self._sink.append(batch)
        for reading in batch[accepted:]:
            self._tracks.pop(reading.point, None)
        return len(batch) - accepted

    def _take(self, reading: Reading, batch: list[Reading]) -> None:
        track = self._tracks.get(reading.point)
        if track is None:
            self._tracks[reading.point] = _Track(reading)
            batch.append(reading)
            return
        if reading.at < (track.left_out or track.stored).at:
            self._store_left_out(track, batch)  # otherwise the older row would stand for what came after it
            batch.append(reading)
            return
        if reading.quality is not Quality.GOOD or reading.at - track.stored.at > self._at_least:
            self._store_left_out(track, batch)
        if self._is_stood_for(reading, track.stored):
            track.left_out = reading
            self.left_out += 1
        else:
            track.stored, track.left_out = reading, None
            batch.append(reading)

    def _is_stood_for(self, reading: Reading, stored: Reading) -> bool:
        """Whether a row stands for a later reading."""
        if reading.value is None or stored.value is None or reading.at - stored.at > self._at_least:
            return False
        return abs(reading.value - stored.value) <= self._bands[reading.point]

    def _store_left_out(self, track: _Track, batch: list[Reading]) -> None:
        if track.left_out is not None:
            batch.append(track.left_out)
            track.stored, track.left_out = track.left_out, None
            self.left_out -= 1
