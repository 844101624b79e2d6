"""A router on loopback and, on a virtual network behind it, field devices with short messages and no segmentation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from bacpypes3.app import Application
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.vlan import VirtualNetwork
from lone_device import values

from bms_connectors.bacnet.lifetime import close_silently, until_bound
from bms_connectors.virtual.bacnet_field import on_sockets, virtual_port
from twin.model.points import Device


@asynccontextmanager
async def routed(router: Device, network: int, stations: Mapping[int, int]) -> AsyncIterator[None]:
    """Devices by station number and instance, each with three analog values."""
    line = VirtualNetwork(f"line {uuid4()}")  # bacpypes3 keeps every name for ever
    front = NetworkPortObject(
        f"{router.host}/8:{router.port}",
        objectIdentifier=("network-port", 1),
        objectName="front",
        networkNumber=1,
        networkNumberQuality="configured",
    )
    apps = [
        Application.from_object_list(
            [_device(router.instance), front, virtual_port("router", 2, line.name, network, 0)]
        )
    ]
    for station, instance in stations.items():
        apps.append(
            Application.from_object_list(
                [_device(instance), virtual_port(f"device {instance}", 1, line.name, 0, station), *values(3)]
            ),
        )
    await until_bound(on_sockets(apps[0]))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        for app in apps:
            close_silently(on_sockets(app))
        await asyncio.sleep(0)


def _device(instance: int) -> Any:
    return DeviceObject(
        objectIdentifier=("device", instance),
        objectName=f"device {instance}",
        vendorIdentifier=999,
        maxApduLengthAccepted=480,
        segmentationSupported="no-segmentation",
    )
