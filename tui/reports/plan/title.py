"""The title block below a plan: whose building, which level, how large, what the symbols mean."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from tui.reports.plan.geometry import Box
from tui.reports.plan.ink import INK, PAPER, centred, line, path, path_of, rect, text_width, words
from tui.reports.plan.legend import ROW, Entry, column_width, columns_of, entries_of, legend_parts
from tui.reports.plan.sheet import UNITS_PER_M, Sheet
from tui.reports.plan.zones import ZoneKey
from twin.model.vocabulary import SpaceUse

LEAST_WIDTH = 760.0
GAP, PAD = 18.0, 14.0
_TEXT = f'fill="{INK}"'
_QUIET = 'fill="#555b62"'
_RED = "#a3123f"
SWING_NOTE = "Swing of doors by convention; treads schematic."
REDACTED_NOTE = "Locks, signs of exits and security fittings are left out."
_MOST_ROWS = 60
_BAR_HEIGHT = 46.0
_LEAST_FACTS = 10 * UNITS_PER_M + 74


def title_block(sheet: Sheet, zones: list[ZoneKey], width: float, top: float, ratio: int) -> tuple[list[str], float]:
    """The block from a height down; its parts and its own height."""
    facts, facts_width = _facts(sheet, ratio)
    blocks = entries_of(sheet, zones)
    room = width - facts_width - 5 * PAD
    facts_height = 34 + len(facts) * ROW + _BAR_HEIGHT
    columns: list[list[Entry]] = []
    fewest = int(facts_height // ROW)
    for rows in range(fewest, fewest + _MOST_ROWS):
        columns = columns_of(blocks, rows) if blocks else []
        if sum(map(column_width, columns)) <= room:
            break
    height = max([facts_height, *(len(column) * ROW for column in columns)]) + 2 * PAD
    frame = Box(PAD, top, width - PAD, top + height)
    parts = [rect(frame, f'fill="{PAPER}" stroke="{INK}" stroke-width="1"')]
    for number, draw in enumerate(facts):
        parts.append(draw(2 * PAD, top + PAD + 34 + (number + 0.4) * ROW))
    parts.append(words((2 * PAD, top + PAD + 20), sheet.level, 24, f'font-weight="bold" {_TEXT}'))
    split = PAD + facts_width + PAD
    parts.append(line((split, top), (split, top + height), f'stroke="{INK}" stroke-width="0.6"'))
    parts += legend_parts(columns, split + PAD, top + PAD)
    foot = top + height - PAD
    parts += _scale_bar(2 * PAD, foot - 17)
    parts += _north(2 * PAD + 10 * UNITS_PER_M + 42, foot - 22)
    if sheet.wish.redact:
        left = 2 * PAD + text_width(sheet.level, 24, bold=True) + 14
        stamp = Box(left, top + PAD, left + 104, top + PAD + 22)
        parts.append(rect(stamp, f'fill="{PAPER}" stroke="{_RED}" stroke-width="2"'))
        parts.append(centred(stamp.centre, "REDACTED", 14, f'font-weight="bold" fill="{_RED}"'))
    return parts, height


def _facts(sheet: Sheet, ratio: int) -> tuple[list[Callable[[float, float], str]], float]:
    """Lines of the left block, each drawn from its left end; and the width they need."""
    facility = sheet.facility
    storeys = [storey for storey in facility.storeys if storey.name == sheet.level]
    buildings = [b.name for b in facility.buildings if any(s.building == b.global_id for s in storeys)]
    spaces = [sheet.space(room) for room in sheet.rooms]
    indoors = [space for space in spaces if space.use is not SpaceUse.YARD]
    places = sum(space.certified_places for space in spaces)
    floors = ", ".join(sorted({f"{storey.elevation_m:+.2f} m" for storey in storeys}))
    counts = [f"{len(spaces)} spaces", f"{sum(s.area_m2 for s in indoors):,.0f} m² indoors".replace(",", " ")]
    counts += [] if sheet.wish.redact else [f"{len(sheet.doors)} doors"]
    counts += [f"{places} places"] if places else []
    texts = [(piece, 10.0, True) for piece in _folded(facility.name or facility.code, 10.0)]
    texts += [
        (
            " · ".join(
                filter(None, ("Building " + ", ".join(filter(None, buildings)) if any(buildings) else "", floors))
            ),
            7.5,
            False,
        ),
        (" · ".join(counts), 7.5, False),
        (f"1:{ratio} at full size · lengths in metres · p: places or persons", 7.5, False),
        (SWING_NOTE if not sheet.wish.redact else REDACTED_NOTE, 7.5, False),
    ]
    texts += [(piece, 7.5, False) for piece in _folded(sheet.wish.notice, 7.5)]
    texts = [entry for entry in texts if entry[0]]
    width = max(text_width(text, size, bold=bold) for text, size, bold in texts) + PAD
    return [_drawer(*entry) for entry in texts], max(width, _LEAST_FACTS)


def _drawer(text: str, size: float, bold: bool) -> Callable[[float, float], str]:
    style = f'font-weight="bold" {_TEXT}' if bold else _QUIET
    return lambda x, y: words((x, y), text, size, style)


def _folded(text: str, size: float, width: float = 300.0) -> list[str]:
    """Text in lines of a width; at most four, a longer text ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word[:60])
    return lines if len(lines) <= 4 else [*lines[:3], lines[3] + " …"]


def _north(x: float, y: float) -> list[str]:
    """North of the model: the facility does not tell the true one."""
    return [
        path(path_of([(x, y - 22), (x + 8, y + 6), (x, y + 1)]), f'fill="{INK}"'),
        path(path_of([(x, y - 22), (x - 8, y + 6), (x, y + 1)]), f'fill="{PAPER}" stroke="{INK}" stroke-width="0.8"'),
        centred((x, y + 13), "N", 10, f'font-weight="bold" {_TEXT}'),
        centred((x, y + 21), "of the model", 6.5, _QUIET),
    ]


def _scale_bar(left: float, top: float) -> list[str]:
    """Ten metres, the first two one by one."""
    parts = []
    marks = (0, 1, 2, 5, 10)
    for number, (start, end) in enumerate(pairwise(marks)):
        box = Box(left + start * UNITS_PER_M, top, left + end * UNITS_PER_M, top + 5)
        parts.append(rect(box, f'fill="{INK if number % 2 == 0 else PAPER}" stroke="{INK}" stroke-width="0.8"'))
    parts += [centred((left + mark * UNITS_PER_M, top + 12), str(mark), 7, _TEXT) for mark in marks]
    parts.append(words((left + 10 * UNITS_PER_M + 5, top + 14.5), "m", 7, _TEXT))
    return parts
