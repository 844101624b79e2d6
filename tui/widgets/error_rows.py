"""An error as lines of a panel: a heading that cannot be missed and every fault in full."""

from __future__ import annotations

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Row, Run, folded


def error_rows(heading: str, text: str, width: int) -> list[Row]:
    """Rows of ``width`` columns for an error's text (a fault a line: file, key, what); none where there is no error."""
    if not text:
        return []
    faults = [line for fault in text.splitlines() for line in folded(fault, width)]
    return [
        [Run(f" ! {heading} ", Ink.WHITE, Ink.VERMILLION, bold=True)],
        *([Run(line, Ink.ORANGE)] for line in faults),
    ]
