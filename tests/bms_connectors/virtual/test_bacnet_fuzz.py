"""Frames that no honest client sends: the device drops or refuses them, and goes on answering."""

from __future__ import annotations

import asyncio
import random
import socket
from typing import Any

import pytest
from bacpypes3.apdu import (
    AcknowledgeAlarmRequest,
    AddListElementRequest,
    ErrorPDU,
    GetEventInformationRequest,
    LifeSafetyOperationRequest,
    ReadPropertyMultipleRequest,
    ReadPropertyRequest,
    ReadRangeRequest,
    RejectPDU,
    SubscribeCOVRequest,
    TimeSynchronizationRequest,
    WhoIsRequest,
    WritePropertyRequest,
)
from bacpypes3.basetypes import (
    Destination,
    DeviceAddress,
    EventState,
    LifeSafetyOperation,
    PropertyReference,
    Range,
    RangeByPosition,
    ReadAccessSpecification,
    Recipient,
)
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.constructeddata import ListOf
from bacpypes3.primitivedata import CharacterString, OctetString, Real, Unsigned
from bms_town import Town, bacnet, point
from mutations import FRAMES, annex_j, escaped, mutated
from wire_peer import WirePeer, local, talking

from bms_connectors.virtual.bacnet_event_values import to_time_stamp
from bms_connectors.virtual.bacnet_time import to_date_time
from twin.model.points import Device

BURST = 50
NOON = local(2026, 3, 1, 12, 0)


def confirmed(request: Any, invoke: int = 1) -> bytes:
    return framed(bytes([0x02, 0x75, invoke, int(request.service_choice)]) + bytes(request.encode().pduData), 4)


def unconfirmed(request: Any) -> bytes:
    return framed(bytes([0x10, int(request.service_choice)]) + bytes(request.encode().pduData), 0)


def framed(apdu: bytes, control: int) -> bytes:
    npdu = bytes([1, control]) + apdu
    return bytes([0x81, 0x0A]) + (len(npdu) + 4).to_bytes(2, "big") + npdu


def honest_frames() -> list[bytes]:
    """One frame of every service that the device knows."""
    recipient = Destination(
        validDays=[1] * 7,
        fromTime=(0, 0, 0, 0),
        toTime=(23, 59, 59, 99),
        recipient=Recipient(address=DeviceAddress("127.0.91.77:9")),
        processIdentifier=1,
        issueConfirmedNotifications=False,
        transitions=[1, 1, 1],
    )
    where, name = "analog-input,1", "present-value"
    reference = PropertyReference(propertyIdentifier=name)
    return [
        confirmed(ReadPropertyRequest(objectIdentifier=where, propertyIdentifier=name, propertyArrayIndex=7)),
        confirmed(
            ReadPropertyMultipleRequest(
                listOfReadAccessSpecs=[
                    ReadAccessSpecification(objectIdentifier=where, listOfPropertyReferences=[reference])
                ]
            )
        ),
        confirmed(
            WritePropertyRequest(
                objectIdentifier=where, propertyIdentifier=name, propertyValue=AnyValue(Real(5.0)), priority=8
            )
        ),
        confirmed(
            ReadRangeRequest(
                objectIdentifier="trend-log,1",
                propertyIdentifier="log-buffer",
                range=Range(byPosition=RangeByPosition(referenceIndex=1, count=5)),
            )
        ),
        confirmed(
            SubscribeCOVRequest(
                subscriberProcessIdentifier=1,
                monitoredObjectIdentifier=where,
                issueConfirmedNotifications=False,
                lifetime=5,
            )
        ),
        confirmed(GetEventInformationRequest(lastReceivedObjectIdentifier=where)),
        confirmed(
            AcknowledgeAlarmRequest(
                acknowledgingProcessIdentifier=1,
                eventObjectIdentifier="binary-input,5",
                eventStateAcknowledged=EventState.offnormal,
                timeStamp=to_time_stamp(NOON),
                acknowledgmentSource="desk",
                timeOfAcknowledgment=to_time_stamp(NOON),
            )
        ),
        confirmed(
            LifeSafetyOperationRequest(
                requestingProcessIdentifier=1, requestingSource="desk", request=LifeSafetyOperation.silence
            )
        ),
        confirmed(
            AddListElementRequest(
                objectIdentifier="notification-class,2",
                propertyIdentifier="recipient-list",
                listOfElements=AnyValue(ListOf(Destination)([recipient])),
            )
        ),
        unconfirmed(TimeSynchronizationRequest(time=to_date_time(NOON))),
        unconfirmed(WhoIsRequest(deviceInstanceRangeLowLimit=0, deviceInstanceRangeHighLimit=10)),
    ]


