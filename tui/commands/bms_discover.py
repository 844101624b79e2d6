"""``gatehouse bms discover``."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, site_at, site_folder


@click.command("discover")
@site_folder
@click.option("--seconds", type=float, default=2.0, show_default=True, help="How long to listen for answers.")
@as_json
def command(*, folder: Path, seconds: float, as_json: bool) -> None:
    """Ask who is there (BACnet Who-Is) and list the devices that answer."""
    from bms_connectors.discovery import discover

    site = site_at(folder)
    found = asyncio.run(discover([site.file.network.bacnet_port], wait_s=seconds))
    print_rows([asdict(device) for device in found], json_wanted=as_json)
