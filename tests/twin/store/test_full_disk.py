"""A disk without room, a file that is none: told once, counted, and history goes on when it can; nothing is damaged."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.history_query import query
from twin.store.samples import HistoryWriter

A = PointId("TST/A")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

FULL = """
import json, logging, resource, sys, time
from datetime import UTC, datetime, timedelta
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.samples import HistoryWriter

said = []
class Ear(logging.Handler):
    def emit(self, record):
        said.append((record.levelname, record.getMessage().partition(" folder")[0]))
logging.getLogger().addHandler(Ear())

at = datetime(2026, 3, 1, 12, tzinfo=UTC)
accepted = []
def deliver(writer, count):
    global at
    readings = []
    for _ in range(count):
        at += timedelta(milliseconds=1)
        readings.append(Reading(PointId("TST/A"), float(at.timestamp()), Quality.GOOD, at))
    taken = writer.append(readings)
    accepted.extend(reading.value for reading in readings[:taken])

soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
with HistoryWriter(sys.argv[1], capacity=5000, commit_s=0.01) as writer:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))  # no file may grow beyond: a disk that is full
    end = time.monotonic() + 60
    while not (writer.failure and writer.dropped) and time.monotonic() < end:
        deliver(writer, 500)
        time.sleep(0.005)
    failure = writer.failure
    time.sleep(0.1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    writer.flush(60)
    after = writer.failure
    deliver(writer, 10)
print(json.dumps({"failure": failure, "after": after, "dropped": writer.dropped, "accepted": accepted, "said": said}))
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits a minute at most; the limit only ends a test that has failed already."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to pass")


def good(seconds: int) -> Reading:
    return Reading(A, float(seconds), Quality.GOOD, NOON + timedelta(seconds=seconds))


def test_a_full_disk_is_told_once_counted_and_survived(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert "disk" in told["failure"]  # "database or disk is full" or "disk I/O error"
    assert told["after"] == ""
    # Closing a file can make room for a moment; then the next outage is told again.
    outages = len(told["said"]) // 2
    assert told["said"] == [["ERROR", "history cannot be written"], ["WARNING", "history is written again"]] * outages
    assert 1 <= outages <= 5
    assert "Traceback" not in done.stderr

    rows = query(tmp_path, A, *EVER)
    assert [row.value for row in rows if row.quality is Quality.GOOD] == told["accepted"]
    assert told["dropped"] > 0
    assert {row.quality for row in rows if row.value is None} == {Quality.DROPPED}
    for path in tmp_path.glob("*.db"):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()


def test_a_day_file_that_is_no_database_keeps_readings_waiting_until_it_is_gone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "2026-03-01.db"
    path.write_bytes(b"no database at all" * 100)
    with HistoryWriter(tmp_path, commit_s=0.01) as writer:
        writer.append([good(1)])
        wait_until(lambda: "not a database" in writer.failure)
        writer.append([good(2)])
        time.sleep(0.05)  # several attempts
        path.unlink()
        writer.flush()
    assert query(tmp_path, A, *EVER) == [good(1), good(2)]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_once_something_was_dropped_nothing_is_taken_until_there_is_room_so_that_no_loss_hides(tmp_path: Path) -> None:
    path = tmp_path / "2026-03-01.db"
    path.write_bytes(b"no database at all" * 100)
    with HistoryWriter(tmp_path, capacity=10, commit_s=0.001) as writer:
        taken = [writer.append([good(second)]) for second in range(10)]
        wait_until(lambda: writer.failure != "")
        for second in range(10, 500):  # hundreds of attempts to write, during each of which nothing finds room either
            taken.append(writer.append([good(second)]))
            time.sleep(0.001)
        assert taken == [1] * 10 + [0] * 490
        path.unlink()
        writer.flush()
        assert writer.append([good(500)]) == 1
    lost = Reading(A, None, Quality.DROPPED, good(10).at)
    assert query(tmp_path, A, *EVER) == [*map(good, range(10)), lost, good(500)]


def test_a_file_in_the_folders_place_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "history").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        HistoryWriter(tmp_path / "history")


def test_a_folder_in_the_place_of_the_index_is_a_store_error_and_lets_go(tmp_path: Path) -> None:
    (tmp_path / "index.db").mkdir()
    with pytest.raises(StoreError, match="unable to open"):
        HistoryWriter(tmp_path)
    (tmp_path / "index.db").rmdir()
    HistoryWriter(tmp_path).close()
