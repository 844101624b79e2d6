"""``gatehouse bms poll``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from tui.commands.options import DURATION, as_json, print_rows, quiet, site_at, site_folder
from tui.settings import Site
from twin.model.errors import ConnectError
from twin.model.operation import DeviceHealth
from twin.model.vocabulary import Role


@click.command("poll")
@site_folder
@click.option("--seconds", type=DURATION, help="How long; until interrupted where left out.")
@as_json
@quiet
def command(*, folder: Path, seconds: float | None, as_json: bool, quiet: bool) -> None:
    """Poll every point, keep alarms and history, without a screen. Ends with the health of each device."""
    site = site_at(folder)
    rows: list[dict[str, object]] = []
    try:
        asyncio.run(_poll(site, seconds, rows, quiet=quiet))
    finally:
        print_rows(rows, json_wanted=as_json)  # also after Ctrl-C
    if rows and not any(row["up"] for row in rows):
        raise ConnectError(str(folder), "no device answers")


async def _poll(site: Site, seconds: float | None, rows: list[dict[str, object]], *, quiet: bool) -> None:
    from tui.wiring.operator import OperatorDesk

    async with OperatorDesk(site, role=Role.VIEWER) as desk:
        if not quiet:
            click.echo(f"polling {len(desk.points)} points; Ctrl-C ends", err=True)
        stop = asyncio.Event()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)
        finally:
            rows += _health(desk.devices())


def _health(devices: Sequence[DeviceHealth]) -> list[dict[str, object]]:
    return [
        {
            "device": health.device,
            "protocol": health.protocol,
            "up": health.is_up,
            "points": health.points,
            "good": health.good,
            "bad": health.bad,
        }
        for health in devices
    ]
