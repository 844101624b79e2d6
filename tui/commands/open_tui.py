"""``gatehouse tui``."""

from __future__ import annotations

from pathlib import Path

import click

from twin.model.vocabulary import Role


@click.command("tui")
@click.option("--site", "folder", type=click.Path(path_type=Path, file_okay=False), help="Site folder.")
@click.option(
    "--db", "database", type=click.Path(path_type=Path, dir_okay=False), help="Database of an imported model."
)
@click.option("--role", type=click.Choice([role.value for role in Role]), default=None, help="Skip the choice of role.")
@click.option("--no-building", is_flag=True, help="Do not start the virtual building: it runs already.")
def command(*, folder: Path | None, database: Path | None, role: str | None, no_building: bool) -> None:
    """Open the screens of a site folder, or of an imported model without building systems."""
    from tui.commands.options import site_at
    from tui.wiring.screens import bare_site, open_screens
    from twin.model.vocabulary import SiteMode

    if (folder is None) == (database is None):
        raise click.UsageError("give either --site DIR or --db DB")
    site = site_at(folder) if folder is not None else bare_site(Path(str(database)))
    with_building = folder is not None and not no_building and site.file.mode is not SiteMode.LIVE
    open_screens(site, role=Role(role) if role else None, with_building=with_building)
