"""Equipment at its place: security equipment by default, everything by wish, nothing on a redacted plan."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from tui.reports.plan.geometry import Box, Point, box_at, holds, is_inside
from tui.reports.plan.ink import PAPER, centred, group, rect
from tui.reports.plan.palette import EQUIPMENT_COLOUR, OTHER_EQUIPMENT, SECURITY_EQUIPMENT
from tui.reports.plan.sheet import Sheet
from twin.model.equipment import Equipment

WIDTH, HEIGHT, _SIZE = 9.5, 6.6, 4.8
_UNPLACED = (0.0, 0.0, 0.0)


def equipment_parts(sheet: Sheet) -> list[str]:
    """A sign of letters for each piece that stands on this level at a known place."""
    if sheet.wish.redact:
        return []
    parts = []
    for piece in sheet.facility.equipment:
        kind = _kind(sheet, piece)
        if kind is None or sheet.facility.storey_by_id[piece.storey].name != sheet.level:
            continue
        centre = _place(sheet, piece)
        if centre is None:
            continue
        letters, name = kind
        places = [box_at(point, WIDTH, HEIGHT) for point in _round_about(centre)]
        around = next((outline for outline in reversed(sheet.rooms.values()) if is_inside(centre, outline)), None)
        if around is not None:
            places = [place for place in places if holds(around, place)] or places
        box = sheet.take(places) or places[0]
        words = (f"{piece.code} {piece.name}".strip(), piece.ifc_class, piece.predefined_type, piece.type)
        parts.append(group([equipment_sign(box, letters)], title=" · ".join(filter(None, words))))
        sheet.used.add(name)
    return parts


def equipment_sign(box: Box, letters: str) -> str:
    """The letters on their plate."""
    plate = rect(box, f'rx="1.2" fill="{PAPER}" stroke="{EQUIPMENT_COLOUR}" stroke-width="0.8"')
    return plate + centred(box.centre, letters, _SIZE, f'font-weight="bold" fill="{EQUIPMENT_COLOUR}"')


def _kind(sheet: Sheet, piece: Equipment) -> tuple[str, str] | None:
    kind = SECURITY_EQUIPMENT.get(piece.ifc_class)
    return OTHER_EQUIPMENT if kind is None and sheet.wish.all_equipment else kind


def _place(sheet: Sheet, piece: Equipment) -> Point | None:
    """Its position where that is on the drawn part of the storey; the origin stands for an unknown one."""
    if piece.position == _UNPLACED or not all(map(isfinite, piece.position)):
        return None
    x, y = sheet.at(*piece.position[:2])
    return (x, y) if sheet.area.left <= x <= sheet.area.right and sheet.area.top <= y <= sheet.area.bottom else None


def _round_about(centre: Point) -> Iterator[Point]:
    """The place itself, then its neighbours: pieces that stand together are drawn side by side."""
    x, y = centre
    for ring in (0, 1, 2, 3):
        for column in range(-ring, ring + 1):
            for row in range(-ring, ring + 1):
                if max(abs(column), abs(row)) == ring:
                    yield x + column * (WIDTH + 0.8), y + row * (HEIGHT + 0.8)
