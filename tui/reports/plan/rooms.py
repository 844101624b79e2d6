"""Rooms and walls. Outlines are clear dimensions: what is dark between them is wall.

The wall fill is every outline with a stroke as wide as the outer wall, drawn behind the rooms: gaps between rooms
close, the outside gets a wall, and no polygon is computed.
"""

from __future__ import annotations

from tui.reports.plan.ink import WALL, path, path_of, polygon
from tui.reports.plan.palette import GROUP_OF, OTHER, UNLABELLED, WAYS_UP, UseGroup
from tui.reports.plan.sheet import Sheet
from tui.reports.plan.zones import ZoneKey
from twin.model.ids import GlobalId
from twin.model.spaces import Polygon, Space
from twin.model.vocabulary import SpaceUse

TEXTURES = {
    "hatch": '<path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" stroke="#b4b6b9" stroke-width="0.6"/>',
    "fine": '<path d="M0 0L6 6M-1 5L1 7M5 -1L7 1" stroke="#d0bfd9" stroke-width="0.5"/>',
    "dots": '<circle cx="3" cy="3" r="0.6" fill="#a9b99a"/>',
}
PLAIN_FILL = "#f7f7f7"


def texture_defs() -> str:
    """Patterns of the textures; rooms that differ in fill may share one."""
    patterns = (
        f'<pattern id="plan-{name}" width="6" height="6" patternUnits="userSpaceOnUse">{drawn}</pattern>'
        for name, drawn in TEXTURES.items()
    )
    return f"<defs>{''.join(patterns)}</defs>"


def wall_parts(sheet: Sheet) -> list[str]:
    """Yards with their fences, then the wall fill of everything that has a roof."""
    yards: list[Polygon] = []
    roofed: list[Polygon] = []
    for room, outline in sheet.rooms.items():
        (yards if sheet.space(room).use is SpaceUse.YARD else roofed).append(outline)
    parts = []
    if yards:
        fences = "".join(map(path_of, yards))
        parts.append(path(fences, 'fill="none" stroke="#8b9284" stroke-width="2.4" stroke-dasharray="7 3"'))
    if roofed:
        outlines = "".join(map(path_of, roofed))
        stroke = f'stroke="{WALL}" stroke-width="{2 * sheet.wall:.1f}" stroke-linejoin="miter" stroke-miterlimit="2"'
        parts.append(path(outlines, f'fill="{WALL}" {stroke}'))
    return parts


def room_parts(sheet: Sheet, zones: dict[GlobalId, ZoneKey]) -> list[str]:
    """Every room with its fill and, in its title, what is known of it."""
    parts = []
    for room, outline in sheet.rooms.items():
        space = sheet.space(room)
        group = use_group(sheet, space)
        zone = zones.get(room)
        fill = sheet.wish.marks.get(room) or (zone.tint if zone else "#fbfbfa" if sheet.wish.zones else group.fill)
        title = "" if is_unlabelled(sheet, space) else _title(space, zone)
        is_yard = space.use is SpaceUse.YARD
        edge = 'stroke="#8b9284" stroke-width="0.5"' if is_yard else f'stroke="{WALL}" stroke-width="0.8"'
        parts.append(polygon(outline, f'fill="{fill}" {edge}', title=title))
        if group.texture and not sheet.wish.zones:
            parts.append(path(path_of(outline), f'fill="url(#plan-{group.texture})" pointer-events="none"'))
        if not sheet.wish.zones:
            sheet.used.add(group.name)
    return parts


def use_group(sheet: Sheet, space: Space) -> UseGroup:
    """Fill of a use; on a redacted plan sensitive rooms look like any other."""
    return OTHER if is_unlabelled(sheet, space) else GROUP_OF.get(space.use, OTHER)


def is_unlabelled(sheet: Sheet, space: Space) -> bool:
    """Whether the reader may not know what this room is."""
    return sheet.wish.redact and space.use in UNLABELLED | WAYS_UP


def facts_of(space: Space) -> str:
    """Area and capacity, as far as they are known."""
    area = f"{space.area_m2:.0f} m²" if space.area_m2 >= 99.5 else f"{space.area_m2:.1f} m²"
    people = f"{space.capacity} p" if space.capacity > 0 else ""
    return " · ".join(filter(None, (area if space.area_m2 > 0 else "", people)))


def _title(space: Space, zone: ZoneKey | None) -> str:
    parts = (f"{space.code} {space.name}".strip(), facts_of(space), zone.name if zone else "")
    return " · ".join(filter(None, parts))
