"""``gatehouse demo``."""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

import click

from twin.model.vocabulary import Role


@click.command("demo")
@click.option("--site", default="vilnius", show_default=True, help="Sample site.")
@click.option("--headless", is_flag=True, help="Play the scripted tour even in a terminal.")
@click.option("--seconds", type=float, default=0.0, help="Headless: go on polling at least so long.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-site"),
    show_default=True,
    help="Site folder to make; an earlier demo's folder is kept beside it.",
)
@click.option("--network", default="", metavar="N.N", help="First two numbers of the loopback networks, as 127.5.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=None, help="Skip the choice of role.")
def command(*, site: str, headless: bool, seconds: float, folder: Path, network: str, role: str | None) -> None:
    """Build a sample site, import it, start its virtual building, connect, and open the screens.

    Without a terminal, or with --headless, it plays a tour through the same parts, prints what happened, writes the
    reports and ends with exit code 0.
    """
    from site_models.catalogue import site_folder
    from tui.wiring.sites import init_site

    def say(text: str) -> None:
        click.echo(text)

    site_folder(site)  # a mistyped name must not cost the earlier demo
    _clear(folder)
    prepared = init_site(site, folder, network=network, say=say)
    if headless or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from tui.wiring.tour import tour

        if not asyncio.run(tour(prepared, say, seconds=seconds)):
            click.echo("error: the tour did not go as it should, see above", err=True)
            raise click.exceptions.Exit(1)
        return
    from tui.wiring.screens import open_screens

    open_screens(prepared.site, role=Role(role) if role else None, with_building=True)


def _is_running(folder: Path) -> bool:
    """Whether a building process answers on the folder's control socket."""
    import socket

    from tui.control.messages import socket_path

    path = socket_path(folder)
    with socket.socket(socket.AF_UNIX) as line:
        return path.exists() and line.connect_ex(str(path)) == 0


def _free_name(folder: Path) -> Path:
    """Where an earlier demo is put aside: somebody may have edited its scenarios."""
    return next(name for number in count(1) if not (name := folder.with_name(f"{folder.name}-{number}")).exists())


def _clear(folder: Path) -> None:
    """Put an earlier demo's folder aside: only one that bears our mark is ever touched."""
    from tui.wiring.sites import DEMO_MARK

    mark = folder / DEMO_MARK
    if folder.exists():
        if _is_running(folder):
            raise click.UsageError(f"a demo is running in {folder}: leave it first, or choose another folder")
        if not mark.is_file():
            raise click.UsageError(f"{folder} is not a folder of an earlier demo: choose another with --folder")
        kept = _free_name(folder)
        folder.rename(kept)
        click.echo(f"kept the earlier demo as {kept}", err=True)
    folder.mkdir(parents=True)
    mark.touch()
