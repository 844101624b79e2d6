"""A real bacpypes3 device on loopback whose limits a test chooses, and devices that are dead or frozen."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bacpypes3.apdu import AbortPDU, AbortReason
from bacpypes3.app import Application, DeviceInfo
from bacpypes3.errors import UnrecognizedService
from bacpypes3.local.analog import AnalogValueObject
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bms_town import bacnet, free_port, point

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.lifetime import close_silently, until_bound
from twin.model.points import Device, Point, Protocol

HOST = "127.0.93.1"


class LoneApplication(Application):  # type: ignore[misc]
    """Remembers what it was asked; can refuse ReadPropertyMultiple, or batches that are too long."""

    knows_multiple = True
    longest = 10_000
    answers_every = 1

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.multiple: list[int] = []
        self.singles = 0
        self.in_flight = 0
        self.most_in_flight = 0
        self._turn = 0

    async def indication(self, apdu: Any) -> None:
        self._turn += 1
        if self._turn % self.answers_every == 0:
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            try:
                await super().indication(apdu)
            finally:
                self.in_flight -= 1

    async def do_ReadPropertyRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        self.singles += 1
        await super().do_ReadPropertyRequest(apdu)

    async def do_ReadPropertyMultipleRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        if not self.knows_multiple:
            raise UnrecognizedService
        asked = sum(len(spec.listOfPropertyReferences) for spec in apdu.listOfReadAccessSpecs)
        self.multiple.append(asked)
        if asked > self.longest:
            await self.response(AbortPDU(True, apdu.apduInvokeID, AbortReason.bufferOverflow, context=apdu))
            return
        await super().do_ReadPropertyMultipleRequest(apdu)


def lone(port: int = 0, host: str = HOST, instance: int = 9301) -> Device:
    port = port or free_port(socket.SOCK_DGRAM, [host])
    return Device(name="BOX", protocol=Protocol.BACNET, host=host, port=port, instance=instance)


def analog_points(count: int, kind: str = "temperature") -> list[Point]:
    return [point(f"T{n}", kind, bacnet("BOX", "analog-value", n)) for n in range(1, count + 1)]


@asynccontextmanager
async def serving(
    device: Device, count: int, *, segments: bool = True, octets: int = 1476, revision: int = 1, **more: Any
) -> AsyncIterator[LoneApplication]:
    """The device with `count` analog values, n in object n, messages of so many octets; ``more`` sets attributes."""
    own = DeviceObject(
        objectIdentifier=("device", device.instance),
        objectName=device.name,
        vendorIdentifier=999,
        maxApduLengthAccepted=octets,
        maxSegmentsAccepted=64,
        segmentationSupported="segmented-both" if segments else "no-segmentation",
        databaseRevision=revision,
    )
    link = NetworkPortObject(
        f"{device.host}/8:{device.port}", objectIdentifier=("network-port", 1), objectName="network port"
    )
    app: LoneApplication = LoneApplication.from_object_list([own, link, *values(count)])
    for name, value in more.items():
        setattr(app, name, value)

    async def short(address: Any) -> DeviceInfo:
        return DeviceInfo(0, address, max_npdu_length=octets)

    app.device_info_cache.get_device_info = short  # as if its clients took no more: bacpypes3 looks at nothing else
    await until_bound(app)
    await asyncio.sleep(0)
    try:
        yield app
    finally:
        close_silently(app)
        await asyncio.sleep(0)


def values(count: int) -> list[Any]:
    return [
        AnalogValueObject(
            objectIdentifier=("analog-value", n),
            objectName=f"T{n}",
            presentValue=float(n),
            units="degreesCelsius",
            covIncrement=0.5,
        )
        for n in range(1, count + 1)
    ]


@asynccontextmanager
async def talking(device: Device) -> AsyncIterator[Conversation]:
    async with BacnetClient(avoid={device.port}) as client:
        yield Conversation(device, client)


@asynccontextmanager
async def frozen(device: Device) -> AsyncIterator[None]:
    """Takes every datagram, or every connection, and never answers."""
    if device.protocol is Protocol.BACNET:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taker:
            taker.bind((device.host, device.port))
            yield
        return

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, device.host, device.port)
    try:
        yield
    finally:
        server.close()
