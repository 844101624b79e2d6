"""Days, times and values of schedules as people write them, and back.

Days are one line of text each:

* ``2026-12-24``, or a pattern with ``*``, ``odd``, ``even`` and ``last``: ``*-12-24``, ``*-*-last``, ``*-*-13 fri``;
* ``2026-12-24..2027-01-06``, open on either side: ``2026-12-24..``, ``..``;
* week of a month: ``month week weekday`` as ``dec w1 mon``, ``* last fri``, ``odd last-1 *``;
* ``calendar 1``.
"""

from __future__ import annotations

import re
import struct
from datetime import date, time

from bms_connectors.schedules import (
    EVEN_DAYS,
    EVEN_MONTHS,
    LAST_DAY,
    ODD_DAYS,
    ODD_MONTHS,
    CalendarEntry,
    CalendarReference,
    DatePattern,
    DateRange,
    ValueType,
    WeekNDay,
)

NONE = "none"
"""How no value is written: what ranks next has the word."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = {name[:3]: number for number, name in enumerate(WEEKDAYS, start=1)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ODD_EVEN = {"odd": ODD_MONTHS, "even": EVEN_MONTHS}
_MONTH = {name: number for number, name in enumerate(_MONTHS, start=1)} | _ODD_EVEN
_DAY = {"last": LAST_DAY, "odd": ODD_DAYS, "even": EVEN_DAYS}
_WEEK = {"w1": 1, "w2": 2, "w3": 3, "w4": 4, "w5": 5, "last": 6, "last-1": 7, "last-2": 8, "last-3": 9}
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d\d))?)?")
_PATTERN = re.compile(r"(\*|\d{4})-(\*|odd|even|\d\d)-(\*|odd|even|last|\d\d)(?: +([a-z]{3}))?")
_WAYS = '"2026-12-24", "*-12-24", "2026-12-24..2027-01-06", "dec w1 mon" or "calendar 1"'
_FIRST_YEAR, _LAST_YEAR = 1900, 2154
"""Years that one octet after 1900 tells; 255 is any."""
_LARGEST = 2**32 - 1


def period_from_text(text: str) -> CalendarEntry | CalendarReference:
    """The days that a text means.

    Raises:
        ValueError: it means none; the text of the error says how they are written.
    """
    words = text.strip().lower().split()
    if len(words) == 2 and words[0] == "calendar" and words[1].isdecimal():
        return CalendarReference(int(words[1]))
    return entry_from_text(text)


def entry_from_text(text: str) -> CalendarEntry:
    """Like `period_from_text`, of what may stand in a calendar: no other calendar."""
    plain = text.strip().lower()
    if ".." in plain:
        return range_from_text(plain)
    if found := _PATTERN.fullmatch(plain):
        return _pattern(text, *found.groups())
    words = plain.split()
    if len(words) == 3 and _knows(_MONTH, words[0]) and _knows(_WEEK, words[1]) and _knows(_WEEKDAY, words[2]):
        return WeekNDay(month=_MONTH.get(words[0]), week=_WEEK.get(words[1]), weekday=_WEEKDAY.get(words[2]))
    raise ValueError(f"days are written {_WAYS}")


def range_from_text(text: str) -> DateRange:
    """The range that ``first..last`` means; raises as `period_from_text`."""
    first, dots, last = text.strip().partition("..")
    try:
        found = DateRange(*(date.fromisoformat(part.strip()) if part.strip() else None for part in (first, last)))
    except ValueError as error:
        raise ValueError('a range of days is written "2026-12-24..2027-01-06"') from error
    if not dots:
        raise ValueError('a range of days is written "2026-12-24..2027-01-06"')
    for day in (found.first, found.last):
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError(f"BACnet knows the years {_FIRST_YEAR} to {_LAST_YEAR}")
    if found.first is not None and found.last is not None and found.last < found.first:
        raise ValueError("the range ends before it begins")
    return found


def text_of_period(period: CalendarEntry | CalendarReference) -> str:
    """The text from which `period_from_text` makes these days again."""
    match period:
        case CalendarReference():
            return f"calendar {period.instance}"
        case DateRange():
            return f"{period.first or ''}..{period.last or ''}"
        case WeekNDay():
            month, week = _name(_MONTH, period.month), _name(_WEEK, period.week)
            return f"{month} {week} {_name(_WEEKDAY, period.weekday)}"
    year = "*" if period.year is None else f"{period.year:04}"
    month = _number_or_name(_ODD_EVEN, period.month)
    weekday = "" if period.weekday is None else f" {_name(_WEEKDAY, period.weekday)}"
    return f"{year}-{month}-{_number_or_name(_DAY, period.day)}{weekday}"


def time_from_text(text: str) -> time:
    """The time of day of ``08:30``, ``08:30:15`` or ``08:30:15.25``: to the hundredth of a second, as BACnet has it.

    Raises:
        ValueError: it is none.
    """
    found = _TIME.fullmatch(text)
    hour, minute, second, hundredth = (int(part or 0) for part in found.groups()) if found else (24, 0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError('a time is written "08:30", from "00:00" to "23:59"')
    return time(hour, minute, second, hundredth * 10_000)


def text_of_time(at: time) -> str:
    """The shortest text from which `time_from_text` makes this time again."""
    text = f"{at.hour:02}:{at.minute:02}"
    if at.second or at.microsecond:
        text += f":{at.second:02}"
    return text + (f".{at.microsecond // 10_000:02}" if at.microsecond else "")


def text_of_value(value: float | None) -> str:
    """A value as it stands in a table."""
    if value is None:
        return NONE
    return str(int(value)) if value == int(value) and abs(value) < _LARGEST else repr(value)


def carried(value: float, value_type: ValueType) -> float:
    """The value that comes back from a device when this one is written to it; of a float32 the shortest decimal.

    Raises:
        ValueError: the type cannot carry it.
    """
    if value != value or abs(value) == float("inf"):
        raise ValueError(f"{value} is not finite")
    match value_type:
        case ValueType.DOUBLE:
            return float(value)
        case ValueType.REAL:
            return _shortest_real(value)
        case ValueType.BOOLEAN:
            highest, lowest = 1, 0
        case ValueType.INTEGER:
            highest, lowest = 2**31 - 1, -(2**31)
        case _:
            highest, lowest = _LARGEST, 0
    if value != int(value) or not lowest <= value <= highest:
        raise ValueError(f"{value:g} is no {value_type.value} value")
    return float(int(value))


def _shortest_real(value: float) -> float:
    try:
        packed = struct.pack(">f", value)
    except OverflowError as error:
        raise ValueError(f"{value:g} is too large for a real value") from error
    exact = float(struct.unpack(">f", packed)[0])
    for digits in range(6, 9):  # nine digits tell every float32 from its neighbours
        short = float(f"{exact:.{digits}g}")
        if struct.pack(">f", short) == packed:
            return short
    return float(f"{exact:.9g}")


def _pattern(text: str, year: str, month: str, day: str, weekday: str | None) -> DatePattern:
    if weekday is not None and weekday not in _WEEKDAY:
        raise ValueError(f"a weekday is written {', '.join(_WEEKDAY)}")
    found = DatePattern(
        year=None if year == "*" else int(year),
        month=None if month == "*" else _ODD_EVEN.get(month) or int(month),
        day=None if day == "*" else _DAY.get(day) or int(day),
        weekday=_WEEKDAY.get(weekday or ""),
    )
    if found.year is not None and not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"BACnet knows the years {_FIRST_YEAR} to {_LAST_YEAR}")
    if (month.isdecimal() and not 1 <= int(month) <= 12) or (day.isdecimal() and not 1 <= int(day) <= 31):
        raise ValueError(f"{text} is no day of the calendar")
    if found.year is not None and month.isdecimal() and day.isdecimal():
        date(found.year, int(month), int(day))  # a ValueError on 30 February
    return found


def _knows(names: dict[str, int], word: str) -> bool:
    return word == "*" or word in names


def _name(names: dict[str, int], number: int | None) -> str:
    return next((name for name, each in names.items() if each == number), "*")


def _number_or_name(names: dict[str, int], number: int | None) -> str:
    if number is None:
        return "*"
    return next((name for name, each in names.items() if each == number), f"{number:02}")
