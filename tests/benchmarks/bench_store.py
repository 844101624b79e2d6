"""The store's budgets: load of the Vilnius twin; history insert against the bare `executemany` of the same rows."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tui.wiring.sites import init_site
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.database import open_database
from twin.store.facilities import load_facility
from twin.store.samples import HistoryWriter

POINTS, CYCLES, BATCH = 10_000, 40, 10_000
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call [s]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def load(folder: Path) -> None:
    """Open the database and load the facility, best of five."""
    database = init_site("vilnius", folder / "site").site.database

    def once() -> None:
        with open_database(database) as store:
            load_facility(store)

    print(f"load of the Vilnius twin        {min(seconds(once) for _ in range(5)) * 1000:8.1f} ms     budget 150 ms")


def insert(folder: Path) -> None:
    """The same samples through the history and through a bare loop, in commits of the same size."""
    readings = [
        Reading(PointId(f"TST/{p}"), float(p), Quality.GOOD, MIDNIGHT + timedelta(seconds=5 * cycle))
        for cycle in range(CYCLES)
        for p in range(POINTS)
    ]
    rows = [(round(r.at.timestamp() * 1000), n % POINTS, r.value, 0) for n, r in enumerate(readings)]
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute("CREATE TABLE sample (ts INTEGER, p INTEGER, v REAL, q INTEGER, PRIMARY KEY (ts, p)) WITHOUT ROWID")

    def by_hand() -> None:
        for first in range(0, len(rows), BATCH):
            bare.execute("BEGIN")
            bare.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows[first : first + BATCH])
            bare.execute("COMMIT")

    def by_history() -> None:
        for first in range(0, len(readings), BATCH):
            writer.append(readings[first : first + BATCH])
        writer.flush(60)

    baseline = seconds(by_hand)
    bare.close()
    with HistoryWriter(folder / "history", capacity=len(readings)) as writer:
        ours = seconds(by_history)
    print(
        f"history insert                  {baseline / ours:8.2f} × bare   budget 0.80 × bare"
        f"   ({len(rows) / ours:,.0f} against {len(rows) / baseline:,.0f} rows/s)"
    )


def main() -> None:
    """Run both in a folder that goes away."""
    with tempfile.TemporaryDirectory() as name:
        load(Path(name))
        insert(Path(name))


if __name__ == "__main__":
    main()
