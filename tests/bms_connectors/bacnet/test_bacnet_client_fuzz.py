"""Answers that no honest device sends: every read ends in time with its readings, and the next honest one is read."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from bacpypes3.apdu import (
    ConfirmedCOVNotificationRequest,
    IAmRequest,
    ReadPropertyRequest,
    SubscribeCOVRequest,
    UnconfirmedCOVNotificationRequest,
    WritePropertyRequest,
)
from bacpypes3.basetypes import PropertyValue
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.local.binary import BinaryValueObject
from bacpypes3.local.multistate import MultiStateValueObject
from bacpypes3.primitivedata import Real, Unsigned
from bms_town import Listing, bacnet, point
from lone_device import LoneApplication, analog_points, lone, serving, talking
from mutations import FRAMES, annex_j, escaped, mutated

from bms_connectors.bacnet import application, client, presence
from bms_connectors.bacnet.application import CLIENT_INSTANCE
from bms_connectors.bacnet.object_list import read_object_list
from bms_connectors.bacnet.reader import BacnetConnector
from twin.model.errors import ConnectorError
from twin.model.points import Device, Point, Reading
from twin.model.vocabulary import Quality

SEED = 47808
BURST = 40
TIMEOUT_MS = 60
GIVE_UP_S = 0.25
BEHIND = "127.0.93.3"
ANALOGS = 30
POINTS = [
    *analog_points(ANALOGS),
    point("FAN", "fan_run", bacnet("BOX", "binary-value", 1)),
    point("MODE", "interlock_state", bacnet("BOX", "multi-state-value", 1)),
]
VALUES = [*(float(n) for n in range(1, ANALOGS + 1)), 1.0, 2.0]


def confirmed(request: Any) -> bytes:
    return bytes([0x02, 0x75, 1, int(request.service_choice)]) + bytes(request.encode().pduData)


def unconfirmed(request: Any) -> bytes:
    return bytes([0x10, int(request.service_choice)]) + bytes(request.encode().pduData)


def framed(apdu: bytes, control: int = 0) -> bytes:
    octets = bytearray(b"\0\0\0\0\1" + bytes([control]) + apdu)
    annex_j(octets)
    return bytes(octets)


def notification(kind: Any, process: int, instance: int) -> Any:
    return kind(
        subscriberProcessIdentifier=process,
        initiatingDeviceIdentifier=("device", 9301),
        monitoredObjectIdentifier=("analog-value", instance),
        timeRemaining=60,
        listOfValues=[PropertyValue(propertyIdentifier="present-value", value=AnyValue(Real(4.0)))],
    )


def unasked() -> list[bytes]:
    """What a device may say of its own accord, and what it may ask of us."""
    target = f"device,{CLIENT_INSTANCE}"
    return [
        framed(
            unconfirmed(
                IAmRequest(
                    iAmDeviceIdentifier=("device", 9301),
                    maxAPDULengthAccepted=1476,
                    segmentationSupported="segmented-both",
                    vendorID=999,
                )
            )
        ),
        *(framed(unconfirmed(notification(UnconfirmedCOVNotificationRequest, n, n))) for n in (1, 2, 3)),
        *(framed(confirmed(notification(ConfirmedCOVNotificationRequest, n, n)), 4) for n in (1, 2, 3)),
        framed(confirmed(ReadPropertyRequest(objectIdentifier=target, propertyIdentifier="object-list")), 4),
        framed(
            confirmed(
                WritePropertyRequest(
                    objectIdentifier=target, propertyIdentifier="apdu-timeout", propertyValue=AnyValue(Unsigned(1))
                )
            ),
            4,
        ),
        framed(
            confirmed(
                SubscribeCOVRequest(
                    subscriberProcessIdentifier=1, monitoredObjectIdentifier=target, issueConfirmedNotifications=False
                )
            ),
            4,
        ),
        framed(b"\x3c\x01\x00\x04\x0e"),  # the first segment of an answer to request 1
        framed(b"\x40\x01\x00\x04"),  # the acknowledgement of a segment
        framed(b"\x01\x00\x05\x07", 0x80),  # I-Am-Router-To-Network
    ]


class Relay(asyncio.DatagramProtocol):
    """Stands at the device's address; what the device behind it answers comes after a burst of mutations of it."""

    def __init__(self, behind: Device) -> None:
        self.sent = 0
        self.is_over = False
        self.asker: tuple[str, int] | None = None
        self._behind = (behind.host, behind.port)
        self._unasked = unasked()

    def connection_made(self, transport: Any) -> None:
        self._socket = transport

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        if source != self._behind:
            self.asker = source
            self._socket.sendto(data, self._behind)
            return
        for _ in range(0 if self.is_over else BURST):
            self._socket.sendto(self._frame(data), self.asker)
        self._socket.sendto(data, self.asker)

    def _frame(self, honest: bytes) -> bytes:
        """Frame number n is the same in every run, but for the answer that it is made of."""
        chance = random.Random(SEED + self.sent)
        self.sent += 1
        return mutated(honest if chance.random() < 0.6 else chance.choice(self._unasked), chance, annex_j)


