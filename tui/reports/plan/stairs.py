"""Stairs and lifts: treads with arrows, shafts with a cross. Treads are schematic; what links join is exact.

A link with an end outdoors (an external stair) has no outline to be drawn in and is left out.
"""

from __future__ import annotations

from itertools import product
from math import hypot

from tui.reports.plan.geometry import Box, Point, anchor_of, box_at, box_of, holds, is_inside
from tui.reports.plan.ink import INK, PAPER, centred, group, line, num, path, path_of, rect, text_width
from tui.reports.plan.sheet import UNITS_PER_M, Sheet
from twin.model.doors import Link
from twin.model.ids import GlobalId
from twin.model.spaces import Polygon
from twin.model.vocabulary import LinkKind

STAIR, LIFT = "Stair: up, down", "Lift"
_PITCH_M = 0.28
_LONGEST_M, _WIDEST_M = 4.2, 3.4
_CAR_M = (1.7, 2.0)
_SMALLEST = 2.8
_STROKE = 'fill="none" stroke="#5c6066" stroke-width="0.7"'


def ways_from(sheet: Sheet) -> dict[GlobalId, list[tuple[Link, bool]]]:
    """Stairs and lifts at each drawn room, and whether they lead up from it; none on a redacted plan."""
    found: dict[GlobalId, list[tuple[Link, bool]]] = {}
    if sheet.wish.redact:
        return found
    floors = {space.global_id: space.floor_m for space in sheet.facility.spaces}
    for link in sheet.facility.links:
        if link.kind is LinkKind.OPENING or any(node not in floors for node in link.joins):
            continue
        for here, there in (link.joins, link.joins[::-1]):
            if here in sheet.rooms:
                found.setdefault(here, []).append((link, floors[there] > floors[here]))
    return found


def lift_lines(ways: list[tuple[Link, bool]]) -> str:
    """The lifts of a room for its label; stairs carry their code along the flight."""
    return "\n".join(f"{'↑' if is_up else '↓'} {link.code}" for link, is_up in ways if link.kind is LinkKind.LIFT)


def way_parts(sheet: Sheet, ways: dict[GlobalId, list[tuple[Link, bool]]]) -> tuple[list[str], dict[GlobalId, Box]]:
    """The drawn links, and what each takes of its room."""
    parts, boxes = [], {}
    for room, links in ways.items():
        outline = sheet.rooms[room]
        title = " · ".join(f"{link.kind.value} {link.code} {'up' if is_up else 'down'}" for link, is_up in links)
        if any(link.kind is LinkKind.LIFT for link, _ in links):
            box = _end_box(sheet, outline, _CAR_M[0] * UNITS_PER_M, _CAR_M[1] * UNITS_PER_M)
            parts.append(group(lift_sign(box), title=title))
            sheet.used.add(LIFT)
        else:
            box = _flight_box(sheet, outline)
            codes = {is_up: link.code for link, is_up in reversed(links)}
            parts.append(group(stair_sign(box, up=codes.get(True), down=codes.get(False)), title=title))
            sheet.used.add(STAIR)
        boxes[room] = box
    return parts, boxes


def _flight_box(sheet: Sheet, outline: Polygon) -> Box:
    """Where the flights are drawn."""
    room = box_of(outline)
    long = min(0.62 * max(room.width, room.height), _LONGEST_M * UNITS_PER_M)
    short = min(0.92 * min(room.width, room.height), _WIDEST_M * UNITS_PER_M, 0.95 * long)
    return _end_box(sheet, outline, short, long)


def _end_box(sheet: Sheet, outline: Polygon, short: float, long: float) -> Box:
    """A box along the room, at the end that is farther from its doors."""
    room = box_of(outline)
    is_upright = room.height >= room.width
    width, height = (short, long) if is_upright else (long, short)
    width, height = min(width, 0.94 * room.width), min(height, 0.94 * room.height)
    doors = [point for point in (sheet.at(*door.centre) for door in sheet.doors) if _is_near(point, room)]
    for share in (1.0, 0.85, 0.7):
        slack_x, slack_y = (room.width - width * share) / 2 - 2, (room.height - height * share) / 2 - 2
        places = [
            (room.centre[0] + x * max(slack_x, 0), room.centre[1] + y * max(slack_y, 0))
            for x, y in product((0, -1, 1), repeat=2)
        ]
        places.sort(key=lambda place: -min((hypot(place[0] - x, place[1] - y) for x, y in doors), default=0.0))
        for place in places:
            box = box_at(place, width * share, height * share)
            if holds(outline, box) and sheet.is_free(box):
                return box
    return _largest_at(outline, anchor_of(outline), width, height)


