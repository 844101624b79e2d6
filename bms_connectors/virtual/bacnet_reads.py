"""Answers what polls ask most: ReadPropertyMultiple of whole properties of plain types, straight from octets to octets.

bacpypes3 takes 0.2 ms a property to decode such a request and to encode its answer (measured; 0.01 ms here), and a
building of 48 controllers is one process. What is not as plain as this file has it is left to bacpypes3, and a test
compares both. Numbers of tags: ASHRAE 135, clauses 20.2 and 21 (ReadPropertyMultiple).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bacpypes3.apdu import (
    APCISequence,
    ComplexAckPDU,
    ConfirmedRequestPDU,
    ReadPropertyMultipleACK,
    ReadPropertyMultipleRequest,
)
from bacpypes3.appservice import ServerSSM
from bacpypes3.basetypes import ErrorType, PropertyIdentifier
from bacpypes3.primitivedata import BitString, Enumerated, ObjectIdentifier, Real, Unsigned

from bms_connectors.virtual.bacnet_services import Hosted

_READ_MULTIPLE = int(ReadPropertyMultipleRequest.service_choice)
_OBJECT, _OPEN, _CLOSE, _NAME = 0x0C, 0x1E, 0x1F, 0x09
_MARK = "hands_on_plain_reads"
_REMEMBERED = 512
"""Requests of pollers that are remembered with what they ask; a poller repeats the same few for ever."""

_Part = tuple[tuple[int, int], bytes, tuple[tuple[str, bytes], ...]]
"""Object type and instance, its octets in the answer, and each property's attribute with its octets."""
_UNKNOWN = ErrorType(errorClass="property", errorCode="value-not-initialized").encode().encode().pduData
_NOT_KNOWN = b"\x5e" + bytes(_UNKNOWN) + b"\x5f"


def _unsigned(value: int) -> bytes:
    return int(value).to_bytes(max(1, (int(value).bit_length() + 7) // 8), "big")


def _bits(value: Sequence[int]) -> bytes:
    spare = -len(value) % 8
    number = int("".join(str(int(bit)) for bit in value) + "0" * spare or "0", 2)
    return bytes([spare]) + number.to_bytes((len(value) + spare) // 8, "big")


_ENCODERS: Mapping[type, tuple[int, Callable[[Any], bytes]]] = {
    Real: (4, struct.Struct(">f").pack),
    Unsigned: (2, _unsigned),
    Enumerated: (9, _unsigned),
    BitString: (8, _bits),
}
"""Application tag and encoder of each plain type (clause 20.2)."""


class PlainRead(ReadPropertyMultipleRequest):  # type: ignore[misc]  # bacpypes3 has no types
    """A request that is known to ask for whole properties only."""

    _parts: tuple[_Part, ...]
    _generic: Any


class PlainAnswer(ReadPropertyMultipleACK):  # type: ignore[misc]  # bacpypes3 has no types
    """An acknowledgement that is encoded already."""

    _octets = b""

    def encode(self) -> Any:
        """Header and octets, as bacpypes3 sends them."""
        apdu = ComplexAckPDU()
        apdu.update(self)
        apdu.put_data(self._octets)
        return apdu


class PlainReads:
    """Mixed into an application, before bacpypes3's services."""

    get_object_id: Any
    response: Any

    async def do_PlainRead(self, apdu: PlainRead) -> None:  # noqa: N802 -- bacpypes3 finds handlers by this name
        knows_it = getattr(self, f"do_{ReadPropertyMultipleRequest.__name__}") is not None
        octets = plain_answer(self.get_object_id, apdu._parts) if knows_it else None  # noqa: SLF001
        if octets is None:
            request = APCISequence.decode(apdu._generic)  # noqa: SLF001
            request.pduSource, request.pduDestination = apdu.pduSource, None
            await super().indication(request)  # type: ignore[misc]
            return
        answer = PlainAnswer(context=apdu)
        answer._octets = octets  # noqa: SLF001
        await self.response(answer)


@lru_cache(maxsize=_REMEMBERED)
def plain_parts(data: bytes) -> tuple[_Part, ...] | None:
    """What a request asks for; None if it is not plain, or not right."""
    parts: list[_Part] = []
    at = 0
    try:
        while at < len(data):
            if data[at] != _OBJECT or data[at + 5] != _OPEN:
                return None
            (identifier,) = struct.unpack_from(">I", data, at + 1)
            opening, at = data[at : at + 6], at + 6
            properties = []
            while data[at] != _CLOSE:
                name = _attribute(data[at + 1]) if data[at] == _NAME else ""
                if not name:
                    return None
                properties.append((name, bytes([0x29, data[at + 1]])))
                at += 2
            parts.append(((identifier >> 22, identifier & 0x3FFFFF), opening, tuple(properties)))
            at += 1
    except (IndexError, struct.error):
        return None
    return tuple(parts) or None


def plain_answer(object_of: Callable[[Any], Any], parts: Sequence[_Part]) -> bytes | None:
    """The service part of the acknowledgement; None if some object or property is not plain."""
    answer = bytearray()
    for (kind, instance), opening, properties in parts:
        target = object_of(ObjectIdentifier((kind, instance)))
        if not isinstance(target, Hosted) or type(target).read_property is not Hosted.read_property:
            return None
        answer += opening
        for name, octets in properties:
            value = _value(target, name)
            if value is None:
                return None
            answer += octets
            answer += value
        answer.append(_CLOSE)
    return bytes(answer)


def _value(target: Any, name: str) -> bytes | None:
    if name in target._unknown:  # noqa: SLF001 -- underscored so that bacpypes3 takes it for no property
        return _NOT_KNOWN
    datatype = target._elements.get(name)  # noqa: SLF001
    encoder = _encoder(datatype) if datatype is not None else None
    value = getattr(target, name) if encoder is not None else None
    if encoder is None or value is None:
        return None
    tag, encode = encoder
    octets = encode(value)
    return b"\x4e" + bytes([tag << 4 | len(octets)]) + octets + b"\x4f" if len(octets) < 5 else None


@lru_cache(maxsize=_REMEMBERED)
def _encoder(datatype: type) -> tuple[int, Callable[[Any], bytes]] | None:
    return next((each for base, each in _ENCODERS.items() if issubclass(datatype, base)), None)


@lru_cache(maxsize=256)
def _attribute(number: int) -> str:
    """bacpypes3's name of a property; empty for all, optional, required, and for what the standard does not have."""
    name = str(PropertyIdentifier(number).attr)
    return "" if name in {"all", "optional", "required"} or name.isdigit() else name


_request = ServerSSM.request


async def _undecoded(transaction: Any, apdu: Any) -> None:
    """Hand a plain request to the application as it is."""
    is_read = isinstance(apdu, ConfirmedRequestPDU) and apdu.apduService == _READ_MULTIPLE
    is_ours = getattr(transaction.ssmSAP, _MARK, False)
    parts = plain_parts(bytes(apdu.pduData)) if is_read and is_ours else None
    if parts is None:
        await _request(transaction, apdu)
        return
    plain = PlainRead()
    plain.update(apdu)
    plain._parts, plain._generic = parts, apdu  # noqa: SLF001
    plain.pduSource, plain.pduDestination = transaction.pdu_address, None
    await transaction.ssmSAP.sap_request(plain)


def answer_plain_reads(app: Any) -> None:
    """Let the transactions of an application with `PlainReads` hand on plain reads undecoded."""
    ServerSSM.request = _undecoded
    setattr(app.asap, _MARK, True)
