"""Requests that no honest client sends: the server drops or refuses them, and goes on answering."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import AsyncExitStack

import pytest
from bms_town import Town
from mutations import FRAMES, escaped, mbap, mutated

from bms_connectors.modbus.client import ModbusConnector, ModbusLink
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.points import Device
from twin.model.vocabulary import Quality

SEED = 503
BURST = 200
PDUS = (
    "0100000001",
    "0200050001",
    "0300000002",
    "04000a0001",
    "050000ff00",
    "0600640001",
    "07",
    "080000a537",
    "0b",
    "0c",
    "0f000000080155",
    "100064000102 0001",
    "11",
    "1407060004000100 02",
    "1509060004000700010001",
    "16006400f20025",
    "1700000001006400010200 02",
    "180004",
    "2b0e0100",
)
"""One request of every service (MODBUS Application Protocol V1.1b3, clause 6)."""


class Stranger(asyncio.Protocol):
    """One connection; what it is told it counts and forgets."""

    def __init__(self) -> None:
        self.is_closed = False
        self.octets = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.octets += len(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True


async def connect(device: Device) -> Stranger:
    _, stranger = await asyncio.get_running_loop().create_connection(Stranger, device.host, device.port)
    return stranger


async def send(stranger: Stranger, frame: bytes) -> None:
    stranger.transport.write(frame)
    for _ in range(4):
        await asyncio.sleep(0)  # it arrives alone and is answered before the next one


def honest(pdu: str) -> bytes:
    octets = bytearray(b"\0\1\0\0\0\0\1" + bytes.fromhex(pdu))
    mbap(octets)
    return bytes(octets)


def is_whole(frame: bytes) -> bool:
    """Whether the server can know where the next frame begins; otherwise that one needs a new connection."""
    return len(frame) >= 8 and frame[2:6] == b"\0\0" + (len(frame) - 6).to_bytes(2, "big")


async def test_mutated_requests_leave_the_server_answering(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "pymodbus.logging")
    complaints, plc, seeds = escaped(), town.device("PLC"), [honest(pdu) for pdu in PDUS]
    points = [p for p in town.points if p.binding is not None and p.binding.device == "PLC"]
    inputs = {p.id: town.host.value(p.id) for p in points if not p.is_writable}
    heard = 0
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(VirtualBuilding(points, [plc], town.host))
        client = await stack.enter_async_context(ModbusConnector(ModbusLink(plc)))

        async def still_answers() -> None:
            readings = await client.read(points)
            assert {reading.quality for reading in readings} == {Quality.GOOD}
            assert [reading.value for reading in readings] == pytest.approx([town.host.value(p.id) for p in points])

        stranger = await connect(plc)
        for number in range(FRAMES):
            chance = random.Random(SEED + number)
            frame = mutated(chance.choice(seeds), chance, mbap)
            await send(stranger, frame)
            if stranger.is_closed or not is_whole(frame):
                heard += stranger.octets
                stranger.transport.abort()
                stranger = await connect(plc)
            if number % BURST == 0:
                await still_answers()
        await still_answers()
        heard += stranger.octets
        stranger.transport.abort()
    assert heard > FRAMES  # it was no monologue
    assert {id_: town.host.value(id_) for id_ in inputs} == inputs
    assert complaints == []


@pytest.mark.parametrize("pdu", PDUS)
async def test_every_honest_request_is_answered_and_the_next_one_as_well(town: Town, pdu: str) -> None:
    """Otherwise the mutated ones would only test the first few octets."""
    plc = town.device("PLC")
    points = [p for p in town.points if p.binding is not None and p.binding.device == "PLC"]
    async with VirtualBuilding(points, [plc], town.host):
        reader, writer = await asyncio.open_connection(plc.host, plc.port)
        async with asyncio.timeout(30.0):
            for _ in range(2):
                writer.write(honest(pdu))
                header = await reader.readexactly(7)
                answer = await reader.readexactly(int.from_bytes(header[4:6], "big") - 1)
                assert answer[0] & 0x7F == bytes.fromhex(pdu)[0]
        writer.close()
