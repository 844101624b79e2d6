"""Field controllers on a serial line: short messages, no segmentation, some without ReadPropertyMultiple."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from bacpypes3.apdu import AbortPDU, ComplexAckPDU
from bacpypes3.basetypes import NetworkNumberQuality, NetworkType, Segmentation
from bacpypes3.local.networkport import NetworkPortObject

from bms_connectors.bacnet.lifetime import close_silently
from bms_connectors.ports import PointHost
from bms_connectors.virtual.bacnet_application import VirtualApplication
from bms_connectors.virtual.bacnet_devices import BacnetServer
from bms_connectors.virtual.field_lines import FieldController
from twin.model.points import Point

_ACK_HEADER = 3
"""Octets before the service of a ComplexAck that is not segmented (clause 20.1.5)."""


class _FieldApplication(VirtualApplication):
    """Answers in one message or not at all."""

    async def response(self, apdu: Any) -> None:
        longest = int(self.device_object.maxApduLengthAccepted)
        if isinstance(apdu, ComplexAckPDU) and len(apdu.encode().pduData) + _ACK_HEADER > longest:
            refusal = AbortPDU(True, apdu.apduInvokeID, "segmentationNotSupported")
            refusal.pduDestination = apdu.pduDestination
            apdu = refusal
        await super().response(apdu)


class _PlainFieldApplication(_FieldApplication):
    """Knows ReadProperty only; ReadPropertyMultiple is rejected as unrecognized-service."""

    do_ReadPropertyMultipleRequest = None  # noqa: N815 -- bacpypes3 looks for handlers by this name


class FieldServer(BacnetServer):
    """A device on the virtual network named `line` instead of on an IP address."""

    def __init__(self, field: FieldController, points: Iterable[Point], host: PointHost, line: str) -> None:
        super().__init__(field.device, points, host)
        self.max_apdu = field.max_apdu
        self.application = _FieldApplication if field.has_multiple else _PlainFieldApplication
        self._line = line

    def _take_address(self) -> None:
        pass

    async def _until_ready(self) -> None:
        pass

    def _segmentation(self) -> dict[str, Any]:
        return {"segmentationSupported": Segmentation.noSegmentation}

    def _network_port(self) -> Any:
        return virtual_port(self.device.name, 1, self._line, 0, self.device.station)

    async def close(self) -> None:
        app, self._app = self._app, None
        if app is not None:
            await _end(app)
        await super().close()


def virtual_port(name: str, instance: int, line: str, network: int, station: int) -> Any:
    """A port on the line; network 0 leaves the number to the router."""
    quality = NetworkNumberQuality.configured if network else NetworkNumberQuality.unknown
    return NetworkPortObject(
        objectIdentifier=("network-port", instance),
        objectName=f"{name} line port",
        networkType=NetworkType.virtual,
        networkInterfaceName=line,
        networkNumber=network,
        networkNumberQuality=quality,
        macAddress=bytes([station]),
        protocolLevel="bacnet-application",
        statusFlags=[0, 0, 0, 0],
        reliability="no-fault-detected",
        outOfService=False,
        changesPending=False,
    )


def on_sockets(app: Any) -> Any:
    """An application as `lifetime` knows them: with those link layers that have a socket."""
    layers = {name: layer for name, layer in app.link_layers.items() if hasattr(layer, "server")}
    return SimpleNamespace(link_layers=layers, asap=app.asap, close=app.close)


async def _end(app: VirtualApplication) -> None:
    await app.outbox.close()
    app.end_subscriptions()
    close_silently(on_sockets(app))
