"""``gatehouse bms discover``."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from tui.commands.options import DURATION, as_json, print_rows, site_at, site_folder
from twin.model.errors import ConnectError


@click.command("discover")
@site_folder
@click.option("--seconds", type=DURATION, default=2.0, show_default=True, help="How long to listen for answers.")
@as_json
def command(*, folder: Path, seconds: float, as_json: bool) -> None:
    """Ask who is there (BACnet Who-Is) and list who answers; devices of this site carry their name."""
    from bms_connectors.discovery import discover
    from twin.store.database import open_database
    from twin.store.register import load_devices

    site = site_at(folder)
    found = asyncio.run(discover([site.file.network.bacnet_port], wait_s=seconds))
    with open_database(site.database) as store:
        ours = {(device.host, device.port): device.name for device in load_devices(store)}
    names = [ours.get((device.host, device.port), "") for device in found]
    rows = [{**asdict(device), "device": name} for device, name in zip(found, names, strict=True)]
    print_rows(rows, json_wanted=as_json)
    if not any(names):
        raise ConnectError(str(folder), "no device of this site answers")
