"""One actor a device: its lanes, its breaker, its readings. What it waits for delays nobody but itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bms_connectors.breaker import Breaker, BreakerState, ChangeLog
from bms_connectors.connectors import Line
from bms_connectors.health import LOST, DeviceRecord, PollCounters
from bms_connectors.ports import ReadingSink
from twin.model.operation import DeviceHealth
from twin.model.points import Point, Protocol, Reading
from twin.model.vocabulary import Quality

log = logging.getLogger("bms_connectors.poller")

READ_LIMIT_S = 30.0
"""No read lasts longer; the connectors' own time-outs are far below it, this only guards against what they missed."""

SLICE_POINTS = 60
"""Points of a slow lane that are read at once: a few requests, well below the shortest cycle."""

APART = timedelta(milliseconds=1)
"""The history's resolution: readings of two cycles are at least so far apart."""
SET_BACK = timedelta(seconds=1)
"""A clock that is further behind the last reading was set, and is followed."""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]

_NEVER = datetime.min.replace(tzinfo=UTC)
_TOLD_AS = {Quality.TIMEOUT: "no answer", Quality.NOT_CONNECTED: "no connection"}


@dataclass(slots=True)
class _Lane:
    """Points of one device that share a cycle."""

    cycle_s: float
    points: list[Point]
    due_s: float


