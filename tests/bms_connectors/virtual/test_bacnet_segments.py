"""A segmented answer whose first segment nobody acknowledges is repeated, then given up, without a failed task."""

from __future__ import annotations

import asyncio
import socket

from bacpypes3.apdu import ReadPropertyRequest
from bms_town import Town, bacnet, point
from mutations import escaped
from wire_peer import talking

SEGMENT_TIMEOUT_MS = 50
RETRIES = 2


def confirmed(request: ReadPropertyRequest) -> bytes:
    """A request in Annex J framing that takes answers in segments of 128 octets at most."""
    apdu = bytes([0x02, 0x71, 1, int(request.service_choice)]) + bytes(request.encode().pduData)
    npdu = bytes([1, 4]) + apdu
    return bytes([0x81, 0x0A]) + (len(npdu) + 4).to_bytes(2, "big") + npdu


async def test_the_first_segment_is_repeated_until_the_retries_are_used_up(town: Town) -> None:
    town.points += [point(f"T{n}", "temperature", bacnet("AHU", "analog-value", 100 + n)) for n in range(60)]
    complaints = escaped()
    async with talking(town) as (server, _, device):
        own = server._app.device_object
        own.apduSegmentTimeout, own.numberOfApduRetries = SEGMENT_TIMEOUT_MS, RETRIES
        request = ReadPropertyRequest(objectIdentifier=f"device,{device.instance}", propertyIdentifier="object-list")
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.91.79", 0))
            stranger.setblocking(False)
            stranger.sendto(confirmed(request), (device.host, device.port))
            async with asyncio.timeout(10):
                frames = [await loop.sock_recv(stranger, 1500) for _ in range(1 + RETRIES)]
            await asyncio.sleep(3 * SEGMENT_TIMEOUT_MS / 1000)
        assert len(set(frames)) == 1
        assert not server._app.asap.serverTransactions
    assert complaints == []
