"""Back-filled samples stand beside what was recorded: told apart, merged where asked, never in anybody's place."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.export import export_hours
from twin.store.fills import check_nobody_records, fill_history
from twin.store.history_figures import day_figures
from twin.store.history_query import query, query_backfilled
from twin.store.packing import pack_days
from twin.store.samples import HistoryWriter
from twin.store.trend import trend

A, B = PointId("TST/A"), PointId("TST/B")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def good(seconds: float, value: float, point: PointId = A) -> Reading:
    return Reading(point, value, Quality.GOOD, at(seconds))


def lost(seconds: float, point: PointId = A) -> Reading:
    return Reading(point, None, Quality.TIMEOUT, at(seconds))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A poll every 10 s of two points; of A nothing is known between 20 and 60 s."""
    with HistoryWriter(tmp_path, lambda: NOON) as writer:
        writer.append(lost(n) if 20 < n < 60 else good(n, float(n)) for n in range(0, 100, 10))
        writer.append(good(n, 1.0, B) for n in range(0, 100, 10))
    return tmp_path


FILLED = [good(25, 125.0), good(35, 135.0), Reading(A, None, Quality.DEVICE_ERROR, at(45)), good(55, 155.0)]


def test_samples_are_inserted_once_and_nothing_recorded_changes(history: Path) -> None:
    before = query(history, A, *EVER)
    assert fill_history(history, FILLED) == 4
    assert fill_history(history, FILLED) == 0
    assert query_backfilled(history, A, *EVER) == FILLED
    assert query_backfilled(history, B, *EVER) == []
    assert query(history, A, *EVER) == before


def test_a_good_sample_of_the_same_moment_stays_alone(history: Path) -> None:
    assert fill_history(history, [good(20, 99.0), good(30, 130.0)]) == 1
    assert query_backfilled(history, A, *EVER) == [good(30, 130.0)]


def test_a_record_read_twice_by_a_clock_known_to_a_second_is_one_sample(history: Path) -> None:
    assert fill_history(history, FILLED) == 4
    again = [Reading(r.point, r.value, r.quality, r.at + timedelta(seconds=1)) for r in FILLED]
    assert fill_history(history, again) == 0


def test_equal_records_close_to_each_other_are_not_thrown_together(history: Path) -> None:
    assert fill_history(history, [good(30 + n / 10, 5.0) for n in range(10)]) == 10


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_a_trend_draws_back_filled_values_and_counts_them_apart(history: Path, is_packed: bool) -> None:
    if is_packed:
        list(pack_days(history, LATER))
    fill_history(history, FILLED)
    first, second = trend(history, A, at(0), at(100), 2)
    assert (first.good, first.bad, first.backfilled) == (3, 2, 2)
    assert (first.first, first.last, first.low, first.high) == (0.0, 135.0, 0.0, 135.0)
    assert first.mean == (0 + 10 + 20 + 125 + 135) / 5
    assert (second.good, second.bad, second.backfilled) == (4, 1, 1)
    assert (second.first, second.last) == (155.0, 90.0)
    wide = trend(history, A, NOON - timedelta(days=1), NOON + timedelta(days=1), 1)
    assert [(b.good, b.bad, b.backfilled, b.high) for b in wide] == [(7, 3, 3, 155.0)]


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_an_export_has_them_among_the_others_with_their_origin(history: Path, is_packed: bool) -> None:
    if is_packed:
        list(pack_days(history, LATER))
    fill_history(history, [*FILLED, good(7200, 7.0)])
    lines = [line for hour in export_hours(history, *EVER, (A,)) for line in hour.lines]
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    assert [line[2:] for line in lines if line[4] == "backfilled"] == [
        ("125.0", "good", "backfilled"),
        ("135.0", "good", "backfilled"),
        ("", "device_error", "backfilled"),
        ("155.0", "good", "backfilled"),
        ("7.0", "good", "backfilled"),
    ]
    assert sum(line[4] == "recorded" for line in lines) == 10
    assert all(line[1] == A for line in lines)


def test_packing_leaves_them_and_they_may_come_into_a_packed_day(history: Path) -> None:
    fill_history(history, FILLED[:2])
    before = query(history, A, *EVER)
    list(pack_days(history, LATER))
    assert fill_history(history, FILLED) == 2
    list(pack_days(history, LATER))
    assert query_backfilled(history, A, *EVER) == FILLED
    assert query(history, A, *EVER) == before
    (day,) = day_figures(history)
    assert (day.day, day.packed, day.loose, day.backfilled) == (date(2026, 3, 1), 20, 0, 4)


def test_a_day_on_which_nobody_recorded_gets_a_file(history: Path) -> None:
    reading = Reading(PointId("TST/NEW"), 1.0, Quality.GOOD, NOON + timedelta(days=1))
    assert fill_history(history, [reading]) == 1
    assert query_backfilled(history, reading.point, *EVER) == [reading]
    assert query(history, reading.point, *EVER) == []


def test_the_process_that_records_fills_meanwhile(history: Path) -> None:
    with HistoryWriter(history, lambda: at(100)) as writer:
        writer.append([good(100, 100.0)])
        assert writer.backfill([*FILLED, good(30, 3.0, PointId("TST/NEW"))]) == 5
        writer.append([good(110, 110.0, PointId("TST/NEWER"))])
        with pytest.raises(StoreError, match="another process is recording there"):
            check_nobody_records(history)
        with pytest.raises(StoreError, match="another process is recording there"):
            fill_history(history, FILLED)
    assert query_backfilled(history, A, *EVER) == FILLED
    assert query(history, PointId("TST/NEWER"), *EVER)[-1].value == 110.0
    with pytest.raises(StoreError, match="is closed"):
        writer.backfill(FILLED)
    check_nobody_records(history)


def test_what_was_handed_over_before_the_end_is_written(history: Path) -> None:
    writer = HistoryWriter(history, lambda: at(100))
    done: list[int] = []
    threads = [threading.Thread(target=lambda r=reading: done.append(writer.backfill([r]))) for reading in FILLED]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert done == [1, 1, 1, 1]
    assert query_backfilled(history, A, *EVER) == FILLED


def test_a_file_that_cannot_serve_is_told_and_recording_goes_on(history: Path) -> None:
    (history / "2026-02-01.db").write_bytes(b"no database at all" * 100)
    with HistoryWriter(history, lambda: at(100)) as writer:
        with pytest.raises(StoreError, match="not a database"):
            writer.backfill([Reading(A, 1.0, Quality.GOOD, datetime(2026, 2, 1, 12, tzinfo=UTC))])
        assert writer.failure == ""
        writer.append([good(100, 100.0)])
        assert writer.backfill(FILLED) == 4
    assert query(history, A, NOON, EVER[1])[-1].value == 100.0


def test_a_number_that_is_none_is_stored_as_a_bad_sample(history: Path) -> None:
    fill_history(history, [good(30, float("nan"))])
    (reading,) = query_backfilled(history, A, *EVER)
    assert (reading.value, reading.quality) == (None, Quality.DECODE)


def test_a_quality_that_nobody_knows_is_an_error(history: Path) -> None:
    fill_history(history, FILLED)
    with sqlite3.connect(history / "2026-03-01.db") as connection:
        connection.execute("UPDATE backfilled SET q = 77, v = NULL")
    connection.close()
    with pytest.raises(StoreError, match="makes no sense"):
        query_backfilled(history, A, *EVER)
