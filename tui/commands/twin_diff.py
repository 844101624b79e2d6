"""``gatehouse twin diff``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, print_object, print_rows, quiet


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("new", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@quiet
def command(*, old: Path, new: Path, as_json: bool, quiet: bool) -> None:
    """Compare two revisions, OLD and NEW, each an IFC file or a database; the buildings stay as they are.

    Told is what moved, changed, came and went, and what of a database would be carried over or have to wait.
    """
    from tui.commands.revision_rows import carried_rows, flat_rows, revision_rows
    from tui.wiring.register_file import known_elements
    from tui.wiring.revisions import building_at, corrections_at
    from twin.model.carrying import carry
    from twin.model.differences import differences
    from twin.model.ids import GlobalId
    from twin.model.revision import compare

    if not quiet:
        click.echo(f"comparing {old} with {new}", err=True)
    before, after = building_at(old), building_at(new)
    revision = compare(before.elements, after.elements)
    changed = differences(before.facility, after.facility, revision.new_id)
    also = map(GlobalId, known_elements(after.facility))
    carried = carry(revision, before.register, after.register, corrections_at(old), also=also)
    rows = {"old": before.name, "new": after.name} | revision_rows(revision, changed)
    rows["carried"] = carried_rows(carried)
    if as_json:
        print_object(rows, json_wanted=True)
        return
    found = ", ".join(f"{count} by {by}" for by, count in rows["found_by"].items()) or "none"
    click.echo(f"found again: {found}; new: {len(rows['added'])}; gone: {len(rows['lost'])}")
    print_rows(flat_rows(rows), json_wanted=False)
    for row in rows["carried"]["unresolved"]:
        click.echo(f"would wait for a decision: {row['kind']} {row['subject']}, was on {row['was']}")
