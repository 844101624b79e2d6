"""``gatehouse drill list``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, site_at, site_folder


@click.command("list")
@site_folder
@as_json
def command(*, folder: Path, as_json: bool) -> None:
    """List the drills of a site folder."""
    from simulation.drills.script import find_scripts, load_script

    scripts = [load_script(path) for path in find_scripts(site_at(folder).folder)]
    print_rows(
        [{"key": s.key, "title": s.title, "injects": len(s.inject), "actions": len(s.expect)} for s in scripts],
        json_wanted=as_json,
    )
