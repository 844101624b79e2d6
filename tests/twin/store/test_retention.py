"""Days go when they are told to, whole, and never under somebody's hands."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile, day_files
from twin.store.history_query import query
from twin.store.retention import DroppedDay, drop_days
from twin.store.sample_rows import DAY_MS, moment_of

POINT = PointId("TST/A")
DAY = 20_000  # 2024-10-04
NOON = datetime(2024, 10, 4, 12, tzinfo=UTC)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Five days, the last of them today."""
    for days in range(5):
        file = DayFile(tmp_path, DAY - days)
        file.insert([Reading(POINT, 1.0, Quality.GOOD, moment_of((DAY - days) * DAY_MS))])
        file.close()
    return tmp_path


def days(folder: Path) -> list[int]:
    return [day.day for day, _ in day_files(folder)]


def test_days_older_than_asked_for_are_removed(history: Path) -> None:
    (history / "notes.txt").touch()
    dropped = drop_days(history, NOON, older_than_days=2)
    assert [(day.day, day.problem) for day in dropped] == [(date(2024, 9, 30), ""), (date(2024, 10, 1), "")]
    assert days(history) == [2, 3, 4]
    assert {path.suffix for path in history.iterdir()} == {".db", ".txt"}


def test_today_is_never_removed(history: Path) -> None:
    with pytest.raises(ValueError, match="being written"):
        drop_days(history, NOON, older_than_days=0)
    assert len(days(history)) == 5


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_a_day_that_is_being_read_stays_until_the_next_time(history: Path, mode: str) -> None:
    path = history / "2024-09-30.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.close()
    reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM sample").fetchall()
    (dropped,) = drop_days(history, NOON, older_than_days=3)
    assert "locked" in dropped.problem
    reader.close()
    assert [day.problem for day in drop_days(history, NOON, older_than_days=3)] == [""]
    assert days(history) == [1, 2, 3, 4]


def test_a_day_that_is_being_written_late_stays(history: Path) -> None:
    file = DayFile(history, DAY - 4)
    (dropped,) = drop_days(history, NOON, older_than_days=3)
    assert "locked" in dropped.problem
    file.close()
    assert days(history)[0] == 30


def test_a_file_that_is_no_database_is_told_and_left(history: Path) -> None:
    path = history / "2024-09-01.db"
    path.write_bytes(b"no database at all" * 100)
    assert drop_days(history, NOON, older_than_days=10) == [
        DroppedDay(day=date(2024, 9, 1), bytes=1800, problem="file is not a database")
    ]
    assert path.exists()


def test_what_is_left_answers(history: Path) -> None:
    drop_days(history, NOON, older_than_days=1)
    found = query(history, POINT, datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    assert [reading.at.day for reading in found] == [3, 4]
