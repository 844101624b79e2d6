"""The devices' own alarms while a desk is open: listened to, and written into the journal as they come.

They stand beside the alarms that the desk makes from readings: what a controller says of itself is evidence, and the
journal keeps both. A device that floods us fills its own queue, never the journal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from bms_connectors.connectors import Line
from bms_connectors.device_events import DeviceEvent, EventSource
from twin.live.audit import FIELD, Journal
from twin.live.session import Session
from twin.model.journal import JournalEntry
from twin.model.points import Point
from twin.model.vocabulary import SiteMode

logger = logging.getLogger(__name__)

KIND = "device.event"
DROPPED_KIND = "device.events-dropped"
ROUND_S = 0.25
MOST_A_ROUND = 5
"""Events of one device that are journalled in a round, so 20 a second; the others wait, and are counted if dropped."""
FIRST_S = 2.0
"""After the desk opened: the first reading of every point comes first."""
SPACING_S = 0.25
"""Between two devices that we begin to listen to: each is asked who it is, what it has and what stands."""

Entry = Callable[[str, str, dict[str, object]], JournalEntry]
"""An entry of the field's own doing, from kind, subject and data."""


class Permitted(Protocol):
    """What a site permits to be written; `WritePolicy` and the site's own settings fit."""

    @property
    def enabled(self) -> bool: ...

    @property
    def devices(self) -> Collection[str]: ...


def may_enrol(device: str, mode: SiteMode, write: Permitted) -> bool:
    """Whether we may write ourselves into a device's recipient lists: never on a live site that does not list it."""
    return mode is not SiteMode.LIVE or (write.enabled and device in write.devices)


def device_event_log(lines: Iterable[Line], session: Session, journal: Journal, write: Permitted) -> DeviceEventLog:
    """The log of a desk's session; ``write`` is what the site permits to be written."""

    def entry(kind: str, subject: str, data: dict[str, object]) -> JournalEntry:
        now = datetime.now(UTC)
        return JournalEntry(
            at=now,
            kind=kind,
            subject=subject,
            actor=FIELD,
            source=session.mode.value,
            data=data,
            exercise_at=session.clock.at(now),
        )

    points = tuple(session.live.points.values())
    return DeviceEventLog(lines, points, journal, entry, lambda device: may_enrol(device, session.mode, write))


class DeviceEventLog:
    """``async with DeviceEventLog(…):`` listens to the devices and journals until the block ends.

    Args:
        lines: conversations whose connectors stay entered for that long; those without events are passed over.
        points: names for the devices' objects.
        enrols: whether the desk may write itself into the recipient lists of a device, by its name.
    """

    def __init__(
        self,
        lines: Iterable[Line],
        points: Sequence[Point],
        journal: Journal,
        entry: Entry,
        enrols: Callable[[str], bool],
    ) -> None:
        self._sources: dict[str, EventSource] = {
            line.device.name: line.events for line in lines if line.events is not None
        }
        self._dropped = dict.fromkeys(self._sources, 0)
        self._points = points
        self._journal = journal
        self._entry = entry
        self._enrols = enrols
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._open(), name="listening to devices' events"),
            asyncio.create_task(self._write(), name="journal of devices' events"),
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(source.close() for source in self._sources.values()))  # at once: each may take a second
        self.take_in()

    def take_in(self) -> int:
        """Journal what has come since the last time; the number of entries."""
        entries = []
        for name, source in self._sources.items():
            entries += [self._entry(KIND, event.subject, _data(event)) for event in source.drain(MOST_A_ROUND)]
            dropped = source.counts().dropped
            if dropped > self._dropped[name]:
                data: dict[str, object] = {"dropped": dropped - self._dropped[name]}
                entries.append(self._entry(DROPPED_KIND, name, data))
                self._dropped[name] = dropped
        if entries:
            self._journal.append(entries)
        return len(entries)

    async def _open(self) -> None:
        await asyncio.sleep(FIRST_S)
        for name, source in self._sources.items():
            source.know(self._points)
            await source.open(may_enrol=self._enrols(name))
            await asyncio.sleep(SPACING_S)

    async def _write(self) -> None:
        while True:
            await asyncio.sleep(ROUND_S)
            try:
                self.take_in()
            except Exception:
                logger.exception("devices' events are not journalled")


def _data(event: DeviceEvent) -> dict[str, object]:
    return {
        "device": event.device,
        "object": event.object_name,
        "from": event.from_state,
        "state": event.state,
        "type": event.notify_type,
        "priority": event.priority,
        "since": event.at.isoformat() if event.at is not None else None,
        "acknowledged": event.is_acknowledged,
        "notified": event.is_notified,
        "message": event.message,
    }
