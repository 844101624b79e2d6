"""Pictures of screens: the compositor's strips drawn on a character grid, as a terminal would, with Pillow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.color import Color as RichColor
from rich.style import Style
from textual.app import App
from textual.strip import Strip

from tui.widgets.plan.walls import BOX, EAST, HEAVY, LIGHT, NORTH, SOUTH, WEST

FONT_FOLDER = Path("/usr/share/fonts/truetype/dejavu")
BLOCKS = {"█": (0, 0, 8, 8), "▊": (0, 0, 6, 8), "▎": (0, 0, 2, 8), "▌": (0, 0, 4, 8), "▐": (4, 0, 8, 8)}
"""Block elements as eighths of a cell: left, top, right, bottom."""
WEIGHT_PX = {LIGHT: 1, HEAVY: 3}
GROUND, TEXT = (27, 30, 34), (201, 209, 217)


def strips_of(app: App[None]) -> list[Strip]:
    """The lines that the compositor would send to the terminal."""
    return list(app.screen._compositor.render_strips())


def text_of(app: App[None]) -> str:
    """The screen as text, without trailing blanks."""
    return "\n".join(strip.text.rstrip() for strip in strips_of(app)) + "\n"


def _rgb(color: RichColor | None, default: tuple[int, int, int]) -> tuple[int, int, int]:
    if color is None or color.is_default:
        return default
    triplet = color.get_truecolor()
    return triplet.red, triplet.green, triplet.blue


def _character(
    canvas: ImageDraw.ImageDraw,
    spot: tuple[int, int],
    cell: tuple[int, int],
    character: str,
    font: ImageFont.FreeTypeFont,
    ink: tuple[int, int, int],
) -> None:
    """One character; lines and blocks reach the edges of their cell, as terminals draw them."""
    x, y = spot
    if character == " ":
        return
    if character in BLOCKS:
        left, top, right, bottom = BLOCKS[character]
        box = (
            x + left * cell[0] // 8,
            y + top * cell[1] // 8,
            x + right * cell[0] // 8 - 1,
            y + bottom * cell[1] // 8 - 1,
        )
        canvas.rectangle(box, fill=ink)
        return
    masks = np.equal(BOX, ord(character)).nonzero()[0]
    if not len(masks):
        canvas.text(spot, character, font=font, fill=ink)
        return
    middle_x, middle_y = x + cell[0] // 2, y + cell[1] // 2
    ends = {
        NORTH: (middle_x, y),
        EAST: (x + cell[0] - 1, middle_y),
        SOUTH: (middle_x, y + cell[1] - 1),
        WEST: (x, middle_y),
    }
    for shift, end in ends.items():
        weight = int(masks[0]) >> shift & 3
        if weight:
            canvas.line((middle_x, middle_y, *end), fill=ink, width=WEIGHT_PX[weight])


def draw(app: App[None], path: Path, *, cell: tuple[int, int] = (10, 20)) -> None:
    """Write the app's present screen as a PNG of ``cell`` pixels a character."""
    fonts = [
        ImageFont.truetype(FONT_FOLDER / f"DejaVuSansMono{kind}.ttf", int(cell[1] * 0.8)) for kind in ("", "-Bold")
    ]
    strips = strips_of(app)
    width = max(strip.cell_length for strip in strips)
    image = Image.new("RGB", (width * cell[0], len(strips) * cell[1]), GROUND)
    canvas = ImageDraw.Draw(image)
    for row, strip in enumerate(strips):
        column = 0
        for segment in strip:
            style = segment.style or Style()
            fg, bg = _rgb(style.color, TEXT), _rgb(style.bgcolor, GROUND)
            if style.reverse:
                fg, bg = bg, fg
            left, top = column * cell[0], row * cell[1]
            right = left + segment.cell_length * cell[0] - 1
            canvas.rectangle((left, top, right, top + cell[1] - 1), fill=bg)
            font = fonts[1 if style.bold else 0]
            for offset, character in enumerate(segment.text):
                _character(canvas, (left + offset * cell[0], top), cell, character, font, fg)
            column += segment.cell_length
    image.save(path)
