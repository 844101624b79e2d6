"""Which devices of a site its virtual building serves behind routers and gateways."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from bms_connectors.virtual.field_lines import Line, RoutedControllers, routed_controllers
from tui.settings import SITE_FILE, Site
from tui.wiring.register_file import addressing_of
from twin.model.errors import ConfigError, Fault
from twin.model.points import Device, Protocol


def routers_of(site: Site, devices: Iterable[Device]) -> tuple[RoutedControllers, ...]:
    """The site's routers with their controllers.

    Raises:
        ConfigError: every device of a line that the register does not have as one behind that router, and every one
            that the register has behind a router which is not there any more.
    """
    known = {device.name: device for device in devices if device.protocol is Protocol.BACNET}
    addressing = addressing_of(site)
    faults: list[Fault] = []
    routers = []
    for number, (router, line) in enumerate(zip(site.file.router, addressing.lines, strict=True)):
        faults += _misplaced(site, f"router[{number}].devices", router.devices, known, addressing.bacnet_host)
        routers.append(
            routed_controllers(
                [known[name] for name in router.devices if name in known],
                Line(network=router.network, delay_s=router.delay_s, loss=router.loss, seed=router.network),
                router_host=addressing.router_host(line),
                port=addressing.bacnet_port,
                plain=router.plain,
                max_apdu=router.max_apdu,
            )
        )
    listed = {name for router in site.file.router for name in router.devices}
    stranded = [name for name, device in known.items() if "@" in device.host and name not in listed]
    faults += _misplaced(site, "router", stranded, known, addressing.bacnet_host)
    if faults:
        raise ConfigError(faults)
    return tuple(routers)


def gateway_delays(site: Site, devices: Iterable[Device]) -> dict[str, float]:
    """Seconds that a request takes on the serial line behind each gateway, by the gateway's address.

    Raises:
        ConfigError: every unit of a line that the register does not have as one behind that gateway.
    """
    known = {device.name: device for device in devices if device.protocol is Protocol.MODBUS}
    addressing = addressing_of(site)
    faults: list[Fault] = []
    delays = {}
    for number, (gateway, line) in enumerate(zip(site.file.gateway, addressing.gateways, strict=True)):
        delays[addressing.gateway_host(line)] = gateway.delay_s
        faults += _misplaced(site, f"gateway[{number}].devices", gateway.devices, known, addressing.modbus_host)
    if faults:
        raise ConfigError(faults)
    return delays


def _misplaced(
    site: Site, key: str, names: Iterable[str], known: Mapping[str, Device], host_of: Callable[[Device], str]
) -> Iterator[Fault]:
    """Devices that are not in the register, or are there at another address than the settings give them."""
    for name in names:
        device = known.get(name)
        if device is None:
            yield Fault(str(site.folder / SITE_FILE), key, f"there is no such device on this protocol: {name}")
        elif device.host != host_of(device):
            at = f"is at {device.host or 'no address'} in the register, by the settings at {host_of(device)}"
            yield Fault(str(site.folder / SITE_FILE), key, f"{name} {at}: import the model again")
