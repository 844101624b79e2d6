"""Asks a device who it is: one small request, which is also the probe of a device that was silent."""

from __future__ import annotations

from typing import Any

from bacpypes3.apdu import PropertyReference, ReadAccessSpecification
from bacpypes3.basetypes import PropertyIdentifier, Segmentation, TimeStamp
from bacpypes3.primitivedata import ObjectIdentifier, Unsigned

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.lifeline import Identity
from twin.model.errors import ConnectorError, DecodeError, DeviceRefusedError, ResponseTimeoutError

STRANGER = Identity(instance=-1)
"""Somebody answers who has no such device object. Not asked by the wildcard instance (ASHRAE 135, clause 15.5.2), which
not every device knows, bacpypes3's own among them."""

_UNKNOWN_OBJECT = "unknown-object"
_ARRAY_LENGTH = 0
_ASKED: dict[str, tuple[str, int | None, Any]] = {
    "instance": ("object-identifier", None, ObjectIdentifier),
    "max_apdu": ("max-apdu-length-accepted", None, Unsigned),
    "is_segmented": ("segmentation-supported", None, Segmentation),
    "revision": ("database-revision", None, Unsigned),
    "objects": ("object-list", _ARRAY_LENGTH, Unsigned),
    "restarted_at": ("time-of-device-restart", None, TimeStamp),
}
_TRANSMITS = (Segmentation("segmented-both"), Segmentation("segmented-transmit"))


async def introduce(talk: Conversation, *, has_multiple: bool) -> tuple[Identity, bool]:
    """Identity of whoever answers at the device's address, and whether it knows ReadPropertyMultiple.

    Raises:
        ResponseTimeoutError, ConnectError: nobody answers.
    """
    if has_multiple:
        try:
            return await _at_once(talk), True
        except DeviceRefusedError as error:
            if _UNKNOWN_OBJECT in error.code:
                return STRANGER, True
            has_multiple = not error.code.startswith("reject")
        except DecodeError:
            pass  # one property that it encodes wrongly is no reason not to know the others
    return await _one_by_one(talk), has_multiple


async def claims(talk: Conversation, address: str) -> bool:
    """Whether somebody at `address` still carries the instance of this device."""
    try:
        value = await talk.read_single(_own(talk), PropertyIdentifier("object-identifier"), address=address)
    except ConnectorError:
        return False
    return bool(_decoded("instance", value) == talk.device.instance)


async def _at_once(talk: Conversation) -> Identity:
    references = [
        PropertyReference(propertyIdentifier=PropertyIdentifier(name), **_at(index))
        for name, index, _ in _ASKED.values()
    ]
    wanted = ReadAccessSpecification(objectIdentifier=_own(talk), listOfPropertyReferences=references)
    facts: dict[str, Any] = {}
    by_name = {int(PropertyIdentifier(name)): fact for fact, (name, _, _) in _ASKED.items()}
    for result in await talk.read_multiple([wanted]):
        for element in result.listOfResults or ():
            fact = by_name.get(int(element.propertyIdentifier))
            outcome = element.readResult
            if outcome is None or fact is None:
                continue
            if outcome.propertyValue is not None:
                facts[fact] = _decoded(fact, outcome.propertyValue)
            elif fact == "instance" and _UNKNOWN_OBJECT in str(outcome.propertyAccessError.errorCode):
                return STRANGER
    return Identity(**facts)


async def _one_by_one(talk: Conversation) -> Identity:
    facts: dict[str, Any] = {}
    for fact, (name, index, _) in _ASKED.items():
        try:
            value = await talk.read_single(_own(talk), PropertyIdentifier(name), index=index)
        except DeviceRefusedError as error:
            if fact == "instance" and _UNKNOWN_OBJECT in error.code:
                return STRANGER
            continue
        except DecodeError:
            continue
        except ResponseTimeoutError:
            if not facts:
                raise
            break  # it was there a moment ago: one time-out is enough, what is known will do
        facts[fact] = _decoded(fact, value)
    return Identity(**facts)


def _own(talk: Conversation) -> Any:
    return ObjectIdentifier(("device", talk.device.instance))


def _at(index: int | None) -> dict[str, int]:
    return {} if index is None else {"propertyArrayIndex": index}


def _decoded(fact: str, value: Any) -> Any:
    """A plain value of this fact, None for what does not decode."""
    try:
        raw = value.cast_out(_ASKED[fact][2])
    except Exception:  # noqa: BLE001 -- a device may send anything; bacpypes3's decoders raise as many kinds of errors
        return None
    match fact:
        case "instance":
            return int(raw[1])
        case "is_segmented":
            return raw in _TRANSMITS
        case "restarted_at":
            return repr(raw.dict_contents()) if hasattr(raw, "dict_contents") else str(raw)
        case _:
            return int(raw)
