"""Days, times and values of schedules as text, and back."""

from __future__ import annotations

import struct
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bms_connectors.schedule_texts import (
    carried,
    entry_from_text,
    period_from_text,
    range_from_text,
    text_of_period,
    text_of_time,
    text_of_value,
    time_from_text,
)
from bms_connectors.schedules import CalendarReference, DatePattern, DateRange, ValueType, WeekNDay

DATES = st.dates(date(1900, 1, 1), date(2154, 12, 31))
PERIODS = st.one_of(
    DATES.map(lambda day: DatePattern(year=day.year, month=day.month, day=day.day)),
    st.builds(
        DatePattern,
        month=st.none() | st.integers(1, 14),
        day=st.none() | st.integers(1, 34),
        weekday=st.none() | st.integers(1, 7),
    ),
    st.tuples(DATES, DATES).map(lambda pair: DateRange(min(pair), max(pair))),
    st.builds(DateRange, st.none(), st.none() | DATES),
    st.builds(
        WeekNDay,
        month=st.none() | st.integers(1, 14),
        week=st.none() | st.integers(1, 9),
        weekday=st.none() | st.integers(1, 7),
    ),
    st.builds(CalendarReference, st.integers(0, 4_194_302)),
)


@given(PERIODS)
def test_days_that_are_written_are_read_as_the_same_days(period) -> None:
    assert period_from_text(text_of_period(period)) == period


@given(st.times().map(lambda at: at.replace(microsecond=at.microsecond // 10_000 * 10_000)))
def test_times_too(at: time) -> None:
    assert time_from_text(text_of_time(at)) == at


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_real_value_comes_back_from_the_wire_as_it_is_shown(value: float) -> None:
    short = carried(value, ValueType.REAL)
    assert struct.pack(">f", short) == struct.pack(">f", value)
    assert carried(short, ValueType.REAL) == short
    assert float(text_of_value(short)) == short


def test_a_real_value_is_shown_as_somebody_wrote_it() -> None:
    assert text_of_value(carried(struct.unpack(">f", struct.pack(">f", 21.3))[0], ValueType.REAL)) == "21.3"
    assert [text_of_value(value) for value in (21.0, 0.5, None)] == ["21", "0.5", "none"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-13-01",
        "2026-02-30",
        "2026-12-32",
        "1026-12-24",
        "*-12-24 friday the 13th",
        "*-12-24 fry",
        "2027-01-06..2026-12-24",
        "2026-12-24..christmas",
        "1600-01-01..",
        "dec w6 mon",
        "december w1 mon",
        "calendar one",
        "calendar",
    ],
)
def test_what_means_no_days_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"written|range|calendar|BACnet knows|day is out"):
        period_from_text(text)


def test_a_calendar_refers_to_no_other_calendar_and_a_period_is_a_range() -> None:
    with pytest.raises(ValueError, match="days are written"):
        entry_from_text("calendar 1")
    with pytest.raises(ValueError, match="a range of days"):
        range_from_text("2026-12-24")


@pytest.mark.parametrize("text", ["8:30", "24:00", "08:60", "08:30:60", "08:30:00.5", "noon", ""])
def test_what_is_no_time_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="a time is written"):
        time_from_text(text)


@pytest.mark.parametrize(
    ("value", "value_type"),
    [
        (float("nan"), ValueType.REAL),
        (float("inf"), ValueType.DOUBLE),
        (1e39, ValueType.REAL),
        (1.5, ValueType.UNSIGNED),
        (-1.0, ValueType.ENUMERATED),
        (2.0, ValueType.BOOLEAN),
        (2.0**32, ValueType.UNSIGNED),
        (-(2.0**31) - 1, ValueType.INTEGER),
    ],
)
def test_a_value_that_its_type_cannot_carry_is_an_error(value: float, value_type: ValueType) -> None:
    with pytest.raises(ValueError, match=r"not finite|too large|is no"):
        carried(value, value_type)
