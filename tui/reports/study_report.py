"""The page of a study: measures with intervals against their targets, hours, queues, how to run it again."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

from tui.desk import MeasureRow, StudyResult
from tui.reports.hour_chart import hour_chart
from tui.reports.inline_svg import inline_svg
from tui.reports.pages import write_page


def write_study_report(result: StudyResult, facility: str, command: str, folder: Path) -> Path:
    """Write the page into the reports folder; its path."""
    measures = [row for row in result.measures if row.says_something]
    return write_page(
        "study.html",
        folder / f"{result.run}.html",
        result.title,
        {
            "result": result,
            "measures": measures,
            "facility": facility,
            "command": command,
            "chart": _chart(measures),
            "bounded_from": max((q.bounded_from for row in measures for q in row.quantiles), default=0),
            "hours": hour_chart(result.people, result.waiting),
        },
    )


def _chart(measures: Sequence[MeasureRow]) -> str:
    """Intervals relative to their mean [%], as inline SVG: how precise the study is, at a glance."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib.figure import Figure

    rows = [m for m in reversed(measures) if m.interval.mean and isfinite(m.interval.mean)]
    if not rows:
        return ""
    figure = Figure(figsize=(8, 0.6 + 0.32 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    for height, row in enumerate(rows):
        mean = row.interval.mean
        low, high = (100 * (end - mean) / abs(mean) for end in (row.interval.low, row.interval.high))
        axes.plot([low, high], [height, height], color="#0072b2", linewidth=4, solid_capstyle="butt")
        axes.plot([0], [height], "o", color="#222222", markersize=4)
    axes.set_yticks(range(len(rows)), [row.label for row in rows], fontsize=8)
    axes.axvline(0, color="#bbbbbb", linewidth=0.8)
    axes.set_xlabel("95 % interval, % of the mean")
    return inline_svg(figure)
