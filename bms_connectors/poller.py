"""Polls every device on its own: one actor a device, so that a dead one delays nobody else.

For every point and every scheduled cycle the sink gets exactly one Reading: a value, or the reason why there is none.
While a device is silent its points are TIMEOUT or NOT_CONNECTED; cycles that could not be served in time are DROPPED.
So expected = good + bad always reconciles, and nothing stays good because nobody asked.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from bms_connectors.connectors import Line, open_connectors
from bms_connectors.health import LOST, Breaker, DeviceRecord, PollCounters
from bms_connectors.ports import PointWriter, ReadingSink
from twin.model.errors import ConfigError, Fault, UnknownIdError
from twin.model.operation import DeviceHealth
from twin.model.point_kinds import Freshness
from twin.model.points import Device, Point, Protocol, Reading
from twin.model.vocabulary import Quality

log = logging.getLogger(__name__)

CYCLES_S: Mapping[Freshness, float] = {
    Freshness.SECURITY: 1.0,
    Freshness.LIFE_SAFETY: 2.0,
    Freshness.PLANT: 5.0,
    Freshness.METER: 30.0,
}
READ_LIMIT_S = 30.0
"""No read lasts longer; the connectors' own time-outs are far below it, this only guards against what they missed."""

SLICE_POINTS = 60
"""Points of a slow lane that are read at once: a few requests, well below the shortest cycle."""

Sleep = Callable[[float], Awaitable[object]]


@dataclass(slots=True)
class _Lane:
    """Points of one device that share a cycle."""

    cycle_s: float
    points: list[Point]
    due_s: float


