"""History: nothing is lost in silence, and a gap is recorded as a gap."""

from __future__ import annotations

import signal
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
from twin.store.dayfiles import DayFile
from twin.store.samples import Gap, HistoryWriter, gaps, query

A, B = PointId("TST/A"), PointId("TST/B")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))

RECORDER = """
import itertools, sys
from datetime import UTC, datetime
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile
from twin.store.samples import HistoryWriter
writer = HistoryWriter(sys.argv[1])
for n in itertools.count(1):
    writer.append([Reading(PointId("TST/A"), float(n), Quality.GOOD, datetime.now(UTC))])
    if n % 20 == 0:
        writer.flush()
        print(n, flush=True)
"""


def good(point: PointId, value: float, at: datetime = NOON) -> Reading:
    return Reading(point, value, Quality.GOOD, at)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def wait_until(condition: Callable[[], bool]) -> None:
    """Waits a minute at most; the limit only ends a test that has failed already."""
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to pass")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_what_was_appended_is_found_by_point_and_time(tmp_path: Path) -> None:
    readings = [good(A, float(n), at(n)) for n in range(5)]
    bad = Reading(A, None, Quality.TIMEOUT, at(5))
    with HistoryWriter(tmp_path / "history") as writer:
        assert writer.append([*readings, bad, good(B, 99.0, at(2))]) == 7
    assert query(tmp_path / "history", A, *EVER) == [*readings, bad]
    assert query(tmp_path / "history", A, at(1), at(3)) == readings[1:3]
    assert query(tmp_path / "history", PointId("TST/NONE"), *EVER) == []


def test_every_day_has_its_file_and_a_question_may_span_them(tmp_path: Path) -> None:
    late, early = good(A, 1.0, NOON), good(A, 2.0, NOON + timedelta(days=1))
    with HistoryWriter(tmp_path) as writer:
        writer.append([early, late])
    assert sorted(path.name for path in tmp_path.glob("2026*.db")) == ["2026-03-01.db", "2026-03-02.db"]
    assert query(tmp_path, A, *EVER) == [late, early]


def test_readings_are_committed_without_being_asked(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path, commit_s=0.01) as writer:
        writer.append([good(A, 1.0)])
        wait_until(lambda: bool(query(tmp_path, A, *EVER)))


def test_a_full_queue_drops_counts_and_says_where(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path, capacity=2, commit_s=3600) as writer:
        assert writer.append([good(A, 1.0, at(1)), good(B, 1.0, at(1)), good(A, 2.0, at(2)), good(A, 3.0, at(3))]) == 2
        assert writer.append([good(B, 2.0, at(4))]) == 0
        assert writer.dropped == 3
        writer.flush()
        assert writer.append([good(A, 4.0, at(5))]) == 1
    assert query(tmp_path, A, *EVER) == [
        good(A, 1.0, at(1)),
        Reading(A, None, Quality.DROPPED, at(2)),
        good(A, 4.0, at(5)),
    ]
    assert query(tmp_path, B, *EVER) == [good(B, 1.0, at(1)), Reading(B, None, Quality.DROPPED, at(4))]


def test_the_time_between_two_recordings_is_a_gap(tmp_path: Path) -> None:
    clock = Clock()
    with HistoryWriter(tmp_path, clock) as writer:
        writer.append([good(A, 1.0)])
        clock.now = at(10)
    clock.now = at(60)
    with HistoryWriter(tmp_path, clock) as writer:
        writer.append([good(A, 2.0, at(61))])
    assert gaps(tmp_path) == [Gap(since=at(10), until=at(60), reason="stopped")]
    assert query(tmp_path, A, *EVER) == [
        good(A, 1.0),
        Reading(A, None, Quality.GAP, at(10)),
        good(A, 2.0, at(61)),
    ]


def test_a_folder_without_history_has_no_gaps(tmp_path: Path) -> None:
    assert gaps(tmp_path) == []
    assert query(tmp_path / "absent", A, *EVER) == []


def test_a_killed_recorder_loses_nothing_it_had_committed_and_leaves_a_gap(tmp_path: Path) -> None:
    recorder = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert recorder.stdout is not None
    committed = [int(recorder.stdout.readline()) for _ in range(5)][-1]
    recorder.send_signal(signal.SIGKILL)
    committed = max([committed, *map(int, recorder.stdout.read().split())])
    recorder.wait()
    recorder.stdout.close()

    survivors = query(tmp_path, A, *EVER)
    assert {reading.value for reading in survivors} >= {float(survivors[-1].value or 0)}
    assert survivors[-1].value is not None
    assert survivors[-1].value >= committed
    for path in tmp_path.glob("*.db"):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()

    HistoryWriter(tmp_path).close()
    (gap,) = gaps(tmp_path)
    assert gap.reason == "crashed"
    assert gap.since <= gap.until
    assert gap.since >= survivors[0].at.replace(microsecond=0)


def test_only_one_process_records(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path), pytest.raises(StoreError, match="another process is recording"):
        HistoryWriter(tmp_path)
    HistoryWriter(tmp_path).close()


def test_a_closed_history_takes_nothing_and_closes_twice(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.close()
    writer.close()
    with pytest.raises(StoreError, match="closed"):
        writer.append([good(A, 1.0)])


def test_what_cannot_be_written_is_kept_and_tried_again(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path, commit_s=0.01) as writer:
        (tmp_path / "2026-03-01.db").mkdir()  # a folder in the file's place: SQLite cannot open it
        writer.append([good(A, 1.0)])
        wait_until(lambda: "unable to open" in writer.failure)
        with pytest.raises(StoreError, match="unable to open"):
            writer.flush(timeout_s=0.05)
        (tmp_path / "2026-03-01.db").rmdir()
        writer.flush()
        assert writer.failure == ""
    assert query(tmp_path, A, *EVER) == [good(A, 1.0)]


def test_closing_says_what_could_not_be_written(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    (tmp_path / "2026-03-01.db").mkdir()
    writer.append([good(A, 1.0)])
    with pytest.raises(StoreError, match="unable to open"):
        writer.close()


def test_a_fault_of_the_program_is_told_and_not_only_the_end_of_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: DayFile, *columns: object) -> None:
        raise ZeroDivisionError("a fault in the program")

    monkeypatch.setattr(DayFile, "insert", broken)
    writer = HistoryWriter(tmp_path)
    assert writer.append([good(A, 1.0)]) == 1
    with pytest.raises(StoreError, match="a fault in the program"):
        writer.flush()
    assert "a fault in the program" in writer.failure
    assert [record.message for record in caplog.records] == [f"history is not written any more folder={tmp_path}"]
    assert writer.append([good(A, 2.0), good(B, 2.0)]) == 0
    assert writer.dropped == 3
    with pytest.raises(StoreError, match="a fault in the program"):
        writer.close()
    HistoryWriter(tmp_path).close()  # the folder is free again
    assert [gap.reason for gap in gaps(tmp_path)] == ["crashed"]
