"""The virtual building on the wire: any PointHost on real BACnet/IP and Modbus TCP.

There is no authentication in either protocol, so nothing but loopback is bound unless it is asked for in so many
words.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bms_connectors.bacnet.own_address import ALONE, LOOPBACK
from bms_connectors.ports import PointHost
from bms_connectors.virtual.field_lines import RoutedControllers
from twin.model.errors import ConfigError, ConnectError, Fault, UnknownIdError
from twin.model.ids import PointId
from twin.model.points import Device, Point, Protocol

if TYPE_CHECKING:
    from bms_connectors.virtual.bacnet_devices import BacnetServer
    from bms_connectors.virtual.modbus_servers import ModbusServer

log = logging.getLogger(__name__)

TICK_S = 0.05
"""How often the host's changes go into BACnet objects (20 Hz); Modbus registers are computed when they are read."""


class VirtualBuilding:
    """``async with VirtualBuilding(points, devices, host) as building:`` serves until the block ends.

    Args:
        routed: devices that are served behind a router; the others are served at their own address.
        serial_s: addresses of Modbus gateways, with the seconds that a request takes on the serial line behind.

    Raises:
        ConfigError: a point names a device that is not there, or cannot be served as bound.
        ConnectError: an address is not loopback, or is taken (on entering; nothing stays bound).
    """

    def __init__(
        self,
        points: Iterable[Point],
        devices: Sequence[Device],
        host: PointHost,
        *,
        allow_non_loopback: bool = False,
        tick_s: float = TICK_S,
        routed: Sequence[RoutedControllers] = (),
        serial_s: Mapping[str, float] | None = None,
    ) -> None:
        self._points = [point for point in points if point.binding is not None]
        self._devices = list(devices)
        self._host = host
        self._allow_non_loopback = allow_non_loopback
        self._tick_s = tick_s
        self._routed = list(routed)
        self._serial_s = dict(serial_s or {})
        self._bacnet: dict[str, BacnetServer] = {}
        self._modbus: dict[str, ModbusServer] = {}
        self._shown_by: dict[PointId, BacnetServer] = {}
        self._stack = AsyncExitStack()
        self._ticker: asyncio.Task[None] | None = None
        _check_devices(self._points, self._devices)

    async def __aenter__(self) -> Self:
        for device in [*self._devices, *(routed.router for routed in self._routed)]:
            if not self._allow_non_loopback and not _is_loopback(device.ip):
                raise ConnectError(f"{device.host}:{device.port}", "is not loopback; serving there must be allowed")
        async with AsyncExitStack() as stack:
            await self._open_bacnet(stack)
            await self._open_routers(stack)
            await self._open_modbus(stack)
            self._stack = stack.pop_all()
        self._ticker = asyncio.create_task(self._tick(), name="virtual building tick")
        self._ticker.add_done_callback(self._tick_ended)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        await self._stack.aclose()
        await asyncio.sleep(0)

    async def refresh(self) -> None:
        """Put the host's changes on the wire now, without waiting for the next tick."""
        self._drain()
        await asyncio.sleep(0)

    def silence(self, device: str, is_silent: bool = True) -> None:
        """Let a device freeze (or thaw): it answers nothing and executes nothing.

        Raises:
            UnknownIdError: there is no such device.
        """
        if device in self._bacnet:
            self._bacnet[device].silence(is_silent)
        elif device in self._modbus:
            self._modbus[device].silence(device, is_silent)
        else:
            raise UnknownIdError("device", device)

    async def _open_bacnet(self, stack: AsyncExitStack) -> None:
        behind = {controller.device.name for routed in self._routed for controller in routed.controllers}
        bacnet = [device for device in self._devices if device.protocol is Protocol.BACNET]
        devices = [device for device in bacnet if device.name not in behind]
        if not devices:
            return
        from bms_connectors.virtual.bacnet_devices import BacnetServer

        for device in devices:
            prefix = LOOPBACK[1] if _is_loopback(device.ip) else ALONE
            server = BacnetServer(device, self._points_of(device), self._host, prefix=prefix)
            stack.push_async_callback(server.close)
            await server.open()
            self._serves(device.name, server)

    async def _open_routers(self, stack: AsyncExitStack) -> None:
        if not self._routed:
            return
        from bms_connectors.virtual.bacnet_router import FieldRouter

        for routed in self._routed:
            router = FieldRouter(routed.router, routed.line, routed.controllers, self._points, self._host)
            await stack.enter_async_context(router)
            for name, server in router.servers.items():
                self._serves(name, server)

    def _serves(self, name: str, server: BacnetServer) -> None:
        self._bacnet[name] = server
        self._shown_by.update(dict.fromkeys((point.id for point in server.points), server))

    async def _open_modbus(self, stack: AsyncExitStack) -> None:
        by_address: dict[tuple[str, int], list[Device]] = {}
        for device in self._devices:
            if device.protocol is Protocol.MODBUS:
                by_address.setdefault((device.host, device.port), []).append(device)
        if not by_address:
            return
        from bms_connectors.virtual.modbus_servers import ModbusServer

        for devices in by_address.values():
            points = [point for device in devices for point in self._points_of(device)]
            server = ModbusServer(devices, points, self._host, serial_s=self._serial_s.get(devices[0].host))
            stack.push_async_callback(server.close)
            await server.open()
            self._modbus.update(dict.fromkeys((device.name for device in devices), server))

    def _points_of(self, device: Device) -> list[Point]:
        return [point for point in self._points if point.binding is not None and point.binding.device == device.name]

    def _drain(self) -> None:
        shown = set()
        for point in self._host.drain_changed():
            server = self._shown_by.get(point)
            if server is not None:
                server.show(point)
                shown.add(server)
        for server in shown:
            server.settle()

    async def _tick(self) -> None:
        while True:
            self._drain()
            await asyncio.sleep(self._tick_s)

    def _tick_ended(self, task: asyncio.Task[None]) -> None:
        """A host that fails must not leave its last values standing as good: every device falls silent."""
        if task.cancelled():
            return
        error = task.exception()
        log.error("the virtual building's host failed; all devices fall silent", exc_info=error)
        for device in self._devices:
            self.silence(device.name)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_devices(points: Iterable[Point], devices: Sequence[Device]) -> None:
    protocols = {device.name: device.protocol for device in devices}
    faults = [
        Fault("points", point.id, f"is bound to the device {point.binding.device!r}, which is not in the list")
        for point in points
        if point.binding is not None and point.binding.device not in protocols
    ]
    if len(protocols) < len(devices):
        faults.append(Fault("devices", "", "two devices have the same name"))
    if faults:
        raise ConfigError(faults)
