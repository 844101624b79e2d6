"""``gatehouse bms discover``."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import asdict
from pathlib import Path

import click

from bms_connectors.bacnet.bbmd import bbmd_address
from tui.commands.options import DURATION, as_json, print_rows, site_at, site_folder
from twin.model.errors import ConnectError, RefusedError
from twin.model.vocabulary import SiteMode


def _as_bbmd(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if text:
        try:
            bbmd_address(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return text


def _allowed(bbmd: str, mode: SiteMode) -> str:
    """Only a live site speaks with what is not on loopback."""
    if bbmd and mode is not SiteMode.LIVE and not ipaddress.ip_address(bbmd_address(bbmd)[0]).is_loopback:
        raise RefusedError(f"{mode.value} mode opens no connection to a real BBMD: {bbmd}")
    return bbmd


@click.command("discover")
@site_folder
@click.option("--seconds", type=DURATION, default=2.0, show_default=True, help="How long to listen for answers.")
@click.option(
    "--bbmd", metavar="HOST:PORT", default="", callback=_as_bbmd, help="Ask through this BBMD, not that of the site."
)
@as_json
def command(*, folder: Path, seconds: float, bbmd: str, as_json: bool) -> None:
    """Ask who is there (BACnet Who-Is) and list who answers; devices of this site carry their name.

    With a BBMD, Gatehouse registers there as a foreign device and the BBMD broadcasts the question on its networks.
    """
    from bms_connectors.discovery import discover
    from twin.store.database import open_database
    from twin.store.register import load_devices

    site = site_at(folder)
    bbmd = _allowed(bbmd or site.file.network.bbmd, site.file.mode)
    found = asyncio.run(discover([site.file.network.bacnet_port], wait_s=seconds, bbmd=bbmd))
    with open_database(site.database) as store:
        ours = {(device.host, device.port): device.name for device in load_devices(store)}
    names = [ours.get((device.host, device.port), "") for device in found]
    rows = [{**asdict(device), "device": name} for device, name in zip(found, names, strict=True)]
    print_rows(rows, json_wanted=as_json)
    if not any(names):
        raise ConnectError(str(folder), "no device of this site answers")
