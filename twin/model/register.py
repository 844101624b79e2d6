"""The register: every point of a building and the device it lives on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from twin.model.points import BacnetBinding, Binding, Device, ModbusBinding, Point, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedLine:
    """A BACnet network behind a router: its number, the router's station on the site's network, who is on it."""

    network: int
    router: int
    devices: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialGateway:
    """Modbus units on a serial line behind a TCP gateway: its station on the site's network, who is on the line."""

    station: int
    devices: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """Where the devices of a site are reached: first three bytes of their addresses by protocol, and the ports.

    ``lines``: BACnet devices that are not on the network itself but behind a router; ``gateways``: Modbus units that
    share the address of a gateway, told apart by their station numbers.
    """

    bacnet_network: str = "127.0.1"
    bacnet_port: int = 47808
    modbus_network: str = "127.0.2"
    modbus_port: int = 1502
    lines: tuple[RoutedLine, ...] = ()
    gateways: tuple[SerialGateway, ...] = ()

    def router_host(self, line: RoutedLine) -> str:
        """Address of a line's router."""
        return f"{self.bacnet_network}.{line.router}"

    def gateway_host(self, gateway: SerialGateway) -> str:
        """Address of a gateway."""
        return f"{self.modbus_network}.{gateway.station}"

    def gateway_of(self, device: Device) -> SerialGateway | None:
        """The gateway behind which a Modbus unit is, if it is behind one."""
        return next((gateway for gateway in self.gateways if device.name in gateway.devices), None)

    def modbus_host(self, device: Device) -> str:
        """Host of a Modbus unit: its own, or its gateway's."""
        gateway = self.gateway_of(device)
        return self.gateway_host(gateway) if gateway else f"{self.modbus_network}.{device.station}"

    def bacnet_host(self, device: Device) -> str:
        """Host of a BACnet device, as `Device.host` has it."""
        for line in self.lines:
            if device.name in line.devices:
                return f"{line.network}:{device.station}@{self.router_host(line)}"
        return f"{self.bacnet_network}.{device.station}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Points in order of their devices, and the devices."""

    points: tuple[Point, ...] = ()
    devices: tuple[Device, ...] = ()

    @classmethod
    def of(cls, points: Iterable[Point], devices: Iterable[Device]) -> Register:
        """A register in its one order: devices as given, on each its points by address; without bound points last.

        Devices without a point are left out.
        """
        listed = tuple(devices)
        order = {device.name: place for place, device in enumerate(listed)}
        unbound = len(order)

        def place(point: Point) -> tuple[int, tuple[int, int, str, str], str]:
            return (order[point.binding.device] if point.binding else unbound, _address(point.binding), point.id)

        ordered = tuple(sorted(points, key=place))
        used = {point.binding.device for point in ordered if point.binding}
        return cls(points=ordered, devices=tuple(device for device in listed if device.name in used))

    def addressed(self, addressing: Addressing) -> Register:
        """The same register with the host and port of every device that has a station number."""
        return replace(self, devices=tuple(_addressed(device, addressing) for device in self.devices))


def _address(binding: Binding | None) -> tuple[int, int, str, str]:
    match binding:
        case BacnetBinding():
            return (binding.object_instance, 0, binding.object_type, binding.property)
        case ModbusBinding():
            return (binding.address, binding.bit, binding.table, "")
        case _:
            return (0, 0, "", "")


def _addressed(device: Device, addressing: Addressing) -> Device:
    if not device.station:
        return device
    if device.protocol is Protocol.BACNET:
        return replace(device, host=addressing.bacnet_host(device), port=addressing.bacnet_port)
    unit = device.station if addressing.gateway_of(device) else device.instance
    return replace(device, host=addressing.modbus_host(device), port=addressing.modbus_port, instance=unit)
