"""Labels of rooms: code, name and facts as far as they fit. A label never leaves its room.

Fuller labels are tried first, then smaller letters, then upright ones, each at every free place of the room; the
name goes first, the code last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tui.reports.plan.geometry import Box, Point, anchor_of, box_at, box_of, grid, holds
from tui.reports.plan.ink import INK, centred, num, rect, text_width
from twin.model.spaces import Polygon

CODE_SIZE, NAME_SIZE, FACTS_SIZE = 9.0, 7.2, 6.8
_SPACING, _PAD = 1.14, 1.5
_FULL_SCALES = (1.0, 0.9, 0.8, 0.7)
_CODE_SCALES = (1.0, 0.85, 0.7, 0.6, 0.5)
_LARGE_SCALES = (1.5, 1.25)
_LARGE_ROOM = 110.0
_PLACES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a label."""

    text: str
    size: float
    bold: bool = False

    @property
    def width(self) -> float:
        return text_width(self.text, self.size, bold=self.bold)

    def scaled(self, scale: float) -> Line:
        """The same line in other letters."""
        return Line(text=self.text, size=self.size * scale, bold=self.bold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Lines with the box they take; upright ones read from below."""

    lines: tuple[Line, ...]
    box: Box
    upright: bool

    def svg(self, *, backed: bool = False) -> str:
        """The label; backed by a plate where it lies on a drawing."""
        x, y = self.box.centre
        height = sum(line.size * _SPACING for line in self.lines)
        top = y - height / 2
        drawn = []
        for line in self.lines:
            middle = top + line.size * _SPACING / 2
            weight = 'font-weight="bold" ' if line.bold else ""
            drawn.append(centred((x, middle), line.text, line.size, f'{weight}fill="{INK}"'))
            top += line.size * _SPACING
        text = "".join(drawn)
        if self.upright:
            text = f'<g transform="rotate(-90 {num(x)} {num(y)})">{text}</g>'
        plate = rect(self.box, 'rx="2" fill="#ffffff" fill-opacity="0.85"') if backed else ""
        return f'<g pointer-events="none">{plate}{text}</g>'


def label_for(outline: Polygon, code: str, name: str, facts: str, taken: Sequence[Box]) -> Label | None:
    """The fullest label that the room has a free place for; None where not even its code fits."""
    room = box_of(outline)
    near = [box for box in taken if box.overlaps(room)]
    places = _places(outline, room)
    is_large = min(room.width, room.height) >= _LARGE_ROOM
    for lines in _candidates(code, name, facts, room, is_large=is_large):
        for upright in (False, True):
            label = _placed(outline, room, lines, upright, places, near)
            if label is not None:
                return label
    return None


def _places(outline: Polygon, room: Box) -> list[Point]:
    x, y = anchor_of(outline)
    others = sorted(grid(room, _PLACES), key=lambda point: (abs(point[0] - x) + abs(point[1] - y), point))
    return [(x, y), *others]


def _candidates(code: str, name: str, facts: str, room: Box, *, is_large: bool) -> Iterator[tuple[Line, ...]]:
    scales = (*_LARGE_SCALES, *_FULL_SCALES) if is_large else _FULL_SCALES
    head = Line(text=code, size=CODE_SIZE, bold=True)
    tail = tuple(Line(text=text, size=FACTS_SIZE) for text in facts.splitlines())
    if name:
        for scale, length in product(scales, (room.width, room.height)):
            for wrapped in _wrapped(name, length - 2 * _PAD, NAME_SIZE * scale):
                body = tuple(Line(text=text, size=NAME_SIZE) for text in wrapped)
                yield tuple(line.scaled(scale) for line in (head, *body, *tail))
        flat = Line(text=f"{code}  {name}", size=CODE_SIZE * 0.9, bold=True)
        for scale in scales:
            yield tuple(line.scaled(scale) for line in (flat, *tail))
        for scale in scales:
            yield (Line(text=" · ".join([f"{code}  {name}", *facts.splitlines()]), size=NAME_SIZE * scale),)
    if tail:
        for scale in scales:
            yield tuple(line.scaled(scale) for line in (head, *tail))
    for scale in _CODE_SCALES:
        yield (head.scaled(scale),)


def _wrapped(name: str, width: float, size: float) -> Iterator[tuple[str, ...]]:
    """A name in one line where it fits, else in two of about the same length, else in three."""
    words = name.split()
    if text_width(name, size) <= width:
        yield (name,)
    for count in (2, 3):
        if len(words) < count or text_width(name, size) > count * width:
            continue
        lines, rest = [], words
        for left in range(count, 0, -1):
            goal = text_width(" ".join(rest), size) / left
            taken = 1
            while taken < len(rest) - left + 1 and text_width(" ".join(rest[: taken + 1]), size) <= goal * 1.12:
                taken += 1
            taken = len(rest) if left == 1 else taken
            lines.append(" ".join(rest[:taken]))
            rest = rest[taken:]
        if max(text_width(line, size) for line in lines) <= width:
            yield tuple(lines)
            return


def _placed(
    outline: Polygon, room: Box, lines: tuple[Line, ...], upright: bool, places: list[Point], near: list[Box]
) -> Label | None:
    width = max(line.width for line in lines)
    height = sum(line.size * _SPACING for line in lines)
    if upright:
        width, height = height, width
    if width + 2 * _PAD > room.width or height + 2 * _PAD > room.height:
        return None
    for place in places:
        box = box_at(place, width, height).grown(_PAD)
        if holds(outline, box) and not any(box.overlaps(other) for other in near):
            return Label(lines=lines, box=box, upright=upright)
    return None
