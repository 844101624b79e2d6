"""Hour by hour as tables: where people are, and what they wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from tui.commands.options import print_rows
from tui.desk import StudyResult

MOST_COLUMNS = 9
"""So many fit beside the hour; the others have the fewest people all in all."""
LEAST = 0.05
"""A series that never has so many people in an hour is left out."""


def print_hours(result: StudyResult) -> None:
    """Print both tables; the hours are counted from the first midnight."""
    for title, series in (
        ("people by use of the space they are in, mean of the hour", result.people),
        ("people who wait, mean of the hour", result.waiting),
    ):
        click.echo(title)
        rows = hour_rows(series)
        print_rows(rows, json_wanted=False)
        more = len(series) - (len(rows[0]) - 1 if rows else 0)
        click.echo(f"({more} more with fewer people: --json has all)\n" if more else "")


def hour_rows(series: Mapping[str, Sequence[float]]) -> list[dict[str, object]]:
    """A row for each hour in which anybody is there, the fullest series as columns."""
    shown = [name for name, values in series.items() if max(values, default=0.0) >= LEAST][:MOST_COLUMNS]
    count = max((len(series[name]) for name in shown), default=0)
    return [
        {"hour": _hour(hour, count), **{name: series[name][hour] for name in shown}}
        for hour in range(count)
        if any(series[name][hour] for name in shown)
    ]


def _hour(hour: int, count: int) -> str:
    clock = f"{hour % 24:02d}:00"
    return clock if count <= 24 else f"day {hour // 24 + 1} {clock}"
