"""Reads the points of one BACnet device: batches of a size that the device can do, a fallback, a fault flag.

A device that rejects ReadPropertyMultiple is read property by property until it is restarted. A device that is silent,
is not the one we asked for, or shares its instance with another gives no values at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from bacpypes3.basetypes import PropertyIdentifier

from bms_connectors.bacnet.answers import UNDECODED, Answers, cast, reading_of
from bms_connectors.bacnet.client import IN_FLIGHT, Conversation
from bms_connectors.bacnet.codec import FAULT_FLAG
from bms_connectors.bacnet.cov import CovSupervisor
from bms_connectors.bacnet.presence import Presence
from bms_connectors.bacnet.request import AskedObject, Key, batches, grouped
from bms_connectors.health import CovCounts
from twin.model.errors import ConnectorError, DecodeError, DeviceRefusedError
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Point, Reading
from twin.model.vocabulary import Quality

FLAG_EVERY = 3
"""Status flags of plant and meters are read every third time (within their age limit of 3 cycles), others always."""
HEARTBEAT = "heartbeat"
"""Kind of the point that carries a device's uptime [s]."""

Asked = tuple[AskedObject, bool]


class BacnetConnector:
    """Reads the points of one device; `watch` also subscribes to some."""

    def __init__(self, talk: Conversation) -> None:
        self.device = talk.device
        self.presence = Presence(talk)
        self._talk = talk
        self._objects: dict[tuple[PointId, ...], list[AskedObject]] = {}
        self._faulty: set[Key] = set()
        self._turn = 0
        self._cov: CovSupervisor | None = None

    @property
    def batch(self) -> int:
        """Properties that are asked at once."""
        return self.presence.batch.size

    @property
    def has_multiple(self) -> bool:
        """Whether the device knows ReadPropertyMultiple, as far as we know."""
        return self.presence.has_multiple

    async def __aenter__(self) -> Self:
        await self._talk.client.__aenter__()
        if self._cov is not None:
            self._cov.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        await self.unwatch()
        await self._talk.client.__aexit__(kind, error, trace)

    def watch(self, points: Sequence[Point], take: Callable[[Sequence[Reading]], None], /) -> None:
        """Subscribe to these points when entered; those that no notification carries stay with polling."""
        self._cov = CovSupervisor(self._talk, points, take, is_heard=lambda: not self.presence.doubt)
        self.presence.on_restart.append(self._cov.restarted)

    async def unwatch(self) -> None:
        """Cancel the subscriptions; a second call finds nothing to cancel."""
        if self._cov is not None:
            await self._cov.close()

    def cov_counts(self) -> CovCounts | None:
        return self._cov.counts if self._cov is not None else None

    def remark(self) -> str:
        """Why the device is not believed, if it is not."""
        return self.presence.doubt

    async def read(self, points: Sequence[Point], /) -> list[Reading]:
        """One reading for every point asked, in that order; a point without a BACnet binding is a DEVICE_ERROR."""
        blocked = await self.presence.look()
        if blocked is not None:
            now = datetime.now(UTC)
            return [Reading(point.id, None, blocked, now) for point in points]
        since_s = self._cov.mark() if self._cov is not None else 0.0
        objects = self._grouped(points)
        self._turn += 1
        answers = Answers()
        cut = list(batches([(part, self._with_flag(part)) for part in objects], self.presence.batch.size))
        if cut:
            await self._read_batch(cut[0], answers)  # alone: a dead device costs one time-out, not one a batch
            rest = iter(cut[1:])
            await asyncio.gather(*(self._read_all(rest, answers) for _ in range(IN_FLIGHT)))
        self._learn(answers)
        readings = {
            point.id: self._reading(point, binding, key, part, answers)
            for part in objects
            for point, binding, key in part.points
        }
        self._listen_to_heart(points, readings)
        if self._cov is not None:
            self._cov.polled(readings, since_s)
        now = datetime.now(UTC)
        return [readings.get(point.id) or Reading(point.id, None, Quality.DEVICE_ERROR, now) for point in points]

    async def _read_all(self, cut: Iterator[list[Asked]], answers: Answers) -> None:
        """One of several that share the batches, each asking only while the device still answers."""
        for batch in cut:
            await self._read_batch(batch, answers)

    def _grouped(self, points: Sequence[Point]) -> list[AskedObject]:
        key = tuple(point.id for point in points)
        if key not in self._objects:
            self._objects[key] = grouped(points)
        return self._objects[key]

    def _with_flag(self, part: AskedObject) -> bool:
        if part.flag is None:
            return False
        return part.is_urgent or part.flag in self._faulty or (self._turn + part.flag[1]) % FLAG_EVERY == 0

    def _learn(self, answers: Answers) -> None:
        if Quality.TIMEOUT in answers.unanswered.values():
            self.presence.batch.lose()
        elif answers.refused:
            self.presence.batch.refuse(answers.refused)
        elif answers.lost is None:
            self.presence.batch.succeed()
        if answers.lost is not None and not answers.values:
            self.presence.silent()

    def _listen_to_heart(self, points: Sequence[Point], readings: dict[PointId, Reading]) -> None:
        for point in points:
            if point.kind == HEARTBEAT and point.id in readings:
                value = readings[point.id].value
                if value is not None:
                    self.presence.heartbeat(value)

    async def _read_batch(self, batch: list[Asked], answers: Answers) -> None:
        if answers.lost is not None:
            return
        if not self.presence.has_multiple:
            await self._read_singly(batch, answers)
            return
        try:
            values = await self._talk.read_values([part.flagged if flag else part.plain for part, flag in batch])
        except DeviceRefusedError as error:
            await self._after_refusal(batch, error.code, answers)
        except DecodeError:
            await self._after_refusal(batch, "", answers)
        except ConnectorError as error:
            answers.note_silence(_keys(batch), error)
        else:
            answers.take(values)

    async def _after_refusal(self, batch: list[Asked], code: str, answers: Answers) -> None:
        """Ask for less; `code` is the device's, empty if its answer does not decode."""
        if code.startswith("abort") or code == "reject buffer-overflow":
            properties = sum(len(part.points) + flag for part, flag in batch)
            answers.refused = min(answers.refused or properties, properties)
        elif code.startswith("reject"):
            self.presence.has_multiple = False
        if len(batch) == 1 or not self.presence.has_multiple:
            await self._read_singly(batch, answers)
            return
        middle = len(batch) // 2
        await self._read_batch(batch[:middle], answers)
        await self._read_batch(batch[middle:], answers)

    async def _read_singly(self, batch: list[Asked], answers: Answers) -> None:
        for part, flag in batch:
            for key in _keys([(part, flag)]):
                if answers.lost is not None:
                    return
                try:
                    value = await self._talk.read_single(part.identifier, PropertyIdentifier(key[2]))
                except DeviceRefusedError:
                    answers.note(key, None)
                except DecodeError:
                    answers.note(key, UNDECODED)
                except ConnectorError as error:
                    answers.note_silence([key], error)
                else:
                    answers.note(key, cast(value, key))

    def _reading(self, point: Point, binding: BacnetBinding, key: Key, part: AskedObject, answers: Answers) -> Reading:
        if key not in answers.values:
            return Reading(point.id, None, answers.missing(key), datetime.now(UTC))
        return reading_of(point, binding, answers.values[key], answers.times[key], self._is_faulty(part, answers))

    def _is_faulty(self, part: AskedObject, answers: Answers) -> bool:
        flag = part.flag
        if flag is None:
            return False
        flags = answers.values.get(flag)
        if isinstance(flags, list) and len(flags) > FAULT_FLAG:
            (self._faulty.add if flags[FAULT_FLAG] else self._faulty.discard)(flag)
        return flag in self._faulty


def _keys(batch: Sequence[Asked]) -> list[Key]:
    """What a request asks for, the status flags included."""
    return [
        key
        for part, flag in batch
        for key in [*(key for _, _, key in part.points), *([part.flag] if flag and part.flag else [])]
    ]
