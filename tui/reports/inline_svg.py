"""A figure as SVG for the inside of a page; equal figures are equal text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def inline_svg(figure: Figure) -> str:
    """The SVG element alone, with ids that depend on nothing but the figure."""
    import matplotlib as mpl

    page = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "gatehouse"}):
        figure.savefig(page, format="svg", metadata={"Date": None})
    text = page.getvalue()
    return text[text.index("<svg") :]
