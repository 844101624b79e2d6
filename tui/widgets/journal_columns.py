"""Columns of the journal: when, what, of what, by whom, with which data."""

from __future__ import annotations

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run
from tui.widgets.virtual_grid import Column
from tui.widgets.wording import clock_name, listed_time
from twin.model.journal import JournalRow
from twin.model.vocabulary import SiteMode


def _data(row: JournalRow) -> str:
    return "  ".join(f"{key}={value}" for key, value in row.entry.data.items())


def journal_columns(mode: SiteMode) -> list[Column[JournalRow]]:
    """Columns, newest first as the desk gives them."""
    return [
        Column(
            title="No", width=6, show=lambda r: Run(str(r.number), Ink.DIM), order=lambda r: r.number, align="right"
        ),
        Column(
            title=clock_name(mode),
            width=13,
            show=lambda r: Run(listed_time(r.entry.at, r.entry.exercise_at, mode)),
            order=lambda r: r.entry.at,
        ),
        Column(title="Event", width=22, show=lambda r: Run(r.entry.kind, Ink.BRIGHT), order=lambda r: r.entry.kind),
        Column(title="Subject", width=24, show=lambda r: Run(r.entry.subject), order=lambda r: r.entry.subject),
        Column(title="By", width=12, show=lambda r: Run(r.entry.actor, Ink.DIM), order=lambda r: r.entry.actor),
        Column(title="Data", width=0, show=lambda r: Run(_data(r), Ink.DIM)),
    ]


def journal_search(row: JournalRow) -> str:
    """What a filter looks at."""
    return f"{row.entry.kind} {row.entry.subject} {row.entry.actor} {_data(row)}"
