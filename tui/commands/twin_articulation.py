"""``gatehouse twin articulation``."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands.options import as_json, building, facility_at, print_rows


@click.command("articulation")
@click.option("--least", type=click.IntRange(1), default=2, show_default=True, help="Least number of spaces cut off.")
@building
@as_json
def command(*, least: int, folder: Path | None, database: Path | None, as_json: bool) -> None:
    """Single points of failure: spaces and doors without which others have no way to an exit, worst first."""
    from twin.graph.containment import single_doors_of_failure, single_points_of_failure

    facility = facility_at(folder, database)
    points = [("space", point.space.code, point.cut_off) for point in single_points_of_failure(facility)]
    points += [("door", choke.door.code, choke.cut_off) for choke in single_doors_of_failure(facility)]
    print_rows(
        [
            {
                "kind": kind,
                "code": code,
                "spaces": len(cut_off),
                "cut_off": sorted(facility.node_label(node) for node in cut_off),
            }
            for kind, code, cut_off in sorted(points, key=lambda point: (-len(point[2]), point[0], point[1]))
            if len(cut_off) >= least
        ],
        json_wanted=as_json,
    )
