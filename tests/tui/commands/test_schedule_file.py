"""A schedule as a person writes it: every fault at once, nothing beyond the limits of a point, and back the same."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bms_connectors.schedule_texts import carried, entry_from_text, time_from_text
from bms_connectors.schedules import (
    Calendar,
    CalendarReference,
    DatePattern,
    DateRange,
    SpecialEvent,
    Switch,
    ValueType,
    WeeklySchedule,
    WeekNDay,
)
from tui.commands.bms_set_schedule import refusal
from tui.commands.schedule_file import ScheduleFile, calendars_of, schedule_of, toml_of
from tui.commands.schedule_rows import day_rows
from twin.files.toml import parse_toml
from twin.model.errors import ConfigError
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.regime import Regime

WHERE = Path("winter.toml")
TARGET = "analog-value,4 present-value"
KNOWN = WeeklySchedule(instance=1, name="SP schedule", value_type=ValueType.REAL, targets=(TARGET,))
CALENDARS = {1: Calendar(instance=1, name="holidays", entries=(entry_from_text("*-12-25"),))}
POINTS = {
    TARGET: Point(id=PointId("AHU/SUPPLY_SP"), kind="supply_setpoint", element=GlobalId("E"), low=14.0, high=28.0)
}


def parsed(text: str) -> ScheduleFile:
    return parse_toml(text, ScheduleFile, where=str(WHERE))


def read(text: str, known: WeeklySchedule = KNOWN) -> WeeklySchedule:
    return schedule_of(parsed(text), WHERE, known, POINTS)


def told(error: pytest.ExceptionInfo[ConfigError]) -> list[tuple[str, str]]:
    assert {fault.where for fault in error.value.faults} == {str(WHERE)}
    return [(fault.key, fault.text) for fault in error.value.faults]


def test_a_file_says_all_of_a_schedule() -> None:
    found = read(
        'default = 20\neffective = "2026-10-01.."\n[week.tuesday]\n"20:00" = "none"\n"06:00" = 21.5\n'
        '[[exception]]\non = "calendar 1"\npriority = 5\ntimes = { "00:00" = 18 }\n'
    )
    assert found == replace(
        KNOWN,
        default=20.0,
        effective=DateRange(date(2026, 10, 1), None),
        week=((), (Switch(time(6), 21.5), Switch(time(20), None)), (), (), (), (), ()),
        exceptions=(SpecialEvent(period=CalendarReference(1), priority=5, switches=(Switch(time(), 18.0),)),),
    )
    assert read("", found) == KNOWN


def test_what_is_no_schedule_is_told_all_at_once_with_its_keys() -> None:
    with pytest.raises(ConfigError) as error:
        parsed(
            'standard = 3\neffective = "summer"\n[week.monday]\n"6:00" = 21\n"07:00" = "warm"\n[week.funday]\n'
            '[[exception]]\non = "2026-02-30"\npriority = 17\ntimes = { "08:00" = true }\n'
            '[[calendar]]\nnumber = 1\ndays = ["calendar 2"]\n'
        )
    keys = [key for key, _ in told(error)]
    assert sorted(keys) == sorted(
        [
            "standard",
            "effective",
            "week.monday.6:00.[key]",
            "week.monday.07:00",
            "week.funday",
            "exception[0].on",
            "exception[0].priority",
            "exception[0].times.08:00",
            "calendar[0].days[0]",
        ]
    )


def test_values_beyond_the_limits_of_a_commanded_point_are_faults() -> None:
    with pytest.raises(ConfigError) as error:
        read(
            'default = 40\n[week.monday]\n"06:00" = 3\n"07:00" = 21\n'
            '[[exception]]\non = ".."\ntimes = { "00:00" = inf }\n'
        )
    assert told(error) == [
        ("default", "40 is above 28, the limit of AHU/SUPPLY_SP"),
        ('week.monday."06:00"', "3 is below 14, the limit of AHU/SUPPLY_SP"),
        ('exception[0].times."00:00"', "inf is not finite"),
    ]


@pytest.mark.parametrize(
    ("value_type", "text"),
    [(ValueType.ENUMERATED, "20.5 is no enumerated value"), (None, "the device does not tell how values")],
)
def test_values_that_the_schedule_cannot_carry_are_faults(value_type: ValueType | None, text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        read("default = 20.5", replace(KNOWN, value_type=value_type))


def test_calendars_that_the_device_does_not_have_are_faults() -> None:
    file = parsed('[[calendar]]\nnumber = 7\ndays = []\n[[exception]]\non = "calendar 8"\ntimes = {}\n')
    with pytest.raises(ConfigError) as error:
        calendars_of(file, WHERE, CALENDARS)
    assert told(error) == [
        ("calendar[0].number", "the device has no calendar 7"),
        ("exception[0].on", "the device has no calendar 8"),
    ]
    assert calendars_of(parsed('[[calendar]]\nnumber = 1\ndays = ["*-01-01"]\n'), WHERE, CALENDARS) == [
        replace(CALENDARS[1], entries=(entry_from_text("*-01-01"),))
    ]
    assert calendars_of(parsed(""), WHERE, CALENDARS) == []


TIMES = st.times().map(lambda at: at.replace(microsecond=at.microsecond // 10_000 * 10_000))
VALUES = st.none() | st.floats(14.0, 28.0, width=32).map(lambda value: carried(value, ValueType.REAL))
DAYS = st.dictionaries(TIMES, VALUES, max_size=4).map(
    lambda day: tuple(Switch(at, value) for at, value in sorted(day.items()))
)
PERIODS = st.sampled_from(
    [
        CalendarReference(1),
        DatePattern(year=2026, month=12, day=24),
        DatePattern(month=14, weekday=7),
        DateRange(None, date(2030, 1, 1)),
        WeekNDay(week=6, weekday=5),
    ]
)
SCHEDULES = st.builds(
    replace,
    st.just(KNOWN),
    week=st.tuples(*[DAYS] * 7),
    exceptions=st.lists(
        st.builds(SpecialEvent, period=PERIODS, priority=st.integers(1, 16), switches=DAYS), max_size=3
    ).map(tuple),
    default=VALUES,
)


@given(SCHEDULES)
def test_a_schedule_that_is_taken_as_a_file_is_read_as_the_same_schedule(schedule: WeeklySchedule) -> None:
    text = toml_of("AHU", schedule, CALENDARS)
    assert read(text) == schedule
    assert calendars_of(parsed(text), WHERE, CALENDARS) == list(CALENDARS.values())


def test_a_name_from_a_device_cannot_leave_its_comment() -> None:
    text = toml_of("AHU", replace(KNOWN, name='x"\ndefault = 28\n#\x1b[2J'), CALENDARS)
    assert read(text).default is None
    assert "\x1b" not in text


def test_a_real_value_in_a_file_is_the_one_that_the_device_keeps() -> None:
    kept = struct.unpack(">f", struct.pack(">f", 21.3))[0]
    assert kept != 21.3
    assert read("default = 21.3").default == 21.3
    assert read(f"default = {kept!r}").default == 21.3


def test_the_day_of_a_schedule_stands_beside_the_regime() -> None:
    regimes = (
        Regime(name="night", start=time(21, 45), end=time(6, 45)),
        Regime(name="unlock", start=time(6, 45), end=time(21, 45)),
    )
    day = (Switch(time(), None), Switch(time_from_text("06:00"), 21.5), Switch(time_from_text("21:45"), None))
    assert day_rows(day, regimes) == [
        {"time": "00:00", "regime": "night", "value": None},
        {"time": "06:00", "regime": "night", "value": 21.5},
        {"time": "06:45", "regime": "unlock", "value": 21.5},
        {"time": "21:45", "regime": "night", "value": None},
    ]
    assert day_rows(day[:1], ()) == [{"time": "00:00", "regime": "", "value": None}]


@pytest.mark.parametrize(
    ("schedule", "kind", "told"),
    [
        (replace(KNOWN, priority=2), "supply_setpoint", "priority 2"),
        (replace(KNOWN, targets=("life-safety-zone,1 present-value",)), "supply_setpoint", "life safety is never"),
        (replace(KNOWN, targets=("access-door,1 present-value",)), "supply_setpoint", "never by a schedule"),
        (KNOWN, "machine_enable", "never by a schedule"),
        (KNOWN, "temperature", "is not writable"),
        (KNOWN, "fire_stop", "is not writable"),
        (KNOWN, "supply_setpoint", ""),
    ],
)
def test_what_no_role_may_schedule(schedule: WeeklySchedule, kind: str, told: str) -> None:
    said = refusal(schedule, {TARGET: replace(POINTS[TARGET], kind=kind)})
    assert told in said
    assert bool(said) == bool(told)
