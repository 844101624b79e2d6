"""The register of a site as its file: ``points.csv`` follows the database."""

from __future__ import annotations

from pathlib import Path

from tui.settings import SITE_FILE, Site, load_site
from twin.exchange.points import write_points_csv
from twin.model.errors import ConfigError, Fault
from twin.model.facility import Facility
from twin.model.ids import NO_ID
from twin.model.register import Addressing, Register, RoutedLine, SerialGateway
from twin.store.database import Database
from twin.store.register import load_devices, load_points


def site_of(database: Path) -> Site | None:
    """The site whose database this is; None for one that stands alone.

    Raises:
        ConfigError: every fault of the site's settings.
    """
    return load_site(database.parent) if (database.parent / SITE_FILE).is_file() else None


def addressing_of(site: Site | None) -> Addressing:
    """Where the devices of a site are reached, by its settings; the defaults without a site."""
    if site is None:
        return Addressing()
    network = site.file.network
    return Addressing(
        bacnet_network=network.bacnet,
        bacnet_port=network.bacnet_port,
        modbus_network=network.modbus,
        modbus_port=network.modbus_port,
        lines=tuple(
            RoutedLine(network=router.network, router=router.station, devices=frozenset(router.devices))
            for router in site.file.router
        ),
        gateways=tuple(
            SerialGateway(station=gateway.station, devices=frozenset(gateway.devices)) for gateway in site.file.gateway
        ),
    )


def register_in(store: Database) -> Register:
    """The register of a database.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    return Register(points=tuple(load_points(store)), devices=tuple(load_devices(store)))


def write_register_file(database: Path, register: Register) -> None:
    """Write the register's file of a site; nothing where the database stands alone.

    Raises:
        ConfigError: it cannot be written: the database is new and the file is behind.
    """
    site = site_of(database)
    if site is None:
        return
    try:
        write_points_csv(register, site.points)
    except (OSError, ValueError) as error:
        text = f"cannot be written ({error}); the database has the new register"
        raise ConfigError([Fault(str(site.points), "", text)]) from error


def known_elements(facility: Facility) -> frozenset[str]:
    """GlobalIds that a point or a correction may name: everything in the building, and the outdoors."""
    parts = (
        facility.buildings, facility.storeys, facility.spaces, facility.doors, facility.links, facility.zones,
        facility.equipment, facility.systems,
    )  # fmt: skip
    named = {one.global_id for part in parts for one in part} | facility.outside_nodes | {facility.site_id}
    return frozenset(named - {NO_ID})
