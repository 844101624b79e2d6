"""Day files: what goes in comes out, to the millisecond."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile, by_day, day_files
from twin.store.history_query import read_samples
from twin.store.sample_rows import DAY_MS, moment_of, ms_of

POINT = PointId("TST/A")
DAY = 20_000  # 2024-10-04


def write(folder: Path, *readings: Reading) -> None:
    file = DayFile(folder, DAY)
    file.insert(readings)
    file.close()


@given(st.timedeltas(timedelta(0), timedelta(days=84_000)))
def test_moments_are_kept_to_the_millisecond(age: timedelta) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + age
    assert abs((moment_of(ms_of(moment)) - moment).total_seconds()) <= 0.0005001


@given(
    st.dictionaries(
        st.integers(0, DAY_MS - 1),
        st.floats(allow_nan=False) | st.sampled_from([quality for quality in Quality if quality is not Quality.GOOD]),
        min_size=1,
        max_size=20,
    )
)
def test_values_and_qualities_come_back(tmp_path_factory: pytest.TempPathFactory, samples: dict[int, object]) -> None:
    folder = tmp_path_factory.mktemp("day")
    readings = {
        DAY * DAY_MS + ms: Reading(POINT, None, value, moment_of(DAY * DAY_MS + ms))
        if isinstance(value, Quality)
        else Reading(POINT, value, Quality.GOOD, moment_of(DAY * DAY_MS + ms))
        for ms, value in samples.items()
    }
    write(folder, *readings.values())
    assert list(read_samples(folder / "2024-10-04.db", POINT, 0, 2**62)) == [readings[ms] for ms in sorted(readings)]


def test_a_value_that_is_no_number_is_a_bad_reading(tmp_path: Path) -> None:
    write(tmp_path, Reading(POINT, float("nan"), Quality.GOOD, moment_of(DAY * DAY_MS)))
    (reading,) = read_samples(tmp_path / "2024-10-04.db", POINT, 0, 2**62)
    assert (reading.value, reading.quality) == (None, Quality.DECODE)


def test_a_point_keeps_its_number_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for n, point in enumerate([POINT, PointId("TST/B"), POINT]):
        write(tmp_path, Reading(point, float(n), Quality.GOOD, moment_of(DAY * DAY_MS + n)))
    assert [r.value for r in read_samples(tmp_path / "2024-10-04.db", POINT, 0, 2**62)] == [0.0, 2.0]


def test_other_files_in_the_folder_are_no_days(tmp_path: Path) -> None:
    for name in ("index.db", "2024-13-40.db", "2024-10-04.db", "notes.txt"):
        (tmp_path / name).touch()
    assert day_files(tmp_path) == [(date(2024, 10, 4), tmp_path / "2024-10-04.db")]


def test_a_quality_nobody_knows_is_a_store_error(tmp_path: Path) -> None:
    write(tmp_path, Reading(POINT, 1.0, Quality.GOOD, moment_of(DAY * DAY_MS)))
    with sqlite3.connect(tmp_path / "2024-10-04.db") as connection:
        connection.execute("UPDATE sample SET q = 99")
    connection.close()
    with pytest.raises(StoreError, match="makes no sense"):
        list(read_samples(tmp_path / "2024-10-04.db", POINT, 0, 2**62))


def test_of_two_readings_at_one_moment_the_later_one_stays(tmp_path: Path) -> None:
    at = moment_of(DAY * DAY_MS)
    write(tmp_path, Reading(POINT, 1.0, Quality.GOOD, at), Reading(POINT, 2.0, Quality.GOOD, at))
    write(tmp_path, Reading(POINT, 3.0, Quality.GOOD, at))
    assert [r.value for r in read_samples(tmp_path / "2024-10-04.db", POINT, 0, 2**62)] == [3.0]


def test_readings_are_put_into_the_day_they_belong_to() -> None:
    late, early, next_day = (
        Reading(POINT, 1.0, Quality.GOOD, moment_of(DAY * DAY_MS + ms)) for ms in (DAY_MS - 1, 0, DAY_MS)
    )
    start = DAY * DAY_MS
    assert by_day([late, early, next_day]) == {
        DAY: ([late, early], [start + DAY_MS - 1, start]),
        DAY + 1: ([next_day], [start + DAY_MS]),
    }
    assert by_day([late, early]) == {DAY: ([late, early], [start + DAY_MS - 1, start])}
    assert by_day([]) == {}