@asynccontextmanager
async def relayed(device: Device) -> AsyncIterator[tuple[Relay, LoneApplication]]:
    behind = lone(device.port + 8, BEHIND)  # bacpypes3 hears nobody on 127.x.x.x who has the same port
    async with serving(behind, ANALOGS) as app:
        app.add_object(BinaryValueObject(objectIdentifier=("binary-value", 1), objectName="FAN", presentValue="active"))
        app.add_object(
            MultiStateValueObject(
                objectIdentifier=("multi-state-value", 1), objectName="MODE", presentValue=3, numberOfStates=4
            )
        )
        app.cov_confirmation = _unconfirmed  # bacpypes3's own stumbles over a notification that nobody confirms
        # And it spins for ever when 256 of them wait for their time-out, which by default is 12 s.
        app.device_object.apduTimeout, app.device_object.numberOfApduRetries = TIMEOUT_MS, 0
        loop = asyncio.get_running_loop()
        transport, relay = await loop.create_datagram_endpoint(
            lambda: Relay(behind), local_addr=(device.host, device.port)
        )
        try:
            yield relay, app
        finally:
            transport.close()


def _unconfirmed(_: object, answer: asyncio.Future[Any]) -> None:
    if not answer.cancelled():
        answer.exception()


def check(asked: Sequence[Point], readings: Sequence[Reading]) -> None:
    assert [reading.point for reading in readings] == [each.id for each in asked]
    check_values(readings)


def check_values(readings: Sequence[Reading]) -> None:
    for reading in readings:
        assert (reading.value is not None) == (reading.quality is Quality.GOOD)
        assert reading.value is None or math.isfinite(reading.value)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time-outs that a storm can afford."""
    monkeypatch.setattr(application, "APDU_TIMEOUT_MS", TIMEOUT_MS)
    monkeypatch.setattr(client, "_GIVE_UP_S", GIVE_UP_S)
    monkeypatch.setattr(presence, "DOUBT_EVERY_S", 0.0)


async def test_mutated_answers_are_no_values_and_the_next_honest_ones_are_read(
    hasty: None, caplog: pytest.LogCaptureFixture, wait_until: Any
) -> None:
    caplog.set_level(logging.CRITICAL, "bacpypes3")
    complaints, device, told = escaped(), lone(), Listing()
    async with AsyncExitStack() as stack:
        relay, app = await stack.enter_async_context(relayed(device))
        talk = await stack.enter_async_context(talking(device))
        connector = BacnetConnector(talk)
        connector.watch(POINTS, told.append)
        await stack.enter_async_context(connector)
        turn = 0
        while relay.sent < FRAMES:
            turn += 1
            assert complaints == []
            connector.presence.has_multiple = turn % 4 > 0
            app.get_object_name("T1").presentValue = float(turn % 2)  # which it tells unasked
            began_s = time.monotonic()
            check(POINTS, await connector.read(POINTS))
            assert time.monotonic() - began_s < 5.0 + 2.0 * GIVE_UP_S * len(POINTS)
            if turn % 10 == 0:
                with suppress(ConnectorError):
                    await read_object_list(talk, limit_s=1.0)
            check_values(told.readings)
            told.readings.clear()
        relay.is_over = True
        app.device_object.apduTimeout, app.device_object.numberOfApduRetries = 1000, 5
        app.get_object_name("T1").presentValue = 1.0
        connector.presence.has_multiple = True
        async with asyncio.timeout(60.0):
            while [reading.value for reading in await connector.read(POINTS)] != VALUES:
                await asyncio.sleep(0.01)
        counts = connector.cov_counts()
        assert counts is not None
        connector._cov.restarted()  # a mutated refusal is a refusal, and would be believed for an hour
        await wait_until(lambda: counts.subscribed == ANALOGS + 1)  # bacpypes3 refuses multi-state objects
        app.get_object_name("T2").presentValue = 77.0
        await wait_until(lambda: any(reading.value == 77.0 for reading in told.readings))
        own = talk.client._app
        limits = own.device_object.apduTimeout, own.device_object.numberOfApduRetries
        assert limits == (TIMEOUT_MS, application.RETRIES)
        assert len(own.asap.serverTransactions) <= 256
    assert complaints == []
