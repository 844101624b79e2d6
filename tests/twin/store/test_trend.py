"""A trend says what the samples say: nothing is drawn that was not measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile, by_day
from twin.store.history_query import query
from twin.store.packing import pack_days
from twin.store.recordings import RecordingLog
from twin.store.sample_rows import DAY_MS, HOUR_MS, moment_of
from twin.store.trend import Bucket, trend

POINT = PointId("TST/A")
DAY = 20_000
START = DAY * DAY_MS
LATER = datetime(2025, 1, 1, tzinfo=UTC)

SAMPLES = st.dictionaries(
    st.integers(0, 3 * DAY_MS - 1) | st.integers(HOUR_MS - 3, HOUR_MS + 3),
    st.integers(-300, 300).map(lambda tenths: tenths / 10) | st.sampled_from([Quality.TIMEOUT, Quality.STALE]),
    max_size=60,
)


def write(folder: Path, samples: dict[int, float | Quality]) -> None:
    readings = [
        Reading(
            POINT,
            None if isinstance(value, Quality) else value,
            value if isinstance(value, Quality) else Quality.GOOD,
            moment_of(START + ms),
        )
        for ms, value in samples.items()
    ]
    for day, (part, _) in by_day(readings).items():
        file = DayFile(folder, day)
        file.insert(part)
        file.close()


def expected(folder: Path, bucket: Bucket) -> Bucket:
    """The same from every single reading."""
    readings = query(folder, POINT, bucket.since, bucket.until)
    values = [reading.value for reading in readings if reading.value is not None]
    return Bucket(
        since=bucket.since,
        until=bucket.until,
        first=values[0] if values else None,
        last=values[-1] if values else None,
        low=min(values) if values else None,
        high=max(values) if values else None,
        mean=pytest.approx(sum(values) / len(values), abs=1e-9) if values else None,
        good=len(values),
        bad=len(readings) - len(values),
    )


@settings(deadline=None, max_examples=60)
@given(
    SAMPLES,
    SAMPLES,
    st.booleans(),
    st.integers(-HOUR_MS, DAY_MS),
    st.sampled_from([3, 5000, HOUR_MS, DAY_MS, 3 * DAY_MS]),
    st.integers(1, 12),
)
def test_every_bucket_is_what_its_readings_say(
    tmp_path_factory: pytest.TempPathFactory,
    early: dict[int, float | Quality],
    late: dict[int, float | Quality],
    is_packed: bool,
    since: int,
    length: int,
    buckets: int,
) -> None:
    folder = tmp_path_factory.mktemp("trend")
    write(folder, early)
    if is_packed:
        list(pack_days(folder, LATER))
        write(folder, dict(list(late.items())[:5]))
    start, end = moment_of(START + since), moment_of(START + since + length)
    found = trend(folder, POINT, start, end, buckets)
    assert found == [expected(folder, bucket) for bucket in found]
    assert (found[0].since, found[-1].until) == (start, end)
    assert all(before.until == after.since for before, after in pairwise(found))


def test_edges_of_wide_buckets_are_whole_hours(tmp_path: Path) -> None:
    start = moment_of(START + 1234)
    found = trend(tmp_path, POINT, start, start + timedelta(days=7), 20)
    assert len(found) == 20
    assert {(edge.since.minute, edge.since.second) for edge in found[1:]} == {(0, 0)}
    assert max(edge.until - edge.since for edge in found) <= timedelta(hours=10)


def test_a_gap_of_the_recording_counts_as_bad_and_has_no_value(tmp_path: Path) -> None:
    RecordingLog(tmp_path, moment_of(START)).close(moment_of(START + 1000))
    RecordingLog(tmp_path, moment_of(START + 3000)).close(moment_of(START + 9000))
    found = trend(tmp_path, POINT, moment_of(START), moment_of(START + 4000), 4)
    assert [(bucket.good, bucket.bad, bucket.mean) for bucket in found] == [
        (0, 0, None),
        (0, 1, None),
        (0, 0, None),
        (0, 0, None),
    ]


def test_a_mean_that_is_not_finite_is_none(tmp_path: Path) -> None:
    write(tmp_path, {0: float("inf"), 1: float("-inf"), HOUR_MS: 1e308, HOUR_MS + 1: 1e308})
    list(pack_days(tmp_path, LATER))
    (bucket,) = trend(tmp_path, POINT, moment_of(START), moment_of(START + DAY_MS), 1)
    assert (bucket.good, bucket.low, bucket.high, bucket.mean) == (4, float("-inf"), float("inf"), None)


@pytest.mark.parametrize(("length", "buckets"), [(0, 1), (-1, 1), (1000, 0)])
def test_a_trend_of_no_time_or_no_bucket_is_refused(tmp_path: Path, length: int, buckets: int) -> None:
    with pytest.raises(ValueError, match="a trend needs"):
        trend(tmp_path, POINT, moment_of(START), moment_of(START + length), buckets)
