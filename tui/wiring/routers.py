"""Which devices of a site its virtual building serves behind routers and gateways."""

from __future__ import annotations

from collections.abc import Iterable

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
    faults = []
    routers = []
    for number, (router, line) in enumerate(zip(site.file.router, addressing.lines, strict=True)):
        host = addressing.router_host(line)
        for name in router.devices:
            where = known[name].host if name in known else ""
            if name not in known:
                text = f"there is no BACnet device {name}"
            elif where != addressing.bacnet_host(known[name]):
                text = f"{name} is at {where} in the register, not behind {host}: import the model again"
            else:
                continue
            faults.append(Fault(str(site.folder / SITE_FILE), f"router[{number}].devices", text))
        routers.append(
            routed_controllers(
                [known[name] for name in router.devices if name in known],
                Line(network=router.network, delay_s=router.delay_s, loss=router.loss, seed=router.network),
                router_host=host,
                port=addressing.bacnet_port,
                plain=router.plain,
                max_apdu=router.max_apdu,
            )
        )
    listed = {name for router in site.file.router for name in router.devices}
    faults += [
        Fault(
            str(site.folder / SITE_FILE),
            "router",
            f"{name} is at {device.host}, and no router has it: import the model again",
        )
        for name, device in known.items()
        if "@" in device.host and name not in listed
    ]
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
    faults = []
    delays = {}
    for number, (gateway, line) in enumerate(zip(site.file.gateway, addressing.gateways, strict=True)):
        host = addressing.gateway_host(line)
        delays[host] = gateway.delay_s
        for name in gateway.devices:
            if name not in known:
                text = f"there is no Modbus unit {name}"
            elif known[name].host != host:
                text = f"{name} is at {known[name].host or 'no address'}, not at {host}: import the model again"
            else:
                continue
            faults.append(Fault(str(site.folder / SITE_FILE), f"gateway[{number}].devices", text))
    if faults:
        raise ConfigError(faults)
    return delays
