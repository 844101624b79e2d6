"""``gatehouse bms discover``."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import asdict
from pathlib import Path

import click

from bms_connectors.bacnet.bbmd import bbmd_address
from bms_connectors.discovery import EVERY_NETWORK, LARGEST_INSTANCE, LOOPBACK_BROADCAST
from tui.commands.options import DURATION, as_json, print_rows, site_at, site_folder
from tui.settings import Site
from twin.model.errors import ConnectError, RefusedError
from twin.model.points import Protocol
from twin.model.vocabulary import SiteMode

INSTANCE = click.IntRange(0, LARGEST_INSTANCE)


def _as_bbmd(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if text:
        try:
            bbmd_address(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return text


def _as_host(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if text:
        try:
            ipaddress.IPv4Address(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is no IPv4 address") from error
    return text


def _refuse_real(host: str, mode: SiteMode) -> None:
    """Only a live site speaks with what is not on loopback."""
    if host and mode is not SiteMode.LIVE and not ipaddress.ip_address(host).is_loopback:
        raise RefusedError(f"{mode.value} mode opens no connection to what is real: {host}")


@click.command("discover")
@site_folder
@click.option("--seconds", type=DURATION, default=2.0, show_default=True, help="How long to listen for answers.")
@click.option("--instances", type=(INSTANCE, INSTANCE), metavar="LOW HIGH", help="Only these device instances.")
@click.option("--host", default="", callback=_as_host, help="Ask one device, one router, or this broadcast address.")
@click.option(
    "--network",
    type=click.IntRange(0, EVERY_NETWORK),
    default=EVERY_NETWORK,
    help="Only this BACnet network; 0 for the local one. All networks where left out.",
)
@click.option(
    "--bbmd", metavar="HOST:PORT", default="", callback=_as_bbmd, help="Ask through this BBMD, not that of the site."
)
@click.option("--modbus", is_flag=True, help="Scan the Modbus units of the register by its map instead.")
@as_json
def command(
    *,
    folder: Path,
    seconds: float,
    instances: tuple[int, int] | None,
    host: str,
    network: int,
    bbmd: str,
    modbus: bool,
    as_json: bool,
) -> None:
    """Ask who is there (BACnet Who-Is) and list who answers; devices of this site carry their name.

    With a BBMD, Gatehouse registers there as a foreign device and the BBMD broadcasts the question on its networks.

    Modbus has no such question: there, every address that the register names is read once, and the list says of each
    unit what answered and what is not there.
    """
    site = site_at(folder)
    if instances is not None and instances[0] > instances[1]:
        raise click.UsageError(f"no range of device instances: {instances[0]} to {instances[1]}")
    if modbus:
        rows = _modbus_rows(site)
        answering = [row for row in rows if row["answers"]]
    else:
        bbmd = bbmd or site.file.network.bbmd
        for asked in (host, bbmd_address(bbmd)[0] if bbmd else ""):
            _refuse_real(asked, site.file.mode)
        rows = _bacnet_rows(site, seconds, instances, host, network, bbmd)
        answering = [row for row in rows if row["device"]]
    print_rows(rows, json_wanted=as_json)
    if not answering:
        raise ConnectError(str(folder), "no device of this site answers")


def _bacnet_rows(
    site: Site, seconds: float, instances: tuple[int, int] | None, host: str, network: int, bbmd: str
) -> list[dict[str, object]]:
    from bms_connectors.discovery import discover
    from twin.store.database import open_database
    from twin.store.register import load_devices

    found = asyncio.run(
        discover(
            [site.file.network.bacnet_port],
            broadcast=host or LOOPBACK_BROADCAST,
            wait_s=seconds,
            instances=instances,
            network=network,
            bbmd=bbmd,
        )
    )
    with open_database(site.database) as store:
        ours = {(device.host, device.port): device.name for device in load_devices(store)}
    return [{**asdict(device), "device": ours.get((device.address, device.port), "")} for device in found]


def _modbus_rows(site: Site) -> list[dict[str, object]]:
    from bms_connectors.modbus_scan import scan
    from tui.wiring.certificates import certificates_of
    from twin.store.database import open_database
    from twin.store.register import load_devices, load_points

    with open_database(site.database) as store:
        devices, points = load_devices(store), load_points(store)
    units = [device for device in devices if device.protocol is Protocol.MODBUS and device.host]
    for unit in units:
        _refuse_real(unit.ip, site.file.mode)
    return [asdict(each) for each in asyncio.run(scan(units, points, certificates_of(site, devices)))]
