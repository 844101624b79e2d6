"""Polls every device on its own: one actor a device, so that a dead one delays nobody else.

For every point and every scheduled cycle the sink gets exactly one Reading: a value, or the reason why there is none.
While a device is silent its points are TIMEOUT or NOT_CONNECTED; cycles that could not be served in time are DROPPED.
So expected = good + bad always reconciles, and nothing stays good because nobody asked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from bms_connectors.actor import Actor, Clock, Sleep
from bms_connectors.connectors import Line, open_connectors
from bms_connectors.health import CovCounts, PollCounters
from bms_connectors.modbus.tls import TlsFiles
from bms_connectors.ports import PointWriter, ReadingSink
from twin.model.errors import ConfigError, Fault, UnknownIdError
from twin.model.operation import DeviceHealth
from twin.model.point_kinds import Freshness
from twin.model.points import Device, Point, Protocol, Reading

CYCLES_S: Mapping[Freshness, float] = {
    Freshness.SECURITY: 1.0,
    Freshness.LIFE_SAFETY: 2.0,
    Freshness.PLANT: 5.0,
    Freshness.METER: 30.0,
}


class Poller:
    """``async with Poller(points, devices, sink) as poller:`` polls until the block ends.

    Args:
        points: the register; points without a binding are left alone.
        devices: the devices that bindings name.
        sink: takes the readings, one call a device and cycle.
        cycle_s: seconds between polls of each freshness class; classes not named keep their default (`CYCLES_S`).
        cov: which BACnet points to subscribe to besides (ASHRAE 135, clause 13.1): doors and alarms. What they tell
            reaches the sink at once, on top of the one reading a cycle; a device that refuses is polled only.
        cov_check_s: cycle of subscribed points in place of their class's; None keeps theirs, which is also their proof
            of life.
        clock: monotonic seconds.
        sleep: waits that many seconds.
        lines: connectors by device name, instead of those of `open_connectors`.
        tls: certificates of Modbus connections, by device name.
        bbmd: where the BACnet client registers as a foreign device (`open_connectors`).

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
        cov: Callable[[Point], bool] | None = None,
        cov_check_s: float | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        lines: Mapping[str, Line] | None = None,
        tls: Mapping[str, TlsFiles] | None = None,
        bbmd: str = "",
    ) -> None:
        by_device = _by_device(points, devices)
        self._lines = dict(lines if lines is not None else open_connectors(devices, tls, bbmd=bbmd))
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._counters = {protocol: PollCounters() for protocol in Protocol}
        cycles = {**CYCLES_S, **(cycle_s or {})}
        watched = {device.name: _watched(self._lines[device.name], by_device[device.name], cov) for device in devices}

        told = {point.id for points_of_device in watched.values() for point in points_of_device}

        def cycle_of(point: Point) -> float:
            if cov_check_s is not None and point.id in told:
                return cov_check_s
            return cycles[point.meaning.freshness]

        self._actors = [
            Actor(self._lines[device.name], by_device[device.name], sink, cycle_of, clock, sleep, self._counters)
            for device in devices
            if by_device[device.name]
        ]
        for actor in self._actors:
            if actor.line.watcher is not None and watched[actor.name]:
                actor.line.watcher.watch(watched[actor.name], actor.notified)

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
        for actor in self._actors:
            actor.close_books()
        watchers = [actor.line.watcher for actor in self._actors if actor.line.watcher is not None]
        await asyncio.gather(*(watcher.unwatch() for watcher in watchers))  # at once, not one device after another
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
        return [actor.health() for actor in self._actors]

    def counters(self) -> Mapping[Protocol, PollCounters]:
        """What was polled since the start, by protocol."""
        return self._counters

    def cov_counts(self) -> Mapping[str, CovCounts]:
        """What became of the subscriptions, by device name; only devices that have some."""
        watchers = {actor.name: actor.line.watcher for actor in self._actors}
        counts = {name: watcher.cov_counts() for name, watcher in watchers.items() if watcher is not None}
        return {name: count for name, count in counts.items() if count is not None}

    def line(self, device: str) -> Line:
        """The conversation with one device.

        Raises:
            UnknownIdError: there is no such device.
        """
        if device not in self._lines:
            raise UnknownIdError("device", device)
        return self._lines[device]

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


def _watched(line: Line, points: Iterable[Point], cov: Callable[[Point], bool] | None) -> list[Point]:
    """The points of a device to subscribe to; none where its protocol has no notifications."""
    return [point for point in points if cov is not None and line.watcher is not None and cov(point)]


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
