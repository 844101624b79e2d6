"""``gatehouse bms serve``: the building process."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from tui.commands.options import site_at, site_folder
from twin.model.cause_effect import CauseEffect
from twin.model.errors import ConfigError, ConnectError, Fault, GatehouseError, RefusedError
from twin.model.vocabulary import SiteMode


@click.command("serve")
@site_folder
@click.option("--speed", type=click.FloatRange(0, 60), default=1.0, show_default=True, help="Exercise s per wall s.")
@click.option("--start", default="", metavar="TIME", help="Exercise time at the start, ISO 8601; now where left out.")
@click.option(
    "--weather",
    "weather_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Outdoor air: EnergyPlus weather (.epw) or CSV of time,temperature_c; the site's where left out.",
)
@click.option("--child", is_flag=True, help="Say ready as JSON; exit when standard input closes.")
def command(*, folder: Path, speed: float, start: str, weather_file: Path | None, child: bool) -> None:
    """Run the virtual building of a site on BACnet/IP and Modbus TCP, on loopback, until interrupted."""
    from simulation.weather_file import read_weather
    from tui.control.messages import socket_path
    from tui.wiring.building import serve
    from tui.wiring.routers import gateway_delays, routers_of
    from twin.store.database import open_database
    from twin.store.facilities import load_facility
    from twin.store.register import load_devices, load_points

    site = site_at(folder)
    if site.file.mode is SiteMode.LIVE:
        raise RefusedError("this site is live: its devices are real, nothing stands in for them")
    with open_database(site.database) as store:
        facility, points, devices = load_facility(store), load_points(store), load_devices(store)
    effects = _effects(folder)
    record = weather_file or site.weather
    if not points:
        raise ConfigError([Fault(str(site.database), "", "has no register: this building has no points to serve")])

    def ready() -> None:
        text = f"{len(points)} points on {len(devices)} devices, from {devices[0].host} on"
        click.echo(json.dumps({"ready": True, "pid": os.getpid()}) if child else f"{text}; Ctrl-C ends")

    try:
        asyncio.run(
            serve(
                facility,
                tuple(points),
                tuple(devices),
                site.regimes,
                control=socket_path(folder),
                effects=effects,
                weather=read_weather(record) if record else None,
                routed=routers_of(site, devices),
                serial_s=gateway_delays(site, devices),
                start=_moment(start),
                speed=speed,
                watch_parent=child,
                on_ready=ready,
            )
        )
    except GatehouseError as error:
        if child:
            device = error.device if isinstance(error, ConnectError) else ""
            click.echo(json.dumps({"ready": False, "device": device, "error": str(error)}))
        raise


def _effects(folder: Path) -> tuple[CauseEffect, ...]:
    """The site's cause-and-effect table; without one the building shows a fire and its hardware does nothing."""
    from site_models.cause_effect_csv import CAUSE_EFFECT_FILE, read_cause_effect_csv

    path = folder / CAUSE_EFFECT_FILE
    if path.is_file():
        return read_cause_effect_csv(path)
    click.echo(f"{CAUSE_EFFECT_FILE} is missing: upon fire nothing but the panel of this building reacts", err=True)
    return ()


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no ISO 8601 time", param_hint="--start") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
