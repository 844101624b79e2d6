"""Schedules and calendars between bacpypes3's data and our facts: pure translation, no sockets.

Everything raises ValueError where the data has no meaning for us; who knows object and property says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from bacpypes3.basetypes import CalendarEntry as WireEntry
from bacpypes3.basetypes import DailySchedule, SpecialEventPeriod, TimeValue
from bacpypes3.basetypes import DateRange as WireRange
from bacpypes3.basetypes import SpecialEvent as WireEvent
from bacpypes3.basetypes import WeekNDay as WireWeekNDay
from bacpypes3.constructeddata import AnyAtomic, ArrayOf, ListOf, SequenceOf
from bacpypes3.primitivedata import (
    Boolean,
    Date,
    Double,
    Enumerated,
    Integer,
    Null,
    ObjectIdentifier,
    Real,
    Time,
    Unsigned,
)

from bms_connectors.schedule_texts import carried
from bms_connectors.schedules import (
    CalendarEntry,
    CalendarReference,
    DatePattern,
    DateRange,
    Day,
    SpecialEvent,
    Switch,
    ValueType,
    WeekNDay,
)

WEEK = ArrayOf(DailySchedule, _length=7)
EVENTS = ArrayOf(WireEvent)
ENTRIES = ListOf(WireEntry)
ANY = 255
_FIRST_YEAR = 1900
_DAYS_A_WEEK = 7
# From the special to the plain: in bacpypes3 an enumeration is an Unsigned, and a Boolean is an Integer's relative.
_TYPES: tuple[tuple[ValueType, Any], ...] = (
    (ValueType.BOOLEAN, Boolean),
    (ValueType.ENUMERATED, Enumerated),
    (ValueType.UNSIGNED, Unsigned),
    (ValueType.INTEGER, Integer),
    (ValueType.DOUBLE, Double),
    (ValueType.REAL, Real),
)
_CLASSES = dict(_TYPES)
_OF_OBJECT = {"analog": ValueType.REAL, "binary": ValueType.ENUMERATED, "multi": ValueType.UNSIGNED}


def type_of_object(object_type: str) -> ValueType | None:
    """How the present value of an object type is carried; None where we do not know."""
    return _OF_OBJECT.get(object_type.partition("-")[0])


class ValueTypes:
    """Collects the types of a schedule's values, of which there may be one (ASHRAE 135, clause 12.24.5)."""

    def __init__(self) -> None:
        self.found: ValueType | None = None

    def value(self, raw: AnyAtomic) -> float | None:
        """Our number, None for Null."""
        atom = raw.get_value()
        if isinstance(atom, Null):
            return None
        found = next((kind for kind, known in _TYPES if isinstance(atom, known)), None)
        if found is None:
            raise ValueError(f"{type(atom).__name__} is no number")
        if self.found not in (None, found):
            raise ValueError(f"has values of two types, {self.found} and {found.value}")
        self.found = found
        return carried(float(atom), found)


def week_from_wire(days: Sequence[Any], types: ValueTypes) -> tuple[Day, ...]:
    """Seven days from Monday on."""
    if len(days) != _DAYS_A_WEEK:
        raise ValueError(f"has {len(days)} days")
    return tuple(switches_from_wire(day.daySchedule, types) for day in days)


def switches_from_wire(switches: Iterable[Any] | None, types: ValueTypes) -> Day:
    """One day."""
    return tuple(Switch(time_from_wire(each.time), types.value(each.value)) for each in switches or ())


def events_from_wire(events: Iterable[Any], types: ValueTypes) -> tuple[SpecialEvent, ...]:
    """The exception schedule."""
    return tuple(event_from_wire(event, types) for event in events)


def event_from_wire(event: Any, types: ValueTypes) -> SpecialEvent:
    """One exception."""
    period = event.period
    if period is None:
        raise ValueError("has an exception without days")
    reference = period.calendarReference
    if reference is not None and str(reference[0]) != "calendar":
        raise ValueError(f"refers to {reference[0]}, which is no calendar")
    days = entry_from_wire(period.calendarEntry) if reference is None else CalendarReference(int(reference[1]))
    if not 1 <= int(event.eventPriority) <= 16:
        raise ValueError(f"has the priority {int(event.eventPriority)}")
    return SpecialEvent(
        period=days,
        priority=int(event.eventPriority),
        switches=switches_from_wire(event.listOfTimeValues, types),
    )


def entry_from_wire(entry: Any) -> CalendarEntry:
    """Days of a calendar or an exception."""
    if entry is None:
        raise ValueError("has an entry without days")
    if entry.date is not None:
        return pattern_from_wire(entry.date)
    if entry.dateRange is not None:
        return range_from_wire(entry.dateRange)
    if entry.weekNDay is None or len(entry.weekNDay) != 3:
        raise ValueError("has an entry without days")
    month, week, weekday = (None if octet == ANY else int(octet) for octet in entry.weekNDay)
    _within("month", month, 14)
    _within("week", week, 9)
    _within("weekday", weekday, 7)
    return WeekNDay(month=month, week=week, weekday=weekday)