class Poller:
    """``async with Poller(points, devices, sink) as poller:`` polls until the block ends.

    Args:
        points: the register; points without a binding are left alone.
        devices: the devices that bindings name.
        sink: takes the readings, one call a device and cycle.
        cycle_s: seconds between polls of each freshness class; classes not named keep their default (`CYCLES_S`).
        clock: monotonic seconds.
        sleep: waits that many seconds.
        lines: connectors by device name, instead of those of `open_connectors`.

    Raises:
        ConfigError: a point names a device that is not there.
        ConnectError: no local port is free (on entering).
    """

    def __init__(
        self,
        points: Iterable[Point],
        devices: Sequence[Device],
        sink: ReadingSink,
        *,
        cycle_s: Mapping[Freshness, float] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        lines: Mapping[str, Line] | None = None,
    ) -> None:
        by_device = _by_device(points, devices)
        self._lines = dict(lines if lines is not None else open_connectors(devices))
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._counters = {protocol: PollCounters() for protocol in Protocol}
        cycles = {**CYCLES_S, **(cycle_s or {})}
        self._actors = [
            _Actor(self._lines[device.name], by_device[device.name], sink, cycles, clock, sleep, self._counters)
            for device in devices
            if by_device[device.name]
        ]

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for actor in self._actors:
                await stack.enter_async_context(actor.line.connector)
            self._stack = stack.pop_all()
        self._tasks = [asyncio.create_task(actor.run(), name=f"poll {actor.name}") for actor in self._actors]
        for actor, task in zip(self._actors, self._tasks, strict=True):
            task.add_done_callback(actor.ended)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        for actor, task in zip(self._actors, self._tasks, strict=True):
            actor.stop()
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()
        failures = [result for result in results if isinstance(result, Exception)]
        if failures and error is None:
            raise failures[0]

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set."""
        async with self:
            await stop.wait()

    def health(self) -> list[DeviceHealth]:
        """Every polled device, in the order of the list of devices."""
        return [actor.record.view() for actor in self._actors]

    def counters(self) -> Mapping[Protocol, PollCounters]:
        """What was polled since the start, by protocol."""
        return self._counters

    def writers(self) -> dict[str, PointWriter]:
        """Writers by device name; each shares the connection of its reader."""
        return {name: line.writer for name, line in self._lines.items()}

    def writer_for(self, point: Point) -> PointWriter:
        """The writer of the point's device.

        Raises:
            UnknownIdError: the point is not bound to one of the devices.
        """
        if point.binding is None or point.binding.device not in self._lines:
            raise UnknownIdError("point", point.id)
        return self._lines[point.binding.device].writer

    async def read(self, points: Sequence[Point]) -> list[Reading]:
        """Read now, outside the cycles and uncounted: the read-back of a command. One reading a point, in order."""
        by_device: dict[str, list[Point]] = {}
        for point in points:
            if point.binding is None or point.binding.device not in self._lines:
                raise UnknownIdError("point", point.id)
            by_device.setdefault(point.binding.device, []).append(point)
        batches = await asyncio.gather(*(self._lines[name].connector.read(asked) for name, asked in by_device.items()))
        found = {reading.point: reading for batch in batches for reading in batch}
        return [found[point.id] for point in points]


class _Actor:
    """Polls one device."""

    def __init__(
        self,
        line: Line,
        points: Sequence[Point],
        sink: ReadingSink,
        cycles: Mapping[Freshness, float],
        clock: Callable[[], float],
        sleep: Sleep,
        counters: Mapping[Protocol, PollCounters],
    ) -> None:
        self.line = line
        self.name = line.device.name
        self.record = DeviceRecord(line.device, len(points))
        self._sink = sink
        self._clock = clock
        self._sleep = sleep
        self._counters = counters[line.device.protocol]
        self._breaker = Breaker()
        self._is_stopping = False
        by_cycle: dict[float, list[Point]] = {}
        for point in points:
            by_cycle.setdefault(cycles[point.meaning.freshness], []).append(point)
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

    def ended(self, task: asyncio.Task[None]) -> None:
        """An actor that failed is seen as a device that is down; it is raised again when the poller is left."""
        if not task.cancelled() and task.exception() is not None:
            self.record.is_up = False
            self.record.detail = "polling failed"
            log.error("%s: polling failed", self.name, exc_info=task.exception())

    async def _cycle(self, due: list[_Lane]) -> None:
        points = [point for lane in due for point in lane.points]
        if self._breaker.allows(self._clock()):
            readings = await self._read(points)
            self._judge(readings)
        else:
            readings = _without_value(points, Quality.NOT_CONNECTED, datetime.now(UTC))
        dropped = self._advance(due)
        self.record.take(readings)
        self._counters.cycles += 1
        self._counters.count(dropped)
        self._counters.count(readings)
        self._sink.append([*dropped, *readings])  # oldest first: what counts now is what was read last

    async def _read(self, points: list[Point]) -> list[Reading]:
        try:
            async with asyncio.timeout(READ_LIMIT_S):  # wait_for of Python 3.11 may swallow a cancellation
                return await self.line.connector.read(points)
        except TimeoutError:
            return _without_value(points, Quality.TIMEOUT, datetime.now(UTC))

    def _judge(self, readings: Sequence[Reading]) -> None:
        lost = [reading for reading in readings if reading.quality in LOST]
        if lost and len(lost) == len(readings):
            self._breaker.failed(self._clock())
            detail = "no answer" if lost[0].quality is Quality.TIMEOUT else "no connection"
            if self.record.is_up or self._breaker.failures == 1:
                log.warning("%s: %s", self.name, detail)
            self.record.is_up = False
            self.record.detail = detail
            return
        self._breaker.answered()
        if not self.record.is_up:
            log.info("%s: answers", self.name)
        self.record.is_up = True
        self.record.detail = ""

    def _advance(self, due: list[_Lane]) -> list[Reading]:
        """Plan the next cycle of each lane; cycles that are over already get their reading: DROPPED."""
        now, at = self._clock(), datetime.now(UTC)
        dropped: list[Reading] = []
        for lane in due:
            lane.due_s += lane.cycle_s
            while lane.due_s + lane.cycle_s <= now:
                missed_at = at - timedelta(seconds=now - lane.due_s)
                dropped.extend(_without_value(lane.points, Quality.DROPPED, missed_at))
                lane.due_s += lane.cycle_s
        return dropped


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


def _by_device(points: Iterable[Point], devices: Sequence[Device]) -> dict[str, list[Point]]:
    by_device: dict[str, list[Point]] = {device.name: [] for device in devices}
    faults = []
    for point in points:
        if point.binding is None:
            continue
        if point.binding.device in by_device:
            by_device[point.binding.device].append(point)
        else:
            faults.append(Fault("points", point.id, f"is bound to {point.binding.device!r}, which is not in the list"))
    if faults:
        raise ConfigError(faults)
    return by_device
