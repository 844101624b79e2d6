"""History: every reading, written by one thread from a bounded queue (asked for in `twin.store.history_query`).

Nobody who delivers readings ever waits for the disk: when the queue is full, readings are dropped, counted, and each
point that lost some gets a row of quality DROPPED at the moment its loss began. Exercise time is not stored with each
sample; the building publishes it as points, which are recorded like any other.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile, by_day
from twin.store.fills import Filling, fill_days
from twin.store.history_query import query
from twin.store.recordings import Gap, RecordingLog, gaps
from twin.store.writer_lock import only_writer

__all__ = ["Gap", "HistoryWriter", "gaps", "query"]

logger = logging.getLogger(__name__)

COMMIT_S = 1.0
"""Longest time a reading waits for its commit."""
BATCH = 10_000
"""Most readings of one commit; so many do not wait for the next."""
CAPACITY = 200_000
"""Readings that may wait: 100 s of 10,000 points polled every 5 s (an assumption; some 40 MB)."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class HistoryWriter:
    """Writes readings to a history folder; fits `bms_connectors.ports.ReadingSink`. Close it, or use ``with``.

    Args:
        folder: The site's ``history`` folder; made if missing. One writer at a time.
        clock: The moment now, aware UTC; marks starts, ends and gaps.
        capacity: Readings that may wait before they are dropped.
        commit_s: Longest time a reading waits for its commit [s].

    Raises:
        StoreError: another process is recording there, or the folder cannot be written.
    """

    def __init__(
        self,
        folder: Path | str,
        clock: Callable[[], datetime] = _utc_now,
        *,
        capacity: int = CAPACITY,
        commit_s: float = COMMIT_S,
    ) -> None:
        self._folder = Path(folder)
        self._clock = clock
        self._capacity = capacity
        self._commit_s = commit_s
        self._waiting: deque[list[Reading]] = deque()
        self._queued = 0
        self._lost: dict[PointId, datetime] = {}
        self._fillings: deque[Filling] = deque()
        self._taken = self._settled = 0
        self._urgent = self._closing = self._broken = False
        self._failure = ""
        self._days: dict[int, DayFile] = {}
        self._wake = threading.Condition()
        self.dropped = 0
        """Readings dropped since the start because the queue was full."""
        self._lock = only_writer(self._folder)
        try:
            self._log = RecordingLog(self._folder, clock())
        except BaseException:
            self._lock.close()
            raise
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    @property
    def failure(self) -> str:
        """Why the last commit failed, or why nothing is written any more; the empty text while all goes well."""
        return self._failure

    def append(self, readings: Iterable[Reading], /) -> int:
        """Hand over readings; never waits for the disk.

        Returns:
            How many were accepted; the others were dropped and will be recorded as dropped. None are once the writer
            has failed for good: `failure` says why. It does not raise then, since polling must go on without history.

        Raises:
            StoreError: the writer is closed.
        """
        batch = list(readings)
        with self._wake:
            if self._closing:
                raise StoreError(str(self._folder), "the history is closed")
            room = 0 if self._broken else max(self._capacity - self._queued, 0)
            self._queue(batch if room >= len(batch) else batch[:room])
            self._taken += min(room, len(batch))
            for reading in () if self._broken else batch[room:]:
                self._lost.setdefault(reading.point, reading.at)
            self.dropped += max(len(batch) - room, 0)
            if self._queued >= BATCH:
                self._wake.notify_all()
        return min(room, len(batch))

    def backfill(self, readings: Iterable[Reading], /, timeout_s: float = 30.0) -> int:
        """Write down what devices logged themselves, beside the samples, and wait for the commit.

        Returns:
            How many were new; what was recorded or back-filled already stays as it is.

        Raises:
            StoreError: the writer is closed or has failed, a file cannot serve, or it is not written in time. What was
                handed over may be handed over again.
        """
        filling = Filling(list(readings))
        with self._wake:
            if self._closing or self._broken:
                raise StoreError(str(self._folder), self._failure or "the history is closed")
            self._fillings.append(filling)
            self._urgent = True
            self._wake.notify_all()
        if not filling.is_done.wait(timeout_s):
            raise StoreError(str(self._folder), "the history is not written in time")
        if filling.failure:
            raise StoreError(str(self._folder), filling.failure)
        return filling.inserted

    def _queue(self, readings: list[Reading]) -> None:
        self._queued += len(readings)
        if len(readings) <= BATCH:
            self._waiting.append(readings)
        else:
            self._waiting += (readings[first : first + BATCH] for first in range(0, len(readings), BATCH))

    def _next_batch(self) -> list[Reading]:
        """The oldest readings that wait, as many as one commit takes. What was handed over together is not copied."""
        batch = self._waiting.popleft() if self._waiting else []
        while self._waiting and len(batch) + len(self._waiting[0]) <= BATCH:
            batch += self._waiting.popleft()
        return batch

    def flush(self, timeout_s: float = 10.0) -> None:
        """Wait until everything accepted so far is committed.

        Raises:
            StoreError: it is not within the time.
        """
        with self._wake:
            goal = self._taken
            self._urgent = True
            self._wake.notify_all()
            if not self._wake.wait_for(lambda: self._settled >= goal or self._broken, timeout_s) or self._broken:
                raise StoreError(str(self._folder), self._failure or "the history is not written in time")

    def close(self) -> None:
        """Write what waits, end the recording, let go of the folder. Closing twice does nothing.

        Raises:
            StoreError: readings that waited could not be written.
        """
        with self._wake:
            if self._closing:
                return
            self._closing = True
            self._wake.notify_all()
        self._thread.join()
        self._lock.close()
        if self._failure:
            raise StoreError(str(self._folder), self._failure)

    def _run(self) -> None:
        try:
            self._write_until_closed()
        except Exception as error:
            logger.exception("history is not written any more folder=%s", self._folder)
            self._break(error)
        try:
            for day in self._days.values():
                day.close()
            if not self._failure:
                self._log.close(self._clock())
        except StoreError as error:
            self._failure = str(error)

    def _break(self, error: Exception) -> None:
        """A fault of ours, which trying again would not mend: nothing is written any more, and everybody is told."""
        with self._wake:
            self._broken = True
            self._failure = f"not written any more: {type(error).__name__}: {error}"
            self.dropped += self._taken - self._settled
            self._waiting, self._queued, self._lost = deque(), 0, {}
            self._wake.notify_all()
            for filling in self._fillings:
                filling.settle(failure=self._failure)

    def _write_until_closed(self) -> None:
        while not self._closing:
            with self._wake:
                self._wake.wait_for(lambda: self._closing or self._urgent or self._queued >= BATCH, self._commit_s)
                self._urgent = False
            self._commit_all()
        self._commit_all()

    def _commit_all(self) -> None:
        # In batches: long lists of small tuples make the garbage collector the slowest part.
        while self._commit():
            pass
        while self._fillings:
            self._fill(self._fillings[0])
            self._fillings.popleft()

    def _fill(self, filling: Filling) -> None:
        """Outside the queue and after it: a disk that cannot take it keeps no reading from being recorded."""
        mine = frozenset(self._days)
        try:
            filling.settle(inserted=fill_days(filling.readings, self._day))
        except StoreError as error:
            filling.settle(failure=str(error).removeprefix(f"{self._folder}: "))
            mine = frozenset()  # what a disk without room has done to a connection ends with it
        for day in self._days.keys() - mine:  # older ones are to be packed or dropped
            self._let_go(day)

    def _commit(self) -> bool:
        """Commit one batch; whether there may be more to do at once."""
        with self._wake:
            batch = self._next_batch()
            lost, self._lost = self._lost, {}
        if not batch and not lost:
            return False
        marks = [Reading(point, None, Quality.DROPPED, at) for point, at in lost.items()]
        try:
            self._write(marks + batch if marks else batch)
            self._log.alive(self._clock())
        except StoreError as error:
            self._keep(batch, lost, str(error))
            return False
        with self._wake:
            if self._failure:
                logger.warning("history is written again folder=%s", self._folder)
            self._failure = ""
            self._queued -= len(batch)  # not before: what found room during a commit that fails would hide a loss
            self._settled += len(batch)
            self._wake.notify_all()
        return True

    def _keep(self, batch: list[Reading], lost: dict[PointId, datetime], failure: str) -> None:
        """Put back what could not be written; it is tried again, and fills the queue meanwhile."""
        with self._wake:
            if not self._failure:
                logger.error("history cannot be written folder=%s reason=%s", self._folder, failure)
            self._failure = failure
            self._waiting.appendleft(batch)
            self._lost = {**self._lost, **lost}
            self._wake.wait(0 if self._closing else self._commit_s)

    def _write(self, readings: list[Reading]) -> None:
        days = sorted(by_day(readings).items())
        for day, (part, moments) in days:
            try:
                self._day(day).insert(part, moments)
            except StoreError:
                self._let_go(day)  # what a disk without room has done to a connection ends with it
                raise
        # Late readings of yesterday keep yesterday's file open; older ones are closed, to be packed or dropped.
        for day in [known for known in self._days if known < days[-1][0] - 1]:
            self._let_go(day)

    def _day(self, day: int) -> DayFile:
        if day not in self._days:
            self._days[day] = DayFile(self._folder, day)
        return self._days[day]

    def _let_go(self, day: int) -> None:
        if day in self._days:
            self._days.pop(day).close()