def _is_near(point: Point, room: Box) -> bool:
    wide = room.grown(0.6 * UNITS_PER_M)
    return wide.left <= point[0] <= wide.right and wide.top <= point[1] <= wide.bottom


def _largest_at(outline: Polygon, centre: Point, width: float, height: float) -> Box:
    """The box about a point, made smaller until the outline holds it."""
    for share in (1.0, 0.8, 0.6, 0.4):
        box = box_at(centre, width * share, height * share)
        if holds(outline, box) or (share == 0.4 and is_inside(centre, outline)):
            return box
    return box_at(centre, width * 0.3, height * 0.3)


def _code(at: Point, code: str, length: float, size: float, is_upright: bool) -> str:
    """The code of a link along its flight, in letters that fit; left to the title where they would be too small."""
    size = min(size, size * length / max(text_width(code, size), 1.0))
    if size < _SMALLEST:
        return ""
    turn = f' transform="rotate(-90 {num(at[0])} {num(at[1])})"' if is_upright else ""
    halo = f'stroke="{PAPER}" stroke-width="1.6" stroke-linejoin="round" paint-order="stroke"'
    drawn = centred(at, code, size, f'fill="{INK}" {halo}')
    return f"<g{turn}>{drawn}</g>"


def lift_sign(box: Box) -> list[str]:
    """A car with a cross."""
    corners = ((box.left, box.top), (box.right, box.bottom), (box.left, box.bottom), (box.right, box.top))
    return [
        rect(box, f'fill="{PAPER}" stroke="#5c6066" stroke-width="0.9"'),
        line(corners[0], corners[1], _STROKE),
        line(corners[2], corners[3], _STROKE),
    ]


def stair_sign(box: Box, *, up: str | None = None, down: str | None = None) -> list[str]:
    """Two flights side by side: the one that leads up, and the one that comes from below, with their codes."""
    is_upright = box.height >= box.width
    long, short = (box.height, box.width) if is_upright else (box.width, box.height)

    def at(along: float, across: float) -> Point:
        if is_upright:
            return box.left + across, box.bottom - along
        return box.left + along, box.top + across

    treads = max(int(long / (_PITCH_M * UNITS_PER_M)), 2)
    data = "".join(
        path_of([at(long * step / treads, 0), at(long * step / treads, short)], closed=False)
        for step in range(1, treads)
    )
    middle = path_of([at(0, short / 2), at(long, short / 2)], closed=False)
    parts = [
        rect(box, f'fill="{PAPER}" stroke="#5c6066" stroke-width="0.8"'),
        path(data, 'fill="none" stroke="#a4a8ad" stroke-width="0.6"'),
        path(middle, f'fill="none" stroke="{INK}" stroke-width="1.2"'),
    ]
    size = min(5.5, short / 5)
    for wanted, across, word in ((up, 0.17 * short, "UP"), (down, 0.67 * short, "DN")):
        if wanted is not None:
            foot, tip = at(long * 0.12 + size, across), at(long * 0.94, across)
            neck = long * 0.94 - 6
            parts += [
                line(foot, at(neck, across), f'stroke="{INK}" stroke-width="1"'),
                path(path_of([tip, at(neck, across - 2.6), at(neck, across + 2.6)]), f'fill="{INK}"'),
                rect(box_at(at(long * 0.1, across), size * 1.7, size * 1.3), f'fill="{PAPER}"'),
                centred(at(long * 0.1, across), word, size, f'font-weight="bold" fill="{INK}"'),
                _code(at(long * 0.53, across + 0.19 * short), wanted, long * 0.78, size * 0.85, is_upright),
            ]
    return parts
