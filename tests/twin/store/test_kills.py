"""A writer that is killed at any moment, again and again, loses nothing that it had committed.

Ten times here; ``HISTORY_KILLS=100`` for the long show.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twin.model.ids import PointId
from twin.model.vocabulary import Quality
from twin.store.history_query import query
from twin.store.samples import HistoryWriter, gaps

KILLS = int(os.environ.get("HISTORY_KILLS", "10"))
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
START = datetime(2026, 3, 1, tzinfo=UTC)
POINTS = [PointId(f"TST/{n}") for n in range(5)]

RECORDER = """
import itertools, sys
from datetime import UTC, datetime, timedelta
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.samples import HistoryWriter

points = [PointId(f"TST/{n}") for n in range(5)]
with HistoryWriter(sys.argv[1], commit_s=0.002) as writer:
    for n in itertools.count(int(sys.argv[2])):
        now = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(milliseconds=n)
        writer.append([Reading(point, float(n), Quality.GOOD, now) for point in points])
        if n % 7 == 0:
            writer.flush()
            print(n, flush=True)
"""


def killed_recorder(folder: Path, first: int, after_s: float) -> int:
    """Record until killed; the last number that was said to be committed."""
    recorder = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(folder), str(first)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert recorder.stdout is not None
    last = int(recorder.stdout.readline())
    time.sleep(after_s)
    recorder.send_signal(signal.SIGKILL)
    last = max([last, *map(int, recorder.stdout.read().split("\n")[:-1])])  # the last line may be cut off
    recorder.wait()
    recorder.stdout.close()
    return last


def test_a_writer_killed_at_random_moments_loses_nothing_committed_and_records_every_gap(tmp_path: Path) -> None:
    dice = random.Random(3)
    committed: set[float] = set()
    for kill in range(KILLS):
        first = kill * 1_000_000
        last = killed_recorder(tmp_path, first, dice.uniform(0.0, 0.1))
        committed |= {float(n) for n in range(first, last + 1)}
    for point in POINTS:
        found = [reading for reading in query(tmp_path, point, *EVER) if reading.quality is Quality.GOOD]
        assert committed - {reading.value for reading in found} == set()
        assert all(reading.at == START + timedelta(milliseconds=reading.value or 0) for reading in found)
    HistoryWriter(tmp_path).close()
    found_gaps = gaps(tmp_path)
    assert [gap.reason for gap in found_gaps] == ["crashed"] * KILLS
    assert all(gap.since <= gap.until for gap in found_gaps)
    for path in tmp_path.glob("*.db"):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
