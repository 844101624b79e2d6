"""What a schedule says at a moment: tables of ASHRAE 135, clause 12.24, and properties that hold for every schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bms_connectors.schedule_texts import entry_from_text, period_from_text, range_from_text, time_from_text
from bms_connectors.schedules import (
    EMPTY_WEEK,
    Calendar,
    CalendarEntry,
    CalendarReference,
    DatePattern,
    DateRange,
    SpecialEvent,
    Switch,
    WeeklySchedule,
    WeekNDay,
    switches_on,
    value_at,
    values_of,
)

VILNIUS = ZoneInfo("Europe/Vilnius")
MONDAY, THURSDAY = date(2026, 11, 30), date(2026, 12, 24)


def day(*pairs: tuple[str, float | None]) -> tuple[Switch, ...]:
    return tuple(Switch(time_from_text(at), value) for at, value in pairs)


def event(on: str, priority: int, *pairs: tuple[str, float | None]) -> SpecialEvent:
    return SpecialEvent(period=period_from_text(on), priority=priority, switches=day(*pairs))


def at(on: date, text: str) -> datetime:
    return datetime.combine(on, time_from_text(text))


WORKDAYS = WeeklySchedule(instance=1, week=(day(("06:00", 22.0), ("20:00", None)),) * 5 + ((),) * 2, default=18.0)
HOLIDAYS = {1: Calendar(instance=1, entries=(entry_from_text("*-12-24"), entry_from_text("2026-12-25..2026-12-26")))}


@pytest.mark.parametrize(
    ("moment", "value"),
    [
        ("05:59:59.99", 18.0),
        ("06:00", 22.0),
        ("19:59:59.99", 22.0),
        ("20:00", 18.0),
    ],
)
def test_a_value_of_the_week_holds_from_its_time_to_the_next(moment: str, value: float) -> None:
    assert value_at(WORKDAYS, {}, at(MONDAY, moment)) == value


def test_the_evening_of_one_day_says_nothing_of_the_next_morning() -> None:
    late = replace(WORKDAYS, week=(day(("22:00", 15.0)), *EMPTY_WEEK[1:]))
    assert value_at(late, {}, at(MONDAY, "23:59")) == 15.0
    assert value_at(late, {}, at(MONDAY + timedelta(days=1), "00:00")) == 18.0


@pytest.mark.parametrize(
    ("events", "moment", "value"),
    [
        pytest.param([event("2026-12-24", 16, ("00:00", 16.0))], "12:00", 16.0, id="an exception wins over the week"),
        pytest.param([event("2026-12-23", 1, ("00:00", 16.0))], "12:00", 22.0, id="not on another day"),
        pytest.param([event("2026-12-24", 8, ("13:00", 16.0))], "12:00", 22.0, id="not before its first time"),
        pytest.param(
            [event("2026-12-24", 8, ("00:00", 16.0), ("10:00", None))], "12:00", 22.0, id="its null gives to the week"
        ),
        pytest.param(
            [event("2026-12-24", 9, ("00:00", 9.0)), event("2026-12-24", 3, ("00:00", 3.0))],
            "12:00",
            3.0,
            id="the higher priority wins whatever the order",
        ),
        pytest.param(
            [event("2026-12-24", 3, ("00:00", 3.0), ("11:00", None)), event("*-12-24", 9, ("00:00", 9.0))],
            "12:00",
            9.0,
            id="its null gives to the next exception",
        ),
        pytest.param(
            [event("2026-12-24", 5, ("00:00", 1.0)), event("*-*-24", 5, ("00:00", 2.0))],
            "12:00",
            1.0,
            id="of equal priorities the first in the list",
        ),
        pytest.param([event("calendar 1", 5, ("00:00", 7.0))], "12:00", 7.0, id="days of a calendar"),
        pytest.param([event("calendar 2", 5, ("00:00", 7.0))], "12:00", 22.0, id="a calendar that is not there"),
        pytest.param([event("dec w4 thu", 5, ("00:00", 7.0))], "12:00", 7.0, id="the fourth Thursday"),
    ],
)
def test_exceptions_rank_by_their_priority_and_null_gives_to_the_next(
    events: list[SpecialEvent], moment: str, value: float
) -> None:
    assert value_at(replace(WORKDAYS, exceptions=tuple(events)), HOLIDAYS, at(THURSDAY, moment)) == value


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-02-28", ["2026-02-28"]),
        ("*-*-last", ["2026-02-28", "2028-02-29", "2026-12-31"]),
        ("*-*-13 fri", ["2026-02-13", "2026-11-13"]),
        ("*-odd-even", ["2026-01-30", "2026-11-02"]),
        ("*-even-odd", ["2026-02-01", "2026-12-31"]),
        ("2026-12-24..2027-01-06", ["2026-12-24", "2027-01-01", "2027-01-06"]),
        ("2026-12-24..", ["2026-12-24", "2033-01-01"]),
        ("..", ["1990-01-01", "2033-01-01"]),
        ("* w1 mon", ["2026-12-07", "2026-11-02"]),
        ("* w5 *", ["2026-12-29", "2026-12-31"]),
        ("* last fri", ["2026-11-27", "2026-02-27"]),
        ("feb last-1 *", ["2026-02-15", "2026-02-21", "2028-02-16", "2028-02-22"]),
        ("* last-3 *", ["2026-02-01", "2026-02-07", "2026-12-10"]),
        ("even last *", ["2026-02-22", "2026-12-31"]),
    ],
)
def test_days_are_those_of_the_standard(text: str, days: list[str]) -> None:
    entry = entry_from_text(text)
    assert [each for each in days if not entry.covers(date.fromisoformat(each))] == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("*-*-last", ["2026-02-27", "2028-02-28"]),
        ("*-odd-even", ["2026-02-02", "2026-01-01"]),
        ("2026-12-24..2027-01-06", ["2026-12-23", "2027-01-07"]),
        ("* w1 mon", ["2026-12-14", "2026-12-01"]),
        ("feb last-1 *", ["2026-02-14", "2026-02-22", "2026-03-18"]),
        ("*-*-13 fri", ["2026-02-14", "2026-12-13"]),
    ],
)
def test_and_no_others(text: str, days: list[str]) -> None:
    entry = entry_from_text(text)
    assert [each for each in days if entry.covers(date.fromisoformat(each))] == []


def test_outside_the_effective_period_the_default_holds() -> None:
    winter = replace(WORKDAYS, effective=range_from_text("2026-12-01..2027-03-31"))
    assert value_at(winter, {}, at(MONDAY, "12:00")) == 18.0
    assert value_at(winter, {}, at(THURSDAY, "12:00")) == 22.0


def test_times_need_not_be_in_order_and_of_equal_ones_the_later_entry_holds() -> None:
    odd = replace(WORKDAYS, week=(day(("12:00", 3.0), ("06:00", 1.0), ("06:00", 2.0)), *EMPTY_WEEK[1:]))
    assert [value_at(odd, {}, at(MONDAY, text)) for text in ("05:00", "06:00", "12:00")] == [18.0, 2.0, 3.0]


def hours(start: datetime, count: int) -> list[tuple[datetime, float | None]]:
    """Half hours of real time, as a device in Vilnius has them, and what its schedule says."""
    nightly = replace(WORKDAYS, week=(day(("03:30", 1.0), ("04:30", 2.0)),) * 7, default=0.0)
    moments = [(start + timedelta(minutes=30 * n)).astimezone(VILNIUS).replace(tzinfo=None) for n in range(count)]
    return [(moment, value_at(nightly, {}, moment)) for moment in moments]


def test_when_clocks_go_forward_a_switch_in_the_missing_hour_takes_effect_after_it() -> None:
    shown = [(f"{moment:%H:%M}", value) for moment, value in hours(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 6)]
    assert shown == [("02:00", 0.0), ("02:30", 0.0), ("04:00", 1.0), ("04:30", 2.0), ("05:00", 2.0), ("05:30", 2.0)]


def test_when_clocks_go_back_the_repeated_hour_has_the_same_values_twice() -> None:
    shown = [(f"{moment:%H:%M}", value) for moment, value in hours(datetime(2026, 10, 25, 0, 0, tzinfo=UTC), 6)]
    assert shown == [("03:00", 0.0), ("03:30", 1.0), ("03:00", 0.0), ("03:30", 1.0), ("04:00", 1.0), ("04:30", 2.0)]


def test_a_day_is_shown_as_its_values_follow_one_another() -> None:
    special = replace(WORKDAYS, exceptions=(event("calendar 1", 5, ("00:00", 16.0), ("12:00", None)),))
    assert switches_on(special, HOLIDAYS, THURSDAY) == day(("00:00", 16.0), ("12:00", 22.0), ("20:00", 18.0))
    assert switches_on(WORKDAYS, HOLIDAYS, date(2026, 12, 26)) == day(("00:00", 18.0))


# --- properties ---------------------------------------------------------------------------------------------------

VALUES = st.one_of(st.none(), st.integers(10, 30).map(float))
TIMES = st.times().map(lambda each: each.replace(microsecond=each.microsecond // 10_000 * 10_000))
DAYS = st.lists(st.builds(Switch, TIMES, VALUES), max_size=5).map(tuple)
DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))
ENTRIES: st.SearchStrategy[CalendarEntry] = st.one_of(
    st.builds(
        DatePattern,
        year=st.none() | st.integers(2020, 2035),
        month=st.none() | st.integers(1, 14),
        day=st.none() | st.integers(1, 34),
        weekday=st.none() | st.integers(1, 7),
    ),
    st.tuples(DATES, DATES).map(lambda pair: DateRange(min(pair), max(pair))),
    st.builds(
        WeekNDay,
        month=st.none() | st.integers(1, 14),
        week=st.none() | st.integers(1, 9),
        weekday=st.none() | st.integers(1, 7),
    ),
)
EVENTS = st.builds(
    SpecialEvent,
    period=ENTRIES | st.builds(CalendarReference, st.integers(1, 3)),
    priority=st.integers(1, 16),
    switches=DAYS,
)
SCHEDULES = st.builds(
    WeeklySchedule,
    instance=st.just(1),
    week=st.tuples(*[DAYS] * 7),
    exceptions=st.lists(EVENTS, max_size=6).map(tuple),
    default=VALUES,
)
CALENDARS = st.lists(ENTRIES, max_size=3).map(lambda entries: {1: Calendar(instance=1, entries=tuple(entries))})
MOMENTS = st.builds(datetime.combine, DATES, TIMES)


@given(SCHEDULES, CALENDARS, MOMENTS)
def test_a_schedule_says_only_what_stands_in_it(schedule, calendars, moment) -> None:
    said = value_at(schedule, calendars, moment)
    assert said in set(values_of(schedule)) | {schedule.default}


@given(SCHEDULES, CALENDARS, MOMENTS, st.integers(10, 30).map(float))
def test_a_new_first_exception_of_priority_1_that_lasts_all_day_wins(schedule, calendars, moment, value) -> None:
    first = SpecialEvent(period=DateRange(), priority=1, switches=(Switch(time(), value),))
    assert value_at(replace(schedule, exceptions=(first, *schedule.exceptions)), calendars, moment) == value


@given(SCHEDULES, CALENDARS, MOMENTS, EVENTS)
def test_an_exception_that_only_knows_null_changes_nothing(schedule, calendars, moment, nothing) -> None:
    empty = replace(nothing, switches=tuple(Switch(each.at, None) for each in nothing.switches))
    with_it = replace(schedule, exceptions=(empty, *schedule.exceptions))
    assert value_at(with_it, calendars, moment) == value_at(schedule, calendars, moment)


@given(SCHEDULES, CALENDARS, MOMENTS)
def test_the_order_of_exceptions_of_different_priorities_does_not_matter(schedule, calendars, moment) -> None:
    assume(len({event.priority for event in schedule.exceptions}) == len(schedule.exceptions))
    turned = replace(schedule, exceptions=schedule.exceptions[::-1])
    assert value_at(turned, calendars, moment) == value_at(schedule, calendars, moment)


@given(SCHEDULES, CALENDARS, MOMENTS)
def test_the_values_of_a_day_are_those_of_every_moment_in_it(schedule, calendars, moment) -> None:
    shown = switches_on(schedule, calendars, moment.date())
    assert shown[0].at == time()
    assert all(one.at < two.at and one.value != two.value for one, two in pairwise(shown))
    assert [each.value for each in shown if each.at <= moment.time()][-1] == value_at(schedule, calendars, moment)
