"""``gatehouse bms import-ede``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from tui.commands.options import as_json, building, database_path

_ADDRESS = re.compile(r"(\d{1,7})=([^=\s]+):(\d{1,5})")


def _addresses(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[int, tuple[str, int]]:
    found: dict[int, tuple[str, int]] = {}
    for text in texts:
        match = _ADDRESS.fullmatch(text)
        if match is None or not 0 < int(match[3]) <= 65_535:
            raise click.BadParameter(f"{text!r} is not INSTANCE=HOST:PORT")
        found[int(match[1])] = (match[2], int(match[3]))
    return found


@click.command("import-ede")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rules", type=click.Path(path_type=Path, dir_okay=False), help="TOML rules for objects of others.")
@click.option(
    "--address",
    "addresses",
    multiple=True,
    metavar="INSTANCE=HOST:PORT",
    callback=_addresses,
    help="Where a device is reached, which EDE does not say (may be repeated).",
)
@building
@as_json
def command(
    *,
    file: Path,
    rules: Path | None,
    addresses: dict[int, tuple[str, int]],
    folder: Path | None,
    database: Path | None,
    as_json: bool,
) -> None:
    """Add the objects of an EDE FILE (BIG-EU engineering data exchange) to the register.

    Objects that `twin export ede` wrote know what they are; those of others are bound by rules. Exit code 1 if an
    object stays out.
    """
    from tui.commands.taken import tell_taken
    from tui.wiring.point_lists import take_ede

    tell_taken(take_ede(database_path(folder, database), file, rules, addresses), as_json=as_json)
