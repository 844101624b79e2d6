"""``gatehouse twin import``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from tui.commands.options import as_json, print_object, quiet


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--db", "database", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Database to write."
)
@as_json
@quiet
def command(*, file: Path, database: Path, as_json: bool, quiet: bool) -> None:
    """Import an IFC FILE (IFC2X3, IFC4, IFC4X3) into a database."""
    from tui.settings import SITE_FILE
    from tui.wiring.sites import store_model
    from twin.ifc.reader import read_facility
    from twin.model.register import Addressing

    if not quiet:
        click.echo(f"reading {file}", err=True)
    imported = read_facility(file)
    if (database.parent / SITE_FILE).is_file():
        text = "the building of this site is replaced; its points.csv and cause-and-effect.csv stay as they are"
        click.echo(f"note: {text}", err=True)
    store_model(imported, imported.register.addressed(Addressing()), database, model=file.name)
    report = asdict(imported.report)
    report["warnings"] = list(imported.report.warnings)
    print_object(report, json_wanted=as_json)
