"""Schedules and the calendar of a virtual air handling unit, over the wire and against its own clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import pytest
from bacpypes3.apdu import ErrorRejectAbortNack
from bacpypes3.basetypes import DailySchedule, DateRange, DeviceObjectPropertyReference, Reliability
from bacpypes3.constructeddata import AnyAtomic, ListOf
from bacpypes3.primitivedata import Boolean, CharacterString, Null, Real, Unsigned
from bms_town import Town
from wire_peer import WirePeer, local, talking

from bms_connectors.bacnet import schedule_codec as codec
from bms_connectors.schedule_texts import entry_from_text, period_from_text
from bms_connectors.schedules import EMPTY_WEEK, Day, SpecialEvent, Switch, ValueType
from bms_connectors.virtual.bacnet_schedules import MOST_EXCEPTIONS, is_scheduled
from bms_connectors.virtual.bacnet_time import DeviceClock
from twin.model.points import BacnetBinding, Device

SCHEDULE, CALENDAR, SETPOINT = "schedule,1", "calendar,1", "analog-value,1"
MONDAY = local(2026, 11, 30)
WORKING: Day = (Switch(time(6), 23.0), Switch(time(22), None))
WEEK = (WORKING,) * 5 + ((),) * 2
Waits = Callable[..., Coroutine[object, object, None]]


@dataclass
class Unit:
    town: Town
    clock: DeviceClock
    peer: WirePeer
    device: Device

    async def write(self, name: str, value: Any, where: str = SCHEDULE, index: int | None = None) -> None:
        await self.peer.write(self.device, where, name, value, index)

    async def write_week(self, week: tuple[Day, ...] = WEEK) -> None:
        await self.write("weekly-schedule", codec.week_to_wire(week, ValueType.REAL))

    async def says(self) -> Any:
        return (await self.peer.read(self.device, SCHEDULE, "present-value", AnyAtomic)).get_value()

    async def setpoint(self) -> float:
        return float(await self.peer.read(self.device, SETPOINT, "present-value", Real))

    def holds(self) -> float | None:
        return self.town.host.values[self.town.point("AHU/SETPOINT").id]


@asynccontextmanager
async def unit_at(town: Town, moment: datetime) -> AsyncIterator[Unit]:
    clock = DeviceClock(utc_offset_min=-120)
    clock.set_local(moment)
    async with talking(town, clock=clock) as (_, peer, device):
        yield Unit(town, clock, peer, device)


async def test_a_new_schedule_says_nothing_and_commands_nothing(town: Town) -> None:
    async with unit_at(town, MONDAY) as unit:
        assert isinstance(await unit.says(), Null)
        week = await unit.peer.read(unit.device, SCHEDULE, "weekly-schedule", codec.WEEK)
        assert codec.week_from_wire(week, codec.ValueTypes()) == EMPTY_WEEK
        assert not await unit.peer.read(unit.device, SCHEDULE, "exception-schedule", codec.EVENTS)
        assert not await unit.peer.read(unit.device, CALENDAR, "date-list", codec.ENTRIES)
        (target,) = await unit.peer.read(
            unit.device, SCHEDULE, "list-of-object-property-references", ListOf(DeviceObjectPropertyReference)
        )
        assert str(target.objectIdentifier) == SETPOINT
        assert await unit.peer.read(unit.device, SCHEDULE, "priority-for-writing", Unsigned) == 16
        assert await unit.peer.read(unit.device, CALENDAR, "object-name", CharacterString) == "AHU calendar"
    assert town.host.written == []


async def test_a_week_commands_its_target_at_once_and_gives_it_back_in_the_evening(
    town: Town, wait_until: Waits
) -> None:
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        await unit.write_week()
        assert await unit.says() == 23.0
        assert await unit.setpoint() == 23.0
        assert unit.holds() == 23.0
        unit.clock.set_local(local(2026, 11, 30, 22, 0))
        await wait_until(lambda: unit.holds() == 21.0)
        assert await unit.setpoint() == 21.0
        assert isinstance(await unit.says(), Null)
    assert town.host.written == [("AHU/SETPOINT", 23.0), ("AHU/SETPOINT", 21.0)]


async def test_a_schedule_switches_by_itself_when_its_time_comes(town: Town, wait_until: Waits) -> None:
    async with unit_at(town, local(2026, 11, 30, 5, 59, 59, 500_000)) as unit:
        await unit.write_week()
        assert unit.holds() == 21.0
        await wait_until(lambda: unit.holds() == 23.0)


async def test_a_higher_priority_holds_against_the_schedule_and_the_schedule_takes_over_afterwards(town: Town) -> None:
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        await unit.peer.write_property(
            f"{unit.device.host}:{unit.device.port}", SETPOINT, "present-value", 19.0, None, 8
        )
        await unit.write_week()
        assert await unit.setpoint() == 19.0
        await unit.peer.write_property(
            f"{unit.device.host}:{unit.device.port}", SETPOINT, "present-value", Null(()), None, 8
        )
        assert await unit.setpoint() == 23.0


async def test_a_day_of_the_calendar_is_an_exception_and_the_calendar_says_when_it_is_today(town: Town) -> None:
    holiday = SpecialEvent(period=period_from_text("calendar 1"), priority=10, switches=(Switch(time(0), 18.0),))
    async with unit_at(town, local(2026, 12, 24, 8, 0)) as unit:
        await unit.write_week()
        await unit.write("exception-schedule", codec.events_to_wire([holiday], ValueType.REAL))
        assert unit.holds() == 23.0
        assert not await unit.peer.read(unit.device, CALENDAR, "present-value", Boolean)
        await unit.write("date-list", codec.entries_to_wire([entry_from_text("*-12-24")]), CALENDAR)
        assert unit.holds() == 18.0
        assert await unit.peer.read(unit.device, CALENDAR, "present-value", Boolean)


async def test_outside_its_effective_period_the_default_holds(town: Town) -> None:
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        await unit.write_week()
        await unit.write("schedule-default", codec.value_to_wire(20.0, ValueType.REAL))
        assert unit.holds() == 23.0
        summer = codec.range_to_wire(entry_from_text("2026-05-01..2026-09-30"))
        await unit.write("effective-period", summer)
        assert unit.holds() == 20.0
        read = await unit.peer.read(unit.device, SCHEDULE, "effective-period", DateRange)
        assert codec.range_from_wire(read) == entry_from_text("2026-05-01..2026-09-30")


async def test_single_days_can_be_written_and_read(town: Town) -> None:
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        await unit.write("weekly-schedule", codec.day_to_wire(WORKING, ValueType.REAL), index=1)
        day = await unit.peer.read(unit.device, SCHEDULE, "weekly-schedule", DailySchedule, index=1)
        assert codec.switches_from_wire(day.daySchedule, codec.ValueTypes()) == WORKING
        assert await unit.peer.read(unit.device, SCHEDULE, "weekly-schedule", Unsigned, index=0) == 7
        assert unit.holds() == 23.0


async def test_exceptions_can_be_counted_first_and_written_one_by_one(town: Town) -> None:
    special = SpecialEvent(period=period_from_text("*-11-30"), priority=3, switches=(Switch(time(0), 17.0),))
    (wire,) = codec.events_to_wire([special], ValueType.REAL)
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        await unit.write("exception-schedule", Unsigned(2), index=0)
        assert unit.holds() == 21.0
        await unit.write("exception-schedule", wire, index=2)
        assert unit.holds() == 17.0
        await unit.write("exception-schedule", Unsigned(1), index=0)
        assert unit.holds() == 21.0
        with pytest.raises(ErrorRejectAbortNack):
            await unit.write("exception-schedule", Unsigned(100_000), index=0)


async def test_a_target_that_refuses_makes_the_schedule_unreliable_until_it_takes_the_value(
    town: Town, wait_until: Waits
) -> None:
    town.host.refusals["AHU/SETPOINT"] = "it hangs"
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        await unit.write_week()
        assert await unit.peer.read(unit.device, SCHEDULE, "reliability", Reliability) == Reliability.unreliableOther
        town.host.refusals.clear()
        await wait_until(lambda: unit.holds() == 23.0)
        assert await unit.peer.read(unit.device, SCHEDULE, "reliability", Reliability) == Reliability.noFaultDetected


REFUSED: list[tuple[str, str, Any, int | None, str]] = [
    (SCHEDULE, "present-value", codec.value_to_wire(30.0, ValueType.REAL), None, "write-access-denied"),
    (SCHEDULE, "priority-for-writing", Unsigned(1), None, "write-access-denied"),
    (SCHEDULE, "object-name", CharacterString("mine"), None, "write-access-denied"),
    (SCHEDULE, "list-of-object-property-references", codec.entries_to_wire([]), None, "write-access-denied"),
    (SCHEDULE, "schedule-default", codec.value_to_wire(1, ValueType.UNSIGNED), None, "invalid-data-type"),
    (SCHEDULE, "schedule-default", AnyAtomic(CharacterString("warm")), None, "value-out-of-range"),
    (SCHEDULE, "weekly-schedule", codec.day_to_wire(WORKING, ValueType.ENUMERATED), 1, "invalid-data-type"),
    (SCHEDULE, "weekly-schedule", codec.day_to_wire(WORKING, ValueType.REAL), 8, "invalid-array-index"),
    (
        SCHEDULE,
        "exception-schedule",
        codec.events_to_wire(
            [SpecialEvent(period=entry_from_text(".."), priority=1)] * (MOST_EXCEPTIONS + 1), ValueType.REAL
        ),
        None,
        "no-space-to-write-property",
    ),
    (CALENDAR, "present-value", Boolean(True), None, "write-access-denied"),
    (CALENDAR, "object-name", CharacterString("mine"), None, "write-access-denied"),
]


@pytest.mark.parametrize(
    ("where", "name", "value", "index", "code"), REFUSED, ids=[f"{row[0]} {row[1]} {row[4]}" for row in REFUSED]
)
async def test_everything_else_is_refused(
    town: Town, where: str, name: str, value: Any, index: int | None, code: str
) -> None:
    async with unit_at(town, local(2026, 11, 30, 8, 0)) as unit:
        with pytest.raises(ErrorRejectAbortNack) as refusal:
            await unit.write(name, value, where, index)
        assert code in str(refusal.value)
        assert isinstance(await unit.says(), Null)
    assert town.host.written == []


def test_only_analog_setpoints_that_may_be_commanded_are_scheduled(town: Town) -> None:
    scheduled = [
        point.id
        for point in town.points
        if isinstance(point.binding, BacnetBinding) and is_scheduled(point, point.binding)
    ]
    assert scheduled == ["AHU/SETPOINT"]
