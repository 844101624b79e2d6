"""The missing times of a point go from its last word to the next one, whatever the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile
from twin.store.missing import Missing, missing
from twin.store.packing import pack_days
from twin.store.recordings import RecordingLog, last_recorded
from twin.store.sample_rows import DAY_MS, moment_of

A, B = PointId("TST/A"), PointId("TST/B")
START = 20_000 * DAY_MS  # 2024-10-04
LATER = datetime(2025, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return moment_of(START + round(1000 * seconds))


def record(folder: Path, rows: dict[float, Quality], point: PointId = A) -> None:
    readings = [Reading(point, None if q else 1.0, q, at(s)) for s, q in rows.items()]
    by_day: dict[int, list[Reading]] = {}
    for reading in readings:
        by_day.setdefault(round(reading.at.timestamp() * 1000) // DAY_MS, []).append(reading)
    for day, part in by_day.items():
        file = DayFile(folder, day)
        file.insert(part)
        file.close()


def recorded(folder: Path, *spans: tuple[float, float | None]) -> None:
    for start, end in spans:
        log = RecordingLog(folder, at(start))
        if end is not None:
            log.close(at(end))


def spans(
    folder: Path, since: float, until: float, point: PointId = A, *, is_recording: bool = False
) -> list[tuple[float, float]]:
    found = missing(folder, [point], at(since), at(until), is_recording=is_recording)[point]
    return [((gap.since - at(0)).total_seconds(), (gap.until - at(0)).total_seconds()) for gap in found]


GOOD, BAD = Quality.GOOD, Quality.DEVICE_ERROR


@pytest.mark.parametrize("lost", [Quality.TIMEOUT, Quality.NOT_CONNECTED, Quality.DROPPED])
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_a_run_of_lost_readings_is_one_missing_time(tmp_path: Path, lost: Quality, is_packed: bool) -> None:
    record(tmp_path, {0: GOOD, 10: GOOD, 20: lost, 30: lost, 40: GOOD, 50: GOOD, 60: lost, 70: GOOD})
    if is_packed:
        list(pack_days(tmp_path, LATER))
    assert spans(tmp_path, 0, 100) == [(10, 40), (50, 70)]


def test_a_device_that_answers_with_an_error_is_not_missing(tmp_path: Path) -> None:
    record(tmp_path, {0: GOOD, 10: BAD, 20: Quality.DECODE, 30: GOOD})
    assert spans(tmp_path, 0, 100) == []


def test_a_missing_time_reaches_over_hours_and_days(tmp_path: Path) -> None:
    record(tmp_path, {80_000: GOOD, 81_000: Quality.TIMEOUT, 86_000: Quality.TIMEOUT, 90_000: GOOD})
    assert spans(tmp_path, 0, 200_000) == [(80_000, 90_000)]


def test_it_begins_and_ends_with_the_time_asked_for(tmp_path: Path) -> None:
    record(tmp_path, {0: Quality.TIMEOUT, 10: Quality.TIMEOUT, 20: GOOD, 30: Quality.TIMEOUT})
    assert spans(tmp_path, 5, 40) == [(10, 20), (20, 40)]


def test_what_nobody_recorded_is_missing_of_every_point(tmp_path: Path) -> None:
    record(tmp_path, {0: GOOD, 95: GOOD, 205: GOOD})
    record(tmp_path, {0: GOOD}, B)
    recorded(tmp_path, (0, 100), (200, 300))
    assert spans(tmp_path, 0, 300) == [(95, 205)]
    assert spans(tmp_path, 0, 300, PointId("TST/NEVER-RECORDED")) == [(100, 300)]
    assert spans(tmp_path, 150, 300) == [(150, 205)]
    assert spans(tmp_path, 210, 300) == []


def test_a_silence_that_becomes_a_hole_is_one_missing_time(tmp_path: Path) -> None:
    record(tmp_path, {80: GOOD, 90: Quality.TIMEOUT, 205: Quality.TIMEOUT, 210: GOOD})
    recorded(tmp_path, (0, 100), (200, 300))
    assert spans(tmp_path, 0, 300) == [(80, 210)]


def test_since_the_last_recording_everything_is_missing_unless_somebody_records(tmp_path: Path) -> None:
    record(tmp_path, {0: GOOD, 99: GOOD})
    recorded(tmp_path, (0, 100))
    assert spans(tmp_path, 0, 500) == [(99, 500)]
    assert spans(tmp_path, 0, 500, is_recording=True) == []
    assert last_recorded(tmp_path) == at(100)


def test_a_recording_that_was_cut_off_ended_with_its_last_mark(tmp_path: Path) -> None:
    recorded(tmp_path, (0, None))
    assert last_recorded(tmp_path) == at(0)


def test_without_a_history_nothing_is_missing(tmp_path: Path) -> None:
    assert missing(tmp_path / "absent", [A], at(0), at(1)) == {A: []}
    assert last_recorded(tmp_path / "absent") is None


def test_a_missing_time_holds_neither_of_its_ends() -> None:
    gap = Missing(since=at(10), until=at(40))
    assert [gap.holds(at(s)) for s in (10, 10.001, 39.999, 40)] == [False, True, True, False]
    assert gap.length_s == timedelta(seconds=30).total_seconds()
