"""The store's budgets: load of the Vilnius twin; history against the bare `executemany` loop, packed, and asked."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tui.wiring.sites import init_site
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.database import open_database
from twin.store.dayfiles import DayFile
from twin.store.facilities import load_facility
from twin.store.history_query import query
from twin.store.packing import pack_days
from twin.store.samples import HistoryWriter
from twin.store.trend import trend

POINTS, CYCLES, BATCH = 10_000, 41, 10_000
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
DAY, DAYS, DAY_S = (MIDNIGHT - datetime(1970, 1, 1, tzinfo=UTC)).days, 365, 86_400


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
    """The same samples through the history and through a bare loop, in commits of the same size; the best of each.

    The first cycle is not counted: once a day it makes the file and numbers the points.
    """
    # As from the poller: the ids of the register, and one moment for what was read at once.
    points = [PointId(f"TST/{p}") for p in range(POINTS)]
    moments = [MIDNIGHT + timedelta(seconds=5 * cycle) for cycle in range(CYCLES)]
    readings = [Reading(point, float(p), Quality.GOOD, at) for at in moments for p, point in enumerate(points)]
    rows = [(round(r.at.timestamp() * 1000), n % POINTS, r.value, 0) for n, r in enumerate(readings)]
    pairs = [(by_hand(folder / f"bare{n}.db", rows), by_history(folder / f"history{n}", readings)) for n in range(5)]
    baseline, ours = (min(times) for times in zip(*pairs, strict=True))
    count = len(rows) - POINTS
    print(
        f"history insert                  {baseline / ours:8.2f} × bare   budget 0.80 × bare"
        f"   ({count / ours:,.0f} against {count / baseline:,.0f} rows/s)"
    )


def by_hand(path: Path, rows: list[tuple[int, int, float | None, int]]) -> float:
    """The bare loop: the schema of the day files, the same settings, rows that are ready [s]."""
    bare = sqlite3.connect(path, isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")
    bare.execute(
        "CREATE TABLE sample (ts INTEGER NOT NULL, p INTEGER NOT NULL, v REAL, q INTEGER NOT NULL,"
        " PRIMARY KEY (ts, p)) WITHOUT ROWID"
    )

    def work(start: int, end: int) -> None:
        for first in range(start, end, BATCH):
            bare.execute("BEGIN")
            bare.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows[first : first + BATCH])
            bare.execute("COMMIT")

    work(0, POINTS)
    taken = seconds(lambda: work(POINTS, len(rows)))
    bare.close()
    return taken


def by_history(folder: Path, readings: list[Reading]) -> float:
    """Through the writer: handed over, queued, converted, committed [s]."""

    def work(start: int, end: int) -> None:
        for first in range(start, end, BATCH):
            writer.append(readings[first : first + BATCH])
        writer.flush(60)

    with HistoryWriter(folder, capacity=len(readings)) as writer:
        work(0, POINTS)
        return seconds(lambda: work(POINTS, len(readings)))


def packing(folder: Path) -> None:
    """An hour of 500 points on a cycle that jitters, values as float32 from the wire: bytes a sample, and speed."""
    dice = random.Random(1)
    tenths = [dice.randint(180, 240) for _ in range(500)]

    def temperature(p: int) -> float:
        tenths[p] += dice.choice((-1, 0, 0, 0, 0, 0, 0, 1))
        return array("f", [tenths[p] / 10])[0]

    for name, value_of in {"0.1 K": temperature, "states": lambda _: float(dice.random() < 0.01)}.items():
        history = folder / name
        history.mkdir()
        file = DayFile(history, DAY)
        for cycle in range(720):
            at = MIDNIGHT + timedelta(milliseconds=5000 * cycle + dice.randint(0, 30))
            file.insert([Reading(PointId(f"TST/{p}"), value_of(p), Quality.GOOD, at) for p in range(len(tenths))])
        file.close()
        start = time.perf_counter()
        (day,) = pack_days(history, LATER)
        speed = day.samples / (time.perf_counter() - start)
        print(
            f"packed, {name:8}                {day.bytes_after / day.samples:8.2f} B/sample   budget 3 B/sample"
            f"   (before: {day.bytes_before / day.samples:.1f}; {speed:,.0f} samples/s)"
        )


def year(folder: Path) -> None:
    """A year of one point every 5 s and nine others every 5 min, packed: its trend in 400 buckets, a day, an hour."""
    history = folder / "year"
    history.mkdir()
    dice, tenths = random.Random(1), 210
    others = [PointId(f"TST/{p}") for p in range(9)]
    point = PointId("TST/POINT")
    for day in range(DAYS):
        file = DayFile(history, DAY + day)
        readings = []
        for cycle in range(DAY_S // 5):
            at = MIDNIGHT + timedelta(days=day, milliseconds=5000 * cycle + dice.randint(0, 30))
            tenths += dice.choice((-1, 0, 0, 0, 0, 0, 0, 1))
            readings.append(Reading(point, tenths / 10, Quality.GOOD, at))
            if cycle % 60 == 0:
                readings += [Reading(other, 1.0, Quality.GOOD, at) for other in others]
        file.insert(readings)
        file.close()
    packed = list(pack_days(history, LATER))
    samples, size = sum(day.samples for day in packed), sum(day.bytes_after for day in packed)
    end = MIDNIGHT + timedelta(days=DAYS)
    print(f"a year: {samples:,} samples in {len(packed)} days, {size / 1e6:.1f} MB, {size / samples:.2f} B/sample")
    for name, work in {
        "trend of a year, 400 buckets": lambda: trend(history, point, MIDNIGHT, end, 400),
        "trend of 30 days, 400 buckets": lambda: trend(history, point, end - timedelta(days=30), end, 400),
        "every sample of a day": lambda: query(history, point, end - timedelta(days=1), end),
        "every sample of an hour": lambda: query(history, point, end - timedelta(hours=1), end),
    }.items():
        budget = "     budget 300 ms" if "year" in name else ""
        print(f"{name:31} {min(seconds(work) for _ in range(3)) * 1000:8.1f} ms{budget}")


def main() -> None:
    """Run all in a folder that goes away."""
    with tempfile.TemporaryDirectory() as name:
        load(Path(name))
        insert(Path(name))
        packing(Path(name))
        year(Path(name))


if __name__ == "__main__":
    main()
