"""``gatehouse site build``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import quiet


@click.command("build")
@click.argument("site")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="IFC file to write."
)
@quiet
def command(*, site: str, output: Path, quiet: bool) -> None:
    """Author the IFC4 model of a sample SITE. The same brief gives the same bytes."""
    from tui.wiring.sites import build_model

    build_model(site, output)
    if not quiet:
        click.echo(f"wrote {output} ({output.stat().st_size / 1e6:.1f} MB)", err=True)
