"""Schedules and calendars of real devices, read and written by our client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from bacpypes3.apdu import AbortPDU, AbortReason
from bacpypes3.basetypes import (
    CalendarEntry,
    DailySchedule,
    DateRange,
    DeviceObjectPropertyReference,
    Reliability,
    SpecialEvent,
    SpecialEventPeriod,
    TimeValue,
)
from bacpypes3.constructeddata import AnyAtomic
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import CalendarObject, ScheduleObject
from bacpypes3.pdu import Address
from bacpypes3.primitivedata import CharacterString, Date, Enumerated, Null, Real, Time, Unsigned
from bms_town import Town
from lone_device import LoneApplication, lone, serving
from lone_device import talking as talking_to

from bms_connectors.bacnet import schedule_codec as codec
from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.schedules import Schedules
from bms_connectors.connectors import open_connectors
from bms_connectors.schedule_texts import entry_from_text, period_from_text, range_from_text
from bms_connectors.schedules import EMPTY_WEEK, Calendar, Switch, ValueType, WeeklySchedule
from bms_connectors.schedules import SpecialEvent as Exception_
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import DecodeError, DeviceRefusedError
from twin.model.points import Protocol

DAY = (Switch(time(6), 21.3), Switch(time(22, 30, 15, 250_000), None))
EVENTS = tuple(
    Exception_(period=period_from_text(text), priority=number, switches=DAY)
    for number, text in enumerate(
        ["2026-12-24", "*-12-24", "*-*-13 fri", "2026-12-24..2027-01-06", "2026-12-24..", "* last fri", "calendar 1"],
        start=1,
    )
)
ENTRIES = tuple(entry_from_text(text) for text in ("2026-12-25", "*-*-last", "..2030-01-01", "dec w1 mon"))


class _Schedule(LocalObject, ScheduleObject):  # type: ignore[misc]
    pass


class _Calendar(LocalObject, CalendarObject):  # type: ignore[misc]
    pass


@asynccontextmanager
async def unit(town: Town) -> AsyncIterator[Schedules]:
    async with VirtualBuilding(town.points, town.devices, town.host):
        client = BacnetClient(avoid={device.port for device in town.devices})
        yield Schedules(Conversation(town.device("AHU"), client))


def schedule_object(**more: Any) -> Any:
    return _Schedule(
        **{
            "objectIdentifier": ("schedule", 3),
            "objectName": "S3",
            "presentValue": AnyAtomic(Real(1.0)),
            "effectivePeriod": DateRange(startDate=Date((255,) * 4), endDate=Date((255,) * 4)),
            "weeklySchedule": [DailySchedule(daySchedule=[])] * 7,
            "exceptionSchedule": [],
            "scheduleDefault": AnyAtomic(Real(1.0)),
            "listOfObjectPropertyReferences": [],
            "priorityForWriting": 12,
            "reliability": Reliability.noFaultDetected,
            "outOfService": False,
            **more,
        }
    )


@asynccontextmanager
async def foreign(*objects: Any, **limits: Any) -> AsyncIterator[tuple[Schedules, LoneApplication]]:
    device = lone()
    async with serving(device, 1, **limits) as app, talking_to(device) as talk:
        for each in objects:
            app.add_object(each)
        yield Schedules(talk), app


async def test_a_new_schedule_is_empty_and_names_its_target(town: Town) -> None:
    async with unit(town) as schedules:
        found = await schedules.read()
    assert found.schedules == (
        WeeklySchedule(
            instance=1,
            name="AHU/SETPOINT schedule",
            value_type=ValueType.REAL,
            targets=("analog-value,1 present-value",),
            priority=16,
        ),
    )
    assert found.calendars == {1: Calendar(instance=1, name="AHU calendar")}
    assert found.values == {1: None}
    assert found.local_at is not None


async def test_what_is_written_is_read_back_equal(town: Town) -> None:
    async with unit(town) as schedules:
        (before,) = (await schedules.read()).schedules
        wanted = replace(
            before,
            week=(DAY, *EMPTY_WEEK[1:]),
            exceptions=EVENTS,
            default=19.7,
            effective=range_from_text("2020-01-01..2100-12-31"),
        )
        assert await schedules.write(wanted) == ""
        assert await schedules.write_calendar(Calendar(instance=1, entries=ENTRIES)) == ""
        found = await schedules.read()
    assert found.schedules == (wanted,)
    assert found.calendars[1].entries == ENTRIES
    assert found.values[1] is not None


async def test_only_what_differs_is_written() -> None:
    async with foreign(schedule_object(exceptionSchedule=None)) as (schedules, app):
        (before,) = (await schedules.read()).schedules
        written: list[str] = []
        plain = app.do_WritePropertyRequest

        async def note(apdu: Any) -> None:
            written.append(str(apdu.propertyIdentifier))
            await plain(apdu)

        app.do_WritePropertyRequest = note
        assert await schedules.write(replace(before, week=(DAY, *EMPTY_WEEK[1:]))) == ""
    assert written == ["weekly-schedule"]


async def test_a_device_without_schedules_has_none(town: Town) -> None:
    async with VirtualBuilding(town.points, town.devices, town.host):
        lines = open_connectors(town.devices)
        keeper = lines["ACS"].schedules
        assert keeper is not None
        found = await keeper.read()
        assert (found.schedules, found.calendars, found.local_at) == ((), {}, None)
    assert all(line.schedules is None for line in lines.values() if line.device.protocol is Protocol.MODBUS)


async def test_a_schedule_that_fits_into_no_answer_is_read_element_by_element() -> None:
    many = [codec.events_to_wire(EVENTS, ValueType.REAL)[n % len(EVENTS)] for n in range(20)]
    held = schedule_object(
        weeklySchedule=list(codec.week_to_wire((DAY * 3,) * 7, ValueType.REAL)), exceptionSchedule=many
    )
    async with foreign(held, segments=False, octets=206) as (schedules, app):
        (found,) = (await schedules.read()).schedules
    assert found.week == (DAY * 3,) * 7
    assert found.exceptions == tuple(EVENTS[n % len(EVENTS)] for n in range(20))
    assert app.singles > 27


class ShortClient(BacnetClient):
    """Its way to the device takes 160 octets; what is longer is refused or lost."""

    is_told = True
    lost = 0

    async def write_property(self, address: Address, *where_what: Any) -> None:
        if len(where_what[2].encode().encode().pduData) > 160:
            self.lost += 1
            raise AbortPDU(True, 0, AbortReason.bufferOverflow) if self.is_told else TimeoutError
        await super().write_property(address, *where_what)


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_schedule_that_fits_into_no_request_is_written_element_by_element(town: Town, is_told: bool) -> None:
    async with VirtualBuilding(town.points, town.devices, town.host):
        client = ShortClient(avoid={device.port for device in town.devices})
        client.is_told = is_told
        schedules = Schedules(Conversation(town.device("AHU"), client))
        (before,) = (await schedules.read()).schedules
        wanted = replace(before, week=(DAY * 2,) * 7, exceptions=EVENTS)
        assert await schedules.write(wanted) == ""
        assert (await schedules.read()).schedules == (wanted,)
    assert client.lost == 2


async def test_values_are_counted_by_their_type_and_states_by_their_number() -> None:
    states = [DailySchedule(daySchedule=[TimeValue(time=Time((8, 0, 0, 0)), value=AnyAtomic(Enumerated(1)))])] * 7
    target = DeviceObjectPropertyReference(
        objectIdentifier=("binary-output", 4),
        propertyIdentifier="present-value",
        deviceIdentifier=("device", 77),
    )
    held = schedule_object(
        weeklySchedule=states,
        scheduleDefault=AnyAtomic(Enumerated(0)),
        presentValue=AnyAtomic(Enumerated(1)),
        listOfObjectPropertyReferences=[target],
    )
    async with foreign(held) as (schedules, _):
        (found,) = (await schedules.read()).schedules
        assert found.value_type is ValueType.ENUMERATED
        assert found.week == ((Switch(time(8), 1.0),),) * 7
        assert found.targets == ("binary-output,4 present-value of device,77",)
        assert found.priority == 12
        assert await schedules.write(replace(found, default=1.0)) == ""


def special(entry: CalendarEntry, priority: int = 1) -> SpecialEvent:
    return SpecialEvent(
        period=SpecialEventPeriod(calendarEntry=entry), listOfTimeValues=[], eventPriority=Unsigned(priority)
    )


def at(value: Any, *parts: int) -> list[DailySchedule]:
    return [DailySchedule(daySchedule=[TimeValue(time=Time(parts), value=AnyAtomic(value))])] * 7


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"weeklySchedule": at(CharacterString("warm"), 8, 0, 0, 0)}, "weekly-schedule: CharacterString is no number"),
        ({"weeklySchedule": at(Real(1.0), 255, 255, 255, 255)}, "weekly-schedule: .*hour must be"),
        ({"weeklySchedule": at(Real(float("nan")), 8, 0, 0, 0)}, "weekly-schedule: nan is not finite"),
        ({"weeklySchedule": at(Unsigned(1), 8, 0, 0, 0)}, "schedule-default: has values of two types"),
        (
            {"exceptionSchedule": [special(CalendarEntry(date=Date((126, 2, 30, 255))))]},
            "exception-schedule: day is out",
        ),
        (
            {"exceptionSchedule": [special(CalendarEntry(weekNDay=b"\x0f\x01\x01"))]},
            "exception-schedule: has the month 15",
        ),
        (
            {"exceptionSchedule": [special(CalendarEntry(date=Date((126, 2, 3, 255))), 17)]},
            "exception-schedule: has the priority 17",
        ),
        (
            {"effectivePeriod": DateRange(startDate=Date((126, 255, 1, 255)), endDate=Date((255,) * 4))},
            "effective-period: month must be",
        ),
    ],
)
async def test_what_makes_no_sense_is_named_with_object_and_property(more: dict[str, Any], told: str) -> None:
    async with foreign(schedule_object(**more)) as (schedules, _):
        with pytest.raises(DecodeError, match=f"BOX: schedule,3 {told}"):
            await schedules.read()


async def test_a_property_of_another_type_is_named_too() -> None:
    async with foreign(schedule_object()) as (schedules, app):
        target = app.get_object_name("S3")
        plain = target.read_property

        async def read(attr: Any, index: int | None = None) -> Any:
            return CharacterString("never") if int(attr) == 123 else await plain(attr, index)

        object.__setattr__(target, "read_property", read)
        with pytest.raises(DecodeError, match="BOX: schedule,3 weekly-schedule: does not decode"):
            await schedules.read()


async def test_a_device_that_keeps_something_else_than_was_written_is_found_out() -> None:
    async with foreign(schedule_object()) as (schedules, app):
        (before,) = (await schedules.read()).schedules

        async def forget(apdu: Any) -> None:
            apdu.propertyValue = type(apdu.propertyValue)(AnyAtomic(Null(())))
            await LoneApplication.do_WritePropertyRequest(app, apdu)

        app.do_WritePropertyRequest = forget
        problem = await schedules.write(replace(before, default=2.0))
    assert problem == "schedule,3: schedule-default read back otherwise than written"


async def test_a_refusal_is_told_as_one(town: Town) -> None:
    async with unit(town) as schedules:
        (before,) = (await schedules.read()).schedules
        with pytest.raises(DeviceRefusedError, match="invalid-data-type"):
            await schedules.write(replace(before, default=1.0, value_type=ValueType.UNSIGNED))
