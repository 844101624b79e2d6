"""Room labels by level of detail, derived from codes and names of any model.

A code is read from its end: ``…-A-C07`` is room ``C07`` of wing ``A``. Far out a cell shows ``07``, but only where
these digits are unique within its wing; closer it shows ``A-C07``. Other rooms show their name, or the end of the code
where the name does not fit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tui.widgets.plain_text import plain
from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS

_DIGITS = re.compile(r"\d+$")

URGENT = ("FIRE", "CALL")
"""Beginnings of lines that are dropped last."""
Lines = tuple[str, ...]


def short_codes(spaces: Iterable[Space]) -> dict[GlobalId, str]:
    """The shortest name of each room: the digits of a cell where they are unique in its wing, else the code's end."""
    rooms = list(spaces)
    shorts = {room.global_id: _short(room) for room in rooms}
    uses = Counter((_wing(room.code), shorts[room.global_id]) for room in rooms)
    return {
        room.global_id: shorts[room.global_id]
        if uses[_wing(room.code), shorts[room.global_id]] == 1
        else plain(_tail(room.code))
        for room in rooms
    }


def _short(room: Space) -> str:
    """``C07`` → ``07``, ``OBS1`` → ``O1``; other rooms keep the end of their code."""
    tail = plain(_tail(room.code))
    found = _DIGITS.search(tail)
    if room.use not in CELLS or found is None:
        return tail
    return found.group() if len(found.group()) > 1 else tail[0] + found.group()


def long_code(code: str) -> str:
    """Wing and room: the last two parts of the code."""
    return plain("-".join(code.split("-")[-2:]))


def candidates(space: Space, short: str, values: Sequence[str], *, spells_cells: bool) -> list[Lines]:
    """Labels to try, richest first.

    Args:
        space: The room.
        short: Its shortest name.
        values: Short lines of live figures; a fire or a call is dropped last.
        spells_cells: Whether cells show wing and figures; the same for all cells of a raster, so that rows read alike.
    """
    urgent = tuple(line for line in values if line.startswith(URGENT))
    calm = tuple(line for line in values if line not in urgent)
    deviation = next((line for line in calm if line.startswith(("↑", "↓"))), "")
    stages: list[Lines] = [(*urgent, *calm), (*urgent, *calm[:1])]
    if deviation:  # the arrow must survive: colour alone does not tell a deviation
        stages += [(*urgent, f"{deviation.partition('.')[0]}°"), (*urgent, deviation[0])]
    stages = list(dict.fromkeys([*stages, urgent, ()]))
    if space.use in CELLS:
        heads = [(long_code(space.code),), (plain(_tail(space.code)),), (short,)] if spells_cells else [(short,)]
        shown = stages if spells_cells else [(*urgent, *deviation[:1]), urgent, ()]
        return [(*head, *stage) for head in heads for stage in shown]
    names = wrapped(plain(space.name))
    return [(*name, *stage) for stage in stages for name in names] + [(short, *stage) for stage in stages]


def fire_candidates(space: Space, short: str, values: Sequence[str]) -> list[Lines]:
    """Labels of a room in fire alarm: the word stays longest; figures, a call and the room's name go before it."""
    others = [line for line in values if not line.startswith("FIRE")]
    call = [line for line in others if line.startswith("CALL")]
    name = long_code(space.code) if space.use in CELLS else plain(space.name)
    tails = [("FIRE ALARM", *others), ("FIRE ALARM", *call), ("FIRE", *call), ("FIRE",)]
    return [*((head, *tail) for tail in tails for head in (name, short)), (f"FIRE {name}",), ("FIRE",)]


def wrapped(name: str) -> list[Lines]:
    """The name on one line, then broken at spaces into two and three lines, as even as can be."""
    words = re.sub(r"\s*/\s*", "/ ", name).split()
    shapes: list[Lines] = [(" ".join(name.split()),)] if words else []
    return shapes + [_broken(words, count) for count in (2, 3) if len(words) >= count]


def _broken(words: list[str], count: int) -> Lines:
    if count == 1:
        return (" ".join(words),)
    options = [(" ".join(words[:cut]), *_broken(words[cut:], count - 1)) for cut in range(1, len(words) - count + 2)]
    return min(options, key=lambda lines: max(len(line) for line in lines))


def _tail(code: str) -> str:
    return code.rsplit("-", 1)[-1]


def _wing(code: str) -> str:
    return code.rsplit("-", 1)[0]


def place(
    inside: NDArray[np.bool_], lines: Lines, *, left_margin: int = 1, right_margin: int = 1
) -> tuple[int, int] | None:
    """Where a label goes, so that it and one free column on each side lie wholly inside the room.

    Args:
        inside: Cells of the room within its bounding box, rows × columns.
        lines: The label.
        left_margin: Free columns on the left; 0 only for what must be said in a narrow room.
        right_margin: Free columns on the right; 0 as the last resort for a narrow room.

    Returns:
        (row, column) of the label's first cell nearest to the middle, or None if it does not fit.
    """
    rows, columns = inside.shape
    height, width = len(lines), max(len(line) for line in lines) + left_margin + right_margin
    if height > rows or width > columns:
        return None
    count = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    count[1:, 1:] = inside.cumsum(axis=0).cumsum(axis=1)
    held = (
        count[height:, width:] - count[:-height, width:] - count[height:, :-width] + count[:-height, :-width]
    ) == height * width
    spots = np.argwhere(held)
    if not len(spots):
        return None
    middle_row, middle_column = np.argwhere(inside).mean(axis=0)
    from_middle = np.abs(spots[:, 0] + (height - 1) / 2 - middle_row) * 2 + np.abs(
        spots[:, 1] + (width - 1) / 2 - middle_column
    )
    row, column = spots[int(np.argmin(from_middle))]
    return int(row), int(column) + left_margin
