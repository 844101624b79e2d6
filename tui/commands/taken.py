"""What a list of points came to, printed the same for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui.commands.options import print_object, print_rows

if TYPE_CHECKING:
    from tui.wiring.point_lists import Taken


def tell_taken(taken: Taken, *, as_json: bool) -> None:
    """Print it; exit code 1 if an object stayed out or a point names an element that the building has not."""
    rows = [{"object": name, "reason": reason} for name, reason in taken.left_out]
    if as_json:
        print_object(
            {
                "points": [point.id for point in taken.points],
                "register": taken.total,
                "replaced": taken.replaced,
                "removed": taken.removed,
                "left_out": rows,
                "unknown_element": list(taken.homeless),
            },
            json_wanted=True,
        )
    else:
        click.echo(f"{len(taken.points)} points taken; the register has {taken.total}")
        if taken.replaced or taken.removed:
            click.echo(f"of those before, {taken.replaced} are otherwise now and {taken.removed} gone")
        print_rows(rows, json_wanted=False)
        for point in taken.homeless:
            click.echo(f"{point} names an element that the building has not")
    if rows or taken.homeless:
        raise click.exceptions.Exit(1)
