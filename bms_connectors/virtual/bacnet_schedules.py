"""Schedules of a virtual device's set-points and its calendar (ASHRAE 135, clauses 12.24 and 12.9).

bacpypes3's own schedule object reckons with the machine's clock, never awaits the write to its target and fails outside
its effective period; these two reckon with `value_at` and the device's clock. A new schedule says nothing: its days are
empty and its default is Null, so nothing is commanded until somebody writes one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bacpypes3.basetypes import DeviceObjectPropertyReference, Reliability
from bacpypes3.errors import ExecutionError, PropertyError
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import CalendarObject, ScheduleObject

from bms_connectors import schedules as facts
from bms_connectors.bacnet import schedule_codec as codec
from bms_connectors.bacnet.codec import PRESENT_VALUE
from bms_connectors.virtual.bacnet_services import Commanded, Writable
from bms_connectors.virtual.bacnet_time import DeviceClock
from twin.model.points import BacnetBinding, Point

log = logging.getLogger(__name__)

SCHEDULED_KINDS = frozenset({"supply_setpoint"})
"""What an air handling unit keeps by the time of day."""
WRITING_PRIORITY = 16
CALENDAR = 1
TICK_S = 1.0
"""A schedule switches within a second."""
MOST_EXCEPTIONS = 64
MOST_SWITCHES = 64
MOST_ENTRIES = 256
"""What a device has room for; a list without end would be a stranger's way to fill it."""


NOTHING = facts.SpecialEvent(period=facts.DateRange(), priority=WRITING_PRIORITY)
"""What a list of exceptions is filled with when it is made longer: an exception that says nothing on any day."""


def is_scheduled(point: Point, binding: BacnetBinding) -> bool:
    """Whether the device keeps a schedule of this point: analog set-points of a few kinds that may be commanded."""
    return (
        point.kind in SCHEDULED_KINDS
        and point.is_writable
        and binding.property == PRESENT_VALUE
        and binding.object_type in ("analog-output", "analog-value")
    )


class Calendar(Writable, LocalObject, CalendarObject):  # type: ignore[misc]  # bacpypes3 has no types
    """Days that schedules of the device share; anybody on loopback may write the list, at most 256 entries."""

    _clock: DeviceClock
    _changed: Callable[[], Any]
    _facts: facts.Calendar
    notificationClass = None  # noqa: N815 -- bacpypes3 asks every object for one; a calendar reports no events

    async def read_property(self, attr: int | str, index: int | None = None) -> Any:
        if _name(self, attr) == "presentValue":
            self.presentValue = self._facts.covers(self._clock.local().date())
        return await super().read_property(attr, index)

    async def write_property(
        self, attr: int | str, value: Any, index: int | None = None, _priority: int | None = None
    ) -> None:
        """Replace the date list; nothing else of this object can be written."""
        if _name(self, attr) != "dateList" or index is not None:
            raise PropertyError(errorCode="writeAccessDenied")
        entries = list(value)
        _check_room(len(entries), MOST_ENTRIES)
        try:
            known = tuple(codec.entry_from_wire(entry) for entry in entries)
        except ValueError as error:
            raise PropertyError(errorCode="valueOutOfRange") from error
        self.dateList = entries
        self._facts = facts.Calendar(instance=self._facts.instance, entries=known)
        await self._changed()


class Schedule(Writable, LocalObject, ScheduleObject):  # type: ignore[misc]  # bacpypes3 has no types
    """Commands one set-point of its own device at priority 16; anybody on loopback may write what it says."""

    _facts: facts.WeeklySchedule
    _target: Commanded
    _value_type: facts.ValueType
    _changed: Callable[[], Any]
    _commanded: float | None = None
    reliability: Any

    async def write_property(
        self, attr: int | str, value: Any, index: int | None = None, _priority: int | None = None
    ) -> None:
        """Week, exceptions, default and effective period, the first two also element by element."""
        name = _name(self, attr)
        if name not in ("weeklySchedule", "exceptionSchedule", "scheduleDefault", "effectivePeriod"):
            raise PropertyError(errorCode="writeAccessDenied")
        whole = value if index is None else self._with_element(name, value, index)
        try:
            self._facts = self._understood(name, whole)
        except ValueError as error:
            raise PropertyError(errorCode="valueOutOfRange") from error
        setattr(self, name, whole)
        await self._changed()

    async def follow(self, calendars: Mapping[int, facts.Calendar], clock: DeviceClock) -> None:
        """Take the value of this moment and command the target with it, if it is another than before."""
        value = facts.value_at(self._facts, calendars, clock.local())
        self.presentValue = codec.value_to_wire(value, self._value_type)
        if value == self._commanded:
            return
        try:
            order = codec.atom(value, self._value_type)
            await self._target.write_property("presentValue", order, None, WRITING_PRIORITY)
        except ExecutionError as error:
            # The next tick tries again: what hangs in the plant may come free, and then the schedule still holds.
            if self.reliability == Reliability.noFaultDetected:
                log.info("%s: its target refuses %s: %s", self.objectName, value, error)
            self.reliability = Reliability.unreliableOther
            return
        self.reliability = Reliability.noFaultDetected
        self._commanded = value

    def _with_element(self, name: str, value: Any, index: int) -> list[Any]:
        if name not in ("weeklySchedule", "exceptionSchedule"):
            raise PropertyError(errorCode="propertyIsNotAnArray")
        elements = list(getattr(self, name))
        if index == 0 and name == "exceptionSchedule":
            _check_room(int(value), MOST_EXCEPTIONS)
            return [*elements, *codec.events_to_wire([NOTHING] * int(value), self._value_type)][: int(value)]
        if not 1 <= index <= len(elements):
            raise PropertyError(errorCode="invalidArrayIndex")
        elements[index - 1] = value
        return elements

    def _understood(self, name: str, value: Any) -> facts.WeeklySchedule:
        """The schedule with this property; values of another type than the target's are refused (clause 12.24.10)."""
        types = codec.ValueTypes()
        known: Any
        match name:
            case "weeklySchedule":
                known = {"week": codec.week_from_wire(list(value), types)}
                lists = known["week"]
            case "exceptionSchedule":
                _check_room(len(list(value)), MOST_EXCEPTIONS)
                known = {"exceptions": codec.events_from_wire(value, types)}
                lists = [event.switches for event in known["exceptions"]]
            case "scheduleDefault":
                known, lists = {"default": types.value(value)}, []
            case _:
                known, lists = {"effective": codec.range_from_wire(value)}, []
        for switches in lists:
            _check_room(len(switches), MOST_SWITCHES)
        if types.found not in (None, self._value_type):
            raise PropertyError(errorCode="invalidDataType")
        return replace(self._facts, **known)


