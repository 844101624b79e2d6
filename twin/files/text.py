"""Untrusted text made harmless: names from models, devices and files before they reach a screen, a log or a page."""

from __future__ import annotations

import unicodedata

DEFAULT_LIMIT = 200
"""Characters kept of a name. An assumption: the longest names in the sample models have about 80."""

_MARK = "\N{REPLACEMENT CHARACTER}"
_PICTURES = 0x2400
_JOINED_BLANKS = frozenset("\t\n\v\f\r\x85")


def plain(text: str, *, limit: int = DEFAULT_LIMIT) -> str:
    """One line of text without anything that a terminal, log or page could obey.

    Line ends, tabs and line separators become one blank each; other control characters become their visible picture
    (``␛`` for ESC) or ``�``; format characters (bidirectional overrides and isolates, zero-width characters, byte order
    mark), lone surrogates and unassigned code points become ``�``. Markup characters are kept: escaping them is the
    affair of whoever knows the markup. Applying it twice changes nothing.

    Args:
        text: Anything.
        limit: Most characters returned; a longer text ends in ``…``.

    Returns:
        At most ``limit`` harmless characters.

    Sources:
        Unicode Standard Annex 9 (bidirectional controls) and general categories Cc, Cf, Cs, Cn, Zl, Zp.
    """
    cut = text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"[:limit]
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(map(_harmless, cut))


def _harmless(character: str) -> str:
    if character in _JOINED_BLANKS:
        return " "
    match unicodedata.category(character):
        case "Zl" | "Zp":
            return " "
        case "Cc":
            return _control_picture(ord(character))
        case "Cf" | "Cs" | "Cn":
            return _MARK
        case _:
            return character


def _control_picture(code: int) -> str:
    if code < 0x20:
        return chr(_PICTURES + code)
    return "␡" if code == 0x7F else _MARK
