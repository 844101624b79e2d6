"""Terminals that cannot be trusted with more than ASCII: how they are known, and the filter that every line passes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_POOR_TERMINALS = ("linux", "vt", "cons")
"""Beginnings of TERM of consoles whose fonts lack our symbols."""
_SIGNS = {
    "▲": "A", "◆": "H", "■": "#", "●": "o", "▪": "#", "◇": "o", "╱": "/", "·": ".", "▸": ">", "▾": "v", "▶": ">",
    "▼": "v", "↑": "^", "↓": "v", "↔": "-", "→": ">", "←": "<", "×": "x", "–": "-", "—": "-", "…": ".", "✓": "+",
    "✗": "x", "≤": "<", "≥": ">", "°": "'", "±": "~", "“": '"', "”": '"', "‘": "'", "’": "'", "•": "*",
}  # fmt: skip
_ACROSS = {"LEFT", "RIGHT", "HORIZONTAL"}
_UPRIGHT = {"UP", "DOWN", "VERTICAL"}


def wants_ascii(environment: Mapping[str, str], encoding: str | None) -> bool:
    """Whether only ASCII is safe: a console by its TERM, a locale or an output whose encoding is not UTF-8.

    Args:
        environment: As ``os.environ``; the first of LC_ALL, LC_CTYPE and LANG that is set names the locale.
        encoding: Encoding of the standard output, None if it is not known.
    """
    if environment.get("TERM", "").startswith(_POOR_TERMINALS):
        return True
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(name))), "")
    names = [name for name in (locale and (locale.partition(".")[2] or locale), encoding) if name]
    return any("utf8" not in name.lower().replace("-", "") for name in names)


@lru_cache(maxsize=4096)
def ascii_text(text: str) -> str:
    """The text in ASCII, in as many terminal columns."""
    return text if text.isascii() else "".join(_sign(character) for character in text)


def _sign(character: str) -> str:
    if character.isascii():
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    name = unicodedata.name(character, "")
    words = set(name.split())
    if name.startswith("BOX DRAWINGS"):
        return "-" if not words & {*_UPRIGHT, "DIAGONAL", "ARC"} else "|" if not words & _ACROSS else "+"
    if "SHADE" in words:
        return ":"
    if words & {"BLOCK", "QUADRANT"}:
        return "#" if "FULL" in words else "|" if words & _ACROSS else "-"
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return (plain[:1] or "?").ljust(cell_len(character)) if cell_len(character) else ""


class AsciiOnly(LineFilter):
    """Applied by the compositor to every line of every widget, frames and scroll bars included."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in ASCII."""
        del background
        return [Segment(ascii_text(text), style, control) for text, style, control in segments]
