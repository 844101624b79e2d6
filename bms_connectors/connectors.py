"""Opens the right connector for each device; a library is imported only when a device of its protocol is there."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Shape

from bms_connectors.device_clocks import ClockSetter
from bms_connectors.device_events import EventSource
from bms_connectors.device_logs import DeviceLogs
from bms_connectors.health import CovCounts
from bms_connectors.modbus.tls import TlsFiles
from bms_connectors.ports import Connector, PointWriter
from bms_connectors.schedules import ScheduleKeeper
from twin.model.points import Device, Point, Protocol, Reading


class Watcher(Shape):
    """What a connector offers whose device tells by itself what changed."""

    def watch(self, points: Sequence[Point], take: Callable[[Sequence[Reading]], None], /) -> None:
        """Subscribe to these points as soon as the connector is entered; `take` gets every notification."""
        ...

    async def unwatch(self) -> None:
        """Cancel the subscriptions, within a second; leaving the connector does so too."""
        ...

    def cov_counts(self) -> CovCounts | None:
        """What became of the subscriptions; None if there are none."""
        ...

    def remark(self) -> str:
        """What a person must know of a device that answers; mostly the empty text."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """The conversation with one device: one connection, the face that reads and the face that writes.

    The writer works while the connector is entered.
    """

    device: Device
    connector: Connector
    writer: PointWriter
    watcher: Watcher | None = None
    schedules: ScheduleKeeper | None = None
    events: EventSource | None = None
    clock: ClockSetter | None = None
    logs: DeviceLogs | None = None


def open_connectors(
    devices: Iterable[Device], tls: Mapping[str, TlsFiles] | None = None, *, bbmd: str = ""
) -> dict[str, Line]:
    """A line for every device, by device name. Nothing is opened before a connector is entered.

    All BACnet devices share one client application of this process, on a port that none of them uses. Modbus units of
    one host and port share one connection: they are behind a gateway, which serves one request at a time.

    Args:
        devices: whom to talk to.
        tls: certificates by device name, for Modbus devices that ask for them; units of one address share them.
        bbmd: ``host:port`` of the BBMD with which the BACnet client registers in the background; what devices broadcast
            is heard through it. Devices are read without it as well.

    Raises:
        ValueError: no address of a BBMD.
    """
    listed = list(devices)
    lines = _modbus([device for device in listed if device.protocol is Protocol.MODBUS], tls or {})
    lines.update(_bacnet([device for device in listed if device.protocol is Protocol.BACNET], bbmd))
    return lines


def _modbus(devices: list[Device], tls: Mapping[str, TlsFiles]) -> dict[str, Line]:
    if not devices:
        return {}
    from bms_connectors.modbus.client import ModbusConnector, ModbusLink, ModbusWriter
    from bms_connectors.modbus.connection import ModbusConnection

    files = {(device.host, device.port): tls[device.name] for device in devices if device.name in tls}
    addresses = dict.fromkeys((device.host, device.port) for device in devices)
    connections = {at: ModbusConnection(*at, tls=files.get(at)) for at in addresses}
    links = {device.name: ModbusLink(device, connections[device.host, device.port]) for device in devices}
    return {name: Line(link.device, ModbusConnector(link), ModbusWriter(link)) for name, link in links.items()}


def _bacnet(devices: list[Device], bbmd: str) -> dict[str, Line]:
    if not devices:
        return {}
    from bms_connectors.bacnet.client import BacnetClient, Conversation
    from bms_connectors.bacnet.device_clock import DeviceClock
    from bms_connectors.bacnet.events import EventDesk
    from bms_connectors.bacnet.reader import BacnetConnector
    from bms_connectors.bacnet.schedules import Schedules
    from bms_connectors.bacnet.trend_logs import TrendLogs
    from bms_connectors.bacnet.writer import BacnetWriter

    far = next((device for device in devices if _is_far(device)), None)
    client = BacnetClient(
        avoid={device.port for device in devices},
        towards=(far.ip, far.port) if far is not None else None,
        bbmd=bbmd,
        needs_bbmd=False,
    )
    talks = {device.name: Conversation(device, client) for device in devices}
    readers = {name: BacnetConnector(talk) for name, talk in talks.items()}
    logs = {name: TrendLogs(talk) for name, talk in talks.items()}
    for name, reader in readers.items():
        reader.presence.on_restart.append(logs[name].forget)
    return {
        name: Line(
            talk.device,
            readers[name],
            BacnetWriter(talk),
            watcher=readers[name],
            schedules=Schedules(talk),
            events=EventDesk(talk, readers[name].presence),
            clock=DeviceClock(talk),
            logs=logs[name],
        )
        for name, talk in talks.items()
    }


def _is_far(device: Device) -> bool:
    """Whether a device is on another machine; one without an address is nowhere."""
    return bool(device.ip) and not ipaddress.ip_address(device.ip).is_loopback
