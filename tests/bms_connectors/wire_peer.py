"""A bare bacpypes3 application as the other side of a virtual device: asks anything, remembers what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bacpypes3.apdu import (
    ChangeListError,
    Error,
    ErrorRejectAbortNack,
    ReadPropertyRequest,
    SimpleAckPDU,
    WritePropertyRequest,
    error_types,
)
from bacpypes3.app import Application
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.pdu import Address
from bms_town import Town

from bms_connectors.bacnet.lifetime import close_silently, until_bound
from bms_connectors.exclusive import claim_first_free
from bms_connectors.virtual.bacnet_devices import BacnetServer
from twin.model.points import Device, Protocol

HOST = "127.0.91.77"
for _service in (27, 29):
    # bacpypes3 knows no error of LifeSafetyOperation and GetEventInformation; without it nobody hears the answer
    error_types.setdefault(_service, type(f"Error{_service}", (Error,), {"service_choice": _service}))
ChangeListError.service_choice = 8  # which its decoder asks for and does not have


def local(*parts: int) -> datetime:
    """A naive local time, as devices have it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc,arg-type]


class WirePeer(Application):  # type: ignore[misc]  # bacpypes3 has no types
    """Confirms every notification; ``told`` holds them in order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: asyncio.Queue[Any] = asyncio.Queue()
        self.port = 0

    async def do_ConfirmedEventNotificationRequest(self, apdu: Any) -> None:  # noqa: N802
        await self._take(apdu, True)

    async def do_UnconfirmedEventNotificationRequest(self, apdu: Any) -> None:  # noqa: N802
        await self._take(apdu, False)

    async def do_ConfirmedCOVNotificationRequest(self, apdu: Any) -> None:  # noqa: N802
        await self._take(apdu, True)

    async def do_UnconfirmedCOVNotificationRequest(self, apdu: Any) -> None:  # noqa: N802
        await self._take(apdu, False)

    async def _take(self, apdu: Any, is_confirmed: bool) -> None:
        self.told.put_nowait(apdu)
        if is_confirmed:
            await self.response(SimpleAckPDU(context=apdu))

    async def next_told(self) -> Any:
        async with asyncio.timeout(60):
            return await self.told.get()

    async def ask(self, device: Device, request: Any) -> Any:
        """The acknowledgement; errors, rejects and aborts are raised."""
        return await self.ask_at(f"{device.host}:{device.port}", request)

    async def ask_at(self, address: Any, request: Any) -> Any:
        request.pduDestination = Address(address) if isinstance(address, str) else address
        async with asyncio.timeout(60):
            answer = await self.request(request)
        if isinstance(answer, ErrorRejectAbortNack):
            raise answer
        return answer

    async def read(self, device: Device, where: str, name: str, kind: Any, index: int | None = None) -> Any:
        request = ReadPropertyRequest(objectIdentifier=where, propertyIdentifier=name, propertyArrayIndex=index)
        return (await self.ask(device, request)).propertyValue.cast_out(kind)

    async def write(self, device: Device, where: str, name: str, value: Any, index: int | None = None) -> Any:
        return await self.ask(
            device,
            WritePropertyRequest(
                objectIdentifier=where,
                propertyIdentifier=name,
                propertyArrayIndex=index,
                propertyValue=AnyValue(value),
            ),
        )


@asynccontextmanager
async def peering(avoid: Sequence[int]) -> AsyncIterator[WirePeer]:
    """A peer on a port of its own: bacpypes3 hears nobody on 127.x.x.x who has the same port."""
    with claim_first_free(Protocol.BACNET, HOST, 48500, avoid=avoid) as claim:
        peer = WirePeer.from_object_list(
            [
                DeviceObject(
                    objectIdentifier=("device", 9190),
                    objectName="peer",
                    maxApduLengthAccepted=1476,
                    maxSegmentsAccepted=64,
                    apduTimeout=400,
                    numberOfApduRetries=5,
                ),
                NetworkPortObject(f"{HOST}/8:{claim.port}", objectIdentifier=("network-port", 1), objectName="np"),
            ]
        )
        peer.port = claim.port
        await until_bound(peer)
        try:
            yield peer
        finally:
            close_silently(peer)
            await asyncio.sleep(0)


@asynccontextmanager
async def talking(town: Town, name: str = "AHU", **more: Any) -> AsyncIterator[tuple[BacnetServer, WirePeer, Device]]:
    """One virtual device of the town, a peer that talks to it, and where it is."""
    device = town.device(name)
    points = [p for p in town.points if p.binding is not None and p.binding.device == name]
    server = BacnetServer(device, points, town.host, **more)
    await server.open()
    try:
        async with peering([device.port]) as peer:
            yield server, peer, device
    finally:
        await server.close()
