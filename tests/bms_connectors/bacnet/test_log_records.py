"""From records to readings: nothing stands at a time that is not its own, and nonsense is no number."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from bms_town import bacnet, point

from bms_connectors.bacnet.log_records import Datum, LogEntry, changes_s, readings_of
from twin.model.vocabulary import Quality

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
BINDING = bacnet("AHU", "analog-input", 1)
POINT = point("AHU/TEMP", "temperature", BINDING)
NONE = timedelta()


def local(minutes: float) -> datetime:
    return (START + timedelta(minutes=minutes)).replace(tzinfo=None)


def value(minutes: float, number: object, *, is_faulty: bool = False) -> LogEntry:
    return LogEntry(local(minutes), Datum.VALUE, number, is_faulty)


def told(entries: list[LogEntry], ahead: timedelta = NONE) -> list[tuple[float, float | None, Quality]]:
    return [
        ((reading.at - START) / timedelta(minutes=1), reading.value, reading.quality)
        for reading in readings_of(POINT, BINDING, entries, ahead, *EVER)
    ]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, "warm", None, (1, 0, 1)], ids=str)
def test_what_is_no_number_is_a_sample_that_does_not_decode(number: object) -> None:
    assert told([value(1, number)]) == [(1, None, Quality.DECODE)]


def test_a_value_behind_a_fault_flag_and_a_logged_failure_are_errors_of_the_device() -> None:
    entries = [value(1, 20.0, is_faulty=True), LogEntry(local(2), Datum.FAILURE)]
    assert told(entries) == [(1, None, Quality.DEVICE_ERROR), (2, None, Quality.DEVICE_ERROR)]


def test_states_count_from_zero_as_everywhere() -> None:
    binding = bacnet("ACS", "multi-state-input", 1)
    states = [value(1, 3), value(2, 0)]
    assert [r.value for r in readings_of(POINT, binding, states, NONE, *EVER)] == [2.0, None]


def test_what_the_log_says_of_itself_is_no_reading() -> None:
    assert told([LogEntry(local(0), Datum.STATUS), value(1, 20.0)]) == [(1, 20.0, Quality.GOOD)]


def test_a_record_without_a_full_time_is_left_out() -> None:
    assert told([LogEntry(None, Datum.VALUE, 1.0), value(1, 20.0)]) == [(1, 20.0, Quality.GOOD)]


def test_several_changes_of_the_clock_add_up() -> None:
    entries = [
        value(0, 1.0),
        LogEntry(local(10.5), Datum.TIME_CHANGE, 600.0),
        value(11, 2.0),
        LogEntry(local(6.5), Datum.TIME_CHANGE, -300.0),
        value(7, 3.0),
    ]
    assert [(minutes, number) for minutes, number, _ in told(entries)] == [(5, 1.0), (6, 2.0), (7, 3.0)]


@pytest.mark.parametrize("seconds", [0.0, math.nan, math.inf, 1e30, -1e30, "long"], ids=str)
def test_before_a_change_of_unknown_length_nothing_is_believed(seconds: object) -> None:
    entries = [value(1, 1.0), LogEntry(local(2), Datum.TIME_CHANGE, seconds), value(3, 3.0)]
    assert [number for _, number, _ in told(entries)] == [3.0]
    assert math.isnan(changes_s(entries)[0])


def test_changes_that_lead_out_of_the_calendar_leave_nothing_and_raise_nothing() -> None:
    entries = [value(1, 1.0), *(LogEntry(local(2), Datum.TIME_CHANGE, 3e8) for _ in range(2000)), value(3, 3.0)]
    assert told(entries)[-1] == (3, 3.0, Quality.GOOD)


def test_time_that_runs_backwards_without_a_word_ends_what_is_believed() -> None:
    assert [number for _, number, _ in told([value(90, 1.0), value(91, 2.0), value(31, 3.0)])] == [3.0]


def test_the_zone_and_the_error_of_the_clock_are_taken_off() -> None:
    assert told([value(60 * 2 + 5, 20.0)], timedelta(hours=2, minutes=4)) == [(1, 20.0, Quality.GOOD)]


def test_both_ends_of_the_time_are_outside() -> None:
    entries = [value(1, 1.0), value(2, 2.0), value(3, 3.0)]
    since, until = START + timedelta(minutes=1), START + timedelta(minutes=3)
    assert [r.value for r in readings_of(POINT, BINDING, entries, NONE, since, until)] == [2.0]
