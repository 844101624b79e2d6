"""Rows of the legend: every door state with its symbol and the number of doors in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tui.widgets.plan.looks import ISOLATED, LEGEND, Ink, Look, legend_look
from tui.widgets.runs import Row, Run, title
from twin.model.operation import DoorView


def door_count_rows(views: Iterable[DoorView], *, ascii_only: bool = False) -> list[Row]:
    """The legend in two columns; a state nobody is in stays in its place, dim."""
    counts: Counter[str] = Counter()
    unexpected = 0
    for view in views:
        label = "Isolated" if view.isolated else next(text for text, states in LEGEND if view.state in states)
        counts[label] += 1
        unexpected += not view.expected and not view.isolated
    entries = [(label, legend_look(states[0])) for label, states in LEGEND] + [("Isolated", ISOLATED)]
    half = (len(entries) + 1) // 2
    note = f"{unexpected} off regime" if unexpected else "all as the regime wants"
    rows: list[Row] = [title("DOORS", note)]
    for left, right in zip(entries[:half], entries[half:], strict=False):
        rows.append([*_entry(*left, counts, ascii_only), *_entry(*right, counts, ascii_only)])
    return rows


def _entry(label: str, look: Look, counts: Counter[str], ascii_only: bool) -> list[Run]:
    count = counts[label]
    symbol = Run(f" {look.plain if ascii_only else look.symbol} ", look.fg, look.bg, bold=True)
    ink = Ink.TEXT if count else Ink.DIM
    shown = symbol if count else symbol._replace(bg=None, fg=Ink.DIM)
    return [shown, Run(f" {label[:8]:<8}", ink), Run(f"{count:>4}", ink)]
