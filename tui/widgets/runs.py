"""Runs of text with a look: what our Line-API widgets are made of. Text is made harmless here, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.plain_text import plain
from tui.widgets.plan.looks import PALETTE, Ink


class Run(NamedTuple):
    """A piece of one line. ``bg`` None takes the ground of the line."""

    text: str
    fg: Ink = Ink.TEXT
    bg: Ink | None = None
    bold: bool = False


Row = Sequence[Run]


@lru_cache(maxsize=512)
def style_of(fg: Ink, bg: Ink, bold: bool) -> Style:
    """The rich style of inks; every segment carries its background, since Textual paints none behind strips."""
    return Style(color=PALETTE[fg], bgcolor=PALETTE[bg], bold=bold or None)


def strip_of(runs: Iterable[Run], width: int, ground: Ink = Ink.GROUND) -> Strip:
    """One line of exactly ``width`` columns; what does not fit is cut, what is free is ground."""
    segments = [
        Segment(plain(run.text), style_of(run.fg, ground if run.bg is None else run.bg, run.bold))
        for run in runs
        if run.text
    ]
    return Strip(segments).adjust_cell_length(width, style_of(Ink.TEXT, ground, False))


def length(runs: Iterable[Run]) -> int:
    """Columns that the runs take."""
    return sum(cell_len(plain(run.text)) for run in runs)


def title(text: str, note: str = "") -> Row:
    """A heading with an optional quiet note."""
    return [Run(text, Ink.BRIGHT, bold=True), Run(f"  {note}" if note else "", Ink.DIM)]


def folded(text: str, width: int) -> list[str]:
    """Harmless text broken at spaces into lines of at most ``width`` columns."""
    lines: list[str] = []
    line = ""
    for word in plain(text).split():
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines
