"""Which objects and properties a read asks of one BACnet device, cut into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bacpypes3.apdu import (
    ConfirmedRequestPDU,
    PropertyReference,
    ReadAccessSpecification,
    ReadPropertyMultipleRequest,
)
from bacpypes3.basetypes import PropertyIdentifier
from bacpypes3.primitivedata import ObjectIdentifier

from bms_connectors.bacnet.codec import OBJECT_KINDS, STATUS_FLAGS
from twin.model.point_kinds import Freshness
from twin.model.points import BacnetBinding, Point

Key = tuple[int, int, int]
"""Object type, object instance, property."""


@dataclass(frozen=True, slots=True)
class AskedObject:
    """An object of the device with the points that it carries and its two ready-made request parts, in octets."""

    identifier: Any
    points: tuple[tuple[Point, BacnetBinding, Key], ...]
    plain: bytes
    flagged: bytes
    flag: Key | None
    is_urgent: bool


def grouped(points: Sequence[Point]) -> list[AskedObject]:
    """The BACnet points of a read by the object that carries them."""
    by_object: dict[tuple[str, int], list[tuple[Point, BacnetBinding]]] = {}
    for point in points:
        if isinstance(point.binding, BacnetBinding):
            where = (point.binding.object_type, point.binding.object_instance)
            by_object.setdefault(where, []).append((point, point.binding))
    return [_object(kind, instance, bound) for (kind, instance), bound in by_object.items()]


def _object(kind: str, instance: int, bound: Sequence[tuple[Point, BacnetBinding]]) -> AskedObject:
    identifier = ObjectIdentifier((kind, instance))
    base = (int(identifier[0]), instance)
    properties = {binding.property: PropertyIdentifier(binding.property) for _, binding in bound}
    flags = PropertyIdentifier(STATUS_FLAGS)
    known = OBJECT_KINDS.get(kind)
    return AskedObject(
        identifier=identifier,
        points=tuple((point, binding, (*base, int(properties[binding.property]))) for point, binding in bound),
        plain=_specification(identifier, list(properties.values())),
        flagged=_specification(identifier, [*properties.values(), flags]),
        flag=(*base, int(flags)) if known is None or known.has_flag else None,
        is_urgent=any(point.meaning.freshness is Freshness.SECURITY for point, _ in bound),
    )


class ReadyRead(ReadPropertyMultipleRequest):  # type: ignore[misc]  # bacpypes3 has no types
    """A ReadPropertyMultiple whose parts were encoded once and for all: a poll asks the same thing every cycle."""

    _octets = b""

    @classmethod
    def of(cls, parts: Sequence[bytes], destination: Any) -> ReadyRead:
        """The request for these parts of `AskedObject`."""
        request: ReadyRead = cls(destination=destination)
        request._octets = b"".join(parts)
        return request

    def encode(self) -> Any:
        """The request with its header and its octets, as bacpypes3 sends it."""
        apdu = ConfirmedRequestPDU()
        apdu.update(self)
        apdu.put_data(self._octets)
        return apdu


def _specification(identifier: Any, properties: Sequence[Any]) -> bytes:
    part = ReadAccessSpecification(
        objectIdentifier=identifier,
        listOfPropertyReferences=[PropertyReference(propertyIdentifier=name) for name in properties],
    )
    return bytes(part.encode().encode().pduData)


def batches(parts: Sequence[tuple[AskedObject, bool]], size: int) -> Iterator[list[tuple[AskedObject, bool]]]:
    """Cut into requests of at most `size` properties; an object is never cut."""
    batch: list[tuple[AskedObject, bool]] = []
    count = 0
    for part, flag in parts:
        properties = len(part.points) + flag
        if batch and count + properties > size:
            yield batch
            batch, count = [], 0
        batch.append((part, flag))
        count += properties
    if batch:
        yield batch