def pattern_from_wire(raw: Any) -> DatePattern:
    """Days that look like this; a full date forgets the weekday that it has anyway."""
    year, month, day, weekday = (None if octet == ANY else int(octet) for octet in raw)
    _within("month", month, 14)
    _within("day", day, 34)
    _within("weekday", weekday, 7)
    full = None if year is None else year + _FIRST_YEAR
    if full is not None and month is not None and month <= 12 and day is not None and day <= 31:
        exact = date(full, month, day)  # a ValueError on 30 February
        weekday = None if weekday == exact.isoweekday() else weekday
    return DatePattern(year=full, month=month, day=day, weekday=weekday)


def range_from_wire(raw: Any) -> DateRange:
    """Two full dates; one that is wholly unspecified is open (ASHRAE 135, clause 21, BACnetDateRange)."""
    return DateRange(_end(raw.startDate), _end(raw.endDate))


def time_from_wire(raw: Any) -> time:
    """A specific time; hundredths that are left open are none."""
    hour, minute, second, hundredth = raw
    return time(hour, minute, second, (0 if hundredth == ANY else hundredth) * 10_000)


def week_to_wire(week: Sequence[Day], value_type: ValueType | None) -> Any:
    """The weekly schedule."""
    return WEEK([day_to_wire(day, value_type) for day in week])


def day_to_wire(day: Day, value_type: ValueType | None) -> Any:
    """One day of it."""
    return DailySchedule(daySchedule=_switches(day, value_type))


def events_to_wire(events: Iterable[SpecialEvent], value_type: ValueType | None) -> Any:
    """The exception schedule."""
    return EVENTS(
        [
            WireEvent(
                period=_period(event.period),
                listOfTimeValues=_switches(event.switches, value_type),
                eventPriority=event.priority,
            )
            for event in events
        ]
    )


def entries_to_wire(entries: Iterable[CalendarEntry]) -> Any:
    """The date list of a calendar."""
    return ENTRIES([_entry(entry) for entry in entries])


def range_to_wire(days: DateRange) -> Any:
    """An effective period."""
    return WireRange(startDate=_date(days.first), endDate=_date(days.last))


def value_to_wire(value: float | None, value_type: ValueType | None) -> Any:
    """A value, or Null, as a schedule carries it."""
    return AnyAtomic(atom(value, value_type))


def atom(value: float | None, value_type: ValueType | None) -> Any:
    """A value as a primitive of bacpypes3."""
    if value is None:
        return Null(())
    if value_type is None:
        raise ValueError("nothing tells how its values are carried")
    exact = carried(value, value_type)
    return _CLASSES[value_type](exact if value_type in (ValueType.REAL, ValueType.DOUBLE) else int(exact))


def _switches(day: Day, value_type: ValueType | None) -> Any:
    return SequenceOf(TimeValue)(
        [TimeValue(time=_time(each.at), value=value_to_wire(each.value, value_type)) for each in day]
    )


def _period(period: CalendarEntry | CalendarReference) -> Any:
    if isinstance(period, CalendarReference):
        return SpecialEventPeriod(calendarReference=ObjectIdentifier(("calendar", period.instance)))
    return SpecialEventPeriod(calendarEntry=_entry(period))


def _entry(entry: CalendarEntry) -> Any:
    match entry:
        case DateRange():
            return WireEntry(dateRange=range_to_wire(entry))
        case WeekNDay():
            return WireEntry(weekNDay=WireWeekNDay(bytes(map(_octet, (entry.month, entry.week, entry.weekday)))))
    if entry.weekday is None and entry.year and entry.month and entry.day and entry.month <= 12 and entry.day <= 31:
        return WireEntry(date=_date(date(entry.year, entry.month, entry.day)))
    year = ANY if entry.year is None else entry.year - _FIRST_YEAR
    return WireEntry(date=Date((year, *map(_octet, (entry.month, entry.day, entry.weekday)))))


def _date(day: date | None) -> Any:
    return Date((ANY,) * 4) if day is None else Date((day.year - _FIRST_YEAR, day.month, day.day, day.isoweekday()))


def _time(at: time) -> Any:
    return Time((at.hour, at.minute, at.second, at.microsecond // 10_000))


def _end(raw: Any) -> date | None:
    year, month, day, _ = raw
    return None if (year, month, day) == (ANY,) * 3 else date(year + _FIRST_YEAR, month, day)


def _octet(number: int | None) -> int:
    return ANY if number is None else number


def _within(what: str, number: int | None, highest: int) -> None:
    if number is not None and not 1 <= number <= highest:
        raise ValueError(f"has the {what} {number}")
