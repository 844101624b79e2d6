"""``gatehouse site list``."""

from __future__ import annotations

import click

from tui.commands.options import as_json, print_rows


@click.command("list")
@as_json
def command(*, as_json: bool) -> None:
    """List the sample sites with their spaces, doors, places and net area."""
    from site_models.catalogue import site_names, site_summary

    print_rows([site_summary(name) for name in site_names()], json_wanted=as_json)
