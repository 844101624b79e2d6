"""``gatehouse site build``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import quiet

ZONES = ("hvac", "smoke", "release", "regime")


@click.command("build")
@click.argument("site")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="IFC file to write.")
@click.option(
    "--plan", "plans", type=click.Path(path_type=Path, file_okay=False), help="Folder for SVG plans, one a level."
)
@click.option("--zones", type=click.Choice(ZONES), help="Tint the rooms of the plans by zone.")
@click.option("--redact", is_flag=True, help="Plans without locks, ways out and security equipment.")
@quiet
def command(
    *, site: str, output: Path | None, plans: Path | None, zones: str | None, redact: bool, quiet: bool
) -> None:
    """Author the IFC4 model of a sample SITE, draw its plans, or both. The same brief gives the same bytes.

    A redacted plan refuses the zones that tell of locks (release) or of the ways out (smoke).
    """
    if output is None and plans is None:
        raise click.UsageError("give -o FILE, --plan DIR or both")
    if plans is None and (zones or redact):
        raise click.UsageError("--zones and --redact are for plans: give --plan DIR")
    if plans is not None:
        from tui.wiring.plans import write_site_plans

        written = write_site_plans(site, plans, zones=zones or "", redact=redact)
        if not quiet:
            for path in written:
                click.echo(f"wrote {path}", err=True)
    if output is not None:
        from tui.wiring.sites import build_model

        build_model(site, output)
        if not quiet:
            click.echo(f"wrote {output} ({output.stat().st_size / 1e6:.1f} MB)", err=True)
