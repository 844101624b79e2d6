"""``gatehouse history query``."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from pathlib import Path

import click

from tui.commands.history_span import moments, span
from tui.commands.options import DURATION, as_json, print_rows, quiet, site_folder
from tui.settings import load_site
from twin.files.text import plain
from twin.model.ids import PointId

MOST_BUCKETS = 100_000
"""Rows of one answer; more are a mistake in --every."""


@click.command("query")
@click.argument("point")
@site_folder
@span
@click.option("--every", type=DURATION, help="Figures of so many seconds instead of every sample.")
@as_json
@quiet
def command(
    *,
    point: str,
    folder: Path,
    since: datetime | None,
    until: datetime | None,
    every: float | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Samples of a POINT, oldest first; with --every, first, last, low, high and mean of the good ones and counts.

    A bad sample has no value, and its quality says why; a gap of the recording stands as one with the quality gap.
    What the device logged itself and was read afterwards has the origin backfilled, and is counted apart.
    """
    start, end = moments(since, until)
    history = load_site(folder).history
    rows = (
        _samples(history, PointId(point), start, end)
        if every is None
        else _figures(history, PointId(point), start, end, every)
    )
    if not quiet and not any(row.get("good", 1) or row["bad"] or row["backfilled"] for row in rows):
        click.echo(f"no samples of {plain(point)} in this time", err=True)
    print_rows(rows, json_wanted=as_json)


def _samples(history: Path, point: PointId, start: datetime, end: datetime) -> list[dict[str, object]]:
    from twin.store.history_query import query, query_backfilled

    found = [(reading, "recorded") for reading in query(history, point, start, end)]
    found += [(reading, "backfilled") for reading in query_backfilled(history, point, start, end)]
    return [
        {
            "at": reading.at.isoformat(timespec="milliseconds"),
            "value": reading.value,
            "quality": reading.quality.name.lower(),
            "origin": origin,
        }
        for reading, origin in sorted(found, key=lambda row: row[0].at)
    ]


def _figures(history: Path, point: PointId, start: datetime, end: datetime, every_s: float) -> list[dict[str, object]]:
    from twin.store.trend import trend

    buckets = ceil((end - start).total_seconds() / every_s)
    if buckets > MOST_BUCKETS:
        raise click.UsageError(f"--every {every_s:g} makes {buckets} rows; at most {MOST_BUCKETS}")
    return [
        {
            "since": bucket.since.isoformat(timespec="milliseconds"),
            "until": bucket.until.isoformat(timespec="milliseconds"),
            "first": bucket.first,
            "last": bucket.last,
            "low": bucket.low,
            "high": bucket.high,
            "mean": bucket.mean,
            "good": bucket.good,
            "bad": bucket.bad,
            "backfilled": bucket.backfilled,
        }
        for bucket in trend(history, point, start, end, buckets)
    ]
