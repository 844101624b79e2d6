"""The alarms of one device: listens to what it notifies, asks what stands, acknowledges, finds what got lost.

A notification is one datagram from a device that may have been restarted, full, or told by somebody else to forget us.
So the list is asked besides, every five minutes and after every restart; what stands in it and was not told is a loss.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bms_connectors.bacnet.acknowledgement import acknowledge_transition
from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.device_clock import read_zone
from bms_connectors.bacnet.device_times import DeviceZone
from bms_connectors.bacnet.event_list import EventList
from bms_connectors.bacnet.event_recipients import Enrolment
from bms_connectors.bacnet.event_words import ACK_NOTIFICATION, Key, Summary, event_of, notified, octets, transition_to
from bms_connectors.bacnet.presence import Presence
from bms_connectors.device_events import NORMAL, TRANSITIONS, DeviceEvent, EventCounts
from twin.model.errors import ConnectError, ConnectorError, ResponseTimeoutError
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Point
from twin.model.vocabulary import Quality

log = logging.getLogger("bms_connectors.bacnet")

ASK_EVERY_S = 300.0
"""Between two questions what stands."""
GRACE_S = 2.0
"""A change that the list shows may still be on its way to us; after this it is lost (as for subscriptions)."""
LEAST_S = 5.0
"""No more often than this, however often a device says I-Am."""
RETRY_S = 10.0
"""After a look that failed or left classes without us; twice as long after each further one, up to `ASK_EVERY_S`."""
GOODBYE_S = 1.0
MOST_WAITING = 500
"""Events that wait to be fetched; beyond it the oldest is dropped and counted."""
MOST_KNOWN = 4000
"""Objects whose last event is remembered (assumption)."""

SAME_S = 1.0
"""Time stamps of one event may differ by less: some devices notify hundredths of seconds and list none."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What was last told of an object: its state, and when it was reached as time and as octets."""

    state: str
    at: datetime | None = None
    stamp: bytes = b""

    def is_same(self, other: _Told) -> bool:
        if self.state != other.state:
            return False
        if self.at is not None and other.at is not None:
            return abs((self.at - other.at).total_seconds()) < SAME_S
        return self.stamp == other.stamp or not self.stamp or not other.stamp


