"""``gatehouse bms inject``."""

from __future__ import annotations

import asyncio
import re
from math import isfinite
from pathlib import Path

import click

from tui.commands.options import site_at, site_folder
from twin.model.errors import RefusedError
from twin.model.vocabulary import SiteMode

_DETAIL = re.compile(r"([a-z_]+)=(.+)")


def _details(_context: click.Context, _argument: click.Parameter, texts: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        match = _DETAIL.fullmatch(text)
        try:
            number = float(match[2]) if match else float("nan")
        except ValueError:
            number = float("nan")
        if match is None or not isfinite(number):
            raise click.BadParameter(f"{text!r} is not NAME=NUMBER")
        found[match[1]] = number
    return found


@click.command("inject")
@click.argument("what")
@click.argument("subject", required=False, default="")
@click.argument("details", metavar="[NAME=NUMBER]...", nargs=-1, callback=_details)
@site_folder
def command(*, what: str, subject: str, details: dict[str, float], folder: Path) -> None:
    """Do something to a running virtual building that no command can: WHAT to which SUBJECT.

    Doors: force, jam, prop, tamper, swing, false-secure, call, power, repair. Rooms: smoke, fire; fire-reset.
    Buildings: mains. Points: signal value=N, stick, drift per_hour=N, swap "ONE|OTHER". Controllers: freeze, silence.
    on=0 takes a state back. An example: bms inject stick VIL/L01/A/C07/ROOM/TEMP value=30 --site mysite
    """
    from tui.control.messages import socket_path

    site = site_at(folder)
    if site.file.mode is SiteMode.LIVE:
        raise RefusedError("this site is live: nothing is injected into a real building")
    asyncio.run(_inject(socket_path(folder), what, subject, details))


async def _inject(path: Path, what: str, subject: str, details: dict[str, float]) -> None:
    from tui.control.client import ControlClient

    async with ControlClient(path) as building:
        await building.ask("inject", what=what, subject=subject, details=details)
