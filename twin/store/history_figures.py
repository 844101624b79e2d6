"""How much history there is: a row a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from twin.store.backfilled import count
from twin.store.dayfiles import day_files
from twin.store.hours import snapshot, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """A day file: its points, samples in chunks and beside them, those that were back-filled, and size."""

    day: date
    points: int
    packed: int
    loose: int
    bytes: int
    backfilled: int = 0

    @property
    def bytes_a_sample(self) -> float | None:
        """None without samples."""
        samples = self.packed + self.loose + self.backfilled
        return self.bytes / samples if samples else None


def day_figures(folder: Path | str) -> Iterator[DayFigures]:
    """Every day, oldest first. Samples that are not packed are counted one by one, 100 million in some seconds.

    Raises:
        StoreError: a day file cannot be read.
    """
    for day, path in day_files(Path(folder)):
        with snapshot(path) as connection:
            if connection is None:
                continue
            names = tables(connection)
            counts = {
                table: connection.execute(query).fetchone()[0] if table in names else 0
                for table, query in (
                    ("point", "SELECT count(*) FROM point"),
                    ("chunk", "SELECT coalesce(sum(good + bad), 0) FROM chunk"),
                    ("sample", "SELECT count(*) FROM sample"),
                )
            }
            yield DayFigures(
                day=day,
                points=counts["point"],
                packed=counts["chunk"],
                loose=counts["sample"],
                bytes=path.stat().st_size,
                backfilled=count(connection),
            )
