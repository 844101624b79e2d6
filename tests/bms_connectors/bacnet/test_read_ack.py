"""The short way of decoding an answer says what bacpypes3 says, or leaves the answer to it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from bacpypes3.apdu import ErrorType, ReadPropertyMultipleACK
from bacpypes3.basetypes import (
    BinaryPV,
    DoorStatus,
    LifeSafetyState,
    PropertyIdentifier,
    ReadAccessResult,
    ReadAccessResultElement,
    ReadAccessResultElementChoice,
    StatusFlags,
)
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.primitivedata import CharacterString, Null, ObjectIdentifier, Real, Unsigned
from hypothesis import given
from hypothesis import strategies as st

from bms_connectors.bacnet.answers import decoded
from bms_connectors.bacnet.read_ack import NotPlainError, plain_values

REALS = st.floats(width=32, allow_nan=False, allow_infinity=False)
KINDS: dict[str, tuple[str, Any, Any]] = {
    "analog-input": ("present-value", REALS, Real),
    "binary-input": ("present-value", st.integers(0, 1), BinaryPV),
    "multi-state-value": ("present-value", st.integers(1, 2**32 - 1), Unsigned),
    "access-door": ("door-status", st.integers(0, 6), DoorStatus),
    "life-safety-zone": ("present-value", st.integers(0, 3), LifeSafetyState),
}


@st.composite
def outcomes(draw: st.DrawFn, kind: str) -> tuple[str, Any]:
    """A property of an object of this kind with its value, its flags, Null or an error."""
    name, values, datatype = KINDS[kind]
    match draw(st.sampled_from(["value", "flags", "null", "error"])):
        case "value":
            return name, AnyValue(datatype(draw(values)))
        case "flags":
            return "status-flags", AnyValue(StatusFlags(draw(st.lists(st.integers(0, 1), min_size=4, max_size=4))))
        case "null":
            return name, AnyValue(Null(()))
        case _:
            return name, ErrorType(errorClass="property", errorCode="unknown-property")


@st.composite
def acknowledgements(draw: st.DrawFn) -> ReadPropertyMultipleACK:
    results = []
    for kind in draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=5)):
        identifier = ObjectIdentifier((kind, draw(st.integers(0, 2**22 - 2))))
        elements = [element(name, each) for name, each in draw(st.lists(outcomes(kind), max_size=3))]
        results.append(ReadAccessResult(objectIdentifier=identifier, listOfResults=elements))
    return ReadPropertyMultipleACK(listOfReadAccessResults=results)


def element(name: str, outcome: Any) -> ReadAccessResultElement:
    key = "propertyAccessError" if isinstance(outcome, ErrorType) else "propertyValue"
    choice = ReadAccessResultElementChoice(**{key: outcome})
    return ReadAccessResultElement(propertyIdentifier=PropertyIdentifier(name), readResult=choice)


def acknowledgement(kind: str, name: str, value: Any, **more: Any) -> bytes:
    one = element(name, AnyValue(value))
    for key, each in more.items():
        setattr(one, key, each)
    result = ReadAccessResult(objectIdentifier=ObjectIdentifier((kind, 1)), listOfResults=[one])
    return octets(ReadPropertyMultipleACK(listOfReadAccessResults=[result]))


def octets(ack: ReadPropertyMultipleACK) -> bytes:
    return bytes(ack.encode().pduData)


def by_reference(ack: ReadPropertyMultipleACK) -> dict[Any, Any]:
    return dict(decoded(ack.listOfReadAccessResults))


@given(acknowledgements())
def test_both_ways_give_the_same_values(ack: ReadPropertyMultipleACK) -> None:
    assert dict(plain_values(octets(ack))) == by_reference(ack)


@given(acknowledgements(), st.data())
def test_a_part_of_an_answer_gives_no_other_values_and_no_other_error(
    ack: ReadPropertyMultipleACK, data: st.DataObject
) -> None:
    whole = octets(ack)
    part = whole[: data.draw(st.integers(0, len(whole)))]
    try:
        values = plain_values(part)
    except NotPlainError:
        return
    assert values == plain_values(whole)[: len(values)]


@given(st.binary(max_size=60))
def test_no_octets_do_anything_but_decode_or_be_left_to_the_reference(octets_: bytes) -> None:
    with suppress(NotPlainError):
        plain_values(octets_)


@pytest.mark.parametrize(
    "left",
    [
        acknowledgement("analog-input", "present-value", Unsigned(3)),
        acknowledgement("analog-input", "present-value", CharacterString("20")),
        acknowledgement("analog-input", "object-name", CharacterString("a sensor")),
        acknowledgement("analog-input", "present-value", Real(1.0), propertyArrayIndex=2),
        acknowledgement("access-door", "priority-array", Real(1.0)),
        b"\x0c\x00\x00\x00\x01\x1e\x29\x55\x4e\x44\x41\xa0",
    ],
)
def test_what_is_not_plain_is_left_to_the_reference(left: bytes) -> None:
    with pytest.raises(NotPlainError):
        plain_values(left)
