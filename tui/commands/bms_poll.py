"""``gatehouse bms poll``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.options import DURATION, as_json, print_rows, quiet, site_at, site_folder
from tui.settings import Site
from twin.model.errors import ConnectError, StoreError
from twin.model.operation import DeviceHealth
from twin.model.vocabulary import Role

if TYPE_CHECKING:
    from tui.wiring.operator import OperatorDesk

LOOK_S = 1.0


@click.command("poll")
@site_folder
@click.option("--seconds", type=DURATION, help="How long; until interrupted where left out.")
@as_json
@quiet
def command(*, folder: Path, seconds: float | None, as_json: bool, quiet: bool) -> None:
    """Poll every point, keep alarms and history, without a screen. Ends with the health of each device.

    Exit code 3 if history, alarms or journal could not be kept at the end.
    """
    site = site_at(folder)
    rows: list[dict[str, object]] = []
    problems: list[str] = []
    try:
        asyncio.run(_poll(site, seconds, rows, problems, quiet=quiet))
    finally:
        print_rows(rows, json_wanted=as_json)  # also after Ctrl-C
    if problems:
        raise StoreError(str(folder), "; ".join(problems))
    if rows and not any(row["up"] for row in rows):
        raise ConnectError(str(folder), "no device answers")


async def _poll(
    site: Site, seconds: float | None, rows: list[dict[str, object]], problems: list[str], *, quiet: bool
) -> None:
    """Poll; ``rows`` and ``problems`` are what was found at the end, however it came."""
    from tui.wiring.operator import OperatorDesk

    async with OperatorDesk(site, role=Role.VIEWER) as desk:
        if not quiet:
            click.echo(f"polling {len(desk.points)} points; Ctrl-C ends", err=True)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await _tell_problems(desk, quiet=quiet)
        finally:
            rows += _health(desk.devices())
            problems += desk.problems()
            if desk.thinned is not None and desk.thinned.left_out and not quiet:
                click.echo(
                    f"{desk.thinned.left_out} readings left out of the history, within their deadbands", err=True
                )


async def _tell_problems(desk: OperatorDesk, *, quiet: bool) -> None:
    """Say what goes wrong with the desk, and when nothing does any more, until cancelled."""
    told: list[str] = []
    while True:
        now = list(desk.problems())
        if now != told and not quiet:
            click.echo("\n".join(f"problem: {text}" for text in now) or "no problem any more", err=True)
        told = now
        await asyncio.sleep(LOOK_S)


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