class Actor:
    """Polls one device. ``cycle_of`` gives the seconds between two polls of a point."""

    def __init__(
        self,
        line: Line,
        points: Sequence[Point],
        sink: ReadingSink,
        cycle_of: Callable[[Point], float],
        clock: Clock,
        sleep: Sleep,
        counters: Mapping[Protocol, PollCounters],
    ) -> None:
        self.line = line
        self.name = line.device.name
        self.breaker = Breaker()
        self._record = DeviceRecord(line.device, len(points))
        self._sink = sink
        self._clock = clock
        self._sleep = sleep
        self._counters = counters[line.device.protocol]
        self._changes = ChangeLog(told="answers")  # that it answers at first is no news
        self._values = ChangeLog(told="every point has a value")
        self._is_stopping = False
        self._last_at = _NEVER
        by_cycle: dict[float, list[Point]] = {}
        for point in points:
            by_cycle.setdefault(cycle_of(point), []).append(point)
        self._lanes = [lane for cycle_s in sorted(by_cycle) for lane in _lanes(cycle_s, by_cycle, clock())]

    async def run(self) -> None:
        late = self._clock() - min(lane.due_s for lane in self._lanes)
        for lane in self._lanes:
            lane.due_s += late
        while not self._is_stopping:
            now = self._clock()
            due = [lane for lane in self._lanes if lane.due_s <= now]
            if due:
                await self._cycle(due)
            else:
                await self._sleep(max(0.0, min(lane.due_s for lane in self._lanes) - now))

    def stop(self) -> None:
        """No further cycle. Cancelling alone is not enough: a library's wait_for may swallow it (Python 3.11)."""
        self._is_stopping = True

    def close_books(self) -> None:
        """Cycles that were due and did not come to their readings get them: DROPPED. After the last cycle only."""
        now_s, at = self._clock(), datetime.now(UTC)
        dropped: list[Reading] = []
        for lane in self._lanes:
            while lane.due_s <= now_s:
                missed_at = at - timedelta(seconds=now_s - lane.due_s)
                dropped += _without_value(lane.points, Quality.DROPPED, missed_at)
                lane.due_s += lane.cycle_s
        if dropped:
            self._counters.count(dropped)
            self._sink.append(dropped)

    def ended(self, task: asyncio.Task[None]) -> None:
        """An actor that failed is seen as a device that is down; it is raised again when the poller is left."""
        if not task.cancelled() and task.exception() is not None:
            self._record.enter(False, "polling failed", datetime.now(UTC))
            log.error("%s: polling failed", self.name, exc_info=task.exception())

    def notified(self, readings: Sequence[Reading]) -> None:
        """Readings that the device told by itself, between two polls: shown at once, counted by its supervisor."""
        self._record.take(readings)
        self._sink.append(readings)

    def health(self) -> DeviceHealth:
        remark = self.line.watcher.remark() if self.line.watcher is not None else ""
        return self._record.view(remark)

    async def _cycle(self, due: list[_Lane]) -> None:
        points = [point for lane in due for point in lane.points]
        match self.breaker.state(self._clock()):
            case BreakerState.CLOSED:
                readings = await self._read(points)
                self._judge(readings)
            case BreakerState.PROBING:
                readings = await self._probe(points)
                self._judge(readings)
            case BreakerState.OPEN:
                readings = _without_value(points, Quality.NOT_CONNECTED, self._moment())
        dropped = self._advance(due, readings)
        latest = max(reading.at for reading in readings)
        self._last_at = latest if self._last_at - latest > SET_BACK else max(latest, self._last_at)
        self._record.take(readings)
        self._counters.cycles += 1
        self._counters.count(dropped)
        self._counters.count(readings)
        self._sink.append([*dropped, *readings])  # oldest first: what counts now is what was read last

    def _moment(self) -> datetime:
        """Now, but never the moment of the last cycle.

        After a time-out the next cycle is due at once and not even asked for; a history that tells milliseconds apart
        would keep one row of the two.
        """
        now = datetime.now(UTC)
        return self._last_at + APART if -SET_BACK < now - self._last_at < APART else now

    async def _probe(self, points: list[Point]) -> list[Reading]:
        """One point first; the others only if somebody answers."""
        first = await self._read(points[:1])
        if first[0].quality in LOST:
            return _without_value(points, first[0].quality, first[0].at)
        return [*first, *(await self._read(points[1:]) if len(points) > 1 else ())]

    async def _read(self, points: list[Point]) -> list[Reading]:
        try:
            async with asyncio.timeout(READ_LIMIT_S):  # wait_for of Python 3.11 may swallow a cancellation
                return await self.line.connector.read(points)
        except TimeoutError:
            return _without_value(points, Quality.TIMEOUT, datetime.now(UTC))

    def _judge(self, readings: Sequence[Reading]) -> None:
        now_s, at = self._clock(), datetime.now(UTC)
        lost = _lost(readings)
        if lost is not None:
            self.breaker.failed(now_s)
            self._record.enter(False, _TOLD_AS[lost], at)
            if self.breaker.failures > 1:  # one silence may be one lost frame: the next cycle asks again at once
                self._tell(logging.WARNING, self._changes.changed("down", now_s), _TOLD_AS[lost])
            return
        self.breaker.answered()
        self._record.enter(True, "", at)
        self._tell(logging.INFO, self._changes.changed("answers", now_s), "answers")
        bad = sum(reading.quality is not Quality.GOOD for reading in readings)
        state = "some points have no value" if bad else "every point has a value"
        self._tell(logging.INFO, self._values.changed(state, now_s), f"{bad} of {len(readings)} points have no value")

    def _tell(self, level: int, line: str, text: str) -> None:
        """Log a change of state; `text` is what to say of the two states whose own words are too general."""
        if line:
            log.log(level, "%s: %s", self.name, text if line in {"down", "some points have no value"} else line)

    def _advance(self, due: list[_Lane], readings: Sequence[Reading]) -> list[Reading]:
        """Plan the next cycle of each lane; cycles that are over already get their reading.

        DROPPED if we were late; if it was the device that kept us waiting, what it kept us waiting with.
        """
        now, at = self._clock(), datetime.now(UTC)
        why = _lost(readings) or Quality.DROPPED
        dropped: list[Reading] = []
        for lane in due:
            lane.due_s += lane.cycle_s
            while lane.due_s + lane.cycle_s <= now:
                missed_at = at - timedelta(seconds=now - lane.due_s)
                dropped.extend(_without_value(lane.points, why, missed_at))
                lane.due_s += lane.cycle_s
        return dropped


def _lost(readings: Sequence[Reading]) -> Quality | None:
    """The quality of the first reading if nobody answered any of them."""
    if readings and all(reading.quality in LOST for reading in readings):
        return readings[0].quality
    return None


def _lanes(cycle_s: float, by_cycle: Mapping[float, list[Point]], start_s: float) -> list[_Lane]:
    """The lane of a cycle; a long one that is not the fastest in slices spread over its cycle.

    Otherwise the fast lane of a large device would miss its cycles while the slow one is read.
    """
    points = by_cycle[cycle_s]
    size = len(points) if cycle_s == min(by_cycle) else SLICE_POINTS
    slices = [points[first : first + size] for first in range(0, len(points), size)]
    return [_Lane(cycle_s, part, start_s + cycle_s * place / len(slices)) for place, part in enumerate(slices)]


def _without_value(points: Iterable[Point], quality: Quality, at: datetime) -> list[Reading]:
    return [Reading(point.id, None, quality, at) for point in points]
