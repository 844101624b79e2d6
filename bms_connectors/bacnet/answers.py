"""What came back from a device in one read, decoded property by property."""

from __future__ import annotations

from collections.abc import Sequence
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


class Answers:
    """Values by key (None: the device answered with an error) with their times (UTC), and what was lost.

    ``refused``: properties of the smallest batch that was too long for the device, 0 if none was.
    """

    def __init__(self) -> None:
        self.values: dict[Key, Any] = {}
        self.times: dict[Key, datetime] = {}
        self.lost: Quality | None = None
        self.refused = 0

    def take(self, results: Sequence[Any]) -> None:
        """ReadAccessResults; what was not asked for does no harm, what is missing stays missing.

        One element of an array is never asked for, and it is not the property.
        """
        at = datetime.now(UTC)
        for result in results:
            kind, instance = result.objectIdentifier
            for element in result.listOfResults or ():
                if element.propertyArrayIndex is None:
                    self.put((int(kind), int(instance), int(element.propertyIdentifier)), element.readResult, at)

    def put(self, key: Key, outcome: Any, at: datetime) -> None:
        value = outcome.propertyValue if outcome is not None else None
        self.values[key] = None if value is None else cast(value, key)
        self.times[key] = at


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
