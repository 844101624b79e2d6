"""What came back from a device in one read, decoded property by property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bacpypes3.apdu import ErrorType
from bacpypes3.basetypes import PropertyIdentifier
from bacpypes3.primitivedata import Null
from bacpypes3.vendor import get_vendor_info

from bms_connectors.bacnet.codec import from_wire
from bms_connectors.bacnet.request import Key
from twin.model.errors import ConnectError, ConnectorError, ResponseTimeoutError
from twin.model.points import BacnetBinding, Point, Reading
from twin.model.vocabulary import Quality

UNDECODED = ""
"""What did not decode; a text is no number."""


MOST_SILENCES = 2
"""Requests in a row without an answer that make a device silent which answered before in the same read (assumption).

A serial line loses a frame now and then; what one request lost must not cost the points of all the others.
"""


class Answers:
    """Values by key (None: the device answered with an error) with their times (UTC), and what was lost.

    ``lost``: why nothing more is asked in this read. ``unanswered``: keys whose request stayed without an answer.
    ``refused``: properties of the smallest batch that was too long for the device, 0 if none was.
    """

    def __init__(self) -> None:
        self.values: dict[Key, Any] = {}
        self.times: dict[Key, datetime] = {}
        self.unanswered: dict[Key, Quality] = {}
        self.lost: Quality | None = None
        self.refused = 0
        self._silences = 0

    def note_silence(self, keys: Iterable[Key], error: ConnectorError) -> None:
        """Nobody answered the request for these; the first silence of all, or the second in a row, ends the read."""
        quality = quality_of(error)
        self.unanswered.update(dict.fromkeys(keys, quality))
        self._silences += 1
        if not self.values or quality is not Quality.TIMEOUT or self._silences >= MOST_SILENCES:
            self.lost = quality

    def note(self, key: Key, value: Any) -> None:
        """An answer: a decoded value, or None for an error."""
        self.values[key] = value
        self.times[key] = datetime.now(UTC)
        self._silences = 0

    def missing(self, key: Key) -> Quality:
        """Why there is no answer for a key."""
        return self.unanswered.get(key) or self.lost or Quality.DEVICE_ERROR

    def take(self, values: Iterable[tuple[Key, Any]]) -> None:
        """What one request brought; what was not asked for does no harm, what is missing stays missing."""
        self._silences = 0
        at = datetime.now(UTC)
        for key, value in values:
            self.values[key] = value
            self.times[key] = at


def decoded(results: Iterable[Any]) -> Iterator[tuple[Key, Any]]:
    """Keys and values of bacpypes3's ReadAccessResults; None where the device answered with an error.

    One element of an array is never asked for, and it is not the property.
    """
    for result in results:
        kind, instance = result.objectIdentifier
        for element in result.listOfResults or ():
            if element.propertyArrayIndex is None:
                key = (int(kind), int(instance), int(element.propertyIdentifier))
                outcome = element.readResult
                value = outcome.propertyValue if outcome is not None else None
                yield key, None if value is None else cast(value, key)


def cast(value: Any, key: Key) -> Any:
    """The value in its property's own type; None (a device error) for Null and for a type that nobody knows.

    What does not decode becomes a text, which is no number: DECODE.
    """
    object_class = get_vendor_info(0).get_object_class(key[0])
    datatype = object_class.get_property_type(PropertyIdentifier(key[2])) if object_class is not None else None
    if datatype is None:
        return None
    try:
        decoded = value.cast_out(datatype, null=True)
    except Exception:  # noqa: BLE001 -- a device may send anything; bacpypes3's decoders raise as many kinds of errors
        return UNDECODED
    return None if isinstance(decoded, Null | ErrorType) else decoded


def reading_of(point: Point, binding: BacnetBinding, raw: Any, at: datetime, is_faulty: bool) -> Reading:
    """The reading of a decoded property; None, or a value behind a fault flag, is a device error."""
    if raw is None or is_faulty:
        return Reading(point.id, None, Quality.DEVICE_ERROR, at)
    try:
        return Reading(point.id, from_wire(binding, raw), Quality.GOOD, at)
    except ValueError:
        return Reading(point.id, None, Quality.DECODE, at)


def quality_of(error: ConnectorError) -> Quality:
    """The quality of a reading that ended with this error."""
    match error:
        case ResponseTimeoutError():
            return Quality.TIMEOUT
        case ConnectError():
            return Quality.NOT_CONNECTED
        case _:
            return Quality.DEVICE_ERROR
