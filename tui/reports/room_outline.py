"""A room's outline with its numbered doors and the size of its bounding box, as a small SVG; north is up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from tui.reports.plan.geometry import Box, Point, box_of, is_drawable
from tui.reports.plan.ink import FONT, INK, PAPER, WALL, centred, circle, group, line, num, path_of, polygon, safe
from twin.model.doors import Door
from twin.model.spaces import Space

_Placing = Callable[[Point], Point]

WIDEST_PX, HIGHEST_PX = 620.0, 250.0
CLOSEST_PX_PER_M = 60.0
"""Scale of small rooms; larger ones are drawn as large as the sheet allows."""
_MARGIN_PX = 46.0
_DISTANT_M = 1.5
"""A door further from the bounding box than this is misplaced in the model, and not drawn."""
_FLOOR, _DOOR = "#f6f3ec", "#b4530a"


def outline_svg(space: Space, doors: Sequence[Door]) -> str:
    """The room from above; empty where the model gives no outline.

    Args:
        space: the room.
        doors: its doors, in the order of their numbers from 1.
    """
    if not is_drawable(space.polygon):
        return ""
    box = box_of(space.polygon)
    scale = min(WIDEST_PX / box.width, HIGHEST_PX / box.height, CLOSEST_PX_PER_M)

    def at(point: Point) -> Point:
        return _MARGIN_PX + (point[0] - box.left) * scale, _MARGIN_PX + (box.bottom - point[1]) * scale

    drawn = Box(*at((box.left, box.bottom)), *at((box.right, box.top)))
    placed = [(number, door) for number, door in enumerate(doors, start=1) if _is_near(door.centre, box)]
    parts = [
        polygon(tuple(map(at, space.polygon)), f'fill="{_FLOOR}" stroke="{WALL}" stroke-width="2.5"'),
        *(_leaf(door, at) for _, door in placed),
        *(_number(at(door.centre), number) for number, door in placed),
        _size_along(drawn, box.width),
        _size_up(drawn, box.height),
        _north(),
    ]
    width, height = drawn.right + _MARGIN_PX, drawn.bottom + _MARGIN_PX
    size = f'width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
    head = f'{size} role="img" aria-label="Outline of {safe(space.code)}, north up" font-family="{FONT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{"".join(parts)}</svg>'


def _is_near(centre: Point, box: Box) -> bool:
    if not all(map(isfinite, centre)):
        return False
    near = box.grown(_DISTANT_M)
    return near.left <= centre[0] <= near.right and near.top <= centre[1] <= near.bottom


def _leaf(door: Door, at: _Placing) -> str:
    """The clear width in the wall."""
    (x, y), (dx, dy) = door.centre, door.along
    half = door.clear_width_m / 2
    ends = [(x - dx * half, y - dy * half), (x + dx * half, y + dy * half)]
    if not all(isfinite(value) for end in ends for value in end):
        return ""
    return line(at(ends[0]), at(ends[1]), f'stroke="{_DOOR}" stroke-width="5"')


def _number(centre: Point, number: int) -> str:
    ring = circle(centre, 8, f'fill="{PAPER}" stroke="{_DOOR}" stroke-width="1.2"')
    return ring + centred(centre, str(number), 10 if number < 100 else 8, f'fill="{INK}"')


def _size_along(drawn: Box, length_m: float) -> str:
    y = drawn.bottom + 24
    text = centred((drawn.centre[0], y + 11), f"{length_m:.2f} m", 11, f'fill="{INK}"')
    return group([_dimension((drawn.left, y), (drawn.right, y)), text])


def _size_up(drawn: Box, length_m: float) -> str:
    x, middle = drawn.right + 24, drawn.centre[1]
    text = centred((x + 11, middle), f"{length_m:.2f} m", 11, f'fill="{INK}"')
    turned = group([text], style=f'transform="rotate(-90 {num(x + 11)} {num(middle)})"')
    return group([_dimension((x, drawn.top), (x, drawn.bottom)), turned])


def _dimension(a: Point, b: Point) -> str:
    style = f'stroke="{INK}" stroke-width="0.8"'
    tick = [line((x - 3, y + 3), (x + 3, y - 3), style) for x, y in (a, b)]
    return "".join([line(a, b, style), *tick])


def _north() -> str:
    arrow = f'<path d="{path_of([(14.0, 8.0), (19.0, 24.0), (14.0, 20.0), (9.0, 24.0)])}" fill="{INK}"/>'
    return arrow + centred((14, 32), "N", 11, f'fill="{INK}"')
