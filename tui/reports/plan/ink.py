"""SVG as text: the few shapes a plan needs. Every text goes through `safe`: names come from models of others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from html import escape

from tui.reports.plan.geometry import Box, Point
from twin.files.text import plain
from twin.model.spaces import Polygon

INK, WALL, PAPER = "#22262b", "#3c4148", "#ffffff"
FONT = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_NARROW, _WIDE = frozenset("ijlIft.,;:|!'()[] ·"), frozenset("mwMW@%")


def safe(text: str, *, limit: int = 200) -> str:
    """Text of a model as harmless markup content."""
    return escape(plain(text, limit=limit))


def num(value: float) -> str:
    """A number with one digit after the point, none where it is whole."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def path_of(outline: Iterable[Point], *, closed: bool = True) -> str:
    """Path data along some points."""
    corners = "L".join(f"{num(x)} {num(y)}" for x, y in outline)
    return f"M{corners}{'Z' if closed else ''}"


def path(data: str, style: str, *, title: str = "") -> str:
    """A path; the style is attributes of ours, the title anybody's."""
    if not title:
        return f'<path d="{data}" {style}/>'
    return f'<path d="{data}" {style}><title>{safe(title, limit=400)}</title></path>'


def polygon(outline: Polygon, style: str, *, title: str = "") -> str:
    """A closed outline."""
    corners = " ".join(f"{num(x)},{num(y)}" for x, y in outline)
    inner = f"<title>{safe(title, limit=400)}</title>" if title else ""
    return f'<polygon points="{corners}" {style}>{inner}</polygon>'


def rect(box: Box, style: str) -> str:
    """A rectangle."""
    place = f'x="{num(box.left)}" y="{num(box.top)}" width="{num(box.width)}" height="{num(box.height)}"'
    return f"<rect {place} {style}/>"


def circle(centre: Point, radius: float, style: str) -> str:
    """A circle."""
    return f'<circle cx="{num(centre[0])}" cy="{num(centre[1])}" r="{num(radius)}" {style}/>'


def line(a: Point, b: Point, style: str) -> str:
    """A straight line."""
    return f'<line x1="{num(a[0])}" y1="{num(a[1])}" x2="{num(b[0])}" y2="{num(b[1])}" {style}/>'


def words(at: Point, text: str, size: float, style: str = "") -> str:
    """One line of text with its baseline at a point."""
    return f'<text x="{num(at[0])}" y="{num(at[1])}" font-size="{num(size)}" {style}>{safe(text)}</text>'


def centred(at: Point, text: str, size: float, style: str = "") -> str:
    """One line of text about a point."""
    return words((at[0], at[1] + 0.36 * size), text, size, f'text-anchor="middle" {style}'.rstrip())


def group(parts: Iterable[str], *, style: str = "", title: str = "") -> str:
    """Parts that belong together; nothing where there are none."""
    inner = "".join(parts)
    if not inner:
        return ""
    head = f"<title>{safe(title, limit=400)}</title>" if title else ""
    return f"<g{' ' + style if style else ''}>{head}{inner}</g>"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text becomes at most, in any of the usual sans-serif fonts (an estimate on the safe side)."""
    return sum(map(_em, plain(text))) * size * (1.14 if bold else 1.0)


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.33
    if character in _WIDE:
        return 0.92
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character.isupper():
        return 0.7
    return 0.57
