"""``gatehouse site build``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import quiet

_MAGIC = b"ISO-10303-21"
ZONES = ("hvac", "smoke", "release", "regime")


def _model_file(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """A new file, or an IFC file to be replaced: nothing else is ever written over."""
    if path is None:
        return None
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise click.BadParameter(f"{path} is no regular file")
    if path.exists():
        with path.open("rb") as file:
            if not file.read(len(_MAGIC)).startswith(_MAGIC):
                raise click.BadParameter(f"{path} is there and is no IFC file: it is not written over")
    return path


@click.command("build")
@click.argument("site")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_model_file,
    help="IFC file to write; only an IFC file is written over.",
)
@click.option(
    "--plan", "plans", type=click.Path(path_type=Path, file_okay=False), help="Folder for SVG plans, one a level."
)
@click.option("--zones", type=click.Choice(ZONES), help="Tint the rooms of the plans by zone.")
@click.option("--redact", is_flag=True, help="Plans without locks, signs of exits and security equipment.")
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
