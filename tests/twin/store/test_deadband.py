"""What is left out is stood for by a row within the deadband; losses never hide; all adds up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.model.ids import GlobalId, PointId
from twin.model.points import Point, Reading
from twin.model.vocabulary import Quality
from twin.store.deadband import Deadband, deadbands
from twin.store.history_query import query
from twin.store.missing import missing
from twin.store.samples import HistoryWriter

SLOW, OTHER, FAST = PointId("TST/SLOW"), PointId("TST/OTHER"), PointId("TST/FAST")
BAND, AT_LEAST_S = 0.5, 60
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BAD = [quality for quality in Quality if quality is not Quality.GOOD]

VALUES = st.floats(20.0, 22.0) | st.floats(allow_nan=True) | st.sampled_from(BAD)
SERIES = st.lists(st.tuples(st.integers(1, 40), VALUES), max_size=60)
"""Seconds since the reading before, and what was read."""


class Shelf:
    """A sink with a list; room for so many."""

    def __init__(self, room: int = 10**6) -> None:
        self.room = room
        self.readings: list[Reading] = []
        self.dropped = 0

    def append(self, readings: Iterable[Reading], /) -> int:
        batch = list(readings)
        taken = batch[: max(self.room - len(self.readings), 0)]
        self.readings += taken
        self.dropped += len(batch) - len(taken)
        return len(taken)


def reading(seconds: float, value: float | Quality, point: PointId = SLOW) -> Reading:
    at = NOON + timedelta(seconds=seconds)
    if isinstance(value, Quality):
        return Reading(point, None, value, at)
    return Reading(point, value, Quality.GOOD, at)


def series(steps: list[tuple[int, float | Quality]], point: PointId = SLOW) -> list[Reading]:
    found, seconds = [], 0
    for step, value in steps:
        seconds += step
        found.append(reading(seconds, value, point))
    return found


def thinned(readings: Iterable[Reading], shelf: Shelf | None = None) -> tuple[list[Reading], Deadband]:
    shelf = shelf or Shelf()
    sink = Deadband(shelf, {SLOW: BAND, OTHER: BAND}, at_least_s=AT_LEAST_S)
    for one in readings:
        assert sink.append([one]) in (0, 1)
    return shelf.readings, sink


@given(SERIES)
def test_the_last_row_stands_for_every_reading_within_the_deadband_and_with_its_quality(
    steps: list[tuple[int, float | Quality]],
) -> None:
    readings = series(steps)
    rows, _ = thinned(readings)
    moments = [row.at for row in rows]
    for one in readings:
        row = rows[bisect_right(moments, one.at) - 1]
        if row is one:
            continue
        assert row.quality is one.quality is Quality.GOOD
        assert row.value is not None
        assert one.value is not None
        assert abs(row.value - one.value) <= BAND


@given(SERIES)
def test_every_bad_reading_is_stored_and_before_a_loss_the_last_good_one(
    steps: list[tuple[int, float | Quality]],
) -> None:
    readings = series(steps)
    rows, _ = thinned(readings)
    stored = {id(row) for row in rows}
    for before, one in zip([None, *readings], readings, strict=False):
        if one.quality is not Quality.GOOD:
            assert id(one) in stored
            assert before is None or id(before) in stored
        elif before is not None and before.quality is not Quality.GOOD:
            assert id(one) in stored


@given(SERIES)
def test_rows_are_in_order_and_never_further_apart_than_the_limit(steps: list[tuple[int, float | Quality]]) -> None:
    rows, _ = thinned(series(steps))  # whose readings are 40 s apart at most, the limit is a minute
    apart = [(after.at - before.at).total_seconds() for before, after in pairwise(rows)]
    assert all(0 < seconds <= AT_LEAST_S for seconds in apart)


@given(SERIES, SERIES, st.integers(0, 50))
def test_what_was_handed_over_is_stored_dropped_or_left_out_and_at_the_end_the_last_one_is_stored(
    steps: list[tuple[int, float | Quality]], others: list[tuple[int, float | Quality]], room: int
) -> None:
    readings = sorted([*series(steps), *series(others, OTHER)], key=lambda one: one.at)
    for shelf in (Shelf(), Shelf(room)):
        rows, sink = thinned(readings, shelf)
        assert len(rows) + shelf.dropped + sink.left_out == len(readings)
        sink.settle()
        assert len(rows) + shelf.dropped + sink.left_out == len(readings)
        if not shelf.dropped:
            for point in (SLOW, OTHER):
                last = [one for one in readings if one.point == point][-1:]
                assert [id(row) for row in rows if row.point == point][-1:] == [id(one) for one in last]


def test_what_the_history_dropped_stands_for_nothing() -> None:
    shelf = Shelf(room=0)
    sink = Deadband(shelf, {SLOW: BAND})
    assert sink.append([reading(0, 21.0), reading(1, 5.0, FAST)]) == 0
    shelf.room = 10
    assert sink.append([reading(5, 21.0)]) == 1
    assert shelf.readings == [reading(5, 21.0)]


def test_points_without_a_deadband_are_handed_on_as_they_are() -> None:
    shelf = Shelf()
    sink = Deadband(shelf, {SLOW: BAND})
    sink.append([reading(second, 1.0, FAST) for second in range(10)])
    assert len(shelf.readings) == 10
    plain = Deadband(shelf, {})
    plain.append([reading(second, 1.0) for second in range(10)])
    plain.settle()
    assert (len(shelf.readings), plain.left_out) == (20, 0)


def test_only_slow_kinds_have_a_deadband() -> None:
    points = [
        Point(id=PointId(f"TST/{kind}"), kind=kind, element=GlobalId("E"))
        for kind in ("temperature", "electrical_power", "door_position", "smoke_detector", "co2")
    ]
    by_kind = {"temperature": 0.1, "electrical_power": 0.2, "door_position": 1.0, "smoke_detector": 1.0}
    assert deadbands(points, by_kind) == {"TST/temperature": 0.1, "TST/electrical_power": 0.2}


@pytest.mark.parametrize("late", [21.1, 25.0, Quality.DROPPED])
def test_a_reading_that_comes_late_is_stored_and_hides_none_that_came_before(late: float | Quality) -> None:
    rows, _ = thinned([reading(0, 21.0), reading(10, 21.2), reading(5, late)])
    assert sorted(rows, key=lambda row: row.at) == [reading(0, 21.0), reading(5, late), reading(10, 21.2)]


def test_missing_times_are_as_exact_as_without_a_deadband(tmp_path) -> None:
    steady = [reading(5 * n, 21.0) for n in range(100)]
    lost = [reading(500 + 5 * n, Quality.TIMEOUT) for n in range(20)]
    back = [reading(600 + 5 * n, 21.0) for n in range(100)]
    found = []
    for name, bands in (("plain", {}), ("thin", {SLOW: BAND})):
        with HistoryWriter(tmp_path / name) as history:
            sink = Deadband(history, bands)
            sink.append([*steady, *lost, *back])
            sink.settle()
        day = (NOON, NOON + timedelta(hours=1))
        (gap,) = missing(tmp_path / name, [SLOW], *day, is_recording=True)[SLOW]
        found.append((gap, len(query(tmp_path / name, SLOW, *day))))
    (plain, all_rows), (thin, rows) = found
    assert thin == plain
    assert (all_rows, rows) == (220, 24)
