"""A year of history of slow points, packed, with gaps at random: its size, what questions cost, and every gap found.

10,000 points every 5 s for a year are 63 thousand million samples, too many for any test. What is written here is what
a site keeps of points that change slowly: a sample every five minutes, packed with the store's own functions. A year of
few points (YEAR_POINTS, YEAR_DAYS) shows what length costs, one day of many (YEAR_WIDE) what width costs; a year of
10,000 points is extrapolated from both, and said to be.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

from twin.model.ids import PointId
from twin.model.vocabulary import Quality
from twin.store import packing
from twin.store.connection import Database
from twin.store.dayfiles import DayFile, day_files
from twin.store.history_query import query
from twin.store.hours import all_by_point, snapshot
from twin.store.missing import Missing, missing
from twin.store.packed import Samples
from twin.store.recordings import Gap, RecordingLog, gaps
from twin.store.sample_rows import DAY_MS, HOUR_MS, moment_of
from twin.store.trend import trend

POINTS = int(os.environ.get("YEAR_POINTS", "40"))
DAYS = int(os.environ.get("YEAR_DAYS", "365"))
WIDE = int(os.environ.get("YEAR_WIDE", "10000"))
SITE_POINTS = 10_000
DAY = 20_513  # 2026-03-01
CYCLE_MS, JITTER_MS = 300_000, 40
HOUR_CYCLES = HOUR_MS // CYCLE_MS
OUTAGES, STOPS = 3, 12
"""Outages of the device of one point, and stops of the recording, in the time that is generated."""


@dataclass
class Year:
    """What is generated: so many points and days, from `DAY` on. ``lost``: who is not heard when [ms]; None is all."""

    points: int
    days: int
    lost: dict[int | None, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dice = random.Random(1)
        self.names = [PointId(f"SITE/{p:05d}") for p in range(self.points)]
        self.start_ms, self.end_ms = DAY * DAY_MS, (DAY + self.days) * DAY_MS
        slots = self.days * 4 - 1  # a slot of six hours holds one hole, so that holes stay apart
        stops = set(dice.sample(range(slots), min(STOPS, slots // 2)))
        rest = [slot for slot in range(slots) if slot not in stops]
        self.lost[None] = sorted(self._hole(dice, slot) for slot in stops)
        for p in range(self.points):
            slots_of_point = dice.sample(rest, min(OUTAGES, len(rest)))
            self.lost[p] = sorted(self._hole(dice, slot) for slot in slots_of_point)

    def _hole(self, dice: random.Random, slot: int) -> tuple[int, int]:
        """Up to four hours long, begun within an hour: at the end of one the last word is known to a cycle only."""
        since = self.start_ms + slot * 6 * HOUR_MS + dice.randint(HOUR_MS // 2, HOUR_MS - 2 * CYCLE_MS)
        return since, since + dice.randint(2 * CYCLE_MS, 4 * HOUR_MS)

    def moment_ms(self, p: int, cycle: int) -> int:
        """When a point is read: a little late, and not always the same."""
        return self.start_ms + cycle * CYCLE_MS + (p * 7919 + cycle * 104_729) % JITTER_MS

    def samples(self, p: int, hour: int, tenths: list[int]) -> Samples:
        """An hour of a point."""
        first = hour * HOUR_CYCLES
        moments = [self.moment_ms(p, cycle) for cycle in range(first, first + HOUR_CYCLES)]
        values: list[float | None] = [tenth / 10 for tenth in tenths]
        start, end = self.start_ms + hour * HOUR_MS, self.start_ms + (hour + 1) * HOUR_MS
        away = [hole for hole in self.lost[p] if hole[0] < end and hole[1] > start]
        off = [hole for hole in self.lost[None] if hole[0] < end and hole[1] > start]
        if not away and not off:
            return Samples(moments, values, [0] * len(moments))
        found = [
            (ms, None, int(Quality.TIMEOUT)) if _is_in(ms, away) else (ms, value, 0)
            for ms, value in zip(moments, values, strict=True)
            if not _is_in(ms, off)
        ]
        return Samples(*([*column] for column in zip(*found, strict=True))) if found else Samples([], [], [])

    def expected(self, p: int) -> list[Missing]:
        """From the last word before each hole to the first one after it."""
        holes = sorted([*self.lost[None], *self.lost[p]])
        found = []
        for since, until in holes:
            cycle = (since - self.start_ms) // CYCLE_MS + 1
            while self.moment_ms(p, cycle) >= since:
                cycle -= 1
            after = cycle + 1
            while self.moment_ms(p, after) < until:
                after += 1
            found.append(Missing(since=moment_of(self.moment_ms(p, cycle)), until=moment_of(self.moment_ms(p, after))))
        return found


def _is_in(ms: int, holes: list[tuple[int, int]]) -> bool:
    return any(since <= ms < until for since, until in holes)


def walks(points: int) -> Iterator[list[list[int]]]:
    """Tenths of a degree of every point, hour by hour."""
    dice = random.Random(2)
    steps = [[dice.choice((-1, 0, 0, 0, 0, 1)) for _ in range(HOUR_CYCLES)] for _ in range(997)]
    now = [dice.randint(180, 240) for _ in range(points)]
    hour = 0
    while True:
        found = []
        for p in range(points):
            walk = [*accumulate(steps[(p * 31 + hour * 17) % 997], initial=now[p])][1:]
            now[p] = walk[-1]
            found.append(walk)
        yield found
        hour += 1


def write(folder: Path, year: Year) -> int:
    """Write packed days, and the log of the recordings; the number of samples."""
    folder.mkdir()
    write_recordings(folder, year)
    count = 0
    hours = walks(year.points)
    for day in range(year.days):
        DayFile(folder, DAY + day).close()
        ((_, path),) = [
            found for found in day_files(folder) if found[1].stem == f"{moment_of((DAY + day) * DAY_MS):%F}"
        ]
        with Database(path) as database:
            with database.transaction() as store:
                numbered = [(name, p) for p, name in enumerate(year.names)]
                store.connection.executemany("INSERT INTO point (id, p) VALUES (?, ?)", numbered)
                store.execute(packing._CHUNK)
            for hour in range(day * 24, day * 24 + 24):
                walk = next(hours)
                samples = [year.samples(p, hour, walk[p]) for p in range(year.points)]
                number = DAY * 24 + hour
                chunks = [packing._chunk(p, number, part) for p, part in enumerate(samples) if part]
                with database.transaction() as store:
                    packing._exchange(store, number, chunks, path)
                count += sum(map(len, samples))
            packing._shrink(database)
    return count


def write_recordings(folder: Path, year: Year) -> None:
    """Every second recording was ended in order, the others cut off."""
    since = year.start_ms
    for number, (stopped, started) in enumerate([*year.lost[None], (year.end_ms, 0)]):
        log = RecordingLog(folder, moment_of(since))
        if number % 2:
            log.alive(moment_of(stopped))
            log._database.close()
        else:
            log.close(moment_of(stopped))
        since = started


def timed(work: Callable[[], object], times: int = 3) -> float:
    """Wall time of a call, the best of some [ms]."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return min(found)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for _, path in day_files(folder))


