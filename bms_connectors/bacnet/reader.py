"""Reads the points of one BACnet device: batches that grow and shrink, a fallback, a fault flag.

A batch of ReadPropertyMultiple begins at 20 properties and grows to 50; it halves when the device aborts (buffer
overflow, segmentation not supported) or stays silent. A device that rejects the service is read property by property.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from bacpypes3.apdu import ErrorType
from bacpypes3.basetypes import PropertyIdentifier
from bacpypes3.primitivedata import Null
from bacpypes3.vendor import get_vendor_info

from bms_connectors.bacnet.client import IN_FLIGHT, Conversation
from bms_connectors.bacnet.codec import (
    FAULT_FLAG,
    from_wire,
)
from bms_connectors.bacnet.request import AskedObject, Key, batches, grouped
from twin.model.errors import ConnectError, ConnectorError, DeviceRefusedError, ResponseTimeoutError
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Point, Reading
from twin.model.vocabulary import Quality

FIRST_BATCH = 20
LARGEST_BATCH = 50
BATCH_STEP = 10
FLAG_EVERY = 3
"""Status flags of plant and meters are read every third time (within their age limit of 3 cycles), others always."""


class BacnetConnector:
    """Reads the points of one device."""

    def __init__(self, talk: Conversation) -> None:
        self.device = talk.device
        self.batch = FIRST_BATCH
        self.has_multiple = True
        self._talk = talk
        self._objects: dict[tuple[PointId, ...], list[AskedObject]] = {}
        self._faulty: set[Key] = set()
        self._turn = 0

    async def __aenter__(self) -> Self:
        await self._talk.client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        await self._talk.client.__aexit__(kind, error, trace)

    async def read(self, points: Sequence[Point], /) -> list[Reading]:
        """One reading for every point asked, in that order; a point without a BACnet binding is a DEVICE_ERROR."""
        objects = self._grouped(points)
        self._turn += 1
        parts = [(part, self._with_flag(part)) for part in objects]
        answers = _Answers()
        cut = list(batches(parts, self.batch))
        if cut:
            await self._read_batch(cut[0], answers)  # alone: a dead device costs one time-out, not one a batch
            rest = iter(cut[1:])
            await asyncio.gather(*(self._read_all(rest, answers) for _ in range(IN_FLIGHT)))
        self._adapt(answers)
        readings = {
            point.id: self._reading(point, binding, key, part, answers)
            for part in objects
            for point, binding, key in part.points
        }
        now = datetime.now(UTC)
        return [readings.get(point.id) or Reading(point.id, None, Quality.DEVICE_ERROR, now) for point in points]

    async def _read_all(self, batches: Iterator[list[tuple[AskedObject, bool]]], answers: _Answers) -> None:
        """One of several that share the batches, each asking only while the device still answers."""
        for batch in batches:
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

    def _adapt(self, answers: _Answers) -> None:
        if answers.too_big or answers.lost is Quality.TIMEOUT:
            self.batch = max(1, self.batch // 2)
        elif answers.lost is None:
            self.batch = min(LARGEST_BATCH, self.batch + BATCH_STEP)

    async def _read_batch(self, batch: list[tuple[AskedObject, bool]], answers: _Answers) -> None:
        if answers.lost is not None:
            return
        if not self.has_multiple:
            await self._read_singly(batch, answers)
            return
        try:
            results = await self._talk.read_multiple([part.flagged if flag else part.plain for part, flag in batch])
        except DeviceRefusedError as error:
            await self._after_refusal(batch, error, answers)
        except ConnectorError as error:
            answers.lost = _quality(error)
        else:
            answers.take(results)

    async def _after_refusal(
        self, batch: list[tuple[AskedObject, bool]], error: DeviceRefusedError, answers: _Answers
    ) -> None:
        if error.code.startswith("reject"):
            self.has_multiple = False
        elif error.code.startswith("abort"):
            answers.too_big = True
        if len(batch) == 1 or not self.has_multiple:
            await self._read_singly(batch, answers)
            return
        middle = len(batch) // 2
        await self._read_batch(batch[:middle], answers)
        await self._read_batch(batch[middle:], answers)

    async def _read_singly(self, batch: list[tuple[AskedObject, bool]], answers: _Answers) -> None:
        for part, flag in batch:
            keys = [key for _, _, key in part.points] + ([part.flag] if flag and part.flag else [])
            for key in keys:
                try:
                    value = await self._talk.read_single(part.identifier, PropertyIdentifier(key[2]))
                except DeviceRefusedError:
                    answers.values[key] = None
                except ConnectorError as error:
                    answers.lost = _quality(error)
                    return
                else:
                    answers.values[key] = _cast(value, key)

    def _reading(self, point: Point, binding: BacnetBinding, key: Key, part: AskedObject, answers: _Answers) -> Reading:
        now = answers.at or datetime.now(UTC)
        if key not in answers.values:
            return Reading(point.id, None, answers.lost or Quality.DEVICE_ERROR, now)
        raw = answers.values[key]
        if raw is None or self._is_faulty(part, answers):
            return Reading(point.id, None, Quality.DEVICE_ERROR, now)
        try:
            return Reading(point.id, from_wire(binding, raw), Quality.GOOD, now)
        except ValueError:
            return Reading(point.id, None, Quality.DECODE, now)

    def _is_faulty(self, part: AskedObject, answers: _Answers) -> bool:
        flag = part.flag
        if flag is None:
            return False
        flags = answers.values.get(flag)
        if flags is not None:
            (self._faulty.add if flags[FAULT_FLAG] else self._faulty.discard)(flag)
        return flag in self._faulty


class _Answers:
    """What came back in one read: values by key (None: the device answered with an error), and what was lost."""

    def __init__(self) -> None:
        self.values: dict[Key, Any] = {}
        self.lost: Quality | None = None
        self.too_big = False
        self.at: datetime | None = None

    def take(self, results: Sequence[Any]) -> None:
        self.at = datetime.now(UTC)
        for result in results:
            kind, instance = result.objectIdentifier
            for element in result.listOfResults:
                key = (int(kind), int(instance), int(element.propertyIdentifier))
                outcome = element.readResult
                value = outcome.propertyValue
                self.values[key] = None if value is None else _cast(value, key)


def _cast(value: Any, key: Key) -> Any:
    """The value in its property's own type; None (a device error) for Null and for what does not decode."""
    object_class = get_vendor_info(0).get_object_class(key[0])
    datatype = object_class.get_property_type(PropertyIdentifier(key[2])) if object_class is not None else None
    if datatype is None:
        return None
    try:
        decoded = value.cast_out(datatype, null=True)
    except (ValueError, TypeError, RuntimeError):
        return ""  # a text is no number: DECODE
    return None if isinstance(decoded, Null | ErrorType) else decoded


def _quality(error: ConnectorError) -> Quality:
    match error:
        case ResponseTimeoutError():
            return Quality.TIMEOUT
        case ConnectError():
            return Quality.NOT_CONNECTED
        case _:
            return Quality.DEVICE_ERROR
