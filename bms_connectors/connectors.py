"""Opens the right connector for each device; a library is imported only when a device of its protocol is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bms_connectors.ports import Connector, PointWriter
from twin.model.points import Device, Protocol


@dataclass(frozen=True, slots=True)
class Line:
    """The conversation with one device: one connection, the face that reads and the face that writes.

    The writer works while the connector is entered.
    """

    device: Device
    connector: Connector
    writer: PointWriter


def open_connectors(devices: Iterable[Device]) -> dict[str, Line]:
    """A line for every device, by device name. Nothing is opened before a connector is entered.

    All BACnet devices share one client application of this process, on a port that none of them uses.
    """
    listed = list(devices)
    lines = {device.name: _modbus(device) for device in listed if device.protocol is Protocol.MODBUS}
    lines.update(_bacnet([device for device in listed if device.protocol is Protocol.BACNET]))
    return lines


def _modbus(device: Device) -> Line:
    from bms_connectors.modbus.client import ModbusConnector, ModbusLink, ModbusWriter

    link = ModbusLink(device)
    return Line(device, ModbusConnector(link), ModbusWriter(link))


def _bacnet(devices: list[Device]) -> dict[str, Line]:
    if not devices:
        return {}
    from bms_connectors.bacnet.client import BacnetClient, Conversation
    from bms_connectors.bacnet.reader import BacnetConnector
    from bms_connectors.bacnet.writer import BacnetWriter

    client = BacnetClient(avoid={device.port for device in devices})
    talks = {device.name: Conversation(device, client) for device in devices}
    return {name: Line(talk.device, BacnetConnector(talk), BacnetWriter(talk)) for name, talk in talks.items()}