def check_gaps(folder: Path, year: Year) -> str:
    """Whether every hole that was placed is found, to the millisecond, and no other."""
    stops = [
        Gap(since=moment_of(since), until=moment_of(until), reason="crashed" if number % 2 else "stopped")
        for number, (since, until) in enumerate(year.lost[None])
    ]
    assert gaps(folder) == stops, "gaps of the recording differ"
    found = missing(folder, year.names, moment_of(year.start_ms), moment_of(year.end_ms), is_recording=True)
    wrong = [name for p, name in enumerate(year.names) if found[name] != year.expected(p)]
    assert not wrong, f"gaps differ: {wrong[:3]}"
    return f"{len(stops)} stops of the recording, {sum(map(len, found.values())):,} gaps of points: all found, no other"


def questions(folder: Path, year: Year) -> None:
    """What an operator asks of one point."""
    point, since, end = year.names[year.points // 2], moment_of(year.start_ms), moment_of(year.end_ms)
    for what, work in {
        f"trend of {year.days} days, 400 buckets": lambda: trend(folder, point, since, end, 400),
        "every sample of a day": lambda: query(folder, point, end - timedelta(days=1), end),
    }.items():
        print(f"  {what:35} {timed(work):9.1f} ms")


def long_year(folder: Path) -> None:
    """Few points for long."""
    year = Year(POINTS, DAYS)
    start = time.perf_counter()
    samples = write(folder, year)
    taken = time.perf_counter() - start
    bytes_each = size(folder) / samples
    print(
        f"{POINTS} points, {DAYS} days, a sample every {CYCLE_MS / 60_000:g} min: {samples:,} samples,"
        f" {size(folder) / 1e6:.1f} MB, {bytes_each:.2f} B/sample ({samples / taken:,.0f} samples/s packed and written)"
    )
    questions(folder, year)
    start = time.perf_counter()
    print(f"  {check_gaps(folder, year)} ({time.perf_counter() - start:.1f} s)")


def wide_day(folder: Path) -> None:
    """Many points for a day, and what a year of them would be."""
    year = Year(WIDE, 1)
    start = time.perf_counter()
    samples = write(folder, year)
    taken = time.perf_counter() - start
    year_mb = size(folder) / 1e6 / WIDE * SITE_POINTS * 365
    print(
        f"{WIDE} points, 1 day: {samples:,} samples, {size(folder) / 1e6:.1f} MB, {size(folder) / samples:.2f} B/sample"
        f" ({taken:.0f} s); extrapolated to {SITE_POINTS} points for a year:"
        f" {samples / WIDE * SITE_POINTS * 365:,.0f} samples, {year_mb / 1000:.1f} GB"
    )
    questions(folder, year)
    noon = DAY * 24 + 12
    print(f"  {'all points of one hour':35} {timed(lambda: whole_hour(folder, noon)):9.1f} ms")
    start = time.perf_counter()
    print(f"  {check_gaps(folder, year)} ({time.perf_counter() - start:.1f} s)")


def whole_hour(folder: Path, hour: int) -> list[tuple[str, Samples]]:
    ((_, path),) = day_files(folder)
    with snapshot(path) as connection:
        assert connection is not None
        return list(all_by_point(connection, hour))


def main() -> None:
    """Both in a folder that goes away."""
    with tempfile.TemporaryDirectory() as name:
        long_year(Path(name) / "long")
        wide_day(Path(name) / "wide")


if __name__ == "__main__":
    main()
