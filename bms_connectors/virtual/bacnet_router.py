"""Field controllers behind a router: another network number, short messages, no segmentation, slow and lossy.

One process plays the router on a real UDP socket and the controllers on a virtual network behind it, as an IP-to-MS/TP
router with its serial line would (ASHRAE 135, clause 6).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self

from bacpypes3.basetypes import NetworkNumberQuality
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.vlan import VirtualNetwork

from bms_connectors.bacnet.frames import FrameGuard
from bms_connectors.bacnet.lifetime import close_silently, until_bound
from bms_connectors.exclusive import Claim, probe_broadcast
from bms_connectors.ports import PointHost
from bms_connectors.virtual.bacnet_devices import BacnetServer
from bms_connectors.virtual.bacnet_field import FieldServer, on_sockets, virtual_port
from bms_connectors.virtual.bacnet_services import GuardedApplication
from bms_connectors.virtual.field_lines import FieldController, Line
from twin.model.errors import ConfigError, Fault
from twin.model.points import Device, Point, Protocol

IP_NETWORK = 1
"""Network number of the router's IP side."""
ROUTER_STATION = 0
LAST_STATION = 254
LONGEST_FRAME = 501
"""Octets of one MS/TP frame (clause 9.3); the router loses what is longer."""


class _SerialLine(VirtualNetwork):  # type: ignore[misc]  # bacpypes3 has no types
    """A virtual network that takes its time and loses frames, the same ones for the same seed."""

    def __init__(self, name: str, line: Line) -> None:
        super().__init__(name)
        self.lost = 0
        self._line = line
        self._chance = random.Random(line.seed)
        self._under_way: set[asyncio.Task[Any]] = set()

    async def process_pdu(self, pdu: Any) -> None:
        if len(pdu.pduData) > LONGEST_FRAME or self._chance.random() < self._line.loss:
            self.lost += 1
            return
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            await asyncio.sleep(self._line.delay_s)
            await super().process_pdu(pdu)
        finally:
            self._under_way.discard(task)

    async def close(self) -> None:
        """Lose what is under way and give the name back."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        VirtualNetwork._networks.pop(self.name, None)  # noqa: SLF001 -- bacpypes3 has no way to end a network


class FieldRouter:
    """``async with FieldRouter(device, line, controllers, points, host):`` routes and serves until the block ends.

    Args:
        device: the router itself, a device on its own IP address.
        controllers: what is behind it; its points are those bound to their names.

    Raises:
        ConfigError: two controllers of one station, or a station that no line has.
        ConnectError: the router's address is taken (on entering; nothing stays bound).
    """

    def __init__(
        self,
        device: Device,
        line: Line,
        controllers: Sequence[FieldController],
        points: Iterable[Point],
        host: PointHost,
        *,
        prefix: int = 8,
    ) -> None:
        _check_stations(controllers)
        self.device = device
        self.line = line
        self.servers: dict[str, BacnetServer] = {}
        self._controllers = list(controllers)
        self._points = list(points)
        self._host = host
        self._prefix = prefix
        self._name = f"{device.host}:{device.port} network {line.network}"
        self._wire: _SerialLine | None = None
        self._app: Any = None
        self._claim: Claim | None = None
        self._guard: FrameGuard | None = None

    @property
    def lost(self) -> int:
        """Frames that the line has lost so far."""
        return self._wire.lost if self._wire is not None else 0

    async def __aenter__(self) -> Self:
        self._claim = Claim(Protocol.BACNET, self.device.host, self.device.port)
        try:
            probe_broadcast(self.device.host, self._prefix, self.device.port)
            await self._open()
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        await self._close()

    async def _open(self) -> None:
        self._wire = _SerialLine(self._name, self.line)
        self._app = GuardedApplication.from_object_list(self._router_objects())
        self._guard = FrameGuard(self._app)
        await until_bound(on_sockets(self._app))
        for field in self._controllers:
            name = field.device.name
            mine = [point for point in self._points if point.binding is not None and point.binding.device == name]
            server = FieldServer(field, mine, self._host, self._name)
            self.servers[name] = server
            await server.open()

    async def _close(self) -> None:
        for server in self.servers.values():
            await server.close()
        self.servers.clear()
        if self._app is not None:
            close_silently(on_sockets(self._app))
            self._app = None
        if self._wire is not None:
            await self._wire.close()
            self._wire = None
        await asyncio.sleep(0)  # the transports close in the next turn of the loop
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def _router_objects(self) -> list[Any]:
        device = self.device
        return [
            DeviceObject(
                objectIdentifier=("device", device.instance),
                objectName=device.name,
                vendorIdentifier=999,
                vendorName="Gatehouse virtual building",
                modelName="virtual router",
                maxApduLengthAccepted=1476,
            ),
            NetworkPortObject(
                f"{device.host}/{self._prefix}:{device.port}",
                objectIdentifier=("network-port", 1),
                objectName=f"{device.name} network port",
                networkNumber=IP_NETWORK,
                networkNumberQuality=NetworkNumberQuality.configured,
            ),
            virtual_port(device.name, 2, self._name, self.line.network, ROUTER_STATION),
        ]


def _check_stations(controllers: Sequence[FieldController]) -> None:
    faults = []
    seen: dict[int, str] = {}
    for field in controllers:
        station, name = field.device.station, field.device.name
        if not ROUTER_STATION < station <= LAST_STATION:
            faults.append(Fault("devices", name, f"station {station} is not in 1 … {LAST_STATION}"))
        elif station in seen:
            faults.append(Fault("devices", name, f"has the station of {seen[station]}"))
        seen[station] = name
    if faults:
        raise ConfigError(faults)
