"""Answers that do not decode, or answer something else, and strangers who want to set up the client."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from bacpypes3.apdu import (
    ReadPropertyACK,
    RejectPDU,
    SubscribeCOVRequest,
    WritePropertyRequest,
)
from bacpypes3.basetypes import PropertyIdentifier
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.primitivedata import ObjectIdentifier, Real, Unsigned
from bms_town import bacnet
from lone_device import analog_points, lone, serving, talking
from wire_peer import peering

from bms_connectors.bacnet.answers import Answers, decoded
from bms_connectors.bacnet.application import APDU_TIMEOUT_MS, CLIENT_INSTANCE, RETRIES
from bms_connectors.bacnet.codec import from_wire
from bms_connectors.bacnet.reader import BacnetConnector
from twin.model.errors import DecodeError
from twin.model.points import Device
from twin.model.vocabulary import Quality

ASKED = (ObjectIdentifier(("analog-value", 1)), PropertyIdentifier("present-value"))
NO_TIME_OUT_S = 0.8
"""Less than one time-out of the client."""


@asynccontextmanager
async def answering(device: Device, answer: Callable[[int], bytes]) -> AsyncIterator[None]:
    """Somebody at the device's address who answers every request with these octets, given its invoke identifier."""

    class Mouth(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, asker: tuple[str, int]) -> None:
            npdu = b"\x01\x00" + answer(data[8])
            self.transport.sendto(b"\x81\x0a" + (len(npdu) + 4).to_bytes(2, "big") + npdu, asker)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Mouth, local_addr=(device.host, device.port)
    )
    try:
        yield
    finally:
        transport.close()


def ack(invoke: int, where: str, name: str, index: int | None = None) -> bytes:
    request = ReadPropertyACK(
        objectIdentifier=where, propertyIdentifier=name, propertyArrayIndex=index, propertyValue=AnyValue(Real(1.0))
    )
    return bytes([0x30, invoke, 12]) + bytes(request.encode().pduData)


STRANGE: dict[str, Callable[[int], bytes]] = {
    "an acknowledgement without content": lambda invoke: bytes([0x30, invoke, 12]),
    "an acknowledgement that is cut off": lambda invoke: ack(invoke, "analog-value,1", "present-value")[:-3],
    "an error that is cut off": lambda invoke: bytes([0x50, invoke, 12, 0x91]),
    "another object": lambda invoke: ack(invoke, "analog-value,2", "present-value"),
    "another property": lambda invoke: ack(invoke, "analog-value,1", "cov-increment"),
    "one element of an array": lambda invoke: ack(invoke, "analog-value,1", "present-value", 3),
    "an acknowledgement of no read": lambda invoke: bytes([0x20, invoke, 12]),
    "an acknowledgement of another service": lambda invoke: bytes([0x30, invoke, 14]),
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
async def test_a_strange_answer_ends_its_request_at_once_and_is_believed_by_nobody(
    answer: Callable[[int], bytes],
) -> None:
    device = lone()
    async with talking(device) as talk, answering(device, answer):
        async with asyncio.timeout(NO_TIME_OUT_S):
            with pytest.raises(DecodeError):
                await talk.read_single(*ASKED)
            with pytest.raises(DecodeError):
                await talk.read_multiple([])


async def test_a_subscription_that_is_not_acknowledged_as_such_is_none() -> None:
    device = lone()
    async with talking(device) as talk, answering(device, STRANGE["another object"]):
        with pytest.raises(DecodeError):
            await talk.subscribe(ASKED[0], 1, 60, is_confirmed=True)


async def test_one_value_that_does_not_decode_spoils_no_other_of_its_batch() -> None:
    """The device encodes one value wrongly: the answer to its whole batch is not even a list any more."""
    device, points = lone(), analog_points(4)
    async with talking(device) as talk, serving(device, 4) as app:
        connector = BacnetConnector(talk)
        await connector.read(points)
        plain = app.response

        async def broken(apdu: Any) -> None:
            encoded = apdu.encode()
            at = bytes(encoded.pduData).find(b"\x44\x40\x40")  # Real 3.0
            if at >= 0:
                encoded.pduData = encoded.pduData[:at] + b"\x45" + encoded.pduData[at + 1 :]
            await plain(encoded)

        app.response = broken
        async with asyncio.timeout(NO_TIME_OUT_S):
            readings = await connector.read(points)
    assert [reading.value for reading in readings] == [1.0, 2.0, None, 4.0]
    assert readings[2].quality is Quality.DECODE


def test_a_whole_number_too_long_for_any_float_is_no_value() -> None:
    with pytest.raises(ValueError, match="not finite"):
        from_wire(bacnet("BOX", "multi-state-value", 1), 2**2000)


async def test_nobody_on_the_network_sets_up_the_client() -> None:
    target = f"device,{CLIENT_INSTANCE}"
    device = lone()
    async with talking(device) as talk, peering([talk.client.port]) as stranger:
        for request in (
            WritePropertyRequest(
                objectIdentifier=target, propertyIdentifier="apdu-timeout", propertyValue=AnyValue(Unsigned(1))
            ),
            SubscribeCOVRequest(subscriberProcessIdentifier=1, monitoredObjectIdentifier=target, lifetime=60),
        ):
            with pytest.raises(RejectPDU, match="unrecognized-service"):
                await stranger.ask_at(f"127.0.0.1:{talk.client.port}", request)
        own = talk.client._app.device_object
        assert (own.apduTimeout, own.numberOfApduRetries) == (APDU_TIMEOUT_MS, RETRIES)


async def test_a_stranger_at_the_address_is_told_once_however_often_it_is_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bms_connectors")
    device = lone()
    async with talking(device) as talk, serving(lone(port=device.port, instance=4711), 2):
        connector = BacnetConnector(talk)
        for _ in range(20):
            connector.presence._due_s = -math.inf
            readings = await connector.read(analog_points(2))
            assert {reading.quality for reading in readings} == {Quality.DEVICE_ERROR}
    assert len(caplog.records) == 1


def test_one_element_of_an_array_is_not_the_property() -> None:
    element = SimpleNamespace(propertyIdentifier=85, propertyArrayIndex=1, readResult=None)
    answers = Answers()
    answers.take(decoded([SimpleNamespace(objectIdentifier=(2, 1), listOfResults=[element])]))
    assert answers.values == {}