async def still_answers(peer: WirePeer, device: Device) -> None:
    assert await peer.read(device, "analog-input,1", "present-value", Real) == 19.5
    assert len(await peer.read(device, f"device,{device.instance}", "object-name", CharacterString)) > 0


@pytest.fixture
def alarmed(town: Town) -> Town:
    town.points.append(point("C1/DURESS", "duress", bacnet("AHU", "binary-input", 5)))
    town.host.set("C1/DURESS", 1.0)
    return town


async def test_mutated_frames_leave_the_device_answering(alarmed: Town) -> None:
    chance, seeds = random.Random(135), honest_frames()
    inputs = dict(alarmed.host.values)
    complaints = escaped()
    async with talking(alarmed) as (server, peer, device):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.91.79", 0))
            stranger.setblocking(False)
            for number in range(FRAMES):
                stranger.sendto(mutated(chance.choice(seeds), chance, annex_j), (device.host, device.port))
                if number % BURST == 0:
                    await still_answers(peer, device)
            await still_answers(peer, device)
        app = server._app
        assert server.dropped_frames > 0
        assert len(app.asap.serverTransactions) <= 257
        assert len(app.subscriptions()) <= 1024
    unwritable = {p.id for p in alarmed.points if not p.is_writable}
    assert {id_: v for id_, v in alarmed.host.values.items() if id_ in unwritable} == {
        id_: v for id_, v in inputs.items() if id_ in unwritable
    }
    assert complaints == []


async def test_the_honest_frames_are_understood(alarmed: Town) -> None:
    """Otherwise the mutated ones would only test the first few octets."""
    async with talking(alarmed) as (server, peer, device):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.91.79", 0))
            stranger.setblocking(False)
            loop = asyncio.get_running_loop()
            for frame in honest_frames():
                stranger.sendto(frame, (device.host, device.port))
                if frame[6] != 0x10:
                    async with asyncio.timeout(30):
                        answer = await loop.sock_recv(stranger, 2000)
                    assert answer[6] >> 4 in (2, 3, 5, 1), answer.hex()
        await still_answers(peer, device)
        assert server.dropped_frames == 0


@pytest.mark.parametrize("index", [1, 2, 2**31, 2**32 - 1])
async def test_absurd_array_indexes_are_errors(town: Town, index: int) -> None:
    async with talking(town) as (_, peer, device):
        for where, name in (
            ("analog-input,1", "present-value"),
            ("analog-value,1", "priority-array"),
            (f"device,{device.instance}", "object-list"),
        ):
            if index in (1, 2) and name != "present-value":
                continue
            with pytest.raises(ErrorPDU):
                await peer.read(device, where, name, Real, index)
        await still_answers(peer, device)


WRONG = (CharacterString("warm"), OctetString(b"\0" * 900), Unsigned(3), Real(1e38))


@pytest.mark.parametrize("value", WRONG, ids=lambda value: type(value).__name__)
async def test_wrong_types_and_inputs_refuse_writes(town: Town, value: Any) -> None:
    async with talking(town) as (_, peer, device):
        for where in ("analog-input,1", "binary-input,1", "life-safety-zone,1", "trend-log,1"):
            with pytest.raises(ErrorPDU, match="write-access-denied"):
                await peer.write(device, where, "present-value", value)
        if not isinstance(value, Real):
            with pytest.raises((ErrorPDU, RejectPDU)):
                await peer.write(device, "analog-value,1", "present-value", value)
        await still_answers(peer, device)
    assert town.host.written == [] or isinstance(value, Real)
