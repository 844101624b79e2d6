"""Signs beside doors: exits, smoke boundaries and interlock groups. Each looks for a free place."""

from __future__ import annotations

from collections.abc import Iterator

from tui.reports.plan.doors import DoorShape
from tui.reports.plan.geometry import Box, Point, box_at, holds
from tui.reports.plan.ink import PAPER, centred, circle, group, line, path, path_of, rect, text_width
from tui.reports.plan.palette import EXIT_COLOUR, LOCK_COLOURS, SMOKE_COLOUR, Lock
from tui.reports.plan.sheet import UNITS_PER_M, Sheet
from twin.model.ids import is_outside

EXIT, SMOKE, INTERLOCK = "Exit to outdoors", "Smoke boundary", "Interlock group"
_EXIT_SIZE, _SMOKE_RADIUS, _TAG_SIZE = 7.5, 4.2, 5.5


def sign_parts(sheet: Sheet, shapes: list[DoorShape]) -> list[str]:
    """Signs of all doors; none on a redacted plan."""
    if sheet.wish.redact:
        return []
    parts = []
    for shape in shapes:
        door = shape.door
        if door.is_final_exit and sheet.facility.storey_by_id[door.storey].is_ground:
            parts.append(_exit(sheet, shape))
            sheet.used.add(EXIT)
    for shape in shapes:
        if shape.door.is_smoke_boundary:
            parts.append(_smoke(sheet, shape))
            sheet.used.add(SMOKE)
    for shape in shapes:
        if shape.door.interlock_group:
            parts.append(_interlock(sheet, shape))
            sheet.used.add(INTERLOCK)
    return parts


def _exit(sheet: Sheet, shape: DoorShape) -> str:
    """An arrow outwards and the word, beyond the sweep of the leaf."""
    start = shape.depth_front + shape.leaf + 2
    tip = shape.point(0, start + 11)
    width = text_width("EXIT", _EXIT_SIZE, bold=True) + 6
    height = _EXIT_SIZE + 3.5
    reach = width / 2 if abs(shape.normal[0]) > 0.5 else height / 2
    places = [box_at(shape.point(0, start + 13 + reach + step), width, height) for step in (0, 8, 16)]
    box = sheet.take(places) or places[0]
    sheet.taken.append(box_at(shape.point(0, start + 6), 10, 10))
    head = [tip, shape.point(-4, start + 6), shape.point(4, start + 6)]
    return group(
        [
            line(shape.point(0, start), shape.point(0, start + 7), f'stroke="{EXIT_COLOUR}" stroke-width="2.4"'),
            path(path_of(head), f'fill="{EXIT_COLOUR}"'),
            exit_tag(box),
        ]
    )


def exit_tag(box: Box) -> str:
    """The word on its plate."""
    plate = rect(box, f'rx="2" fill="{EXIT_COLOUR}"')
    return plate + centred(box.centre, "EXIT", _EXIT_SIZE, f'font-weight="bold" fill="{PAPER}"')


def _smoke(sheet: Sheet, shape: DoorShape) -> str:
    beside = shape.width / 2 + _SMOKE_RADIUS + 1.5
    size = 2 * _SMOKE_RADIUS
    offsets = [(side * far, 0.0) for far in (beside, beside + size) for side in (-1, 1)]
    offsets += [(side * beside, ahead) for ahead in (-9.0, 9.0) for side in (-1, 1)]
    places = [box_at(shape.point(*offset), size, size) for offset in offsets]
    box = sheet.take(places) or places[0]
    return smoke_sign(box.centre)


def smoke_sign(at: Point) -> str:
    """A ring with an S, in the wall beside the door."""
    ring = circle(at, _SMOKE_RADIUS, f'fill="{PAPER}" stroke="{SMOKE_COLOUR}" stroke-width="1.3"')
    return ring + centred(at, "S", 6.3, f'font-weight="bold" fill="{SMOKE_COLOUR}"')


def _interlock(sheet: Sheet, shape: DoorShape) -> str:
    text = shape.door.interlock_group[:24]
    width, height = text_width(text, _TAG_SIZE, bold=True) + 5, _TAG_SIZE + 3
    places = [box_at(point, width, height) for point in _round_about(shape, width, height)]
    # In one room, not over a wall, where that is possible.
    places.sort(key=lambda place: not any(holds(outline, place) for outline in sheet.rooms.values()))
    box = sheet.take(places) or places[0]
    return interlock_tag(box, text)


def interlock_tag(box: Box, text: str) -> str:
    """The group's name on its plate."""
    colour = LOCK_COLOURS[Lock.MOTOR]
    plate = rect(box, f'rx="1.5" fill="{PAPER}" stroke="{colour}" stroke-width="0.9"')
    return plate + centred(box.centre, text, _TAG_SIZE, f'font-weight="bold" fill="{colour}"')


def _round_about(shape: DoorShape, width: float, height: float) -> Iterator[Point]:
    """Places for a plate: behind the door, beside it, ahead of the leaf."""
    is_upright = abs(shape.normal[1]) > 0.5
    across, deep = (width, height) if is_upright else (height, width)
    outdoors = any(is_outside(node) for node in shape.door.joins or ())
    behind = -(shape.depth_back + 4 + deep / 2)
    ahead = shape.depth_front + 2 + deep / 2
    for slide in (0.0, across / 2, -across / 2, across, -across):
        yield shape.point(slide, behind)
        yield shape.point(slide, behind - 6)
    for side in (1, -1):
        yield shape.point(side * (shape.width / 2 + 3 + across / 2), ahead)
    yield shape.point(0, ahead + shape.leaf + (2 * UNITS_PER_M if outdoors else 0))
