"""The one SVG plan drawer: a level of any facility, rooms and doors, with marks by choice. Text is always escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import CELLS, CIRCULATION, SpaceUse

PX_PER_M = 9.0
MARGIN_M = 1.5
_FILLS = {SpaceUse.YARD: "#eef3ea", SpaceUse.STAIR: "#e6e6ee", SpaceUse.LIFT: "#e6e6ee"}


def level_svg(facility: Facility, level: str, *, marks: Mapping[GlobalId, str] | None = None) -> str:
    """One level as SVG.

    Args:
        facility: any facility.
        level: a name of `Facility.levels`.
        marks: fill colours by space or door, over the quiet default.
    """
    marks = marks or {}
    spaces = [space for space in facility.spaces if facility.level_of(space) == level and space.polygon]
    if not spaces:
        return ""
    xs = [x for space in spaces for x, _ in space.polygon]
    ys = [y for space in spaces for _, y in space.polygon]
    left, top = min(xs) - MARGIN_M, max(ys) + MARGIN_M
    width, height = max(xs) - min(xs) + 2 * MARGIN_M, max(ys) - min(ys) + 2 * MARGIN_M

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - left) * PX_PER_M, (top - y) * PX_PER_M

    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * PX_PER_M:.0f} {height * PX_PER_M:.0f}" '
        f'role="img" aria-label="plan of level {escape(level)}" font-family="sans-serif" font-size="8">'
    )
    parts = [head]
    for space in spaces:
        corners = " ".join(f"{px:.1f},{py:.1f}" for px, py in (at(x, y) for x, y in space.polygon))
        quiet = "#f6f6f4" if space.use in CIRCULATION else "#ffffff" if space.use in CELLS else "#fbfaf6"
        fill = marks.get(space.global_id) or _FILLS.get(space.use, quiet)
        x, y = at(*space.centre)
        label = space.code.rsplit("-", 1)[-1]
        parts.append(
            f'<polygon points="{corners}" fill="{fill}" stroke="#555" stroke-width="1">'
            f"<title>{escape(space.code)} {escape(space.name)}</title></polygon>"
            f'<text x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle" fill="#333">{escape(label[:8])}</text>'
        )
    for door in facility.doors:
        if facility.level_of(door) != level:
            continue
        x, y = at(*door.centre)
        half = door.clear_width_m / 2 * PX_PER_M
        dx, dy = door.along[0] * half, -door.along[1] * half
        colour = marks.get(door.global_id, "#0072b2")
        parts.append(
            f'<line x1="{x - dx:.1f}" y1="{y - dy:.1f}" x2="{x + dx:.1f}" y2="{y + dy:.1f}" stroke="{colour}" '
            f'stroke-width="3"><title>{escape(door.code)} {escape(door.type)}</title></line>'
        )
    return "".join([*parts, "</svg>"])
