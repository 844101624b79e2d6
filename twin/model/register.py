"""The register: every point of a building and the device it lives on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from twin.model.points import Device, Point, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """Where the devices of a site are reached: first three bytes of their addresses by protocol, and the ports."""

    bacnet_network: str = "127.0.1"
    bacnet_port: int = 47808
    modbus_network: str = "127.0.2"
    modbus_port: int = 1502


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Points in order of their devices, and the devices."""

    points: tuple[Point, ...] = ()
    devices: tuple[Device, ...] = ()

    def addressed(self, addressing: Addressing) -> Register:
        """The same register with the host and port of every device that has a station number."""
        return replace(self, devices=tuple(_addressed(device, addressing) for device in self.devices))


def _addressed(device: Device, addressing: Addressing) -> Device:
    if not device.station:
        return device
    if device.protocol is Protocol.BACNET:
        return replace(device, host=f"{addressing.bacnet_network}.{device.station}", port=addressing.bacnet_port)
    return replace(device, host=f"{addressing.modbus_network}.{device.station}", port=addressing.modbus_port)
