"""A Modbus TCP server that a test answers by hand, frame by frame (MODBUS Messaging on TCP/IP, clause 3.1)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bms_town import free_port

from twin.model.points import Device, Protocol

HOST = "127.0.95.1"


@dataclass(frozen=True)
class Request:
    unit: int
    function: int
    address: int
    count: int

    def registers(self, *values: int) -> bytes:
        return struct.pack(f">BB{len(values)}H", self.function, 2 * len(values), *values)

    def refusal(self, code: int) -> bytes:
        return bytes([self.function | 0x80, code])


@dataclass
class RawServer:
    """Requests as they came, connections, and how many requests were ever unanswered at once."""

    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    open_requests: int = 0
    most_open: int = 0


Answer = Callable[[Request], bytes | None]
"""The PDU to answer with, None for silence; what begins with 0xFF is sent as it is, without a header."""


def plc(instance: int = 1, port: int = 0, name: str = "PLC") -> Device:
    port = port or free_port(socket.SOCK_STREAM, [HOST])
    return Device(name=name, protocol=Protocol.MODBUS, host=HOST, port=port, instance=instance)


@asynccontextmanager
async def answering(device: Device, answer: Answer, *, delay_s: float = 0.0) -> AsyncIterator[RawServer]:
    server = RawServer()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        writers.append(writer)
        try:
            while True:
                transaction, _, _, unit, function, address, count = struct.unpack(
                    ">HHHBBHH", await reader.readexactly(12)
                )
                request = Request(unit, function, address, count)
                server.requests.append(request)
                server.open_requests += 1
                server.most_open = max(server.most_open, server.open_requests)
                await asyncio.sleep(delay_s)
                pdu = answer(request)
                server.open_requests -= 1
                if pdu is not None:
                    is_raw = pdu[:1] == b"\xff"
                    writer.write(pdu if is_raw else struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    listener = await asyncio.start_server(serve, device.host, device.port)
    try:
        yield server
    finally:
        listener.close()
        for writer in writers:
            writer.close()
        await asyncio.sleep(0)
