"""``gatehouse bms poll``."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, quiet, site_at, site_folder
from twin.model.vocabulary import Role


@click.command("poll")
@site_folder
@click.option("--seconds", type=float, default=0.0, help="How long; until interrupted where left out.")
@as_json
@quiet
def command(*, folder: Path, seconds: float, as_json: bool, quiet: bool) -> None:
    """Poll every point, keep alarms and history, without a screen. Ends with the health of each device."""
    site = site_at(folder)
    rows = asyncio.run(_poll(site, seconds, quiet=quiet))
    print_rows(rows, json_wanted=as_json)


async def _poll(site: object, seconds: float, *, quiet: bool) -> list[dict[str, object]]:
    from tui.settings import Site
    from tui.wiring.operator import OperatorDesk

    assert isinstance(site, Site)
    async with OperatorDesk(site, role=Role.VIEWER) as desk:
        if not quiet:
            click.echo(f"polling {len(desk.points)} points; Ctrl-C ends", err=True)
        stop = asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds or None)
        return [
            {
                "device": health.device,
                "protocol": health.protocol,
                "up": health.is_up,
                "points": health.points,
                "good": health.good,
                "bad": health.bad,
            }
            for health in desk.devices()
        ]
