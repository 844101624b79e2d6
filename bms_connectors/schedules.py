"""Schedules and calendars of a device as facts, and what a schedule says at a moment (ASHRAE 135, clauses 12.9, 12.24).

Days and times are those of the device: it has local time and no time zone, so moments here are naive. On the night when
clocks go forward a switch in the missing hour takes effect after it; on the night when they go back the repeated hour
has the same values twice.
"""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Protocol

ODD_MONTHS, EVEN_MONTHS = 13, 14
LAST_DAY, ODD_DAYS, EVEN_DAYS = 32, 33, 34
"""Special months and days of a date pattern (ASHRAE 135, clause 20.2.12)."""
MIDNIGHT = time()
_DAYS_A_WEEK = 7


class ValueType(StrEnum):
    """How the values of a schedule are carried; all of one schedule are of one type."""

    REAL = "real"
    DOUBLE = "double"
    UNSIGNED = "unsigned"
    INTEGER = "integer"
    ENUMERATED = "enumerated"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Switch:
    """From this time of day on the value holds; None gives the word to what ranks next (BACnetTimeValue with Null)."""

    at: time
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePattern:
    """Days that look like this; None is any. ``weekday`` counts from Monday as 1 (ASHRAE 135, clause 20.2.12)."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def covers(self, day: date) -> bool:
        """Whether the day looks like this."""
        return (
            self.year in (None, day.year)
            and _is_month(self.month, day.month)
            and self._is_day(day)
            and self.weekday in (None, day.isoweekday())
        )

    def _is_day(self, day: date) -> bool:
        match self.day:
            case 32:
                return day.day == _length_of_month(day)
            case 33 | 34:
                return day.day % 2 == self.day % 2
            case _:
                return self.day in (None, day.day)


@dataclass(frozen=True, slots=True)
class DateRange:
    """From the first to the last day, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day is in the range."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekNDay:
    """A weekday in a week of a month; None is any (ASHRAE 135, clause 21, BACnetWeekNDay).

    Weeks 1 to 5 are days 1–7 … 29–31; 6 to 9 are the last seven days, the seven before them, and so on backwards.
    """

    month: int | None = None
    week: int | None = None
    weekday: int | None = None

    def covers(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (
            _is_month(self.month, day.month)
            and (self.week is None or self._is_week(day))
            and self.weekday in (None, day.isoweekday())
        )

    def _is_week(self, day: date) -> bool:
        if self.week is not None and self.week > 5:
            return (_length_of_month(day) - day.day) // _DAYS_A_WEEK == self.week - 6
        return (day.day - 1) // _DAYS_A_WEEK + 1 == self.week


CalendarEntry = DatePattern | DateRange | WeekNDay


@dataclass(frozen=True, slots=True)
class CalendarReference:
    """All days of a calendar object of the same device."""

    instance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A calendar object: special days that several schedules share."""

    instance: int
    name: str = ""
    entries: tuple[CalendarEntry, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the day is a special one."""
        return any(entry.covers(day) for entry in self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialEvent:
    """An exception: on these days these switches, before those of the week. Priority 1 is the highest of 16."""

    period: CalendarEntry | CalendarReference
    priority: int
    switches: tuple[Switch, ...] = ()


Day = tuple[Switch, ...]
EMPTY_WEEK: tuple[Day, ...] = ((),) * _DAYS_A_WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySchedule:
    """A schedule object. ``week`` has seven days from Monday on.

    ``targets`` are the properties it commands (``analog-value,4 present-value``), ``priority`` the command priority it
    uses. ``value_type`` is None while nothing in the device tells it.
    """

    instance: int
    name: str = ""
    week: tuple[Day, ...] = EMPTY_WEEK
    exceptions: tuple[SpecialEvent, ...] = ()
    effective: DateRange = DateRange()
    default: float | None = None
    value_type: ValueType | None = None
    targets: tuple[str, ...] = ()
    priority: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSchedules:
    """All schedules and calendars of a device, with what it says itself.

    ``values``: the present value of each schedule by instance. ``local_at``: the device's clock, None if it has none.
    """

    schedules: tuple[WeeklySchedule, ...] = ()
    calendars: Mapping[int, Calendar]
    values: Mapping[int, float | None]
    local_at: datetime | None = None


class ScheduleKeeper(Protocol):
    """Reads and writes the schedules of one device; opens and closes what it needs by itself."""

    async def read(self) -> DeviceSchedules:
        """All of them.

        Raises:
            DecodeError: what makes no sense, with object and property.
            DeviceRefusedError, ResponseTimeoutError, ConnectError: as `Connector` and `PointWriter` know them.
        """
        ...

    async def write(self, schedule: WeeklySchedule, /) -> str:
        """Write a schedule and read it back: the empty text, or what is not as it was written. Raises as `read`."""
        ...

    async def write_calendar(self, calendar: Calendar, /) -> str:
        """Write the days of a calendar and read them back: the empty text, or what is otherwise. Raises as `read`."""
        ...


def value_at(schedule: WeeklySchedule, calendars: Mapping[int, Calendar], moment: datetime) -> float | None:
    """What the schedule says at a naive local moment; None relinquishes its targets.

    The exception of the highest priority whose value is not null comes first (of equal ones the first in the list),
    then the week, then the default (ASHRAE 135, clause 12.24.4). Outside the effective period it is the default:
    our choice, since the clause leaves the value there open.
    """
    day, at = moment.date(), moment.time()
    if not schedule.effective.covers(day):
        return schedule.default
    for event in sorted(_events_on(schedule, calendars, day), key=lambda event: event.priority):
        value = _latest(event.switches, at)
        if value is not None:
            return value
    value = _latest(schedule.week[day.weekday()], at)
    return schedule.default if value is None else value


def switches_on(schedule: WeeklySchedule, calendars: Mapping[int, Calendar], day: date) -> tuple[Switch, ...]:
    """The values of one day as they follow one another, from midnight on."""
    lists = [schedule.week[day.weekday()], *(event.switches for event in _events_on(schedule, calendars, day))]
    times = sorted({MIDNIGHT, *(switch.at for switch in itertools.chain.from_iterable(lists))})
    found: list[Switch] = []
    for at in times:
        value = value_at(schedule, calendars, datetime.combine(day, at))
        if not found or found[-1].value != value:
            found.append(Switch(at, value))
    return tuple(found)


def values_of(schedule: WeeklySchedule) -> Iterator[float]:
    """Every value that the schedule can take."""
    lists = itertools.chain(schedule.week, (event.switches for event in schedule.exceptions))
    values = itertools.chain([schedule.default], (switch.value for switches in lists for switch in switches))
    return (value for value in values if value is not None)


def _events_on(schedule: WeeklySchedule, calendars: Mapping[int, Calendar], day: date) -> list[SpecialEvent]:
    return [event for event in schedule.exceptions if _covers(event.period, calendars, day)]


def _covers(period: CalendarEntry | CalendarReference, calendars: Mapping[int, Calendar], day: date) -> bool:
    if isinstance(period, CalendarReference):
        named = calendars.get(period.instance)
        return named is not None and named.covers(day)
    return period.covers(day)


def _latest(switches: Iterable[Switch], at: time) -> float | None:
    """The value of the latest switch until now: the list need not be in order, of equal times the later entry holds."""
    due: Sequence[Switch] = [switch for switch in switches if switch.at <= at]
    return max(enumerate(due), key=lambda entry: (entry[1].at, entry[0]))[1].value if due else None


def _is_month(pattern: int | None, month: int) -> bool:
    if pattern in (ODD_MONTHS, EVEN_MONTHS):
        return month % 2 == pattern % 2
    return pattern in (None, month)


def _length_of_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]
