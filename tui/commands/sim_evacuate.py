"""``gatehouse sim evacuate``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, quiet, site_at
from tui.commands.study_options import seeded


@click.command("evacuate")
@click.argument("plan", metavar="PLAN|NETWORK")
@click.option("--site", "folder", type=click.Path(path_type=Path, file_okay=False), help="Site folder, for a plan.")
@click.option(
    "--snapshot", type=click.Path(path_type=Path, dir_okay=False), help="JSON file: who is where at the alarm."
)
@click.option("--replications", type=click.IntRange(min=1), default=20, show_default=True)
@seeded
@as_json
@quiet
def command(
    *, plan: str, folder: Path | None, snapshot: Path | None, replications: int, seed: int, as_json: bool, quiet: bool
) -> None:
    """Evacuate a building by a PLAN (name or TOML file), or empty a hand-made NETWORK; effective and full widths.

    A plan (kind "evacuation") is played on a site's building: people from a regime, a table or a snapshot, locks,
    crews, closed routes. A network of spaces and links is one TOML file and needs no site.

    The pair is the result: observed times of congested doors lie between the two. Fire, smoke and contact are not
    modelled; not for regulatory approval.
    """
    from tui.wiring.evacuations import is_plan

    if folder is None and not is_plan(Path(plan)):
        if snapshot is not None:
            raise click.UsageError("a network says itself who is where: --snapshot goes with a plan and --site.")
        _empty_network(Path(plan), as_json=as_json)
        return
    if folder is None:
        raise click.UsageError(f"{plan!r} is a plan for a real building: give --site.")
    _play_plan(folder, plan, snapshot, replications, seed, as_json=as_json, quiet=quiet)


def _play_plan(
    folder: Path, plan: str, snapshot: Path | None, replications: int, seed: int, *, as_json: bool, quiet: bool
) -> None:
    from tui.wiring.evacuations import plan_json, plan_tables, plan_warnings, run_plan

    def progress(done: int, total: int) -> None:
        if not quiet:
            click.echo(f"\r{done} of {total} replications", err=True, nl=done == total)

    study = run_plan(
        site_at(folder), plan, snapshot=snapshot, seed=seed, replications=replications, on_progress=progress
    )
    if as_json:
        click.echo(plan_json(study))
        return
    click.echo(f"{study.title}: {study.replications} replications, seed {study.seed}. {study.not_for}")
    locked = ", ".join(f"{count} {name}" for name, count in study.held.items()) or "none"
    click.echo(f"Doors locked at the alarm: {locked}.")
    for line in plan_warnings(study):
        click.echo(line)
    click.echo(f"Not called out: {study.not_called:.1f} people, and {study.staff_staying:.1f} staff besides the crews.")
    for title, rows in plan_tables(study):
        if rows:
            click.echo(f"\n{title}")
            print_rows(rows, json_wanted=False)


def _empty_network(network: Path, *, as_json: bool) -> None:
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
