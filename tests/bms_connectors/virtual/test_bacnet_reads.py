"""The short way of answering says, octet for octet, what bacpypes3 says, or leaves the request to it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from bacpypes3.apdu import PropertyReference, ReadAccessSpecification, ReadPropertyMultipleRequest
from bacpypes3.basetypes import PropertyIdentifier
from bms_town import Town
from hypothesis import given
from hypothesis import strategies as st
from wire_peer import talking

from bms_connectors.virtual import bacnet_reads
from bms_connectors.virtual.bacnet_reads import plain_answer, plain_parts
from bms_connectors.virtual.bacnet_services import Hosted

NAMES = ("present-value", "status-flags", "door-status", "lock-status", "event-state", "reliability")


def request(asked: Sequence[tuple[Any, Sequence[Any]]]) -> ReadPropertyMultipleRequest:
    return ReadPropertyMultipleRequest(
        listOfReadAccessSpecs=[
            ReadAccessSpecification(
                objectIdentifier=identifier,
                listOfPropertyReferences=[PropertyReference(propertyIdentifier=PropertyIdentifier(n)) for n in names],
            )
            for identifier, names in asked
        ]
    )


def octets(apdu: Any) -> bytes:
    return bytes(apdu.encode().pduData)


def answer_to(frame: bytes, where: tuple[str, int]) -> bytes:
    """The service part of the acknowledgement of an unsegmented request."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.91.79", 0))
        stranger.settimeout(5.0)
        stranger.sendto(frame, where)
        return stranger.recv(1500)


def framed(apdu: Any) -> bytes:
    body = bytes([1, 4, 0x00, 0x05, 7, int(apdu.service_choice)]) + octets(apdu)
    return bytes([0x81, 0x0A]) + struct.pack(">H", len(body) + 4) + body


@pytest.mark.parametrize("name", ["ACS", "AHU"])
async def test_every_object_answers_the_same_octets_both_ways(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    town.host.set("D2/TAMPER", None)
    town.host.set("AHU/TEMP", -7.25)
    town.host.set("FIRE/Z1", 2.0)
    async with talking(town, name) as (server, _, device):
        hosted = [each for each in server._app.objectName.values() if isinstance(each, Hosted)]
        shared = [
            (each.objectIdentifier, [n for n in NAMES if PropertyIdentifier(n).attr in each._elements])
            for each in hosted
            if type(each).read_property is Hosted.read_property
        ]
        assert len(shared) > 3
        where = (device.host, device.port)
        for asked in shared:
            parts = plain_parts(octets(request([asked])))
            assert parts is not None
            assert plain_answer(server._app.get_object_id, parts) is not None, asked
        frames = [framed(request(shared[first : first + 5])) for first in range(0, len(shared), 5)]
        quick = [await asyncio.to_thread(answer_to, frame, where) for frame in frames]
        monkeypatch.setattr(bacnet_reads, "plain_parts", lambda _octets: None)
        assert quick == [await asyncio.to_thread(answer_to, frame, where) for frame in frames]


@given(st.binary(max_size=40))
def test_no_octets_do_anything_but_ask_or_be_left_to_the_reference(octets_: bytes) -> None:
    parts = plain_parts(octets_)
    assert parts is None or all(properties is not None for _, _, properties in parts)


@pytest.mark.parametrize(
    "left",
    [
        octets(request([("analog-input,1", ["all"])])),
        octets(request([("analog-input,1", ["present-value"])]))[:-1],
        octets(
            ReadPropertyMultipleRequest(
                listOfReadAccessSpecs=[
                    ReadAccessSpecification(
                        objectIdentifier="device,1",
                        listOfPropertyReferences=[
                            PropertyReference(propertyIdentifier="object-list", propertyArrayIndex=0)
                        ],
                    )
                ]
            )
        ),
        b"",
    ],
)
def test_what_is_not_plain_is_left_to_the_reference(left: bytes) -> None:
    assert plain_parts(left) is None


async def test_an_object_that_is_not_there_is_left_to_the_reference(town: Town) -> None:
    async with talking(town) as (server, _, _):
        parts = plain_parts(octets(request([("analog-input,77", ["present-value"])])))
        assert parts is not None
        assert plain_answer(server._app.get_object_id, parts) is None
