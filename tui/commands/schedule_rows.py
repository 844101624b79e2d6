"""What is shown of a schedule: week, exceptions, calendars, and its day beside the regime of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time

from bms_connectors.schedule_texts import WEEKDAYS, text_of_period, text_of_time, text_of_value
from bms_connectors.schedules import Day, DeviceSchedules, WeeklySchedule, switches_on
from twin.files.text import plain
from twin.model.regime import Regime, regime_at

Row = Mapping[str, object]


def schedule_row(device: str, schedule: WeeklySchedule, found: DeviceSchedules, regimes: Sequence[Regime]) -> Row:
    """One schedule as JSON has it; moment and regime are those of the device's clock."""
    now = found.local_at or datetime.now(UTC).replace(tzinfo=None)
    return {
        "device": device,
        "schedule": schedule.instance,
        "name": schedule.name,
        "targets": list(schedule.targets),
        "priority": schedule.priority,
        "effective": text_of_period(schedule.effective),
        "default": schedule.default,
        "week": {name: _times(day) for name, day in zip(WEEKDAYS, schedule.week, strict=True)},
        "exceptions": [
            {"on": text_of_period(event.period), "priority": event.priority, "times": _times(event.switches)}
            for event in schedule.exceptions
        ],
        "calendars": [
            {"calendar": each.instance, "name": each.name, "days": [text_of_period(entry) for entry in each.entries]}
            for each in found.calendars.values()
        ],
        "at": now.isoformat(timespec="seconds"),
        "value": found.values.get(schedule.instance),
        "regime": _regime(regimes, now.time()),
        "day": day_rows(switches_on(schedule, found.calendars, now.date()), regimes),
    }


def day_rows(switches: Day, regimes: Sequence[Regime]) -> list[Row]:
    """A row for every time of the day at which the schedule or the regime changes."""
    edges = {edge for regime in regimes for edge in (regime.start, regime.end)}
    rows: list[Row] = []
    for at in sorted({time(), *edges, *(switch.at for switch in switches)}):
        value = [switch.value for switch in switches if switch.at <= at][-1]
        now = {"regime": _regime(regimes, at), "value": value}
        if not rows or now != {key: rows[-1][key] for key in now}:
            rows.append({"time": text_of_time(at), **now})
    return rows


def schedule_lines(device: str, schedule: WeeklySchedule, row: Row) -> Iterator[str]:
    """The same for people."""
    yield plain(f"{device}  schedule {schedule.instance}  {schedule.name}")
    yield _line("commands", f"{', '.join(schedule.targets) or 'nothing'} at priority {schedule.priority}")
    yield _line("effective", "always" if row["effective"] == ".." else str(row["effective"]))
    yield _line("default", text_of_value(schedule.default))
    for name, day in zip(WEEKDAYS, schedule.week, strict=True):
        yield _line(name, _text(day))
    for event in schedule.exceptions:
        yield _line("exception", f"{text_of_period(event.period)}, priority {event.priority}: {_text(event.switches)}")
    for each in _rows(row["calendars"]):
        days = each["days"]
        listed = ", ".join(days) if isinstance(days, list) and days else "no days"
        yield _line(f"calendar {each['calendar']}", f"{each['name']}: {listed}")
    yield _line("now", f"{_shown(row['value'])} at {row['at']}, regime {row['regime'] or 'none'}")
    rows = _rows(row["day"])
    width = max(len("regime"), *(len(str(each["regime"])) for each in rows))
    yield f"  {'time':11}  {'regime':{width}}  value"
    for each in rows:
        yield plain(f"  {each['time']!s:11}  {each['regime']!s:{width}}  {_shown(each['value'])}")


def _times(day: Day) -> list[Row]:
    return [{"at": text_of_time(switch.at), "value": switch.value} for switch in day]


def _text(day: Day) -> str:
    return ", ".join(f"{text_of_time(switch.at)} {text_of_value(switch.value)}" for switch in day) or "-"


def _regime(regimes: Sequence[Regime], at: time) -> str:
    regime = regime_at(regimes, at)
    return regime.name if regime is not None else ""


def _rows(value: object) -> list[Row]:
    assert isinstance(value, list)
    return value


def _shown(value: object) -> str:
    return text_of_value(value if isinstance(value, float) else None)


def _line(head: str, text: str) -> str:
    return plain(f"  {head:11}  {text}", limit=2000)
