"""Where it burns beyond the edge of the view or on another level, in a few words for the top of the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from tui.widgets.plan.floor import Floor, Zoom
from twin.model.ids import GlobalId

Box = tuple[int, int, int, int]
"""First column, first row, last column + 1, last row + 1 of a plan."""

_SIDES = ("← west", "↑ north", "→ east", "↓ south")


def fire_note(floors: Mapping[str, Floor], level: str, zoom: Zoom, view: Box, burning: Collection[GlobalId]) -> str:
    """The sides of the view and the other levels where rooms burn that are not in view; empty where there are none."""
    if not burning:
        return ""
    unseen: set[int] = set()
    levels: list[str] = []
    for name, floor in floors.items():
        boxes = [_box(floor, zoom, room.corners) for room in floor.outlines if room.id in burning]
        if name == level:
            unseen = {_side(box, view) for box in boxes if not _overlap(box, view)}
        elif boxes:
            levels.append(name)
    words = [*(_SIDES[side] for side in sorted(unseen)), *(f"on {name}" for name in levels)]
    return f" FIRE {', '.join(words)} " if words else ""


def _box(floor: Floor, zoom: Zoom, corners: Iterable[tuple[float, float]]) -> Box:
    cells = [floor.cell_of(corner, zoom) for corner in corners]
    columns, rows = [x for x, _ in cells], [y for _, y in cells]
    return min(columns), min(rows), max(columns) + 1, max(rows) + 1


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _side(box: Box, view: Box) -> int:
    """Index into the sides: where the box lies furthest out; a row counts as two columns."""
    out = (view[0] - box[2], 2 * (view[1] - box[3]), box[0] - view[2], 2 * (box[1] - view[3]))
    return out.index(max(out))
