"""Options that several verbs share, and how they print: JSON or a plain table, data on standard output."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.settings import Site, load_site
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault
from twin.model.facility import Facility

F = TypeVar("F", bound=Callable[..., Any])


class _Duration(click.ParamType[float]):
    """Seconds: finite and more than 0."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(value)
        except ValueError:
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        if not (0 < seconds < inf):
            self.fail(f"{value} seconds: give a finite number above 0", param, ctx)
        return seconds


DURATION = _Duration()
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
quiet = click.option("--quiet", is_flag=True, help="No talk on standard error.")
site_folder = click.option(
    "--site", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Site folder."
)


def building(command: F) -> F:
    """``--site DIR`` or ``--db DB``: where the imported building is."""
    command = click.option(
        "--db", "database", type=click.Path(path_type=Path, dir_okay=False), help="Database of an imported model."
    )(command)
    return click.option(
        "--site", "folder", type=click.Path(path_type=Path, file_okay=False), help="Site folder (instead of --db)."
    )(command)


def database_path(folder: Path | None, database: Path | None) -> Path:
    """The database that the options name.

    Raises:
        click.UsageError: neither or both were given.
    """
    if (folder is None) == (database is None):
        raise click.UsageError("give either --site DIR or --db DB")
    return load_site(folder).database if folder is not None else Path(str(database))


def facility_at(folder: Path | None, database: Path | None) -> Facility:
    """The facility that the options name."""
    from twin.store.database import open_database
    from twin.store.facilities import load_facility

    with open_database(database_path(folder, database)) as store:
        return load_facility(store)


def site_at(folder: Path) -> Site:
    """The site folder, with its database in place.

    Raises:
        ConfigError: it is no site, or its model was never imported.
    """
    site = load_site(folder)
    if not site.database.is_file():
        raise ConfigError([Fault(str(site.database), "", "is missing: import the model first")])
    return site


def print_rows(rows: Sequence[Mapping[str, object]], *, json_wanted: bool) -> None:
    """A list of flat rows: as JSON, or as a table with their keys as heads."""
    if json_wanted:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=1))
        return
    if not rows:
        return
    heads = list(rows[0])
    lines = [[plain(head) for head in heads], *([plain(_text(row[head])) for head in heads] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_object(fields: Mapping[str, object], *, json_wanted: bool) -> None:
    """One object: as JSON, or a line a field."""
    if json_wanted:
        click.echo(json.dumps(fields, ensure_ascii=False, indent=1))
        return
    width = max(len(key) for key in fields)
    for key, value in fields.items():
        click.echo(f"{key.ljust(width)}  {plain(_text(value))}")


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
