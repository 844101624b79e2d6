"""Readings as rows of ``sample``, a column at a time: C loops over attributes, no Python step for each reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby, repeat
from operator import attrgetter

from twin.model.points import Reading
from twin.model.vocabulary import Quality

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
Row = tuple[int, int, float | None, int]
"""Milliseconds since 1970-01-01 UTC, number of the point in this file, value, quality."""
_AT, _POINT, _VALUE, _QUALITY = map(attrgetter, ("at", "point", "value", "quality"))
_CODES = {quality: int(quality) for quality in Quality}
"""A plain int: sqlite3 looks for an adapter for every value of another type, which halves the speed."""


def ms_of(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return round(moment.timestamp() * 1000)


def moment_of(ms: int) -> datetime:
    """The moment [UTC] of a number of milliseconds since 1970-01-01."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def moments_ms(readings: Sequence[Reading]) -> list[int]:
    """The moment of each reading [ms since 1970-01-01 UTC]; readings that share their moment share its conversion."""
    found: list[int] = []
    for at, run in groupby(map(_AT, readings)):
        if at.tzinfo is UTC:
            found += [ms_of(at)] * len(list(run))
        else:  # in the hour that summer time repeats, two moments of a local clock are equal and yet an hour apart
            found += map(ms_of, run)
    return found


def numbers_of(readings: Sequence[Reading], numbers: Mapping[str, int]) -> list[int]:
    """The number of each reading's point.

    Raises:
        KeyError: a point has no number.
    """
    return list(map(numbers.__getitem__, map(_POINT, readings)))


def rows_of(readings: Sequence[Reading], moments: Sequence[int], numbers: Sequence[int]) -> Iterator[Row]:
    """Rows of ``sample``, one at a time: SQLite takes each before the next is made, so that none is kept or collected.

    SQLite stores NaN as NULL, and NULL of good quality is a contradiction; a device that sends NaN sends nonsense, so
    the sample is a bad one (DECODE).
    """
    values: list[float | None] = list(map(_VALUE, readings))
    named = list(map(_QUALITY, readings))
    if named.count(Quality.GOOD) == len(named):
        total = sum(values)  # type: ignore[arg-type]  # good readings have values
        if total == total:  # a sum of numbers that is a number has no NaN in it
            return zip(moments, numbers, values, repeat(0), strict=False)
    qualities = list(map(_CODES.__getitem__, named))
    for place, value in enumerate(values):
        if value != value:
            values[place], qualities[place] = None, int(Quality.DECODE)
    return zip(moments, numbers, values, qualities, strict=True)
