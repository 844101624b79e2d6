"""The one SVG plan drawer: a level of any facility as a plan that people read. Text is always escaped.

Everything comes from the `Facility`: own sites, imported models and models of others are drawn alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.reports.plan.doors import door_parts, shapes_of
from tui.reports.plan.equipment import equipment_parts
from tui.reports.plan.geometry import Box
from tui.reports.plan.ink import FONT, group, num, safe
from tui.reports.plan.labels import label_for
from tui.reports.plan.rooms import facts_of, is_unlabelled, room_parts, texture_defs, wall_parts
from tui.reports.plan.sheet import UNITS_PER_M, Sheet, Wish, sheet_of
from tui.reports.plan.signs import sign_parts
from tui.reports.plan.stairs import lift_lines, way_parts, ways_from
from tui.reports.plan.title import GAP, LEAST_WIDTH, PAD, title_block
from tui.reports.plan.zones import PURPOSES, SECRET, key_parts, zones_on
from twin.model.errors import RefusedError, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import GlobalId

RATIOS = (50, 100, 200, 500, 1000, 2000)
WIDEST_MM = 820.0
"""Longer side of ISO A1 less its margins: the sheet takes the largest usual scale that fits."""


def level_svg(
    facility: Facility,
    level: str,
    *,
    marks: Mapping[GlobalId, str] | None = None,
    zones: str = "",
    redact: bool = False,
    notice: str = "",
    all_equipment: bool = False,
) -> str:
    """One level as SVG, with title block and legend; empty where the level has no outlines.

    Args:
        facility: any facility.
        level: a name of `Facility.levels`.
        marks: fill colours by space or door, over the quiet default.
        zones: ``hvac``, ``smoke``, ``release`` or ``regime`` tints the rooms by zone.
        redact: leave out locks, signs of exits and equipment, and the labels of rooms that tell of them.
        notice: a sentence for the title block.
        all_equipment: draw equipment of every class, not that of security only.

    Raises:
        UnknownIdError: there are no zones of this purpose in our vocabulary.
        RefusedError: a redacted plan was asked for zones that tell of locks or ways out.
    """
    if zones and zones not in PURPOSES:
        raise UnknownIdError("zone purpose", zones)
    if redact and zones in SECRET:
        raise RefusedError(f"a redacted plan does not show {zones} zones: they tell of locks or of the ways out")
    wish = Wish(marks=marks or {}, zones=zones, redact=redact, notice=notice, all_equipment=all_equipment)
    sheet = sheet_of(facility, level, wish)
    return "" if sheet is None else _drawn(sheet)


def _drawn(sheet: Sheet) -> str:
    zones = zones_on(sheet)
    shapes = shapes_of(sheet)
    ways = ways_from(sheet)
    drawn_ways, way_boxes = way_parts(sheet, ways)
    signs = sign_parts(sheet, shapes)
    equipment = equipment_parts(sheet)
    keys = key_parts(sheet, zones)
    layers = [
        group(wall_parts(sheet)),
        group(room_parts(sheet, zones)),
        group(drawn_ways),
        group(door_parts(sheet, shapes)),
        group(signs),
        group(equipment),
        group(keys),
        group(_labels(sheet, {room: lift_lines(links) for room, links in ways.items()}, way_boxes)),
    ]
    width = max(sheet.area.width, LEAST_WIDTH)
    shown = sorted({zone.key: zone for zone in zones.values()}.values(), key=lambda zone: int(zone.key))
    ratio = _ratio(max(width, sheet.area.height + 200))
    block, height = title_block(sheet, shown, width, sheet.area.height + GAP - PAD, ratio)
    shift = (width - sheet.area.width) / 2
    plan = group(layers, style=f'transform="translate({num(shift)} 0)"' if shift else "")
    return _page(sheet, width, sheet.area.height + GAP + height, ratio, [texture_defs(), plan, group(block)])


def _page(sheet: Sheet, width: float, height: float, ratio: int, parts: list[str]) -> str:
    mm = 1000 / UNITS_PER_M / ratio
    title = f"{sheet.facility.name or sheet.facility.code}, level {sheet.level}"
    size = f'width="{width * mm:.1f}mm" height="{height * mm:.1f}mm" viewBox="0 0 {num(width)} {num(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{safe(title)}" font-family="{FONT}">'
        f'<title>{safe(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _ratio(longest: float) -> int:
    """The largest usual scale at which the sheet is no longer than A1."""
    metres = longest / UNITS_PER_M
    return next((ratio for ratio in RATIOS if metres * 1000 / ratio <= WIDEST_MM), RATIOS[-1])


def _labels(sheet: Sheet, links: dict[GlobalId, str], way_boxes: dict[GlobalId, Box]) -> list[str]:
    parts = []
    for room, outline in sheet.rooms.items():
        space = sheet.space(room)
        if is_unlabelled(sheet, space):
            continue
        code = space.code.rsplit("-", 1)[-1] or space.code
        facts = links.get(room) or facts_of(space)
        drawn = [way_boxes[room]] if room in way_boxes else []
        label = label_for(outline, code, space.name, facts, [*sheet.taken, *drawn])
        is_over = label is None and bool(drawn)
        if is_over:
            label = label_for(outline, code, space.name, facts, sheet.taken)
        if label is not None:
            parts.append(label.svg(backed=is_over))
    return parts
