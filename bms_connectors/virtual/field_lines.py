"""Field controllers on a line behind a router, as facts: who is there, and how good the line is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from twin.model.points import Device, Protocol

SHORTEST_APDU = 206
"""Octets of what the simplest controllers take (ASHRAE 135, clause 20.1.2.5)."""
ROUTER_INSTANCE = 4_100_000
"""Device instance of the router to network n is this plus n (assumption; high, so that no register has it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldController:
    """A controller on the line; its MAC address is ``device.station`` (1 … 254), its host and port say nothing.

    ``max_apdu``: octets, 206 or 480 in the field. ``has_multiple``: whether it knows ReadPropertyMultiple.
    """

    device: Device
    max_apdu: int = 480
    has_multiple: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The line behind the router: ``delay_s`` each way, ``loss`` as a share of frames drawn from ``seed``."""

    network: int
    delay_s: float = 0.0
    loss: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedControllers:
    """A router, a device on its own address, with its line and who is on it."""

    router: Device
    line: Line
    controllers: tuple[FieldController, ...]


def routed_controllers(
    devices: Sequence[Device],
    line: Line,
    *,
    router_host: str,
    port: int,
    plain: Collection[str] = (),
    max_apdu: int = 480,
) -> RoutedControllers:
    """`devices` on one line; those named in `plain` take 206 octets and know no ReadPropertyMultiple."""
    return RoutedControllers(
        router=Device(
            name=f"router to network {line.network}",
            protocol=Protocol.BACNET,
            host=router_host,
            port=port,
            instance=ROUTER_INSTANCE + line.network,
        ),
        line=line,
        controllers=tuple(
            FieldController(
                device=device,
                max_apdu=SHORTEST_APDU if device.name in plain else max_apdu,
                has_multiple=device.name not in plain,
            )
            for device in devices
        ),
    )
