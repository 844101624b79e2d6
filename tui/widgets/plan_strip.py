"""Rows of a raster as strips: one segment per run of equal style, found with numpy."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.plan.looks import PALETTE, Ink
from tui.widgets.plan.raster import BOLD, Raster

GROUND = Style(bgcolor=PALETTE[Ink.GROUND])


@lru_cache(maxsize=1024)
def _style(packed: int) -> Style:
    return Style(
        color=PALETTE[packed & 0xFF], bgcolor=PALETTE[packed >> 8 & 0xFF], bold=bool(packed >> 16 & BOLD) or None
    )


def plan_strip(raster: Raster, row: int, left: int, width: int) -> Strip:
    """The visible part of one row, one segment per run of equal style."""
    first, last = max(-left, 0), min(width - left, raster.width)
    segments: list[Segment] = []
    if left > 0:
        segments.append(Segment(" " * left, GROUND))
    if last > first:
        cells = raster.cells
        packed = (
            cells.fg[row, first:last].astype(np.int32)
            | cells.bg[row, first:last].astype(np.int32) << 8
            | cells.attr[row, first:last].astype(np.int32) << 16
        )
        text = cells.code[row, first:last].astype("<u4").tobytes().decode("utf-32-le")
        cuts = [0, *(np.flatnonzero(np.diff(packed)) + 1).tolist(), last - first]
        segments.extend(Segment(text[a:b], _style(int(packed[a]))) for a, b in pairwise(cuts) if b > a)
    rest = width - max(left, 0) - max(last - first, 0)
    if rest > 0:
        segments.append(Segment(" " * rest, GROUND))
    return Strip(segments, width)
