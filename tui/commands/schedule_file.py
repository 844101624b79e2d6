"""A schedule as a person writes it: TOML with days, times as "08:30", values, exceptions and calendars; and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bms_connectors.schedule_texts import (
    NONE,
    WEEKDAYS,
    carried,
    entry_from_text,
    period_from_text,
    range_from_text,
    text_of_period,
    text_of_time,
    text_of_value,
    time_from_text,
)
from bms_connectors.schedules import Calendar, Day, SpecialEvent, Switch, WeeklySchedule
from twin.files.text import plain
from twin.model.errors import ConfigError, Fault
from twin.model.points import Point


def _number_or_none(value: Any) -> float | None:
    if value == NONE:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f'a value is a number or "{NONE}"')
    return float(value)


def _understood_by(read: Any) -> AfterValidator:
    def check(text: str) -> str:
        read(text)
        return text

    return AfterValidator(check)


_Value = Annotated[float | None, BeforeValidator(_number_or_none)]
_Time = Annotated[str, _understood_by(time_from_text)]
_Times = dict[_Time, _Value]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Week(_Strict):
    monday: _Times = {}
    tuesday: _Times = {}
    wednesday: _Times = {}
    thursday: _Times = {}
    friday: _Times = {}
    saturday: _Times = {}
    sunday: _Times = {}


class _Exception(_Strict):
    on: Annotated[str, _understood_by(period_from_text)]
    priority: int = Field(default=16, ge=1, le=16)
    times: _Times


class _Calendar(_Strict):
    number: int = Field(ge=0)
    days: list[Annotated[str, _understood_by(entry_from_text)]]


class ScheduleFile(_Strict):
    """All of one schedule: what the file leaves out is empty. Calendars that it does not name stay as they are."""

    default: _Value = None
    effective: Annotated[str, _understood_by(range_from_text)] = ".."
    week: _Week = _Week()
    exception: list[_Exception] = []
    calendar: list[_Calendar] = []

    def values(self) -> Iterator[tuple[str, float]]:
        """Every value with its key in the file."""
        if self.default is not None:
            yield "default", self.default
        lists = [(f"week.{name}", getattr(self.week, name)) for name in WEEKDAYS]
        lists += [(f"exception[{number}].times", each.times) for number, each in enumerate(self.exception)]
        for place, times in lists:
            yield from ((f'{place}."{at}"', value) for at, value in times.items() if value is not None)


def schedule_of(file: ScheduleFile, where: Path, known: WeeklySchedule, points: Mapping[str, Point]) -> WeeklySchedule:
    """The schedule of the device with what the file says.

    Args:
        file: what a person wrote.
        where: its path, for faults.
        known: the schedule as it is in the device; it tells how values are carried.
        points: the points that the schedule commands, by target.

    Raises:
        ConfigError: every value that cannot be carried, or is beyond the limits of a point that would get it.
    """
    faults = [
        Fault(str(where), key, problem) for key, value in file.values() for problem in _problems(value, known, points)
    ]
    if faults:
        raise ConfigError(faults)

    def day(times: Mapping[str, float | None]) -> Day:
        switches = [Switch(time_from_text(at), _exact(value, known)) for at, value in times.items()]
        return tuple(sorted(switches, key=lambda switch: switch.at))

    return replace(
        known,
        week=tuple(day(getattr(file.week, name)) for name in WEEKDAYS),
        exceptions=tuple(
            SpecialEvent(period=period_from_text(each.on), priority=each.priority, switches=day(each.times))
            for each in file.exception
        ),
        effective=range_from_text(file.effective),
        default=_exact(file.default, known),
    )


def calendars_of(file: ScheduleFile, where: Path, known: Mapping[int, Calendar]) -> list[Calendar]:
    """The calendars that the file names.

    Raises:
        ConfigError: the device has no such calendar, also where an exception refers to it.
    """
    faults = [
        Fault(str(where), f"calendar[{place}].number", f"the device has no calendar {each.number}")
        for place, each in enumerate(file.calendar)
        if each.number not in known
    ]
    faults += [
        Fault(str(where), f"exception[{place}].on", f"the device has no {each.on.strip()}")
        for place, each in enumerate(file.exception)
        if (number := getattr(period_from_text(each.on), "instance", None)) is not None and number not in known
    ]
    if faults:
        raise ConfigError(faults)
    return [
        replace(known[each.number], entries=tuple(entry_from_text(text) for text in each.days))
        for each in file.calendar
    ]


def toml_of(device: str, schedule: WeeklySchedule, calendars: Mapping[int, Calendar]) -> str:
    """The file from which `gatehouse bms set-schedule` writes this schedule again."""
    lines = [
        f"# {plain(device)}, schedule {schedule.instance}: {plain(schedule.name)}",
        f"# It commands {plain(', '.join(schedule.targets)) or 'nothing'} at priority {schedule.priority}.",
        f'# "{NONE}" gives the word to what ranks next: week after exceptions, default after week.',
        f"default = {_toml(schedule.default)}",
        f'effective = "{text_of_period(schedule.effective)}"',
    ]
    for name, switches in zip(WEEKDAYS, schedule.week, strict=True):
        lines += ["", f"[week.{name}]", *_toml_times(switches)]
    for event in schedule.exceptions:
        lines += [
            "",
            "[[exception]]",
            f'on = "{text_of_period(event.period)}"',
            f"priority = {event.priority}",
            "[exception.times]",
            *_toml_times(event.switches),
        ]
    for calendar in calendars.values():
        days = ", ".join(f'"{text_of_period(entry)}"' for entry in calendar.entries)
        lines += ["", f"[[calendar]] # {plain(calendar.name)}", f"number = {calendar.instance}", f"days = [{days}]"]
    return "\n".join(lines) + "\n"


def _problems(value: float, known: WeeklySchedule, points: Mapping[str, Point]) -> Iterator[str]:
    if known.value_type is None:
        yield "the device does not tell how values of this schedule are carried"
        return
    try:
        carried(value, known.value_type)
    except ValueError as error:
        yield str(error)
        return
    for point in points.values():
        if point.low is not None and value < point.low:
            yield f"{value:g} is below {point.low:g}, the limit of {point.id}"
        if point.high is not None and value > point.high:
            yield f"{value:g} is above {point.high:g}, the limit of {point.id}"


def _exact(value: float | None, known: WeeklySchedule) -> float | None:
    return None if value is None or known.value_type is None else carried(value, known.value_type)


def _toml_times(switches: Day) -> list[str]:
    """Lines of a table; of two entries at one time the later one holds, and a table has room for that one only."""
    texts = {text_of_time(switch.at): _toml(switch.value) for switch in switches}
    return [f'"{at}" = {value}' for at, value in sorted(texts.items())]


def _toml(value: float | None) -> str:
    return f'"{NONE}"' if value is None else text_of_value(value)