class ScheduleDesk:
    """The schedules of one device with its calendar; empty where nothing is kept by the time of day.

    They are asked every second, and at once when somebody wrote to one or set the clock.
    """

    def __init__(self, device_name: str, clock: DeviceClock) -> None:
        self._device_name = device_name
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self.schedules: list[Schedule] = []
        self.calendars: list[Calendar] = []

    @property
    def objects(self) -> list[Any]:
        """What the device shows of it."""
        return [*self.schedules, *self.calendars]

    def add(self, name: str, target: Commanded) -> None:
        """Keep a schedule of this object; the first one brings the calendar along."""
        if not self.calendars:
            self.calendars.append(self._calendar())
        number = len(self.schedules) + 1
        value_type = codec.type_of_object(str(target.objectIdentifier[0]))
        assert value_type is not None  # `is_scheduled`
        schedule = Schedule(
            objectIdentifier=("schedule", number),
            objectName=f"{name} schedule",
            presentValue=codec.value_to_wire(None, value_type),
            effectivePeriod=codec.range_to_wire(facts.DateRange()),
            weeklySchedule=list(codec.week_to_wire(facts.EMPTY_WEEK, value_type)),
            exceptionSchedule=[],
            scheduleDefault=codec.value_to_wire(None, value_type),
            listOfObjectPropertyReferences=[
                DeviceObjectPropertyReference(
                    objectIdentifier=target.objectIdentifier, propertyIdentifier=PRESENT_VALUE
                )
            ],
            priorityForWriting=WRITING_PRIORITY,
            reliability=Reliability.noFaultDetected,
            outOfService=False,
        )
        schedule._facts = facts.WeeklySchedule(instance=number)  # noqa: SLF001 -- underscored: no property
        schedule._target, schedule._value_type = target, value_type  # noqa: SLF001
        schedule._changed = self.follow  # noqa: SLF001
        self.schedules.append(schedule)

    def open(self) -> None:
        """Begin to follow the clock."""
        if self.schedules:
            self._clock.listeners.append(self._clock_was_set)
            self._task = asyncio.create_task(self._follow_for_ever(), name=f"{self._device_name} schedules")

    async def close(self) -> None:
        """Let go of everything; set-points stay as they are."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self.schedules.clear()
        self.calendars.clear()

    async def follow(self) -> None:
        """Let every schedule take the value of this moment."""
        calendars = {each._facts.instance: each._facts for each in self.calendars}  # noqa: SLF001
        async with self._turn:
            for schedule in self.schedules:
                await schedule.follow(calendars, self._clock)

    def _clock_was_set(self, _seconds: float) -> None:
        self._woken.set()

    async def _follow_for_ever(self) -> None:
        while True:
            await self.follow()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._woken.wait()
            self._woken.clear()

    def _calendar(self) -> Calendar:
        calendar = Calendar(
            objectIdentifier=("calendar", CALENDAR),
            objectName=f"{self._device_name} calendar",
            description="public holidays",
            presentValue=False,
            dateList=[],
        )
        calendar._facts = facts.Calendar(instance=CALENDAR)  # noqa: SLF001
        calendar._clock, calendar._changed = self._clock, self.follow  # noqa: SLF001
        return calendar


def _check_room(count: int, most: int) -> None:
    if count > most:
        raise ExecutionError(errorClass="resources", errorCode="noSpaceToWriteProperty")


def _name(target: Any, attr: int | str) -> str:
    return str(target._property_identifier_class(attr).attr) if isinstance(attr, int) else attr  # noqa: SLF001
