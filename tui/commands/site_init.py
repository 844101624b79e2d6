"""``gatehouse site init``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from tui.commands.options import as_json, print_object, quiet

_MAX_BYTE = 255


def _network(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if text and not (re.fullmatch(r"127\.\d{1,3}", text) and int(text.split(".")[1]) <= _MAX_BYTE):
        raise click.BadParameter(f"{text} is not the first two numbers of a loopback network, as 127.5")
    return text


@click.command("init")
@click.argument("site")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--network",
    default="",
    callback=_network,
    metavar="N.N",
    help="First two numbers of the loopback networks, as 127.5.",
)
@as_json
@quiet
def command(*, site: str, folder: Path, network: str, as_json: bool, quiet: bool) -> None:
    """Make a site folder from a sample SITE: model, register, database, drills, scenarios."""
    from tui.wiring.sites import init_site

    prepared = init_site(site, folder, network=network, say=lambda text: None if quiet else click.echo(text, err=True))
    report = prepared.report
    print_object(
        {
            "site": site,
            "folder": str(folder),
            "spaces": report.spaces,
            "doors": report.doors,
            "doors_joined": report.doors_joined,
            "points": len(prepared.points),
            "devices": len(prepared.devices),
        },
        json_wanted=as_json,
    )
