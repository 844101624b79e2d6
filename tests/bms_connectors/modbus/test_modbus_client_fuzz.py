"""Answers that no honest device sends: every read ends in time, no value is made up, the next honest one is read."""

from __future__ import annotations

import asyncio
import logging
import random
import struct
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bms_town import point, register
from mutations import FRAMES, escaped, mbap, mutated
from raw_server import Request, answering, plc

from bms_connectors.modbus.answers import BrokenFrameError
from bms_connectors.modbus.client import SPLIT_REQUESTS, ModbusConnector, ModbusLink
from bms_connectors.modbus.codec import BIT_TABLES
from bms_connectors.modbus.connection import ModbusConnection
from bms_connectors.modbus.planner import Block
from twin.model.errors import DecodeError
from twin.model.points import DataType, Device, Point, Reading, Table
from twin.model.vocabulary import Quality

SEED = 502
BURST = 25
TIMEOUT_S = 0.05
FUNCTIONS = {Table.COIL: 1, Table.DISCRETE_INPUT: 2, Table.HOLDING_REGISTER: 3, Table.INPUT_REGISTER: 4}
OTHERS = ("0700", "080000a537", "0b0000ffff", "0c0800000120", "110301ff00", "14050406000d", "1800040001", "2b0e01")
"""Answers of services that we never ask for (MODBUS Application Protocol V1.1b3, clauses 6.5 to 6.21)."""


def points() -> list[Point]:
    table = [
        *((Table.HOLDING_REGISTER, at, DataType.UINT16) for at in range(4)),
        (Table.HOLDING_REGISTER, 6, DataType.FLOAT32),
        *((Table.INPUT_REGISTER, at, DataType.INT16) for at in range(3)),
        *((Table.COIL, at, DataType.BIT) for at in range(10)),
        (Table.DISCRETE_INPUT, 5, DataType.BIT),
    ]
    return [point(f"{where}/{at}", "co2", register("PLC", where, at, kind)) for where, at, kind in table]


def honest(request: Request) -> bytes:
    """Every register holds 7, every bit is set."""
    if request.function in {1, 2}:
        octets = -(-request.count // 8)
        return bytes([request.function, octets]) + b"\xff" * octets
    return request.registers(*[7] * request.count)


def adu(transaction: int, unit: int, pdu: bytes) -> bytes:
    return struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu


class Storm:
    """A server that answers every request with a burst of mutated frames, and with an honest one at the end."""

    def __init__(self) -> None:
        self.sent = 0
        self.is_over = False
        self.streams: deque[bytearray] = deque(maxlen=4)
        """What was sent since each of the last requests; a repeated request is one more."""

    @asynccontextmanager
    async def served(self, device: Device) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, device.host, device.port)
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                header = struct.unpack(">HHHBBHH", await reader.readexactly(12))
                request = Request(*header[3:])
                self.streams.append(bytearray())
                for _ in range(0 if self.is_over else BURST):
                    await self._send(writer, self._frame(header[0], request))
                    if writer.is_closing() or reader.at_eof():
                        break
                await self._send(writer, adu(header[0], request.unit, honest(request)))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        self.streams[-1].extend(frame)
        writer.write(frame)
        await writer.drain()
        for _ in range(2):
            await asyncio.sleep(0)  # it arrives alone, not together with the next one

    def _frame(self, transaction: int, request: Request) -> bytes:
        """Frame number n is the same in every run, but for what the request has put into it."""
        chance = random.Random(SEED + self.sent)
        self.sent += 1
        pdu = chance.choice(
            (honest(request), honest(request), request.refusal(2), bytes.fromhex(chance.choice(OTHERS)))
        )
        return mutated(adu(transaction, request.unit, pdu), chance, mbap)


