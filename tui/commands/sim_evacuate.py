"""``gatehouse sim evacuate``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows


@click.command("evacuate")
@click.argument("network", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def command(*, network: Path, as_json: bool) -> None:
    """Empty a hand-made NETWORK (TOML file) of spaces and links; times with effective and with full widths.

    The pair is the result: observed times of congested doors lie between the two. Fire, smoke, contact and
    counterflow are not modelled; not for regulatory approval.
    """
    from simulation.egress.evacuation import evacuate
    from simulation.egress.network_file import load_network

    pair = asdict(evacuate(load_network(network)))
    if as_json:
        click.echo(json.dumps(pair, indent=2))
        return
    print_rows(
        [{"width": name, **{k: v for k, v in each.items() if k != "links"}} for name, each in pair.items()],
        json_wanted=False,
    )
    click.echo()
    rows = [
        {"link": link, "width": name, **figures}
        for name, each in pair.items()
        for link, figures in each["links"].items()
    ]
    print_rows(sorted(rows, key=lambda row: str(row["link"])), json_wanted=False)
