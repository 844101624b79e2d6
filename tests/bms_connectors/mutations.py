"""Mutated frames for the fuzz tests: the same seed gives the same frames.

`GATEHOUSE_FUZZ_FRAMES` sets how many of them a test sends (200000 for a soak).
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable

FRAMES = int(os.environ.get("GATEHOUSE_FUZZ_FRAMES", "2000"))

Header = Callable[[bytearray], None]
"""Makes the header of a frame true again, so that the rest of it goes deeper into the decoder."""


def mutated(frame: bytes, chance: random.Random, header: Header) -> bytes:
    """Bits flipped, octets put in or cut out, the end cut off, and in one of ten a header that lies about it."""
    octets = bytearray(frame)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(octets)) if octets else 0
        match chance.randrange(5):
            case 0 if octets:
                octets[place] ^= 1 << chance.randrange(8)
            case 1 if octets:
                octets[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))
            case 2:
                octets[place:place] = chance.randbytes(chance.randint(1, 8))
            case 3:
                del octets[place : place + chance.randint(1, 6)]
            case 4 if chance.random() < 0.3:
                del octets[place:]
    if len(octets) > 4 and chance.random() < 0.9:
        header(octets)
    return bytes(octets)


def annex_j(octets: bytearray) -> None:
    """An original unicast of BACnet/IP (ASHRAE 135, annex J.2) with the length that it has."""
    octets[:4] = b"\x81\x0a" + len(octets).to_bytes(2, "big")


def mbap(octets: bytearray) -> None:
    """Protocol 0 and the length that it has (MODBUS Messaging on TCP/IP, clause 3.1.3)."""
    if len(octets) >= 6:
        octets[2:6] = b"\0\0" + (len(octets) - 6).to_bytes(2, "big")


def escaped() -> list[str]:
    """What the event loop of this test has to complain about from now on: nobody awaited it."""
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(str(context)))
    return complaints
