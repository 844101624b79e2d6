"""Supervises the subscriptions to one device: they are made, kept, checked and made again.

bacpypes3's own subscription ends without a word when one renewal fails, and its queue has no bound. Here the schedule
and the ledger decide (both pure), the queue drops the oldest and counts it, and polling goes on beside: a device that
refuses, forgets or stops to notify costs speed, never a value.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from bacpypes3.basetypes import PropertyIdentifier

from bms_connectors.bacnet.answers import cast, reading_of
from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.codec import FAULT_FLAG, OBJECT_KINDS, PRESENT_VALUE, STATUS_FLAGS
from bms_connectors.bacnet.cov_ledger import CovLedger
from bms_connectors.bacnet.cov_schedule import LIFETIME_S, CovSchedule
from bms_connectors.bacnet.request import AskedObject, grouped
from bms_connectors.health import CovCounts
from twin.model.errors import ConnectorError, DeviceRefusedError
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Point, Reading

log = logging.getLogger("bms_connectors.bacnet")

MOST_WAITING = 2000
"""Notifications that wait to be delivered: four seconds of the most that a client is planned for (500 a second)."""
GOODBYE_S = 1.0
_INCREMENT = "cov-increment"
_OBJECT = tuple[int, int]
Take = Callable[[Sequence[Reading]], None]


class CovSupervisor:
    """``open`` subscribes, ``close`` cancels. Points whose property no notification carries are left to polling.

    Notifications carry present value and status flags (ASHRAE 135, table 13-1): of an access door its command, not its
    position. ``is_heard`` says whether the device may be believed at all.
    """

    def __init__(
        self,
        talk: Conversation,
        points: Sequence[Point],
        take: Take,
        *,
        is_heard: Callable[[], bool] = lambda: True,
        lifetime_s: int = LIFETIME_S,
        is_confirmed: bool = True,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        carried = [p for p in points if isinstance(p.binding, BacnetBinding) and p.binding.property == PRESENT_VALUE]
        self.counts = CovCounts()
        self._talk = talk
        self._take = take
        self._is_heard = is_heard
        self._lifetime_s = lifetime_s
        self._is_confirmed = is_confirmed
        self._clock = clock
        self._objects = {_key(part): part for part in grouped(carried)}
        self._object_of = {point.id: key for key, part in self._objects.items() for point, _, _ in part.points}
        self._schedule = CovSchedule(self._objects, clock(), lifetime_s, rng or random.Random())
        self._ledger = CovLedger()
        self._processes: dict[_OBJECT, int] = {}
        self._waiting: deque[tuple[_OBJECT, Any, datetime]] = deque()
        self._newest: dict[PointId, tuple[float, Reading]] = {}
        self._arrived = asyncio.Event()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to subscribe; the client must be open."""
        for key in self._objects:
            self._processes[key] = self._talk.client.listen(self._talk.address, self._taker(key))
        name = self._talk.device.name
        self._tasks = [
            asyncio.create_task(self._keep(), name=f"subscriptions {name}"),
            asyncio.create_task(self._deliver(), name=f"notifications {name}"),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel what the device still owes us, as far as it answers within a second."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        now_s = self._clock()
        live = [key for key in self._processes if self._schedule.is_live(key, now_s)]
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await asyncio.gather(*(self._cancel(key) for key in live))
        for process in self._processes.values():
            self._talk.client.forget(self._talk.address, process)
        self._processes.clear()

    def restarted(self) -> None:
        """The device was, or may have been, restarted: its subscriptions are gone (clause 13.1)."""
        self.counts.resubscriptions += 1
        self._schedule.again(self._clock())
        self._wake.set()

    def mark(self) -> float:
        """The moment at which a read begins [monotonic s]; `polled` wants it back."""
        return self._clock()

    def polled(self, readings: dict[PointId, Reading], since_s: float) -> None:
        """Check what was polled against what was told; a reading that is older than what was told gives way to it.

        Only what was told since the read began can be newer. The clock on the wall cannot say so: it may be set back.
        """
        now_s = self._clock()
        for point, key in self._object_of.items():
            reading = readings.get(point)
            if reading is None or reading.value is None:
                continue
            told_s, newest = self._newest.get(point, (-math.inf, reading))
            if told_s >= since_s and newest.at > reading.at:
                readings[point] = newest
            elif self._schedule.is_live(key, now_s):
                self._ledger.polled(point, reading.value, now_s)
        self._settle(now_s)
        if self._ledger.is_open:
            self._wake.set()

    def _taker(self, key: _OBJECT) -> Callable[[Any], None]:
        def take(notification: Any) -> None:
            monitored = notification.monitoredObjectIdentifier
            if (int(monitored[0]), int(monitored[1])) != key or not self._is_heard():
                return
            if len(self._waiting) >= MOST_WAITING:
                self._waiting.popleft()
                self.counts.dropped += 1
            self._waiting.append((key, notification.listOfValues, datetime.now(UTC)))
            self._arrived.set()

        return take

    async def _deliver(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            readings: list[Reading] = []
            while self._waiting:
                readings += self._readings(*self._waiting.popleft())
            if readings:
                self._take(readings)

    def _readings(self, key: _OBJECT, listed: Any, at: datetime) -> list[Reading]:
        self.counts.notified += 1
        values = {
            int(each.propertyIdentifier): cast(each.value, (*key, int(each.propertyIdentifier))) for each in listed
        }
        flags = values.get(int(PropertyIdentifier(STATUS_FLAGS)))
        part = self._objects[key]
        is_faulty = (
            part.flag is not None and isinstance(flags, list) and bool(flags[FAULT_FLAG : FAULT_FLAG + 1] == [1])
        )
        told = []
        for point, binding, (_, _, name) in part.points:
            if name not in values:
                continue
            reading = reading_of(point, binding, values[name], at, is_faulty)
            if reading.value is not None:
                self._ledger.notified(point.id, reading.value)
            self._newest[point.id] = (self._clock(), reading)
            told.append(reading)
        return told

    async def _keep(self) -> None:
        while True:
            for key in self._schedule.due(self._clock()):
                if not await self._subscribe(key):
                    break
            now_s = self._clock()
            self._settle(now_s)
            self.counts.subscribed = self._schedule.live(now_s)
            self.counts.refused = self._schedule.given_up()
            pause_s = max(0.0, self._schedule.next_s() - now_s)
            if self._ledger.is_open:
                pause_s = min(pause_s, self._ledger.grace_s)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s if pause_s < float("inf") else None):
                    await self._wake.wait()
            self._wake.clear()

    async def _subscribe(self, key: _OBJECT) -> bool:
        """Make or renew one subscription; False if nobody answers."""
        part, process = self._objects[key], self._processes[key]
        was_live = self._schedule.is_live(key, self._clock())
        try:
            await self._learn_increment(part)
            await self._talk.subscribe(part.identifier, process, self._lifetime_s, is_confirmed=self._is_confirmed)
        except DeviceRefusedError as error:
            if not self._schedule.given_up():
                log.info("%s: refuses subscriptions (%s); polled only", self._talk.device.name, error.code)
            self._schedule.refused(key, self._clock())
            return True
        except ConnectorError:
            self.counts.failed_renewals += was_live
            self._schedule.unanswered(key, self._clock())
            return False
        self._schedule.accepted(key, self._clock())
        self.counts.renewals += was_live
        return True

    async def _learn_increment(self, part: AskedObject) -> None:
        """Changes below an analog object's COV increment are not notified (clause 13.1), so they are no losses."""
        kind = OBJECT_KINDS.get(str(part.identifier[0]))
        first = part.points[0][0].id
        if kind is None or not kind.is_analog or first in self._ledger.tolerance:
            return
        name = PropertyIdentifier(_INCREMENT)
        try:
            raw = cast(await self._talk.read_single(part.identifier, name), (*_key(part), int(name)))
        except DeviceRefusedError:
            raw = None
        tolerance = float(raw) if isinstance(raw, float) else float("inf")
        self._ledger.tolerance.update({point.id: tolerance for point, _, _ in part.points})

    def _settle(self, now_s: float) -> None:
        for point in self._ledger.settle(now_s):
            if not self.counts.lost:
                log.warning("%s: a change of %s was not notified", self._talk.device.name, point)
            self.counts.lost += 1
            self._schedule.again(now_s, self._object_of[point])
            self._wake.set()

    async def _cancel(self, key: _OBJECT) -> None:
        with suppress(ConnectorError):
            await self._talk.unsubscribe(self._objects[key].identifier, self._processes[key])

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("%s: %s failed", self._talk.device.name, task.get_name(), exc_info=task.exception())


def _key(part: AskedObject) -> _OBJECT:
    return int(part.identifier[0]), int(part.identifier[1])