def was_sent(stream: bytes, block: Block, unit: int, values: list[int]) -> bool:
    """Whether these values stand in the stream as one whole answer to a request for this block."""
    bodies = [struct.pack(f">{len(values)}H", *values)]
    if block.table in BIT_TABLES:
        number = sum(bit << place for place, bit in enumerate(values))
        size = -(-len(values) // 8)
        spare = 8 * size - len(values)
        bodies = [(number | rest << len(values)).to_bytes(size, "little") for rest in range(1 << spare)]
    pdus = (bytes([FUNCTIONS[block.table], len(body)]) + body for body in bodies)
    return any(adu(0, unit, pdu)[2:] in stream for pdu in pdus)


@asynccontextmanager
async def connected(device: Device) -> AsyncIterator[ModbusConnector]:
    link = ModbusLink(device, ModbusConnection(device.host, device.port, timeout_s=TIMEOUT_S))
    async with ModbusConnector(link) as connector:
        yield connector


def check(asked: list[Point], readings: list[Reading], took_s: float) -> None:
    assert [reading.point for reading in readings] == [each.id for each in asked]
    assert all((reading.value is not None) == (reading.quality is Quality.GOOD) for reading in readings)
    assert took_s < 5.0 + 2 * TIMEOUT_S * (SPLIT_REQUESTS + len(asked))


async def test_mutated_answers_are_no_values_and_the_next_honest_one_is_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "pymodbus.logging")
    complaints, device, asked, storm = escaped(), plc(), points(), Storm()
    async with storm.served(device), connected(device) as connector:
        plain = connector._link.read

        async def checked(block: Block) -> list[int]:
            values = await plain(block)
            assert was_sent(b"".join(storm.streams), block, device.instance, values)
            return values

        connector._link.read = checked  # type: ignore[method-assign]
        while storm.sent < FRAMES:
            began_s = time.monotonic()
            check(asked, await connector.read(asked), time.monotonic() - began_s)
        storm.is_over = True
        await connector.read(asked)  # what is still on its way is not for us
        readings = await connector.read(asked)
    assert {reading.quality for reading in readings} == {Quality.GOOD}
    assert {reading.value for reading in readings[:4]} == {7.0}
    assert complaints == []


LIES = {
    "a byte count that is too small": b"\x03\x02\0\x07\0\x07",
    "a byte count that is odd": b"\x03\x05\0\x07\0\x07\0",
    "more octets than it says": b"\x03\x04\0\x07\0\x07\0\x07",
    "a function that nobody knows": b"\x5a\0\0",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_an_answer_that_does_not_decode_ends_its_read_at_once_and_escapes_nowhere(lie: bytes) -> None:
    complaints, device = escaped(), plc()
    pair = [point(f"P{at}", "co2", register("PLC", Table.HOLDING_REGISTER, at, DataType.UINT16)) for at in range(2)]
    async with answering(device, lambda _: lie):
        link = ModbusLink(device, ModbusConnection(device.host, device.port, timeout_s=30.0))
        async with ModbusConnector(link) as connector, asyncio.timeout(10.0):
            block = connector._blocks(pair)[0]
            with pytest.raises(DecodeError) as caught:
                await link.read(block)
            assert isinstance(caught.value.__cause__, BrokenFrameError)
            assert {reading.quality for reading in await connector.read(pair)} == {Quality.DECODE}
    assert complaints == []


STRANGERS = {
    "another unit": lambda transaction, pdu: adu(transaction, 9, pdu),
    "another request": lambda transaction, pdu: adu(transaction + 1, 1, pdu),
    "another protocol": lambda transaction, pdu: adu(transaction, 1, pdu)[:2] + b"\0\1" + adu(0, 1, pdu)[4:],
}


@pytest.mark.parametrize("answer", STRANGERS.values(), ids=STRANGERS)
async def test_who_answers_for_another_is_not_heard(answer: Callable[[int, bytes], bytes]) -> None:
    device = plc()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                transaction = int.from_bytes((await reader.readexactly(12))[:2], "big")
                writer.write(answer(transaction, b"\x03\x02\0\x07"))
        writer.close()

    async with await asyncio.start_server(serve, device.host, device.port), connected(device) as connector:
        (reading,) = await connector.read(points()[:1])
    assert (reading.quality, reading.value) == (Quality.TIMEOUT, None)
