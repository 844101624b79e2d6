"""Text from models, devices and files made harmless for a terminal: no control characters, one line, a known width."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def plain(text: str) -> str:
    """The text with control, bidirectional and zero-width characters replaced by a visible mark."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def fit(text: str, width: int, *, align: str = "left") -> str:
    """Harmless text in exactly ``width`` terminal columns; what is cut ends in an ellipsis."""
    text = plain(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    gap = " " * (width - length)
    return gap + text if align == "right" else text + gap
