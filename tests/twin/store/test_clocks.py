"""Clocks that jump, hours that come twice or never, readings that come late: nothing is lost and nothing breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import day_files
from twin.store.history_query import query
from twin.store.packing import pack_days
from twin.store.samples import HistoryWriter, gaps

A = PointId("TST/A")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
VILNIUS = ZoneInfo("Europe/Vilnius")


def good(value: float, at: datetime) -> Reading:
    return Reading(A, value, Quality.GOOD, at)


def test_readings_after_the_clock_was_set_back_stand_among_the_others(tmp_path: Path) -> None:
    forth = [good(float(n), NOON + timedelta(seconds=n)) for n in range(10)]
    back = [good(100.0 + n, NOON + timedelta(seconds=n - 3600.5)) for n in range(10)]
    with HistoryWriter(tmp_path) as writer:
        writer.append(forth)
        writer.flush()
        writer.append(back)
    assert query(tmp_path, A, *EVER) == [*back, *forth]


def test_a_recording_goes_on_when_its_clock_is_set_back(tmp_path: Path) -> None:
    moments = iter([NOON, NOON + timedelta(seconds=10), NOON - timedelta(hours=1), NOON - timedelta(minutes=59)])
    with HistoryWriter(tmp_path, lambda: next(moments)) as writer:
        for second in (1, 2):
            writer.append([good(1.0, NOON + timedelta(seconds=second))])
            writer.flush()
    with HistoryWriter(tmp_path, lambda: NOON):
        pass
    assert [(gap.since, gap.until) for gap in gaps(tmp_path)] == [(NOON - timedelta(minutes=59), NOON)]


@pytest.mark.parametrize(
    ("day", "files"),
    [(datetime(2026, 3, 28, 22, tzinfo=UTC), 2), (datetime(2026, 10, 24, 21, tzinfo=UTC), 2)],
    ids=["an hour is left out", "an hour comes twice"],
)
def test_the_days_on_which_clocks_change_have_every_reading(tmp_path: Path, day: datetime, files: int) -> None:
    in_utc = [good(float(n), day + timedelta(minutes=n)) for n in range(26 * 60)]
    with HistoryWriter(tmp_path) as writer:
        writer.append([good(reading.value or 0.0, reading.at.astimezone(VILNIUS)) for reading in in_utc])
    assert query(tmp_path, A, *EVER) == in_utc
    assert len(day_files(tmp_path)) == files
    list(pack_days(tmp_path, datetime(2027, 1, 1, tzinfo=UTC)))
    assert query(tmp_path, A, *EVER) == in_utc


def test_two_moments_that_a_local_clock_shows_alike_are_two(tmp_path: Path) -> None:
    first = datetime(2026, 10, 25, 3, 30, tzinfo=VILNIUS)
    second = first.replace(fold=1)
    with HistoryWriter(tmp_path) as writer:
        writer.append([good(1.0, first), good(2.0, second)])
    found = query(tmp_path, A, *EVER)
    assert [reading.value for reading in found] == [1.0, 2.0]
    assert found[1].at - found[0].at == timedelta(hours=1)


def test_readings_of_days_ago_find_their_day_also_when_it_is_packed(tmp_path: Path) -> None:
    days = [NOON - timedelta(days=n) for n in (5, 1, 0)]
    with HistoryWriter(tmp_path) as writer:
        writer.append([good(1.0, at) for at in days])
        writer.flush()
        packed = list(pack_days(tmp_path, NOON))
        assert [(day.samples, day.problem) for day in packed] == [(1, "")]
        writer.append([good(2.0, at + timedelta(seconds=1)) for at in reversed(days)])
        writer.append([good(3.0, days[0])])
        writer.flush()
    assert [reading.value for reading in query(tmp_path, A, *EVER)] == [3.0, 2.0, 1.0, 2.0, 1.0, 2.0]


def test_a_day_that_was_late_is_let_go_of_so_that_it_can_be_dropped(tmp_path: Path) -> None:
    from twin.store.retention import drop_days

    with HistoryWriter(tmp_path) as writer:
        writer.append([good(1.0, NOON - timedelta(days=9)), good(2.0, NOON)])
        writer.flush()
        assert [day.problem for day in drop_days(tmp_path, NOON, older_than_days=5)] == [""]
        writer.append([good(3.0, NOON - timedelta(days=9))])
    assert [reading.value for reading in query(tmp_path, A, *EVER)] == [3.0, 2.0]
