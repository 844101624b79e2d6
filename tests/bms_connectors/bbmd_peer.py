"""A BBMD on loopback, on plain sockets and octets of its own (ASHRAE 135, annex J): accepts, refuses, or is silent."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

from bms_town import free_port

HOST = "127.0.94.1"
BROADCAST = "127.255.255.255"
RESULT, FORWARDED, REGISTER, DELETE, DISTRIBUTE, UNICAST, BROADCASTED = 0x00, 0x04, 0x05, 0x08, 0x09, 0x0A, 0x0B
Place = tuple[str, int]


class Mood(Enum):
    ACCEPTING = "accepting"
    REFUSING = "refusing"
    SILENT = "silent"


def bvll(function: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x81, function, 4 + len(body)) + body


def result(code: int) -> bytes:
    return bvll(RESULT, struct.pack("!H", code))


def octets(place: Place) -> bytes:
    return socket.inet_aton(place[0]) + struct.pack("!H", place[1])


class BbmdPeer(asyncio.DatagramProtocol):
    """``table``: who is registered until when; the counters tell what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mood = Mood.ACCEPTING
        self.table: dict[Place, float] = {}
        self.lifetimes: list[int] = []
        self.deleted: list[Place] = []
        self.distributed = 0
        self.refused_broadcasts = 0
        self._out: asyncio.DatagramTransport | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._out is None:  # the first socket is its own, the second one only hears broadcasts
            self._out = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, source: Place) -> None:
        if self.mood is Mood.SILENT or data[0] != 0x81 or source == (HOST, self.port):
            return
        function, body = data[1], data[4:]
        if function == REGISTER:
            self._register(source, struct.unpack("!H", body)[0])
        elif function == DELETE:
            place = (socket.inet_ntoa(body[:4]), struct.unpack("!H", body[4:])[0])
            known = self.table.pop(place, None)
            self.deleted.append(place)
            self.send(result(0x0000 if known is not None else 0x0050), source)
        elif function == DISTRIBUTE:
            self._distribute(source, body)
        elif function == BROADCASTED:
            self._to_foreign(source, body)

    def send(self, data: bytes, place: Place) -> None:
        assert self._out is not None
        self._out.sendto(data, place)

    def _register(self, source: Place, ttl_s: int) -> None:
        self.lifetimes.append(ttl_s)
        if self.mood is Mood.ACCEPTING:
            self.table[source] = time.monotonic() + ttl_s
        self.send(result(0x0000 if self.mood is Mood.ACCEPTING else 0x0030), source)

    def _distribute(self, source: Place, npdu: bytes) -> None:
        if self.table.get(source, 0.0) < time.monotonic():
            self.refused_broadcasts += 1
            self.send(result(0x0060), source)
            return
        self.distributed += 1
        self.send(bvll(FORWARDED, octets(source) + npdu), (BROADCAST, self.port))

    def _to_foreign(self, source: Place, npdu: bytes) -> None:
        for place, until in self.table.items():
            if until >= time.monotonic():
                self.send(bvll(FORWARDED, octets(source) + npdu), place)


@asynccontextmanager
async def bbmd_peer(port: int = 0) -> AsyncIterator[BbmdPeer]:
    """The BBMD of the devices that listen on `port` of any 127.x.x.x."""
    peer = BbmdPeer(port or free_port(socket.SOCK_DGRAM, [HOST]))
    loop = asyncio.get_running_loop()
    ends = [
        (await loop.create_datagram_endpoint(lambda: peer, local_addr=(at, peer.port), **shared))[0]
        for at, shared in ((HOST, {"allow_broadcast": True}), (BROADCAST, {"reuse_port": True}))
    ]
    try:
        yield peer
    finally:
        for end in ends:
            end.close()
        await asyncio.sleep(0)
