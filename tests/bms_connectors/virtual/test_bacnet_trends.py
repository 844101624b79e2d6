"""What a trend log keeps and which records a range means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_peer import local

from bms_connectors.virtual.bacnet_trends import (
    LAST_SEQUENCE,
    Datum,
    TrendBuffer,
    span_by_position,
    span_by_sequence,
    span_by_time,
)

START = local(2026, 3, 1)


def filled(count: int, **more: object) -> TrendBuffer:
    buffer = TrendBuffer(**more)  # type: ignore[arg-type]
    for number in range(count):
        buffer.add(START + timedelta(minutes=number), Datum.VALUE, float(number))
    return buffer


def test_a_full_buffer_drops_the_oldest_and_goes_on_counting() -> None:
    buffer = filled(25, size=10)
    assert [record.sequence for record in buffer.records] == list(range(16, 26))
    assert buffer.total == 25


def test_a_buffer_that_stops_says_so_in_its_last_record() -> None:
    buffer = filled(25, size=10, stop_when_full=True)
    assert len(buffer.records) == 10
    assert buffer.records[-1].datum is Datum.DISABLED
    assert not buffer.is_enabled
    buffer.purge(START)
    assert [record.datum for record in buffer.records] == [Datum.PURGED]
    assert buffer.is_enabled


def test_sequence_numbers_go_on_at_one_after_the_last() -> None:
    buffer = TrendBuffer(size=4)
    buffer.total = LAST_SEQUENCE - 2
    for _ in range(4):
        buffer.add(START, Datum.VALUE)
    assert [record.sequence for record in buffer.records] == [LAST_SEQUENCE - 1, LAST_SEQUENCE, 1, 2]
    assert list(span_by_sequence(buffer.records, 1, -2)) == [1, 2]
    assert list(span_by_sequence(buffer.records, LAST_SEQUENCE, 3)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("index", "count", "expected"),
    [(1, 3, [0, 1, 2]), (9, 5, [8, 9]), (10, -3, [7, 8, 9]), (2, -5, [0, 1]), (0, 3, []), (11, 3, []), (11, -3, [])],
)
def test_positions_count_from_one_and_backwards_up_to_the_reference(
    index: int, count: int, expected: list[int]
) -> None:
    assert list(span_by_position(10, index, count)) == expected


@pytest.mark.parametrize(
    ("minute", "count", "expected"),
    [(-1, 2, [0, 1]), (3, 2, [4, 5]), (9, 2, []), (3, -2, [1, 2]), (20, -2, [8, 9]), (0, -2, [])],
)
def test_times_mean_strictly_newer_or_strictly_older_records(minute: int, count: int, expected: list[int]) -> None:
    records = filled(10).records
    assert list(span_by_time(records, START + timedelta(minutes=minute), count)) == expected


@given(st.integers(0, 40), st.integers(-5, 2**32), st.integers(-60, 60).filter(bool))
def test_a_range_is_never_outside_the_buffer_nor_longer_than_asked(length: int, index: int, count: int) -> None:
    for span in (span_by_position(length, index, count), span_by_sequence(filled(length).records, index, count)):
        assert all(0 <= n < length for n in span)
        assert len(span) <= abs(count)


def test_an_empty_buffer_has_no_ranges() -> None:
    assert not span_by_sequence([], 1, 5)
    assert not span_by_time([], START, 5)
    assert not span_by_time([], START, -5)