class EventDesk:
    """Fits `EventSource`. Changes of one device's events, from notifications and from its list."""

    def __init__(
        self,
        talk: Conversation,
        presence: Presence,
        points: Iterable[Point] = (),
        *,
        every_s: float = ASK_EVERY_S,
        grace_s: float = GRACE_S,
        least_s: float = LEAST_S,
    ) -> None:
        self._talk = talk
        self._presence = presence
        self._every_s = every_s
        self._grace_s = grace_s
        self._least_s = least_s
        self._points: dict[Key, PointId] = {}
        self._samples: dict[str, Key] = {}
        self._list = EventList(talk)
        self._enrolment = Enrolment(talk)
        self._zone: DeviceZone | None = None
        self._counts = EventCounts()
        self._remark = ""
        self._missing = ""
        self._waiting: deque[DeviceEvent] = deque()
        self._told: dict[Key, _Told] = {}
        self._fresh: set[Key] = set()
        self._listed: dict[Key, Summary] = {}
        self._may_enrol = False
        self._must_enrol = True
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self.know(points)
        presence.on_restart.append(self._restarted)

    def know(self, points: Iterable[Point], /) -> None:
        for point in points:
            binding = point.binding
            if isinstance(binding, BacnetBinding) and binding.device == self._talk.device.name:
                key = (binding.object_type, binding.object_instance)
                self._points.setdefault(key, point.id)
                self._samples.setdefault(point.kind, key)

    async def standing(self) -> Sequence[DeviceEvent]:
        await self._believe()
        zone = await self._known_zone()
        return [self._event(each, zone) for each in await self._ask()]

    async def acknowledge(self, event: DeviceEvent, /, *, source: str) -> str:
        key = (event.object_type, event.object_instance)
        await self._believe()
        zone = await self._known_zone()
        if key not in self._listed:
            await self._ask()
        summary = self._listed.get(key)
        if summary is None:
            return f"{event.subject}: the device does not list it any more"
        now = self._event(summary, zone)
        if (now.state, now.at) != (event.state, event.at):
            return f"{event.subject}: is {now.state} meanwhile; look again before it is acknowledged"
        wanted = [number for number, name in enumerate(TRANSITIONS) if name in event.unacknowledged]
        for number in wanted:
            problem = await acknowledge_transition(self._talk, summary, number, source, zone.local(datetime.now(UTC)))
            if problem:
                return f"{event.subject}: {problem}"
        await self._ask()
        left = self._listed[key].unacknowledged if key in self._listed else ()
        still = [TRANSITIONS[number] for number in wanted if TRANSITIONS[number] in left]
        return f"{event.subject}: {', '.join(still)} is still not acknowledged" if still else ""

    async def open(self, *, may_enrol: bool) -> None:
        self._may_enrol = may_enrol
        self._talk.client.hear_events(self._talk.address, self._talk.device.instance, self._take)
        self._task = asyncio.create_task(self._keep(), name=f"events of {self._talk.device.name}")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        with suppress(ConnectorError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self._enrolment.withdraw()
        self._talk.client.hear_events(self._talk.address, self._talk.device.instance, None)
        self._must_enrol = True

    def drain(self, most: int, /) -> Sequence[DeviceEvent]:
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def counts(self) -> EventCounts:
        return self._counts

    def remark(self) -> str:
        return self._remark

    async def _keep(self) -> None:
        retry_s = RETRY_S
        while True:
            self._wake.clear()
            is_well = await self._looked()
            pause_s = self._every_s if is_well else min(self._every_s, retry_s)
            retry_s = RETRY_S if is_well else retry_s * 2.0
            await asyncio.sleep(min(self._least_s, pause_s))
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, pause_s - self._least_s)):
                    await self._wake.wait()

    async def _looked(self) -> bool:
        """Look; whether the device told everything and lists us as it should."""
        try:
            await self._look()
        except ConnectorError as error:
            self._say(str(error))
            return False
        except Exception:
            log.exception("%s: asking for events failed", self._talk.device.name)
            return False
        return not self._missing

    async def _look(self) -> None:
        """Enrol where that is due, then ask what stands and report what was not told."""
        await self._believe()
        was_enrolled = self._enrolment.classes > 0
        zone = await self._known_zone()
        if self._must_enrol and self._may_enrol:
            self._missing = await self._enrol()
        self._fresh.clear()
        listed = await self._ask()
        seen = {each.key: (self._event(each, zone), each) for each in listed}
        told = {key: _told(event, summary) for key, (event, summary) in seen.items()}
        if was_enrolled and any(self._is_news(key, told[key]) for key in told):
            await asyncio.sleep(self._grace_s)
        for key, (event, _) in seen.items():
            if key not in self._fresh and self._is_news(key, told[key]):
                self._found(event, told[key], was_enrolled)
        for key in self._over(told):
            self._found(self._ended(key), _Told(NORMAL), was_enrolled)
        self._counts.asked += 1
        self._say(self._missing)

    async def _enrol(self) -> str:
        try:
            remark = await self._enrolment.enrol(list(self._samples.values()))
        except ConnectorError as error:
            remark = str(error)
        self._counts.enrolled = self._enrolment.classes
        self._must_enrol = bool(remark)
        return f"its events are asked every {self._every_s:.0f} s only: {remark}" if remark else ""

    async def _ask(self) -> list[Summary]:
        listed = await self._list.ask()
        self._listed = {each.key: each for each in listed}
        return listed

    async def _believe(self) -> None:
        """Raise unless the device at the address is the one we mean."""
        match await self._presence.look():
            case None:
                return
            case Quality.TIMEOUT:
                raise ResponseTimeoutError(self._talk.device.name, "no answer in time")
            case Quality.NOT_CONNECTED:
                raise ConnectError(self._talk.device.name, "no connection")
            case _:
                raise ConnectorError(self._talk.device.name, self._presence.doubt or "is not believed")

    async def _known_zone(self) -> DeviceZone:
        if self._zone is None:
            self._zone = await read_zone(self._talk)
        return self._zone

    def _take(self, apdu: Any) -> bool:
        """A notification; False if it makes no sense. Called by bacpypes3, so it must not wait."""
        if self._presence.doubt:
            return False
        zone = self._zone or DeviceZone()
        try:
            event = notified(apdu, self._talk.device.name, self._named(apdu), zone.utc)
        except (ValueError, TypeError, AttributeError) as error:
            log.info("%s: a notification makes no sense: %s", self._talk.device.name, error)
            return False
        self._counts.received += 1
        if event.notify_type != ACK_NOTIFICATION:
            key = (event.object_type, event.object_instance)
            told = _Told(event.state, event.at, octets(apdu.timeStamp))
            if told.stamp and told == self._told.get(key):
                return True  # sent again, because our acknowledgement got lost
            self._fresh.add(key)
            self._remember(key, told)
        self._put(event)
        return True

    def _named(self, apdu: Any) -> PointId | None:
        where = apdu.eventObjectIdentifier
        return self._points.get((str(where[0]), int(where[1]))) if where is not None else None

    def _event(self, summary: Summary, zone: DeviceZone) -> DeviceEvent:
        return event_of(summary, self._talk.device.name, self._points.get(summary.key), zone.utc)

    def _ended(self, key: Key) -> DeviceEvent:
        return DeviceEvent(
            device=self._talk.device.name,
            object_type=key[0],
            object_instance=key[1],
            state=NORMAL,
            point=self._points.get(key),
        )

    def _is_news(self, key: Key, now: _Told) -> bool:
        before = self._told.get(key)
        return before is None or not before.is_same(now)

    def _over(self, still: Container[Key]) -> list[Key]:
        """What stood and does not any more, though nobody told."""
        return [
            key
            for key, told in self._told.items()
            if told.state != NORMAL and key not in still and key not in self._fresh
        ]

    def _found(self, event: DeviceEvent, told: _Told, was_enrolled: bool) -> None:
        self._remember((event.object_type, event.object_instance), told)
        self._put(event)
        if was_enrolled:
            if not self._counts.lost:
                log.info("%s: an event of %s was not notified", self._talk.device.name, event.subject)
            self._counts.lost += 1

    def _remember(self, key: Key, told: _Told) -> None:
        self._told.pop(key, None)
        if len(self._told) >= MOST_KNOWN:
            self._told.pop(next(iter(self._told)))
        self._told[key] = told

    def _put(self, event: DeviceEvent) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.popleft()
            self._counts.dropped += 1
        self._waiting.append(event)

    def _restarted(self) -> None:
        """The device was, or may have been, restarted: it may have forgotten us, and its clock may be another."""
        self._list.forget()
        self._zone = None
        self._must_enrol = True
        self._wake.set()

    def _say(self, remark: str) -> None:
        if remark != self._remark:
            log.info("%s: %s", self._talk.device.name, remark or "tells its events again")
            self._remark = remark


def _told(event: DeviceEvent, summary: Summary) -> _Told:
    return _Told(event.state, event.at, octets(summary.stamp(transition_to(summary.state))))
