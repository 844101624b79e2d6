"""Reads and writes the schedules and calendars of one BACnet device (ASHRAE 135, clauses 12.9 and 12.24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from bacpypes3.basetypes import DateRange as WireRange
from bacpypes3.basetypes import DeviceObjectPropertyReference, PropertyIdentifier
from bacpypes3.constructeddata import AnyAtomic, ListOf
from bacpypes3.primitivedata import CharacterString, Date, ObjectIdentifier, Time, Unsigned

from bms_connectors.bacnet import schedule_codec as codec
from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.object_list import read_object_list
from bms_connectors.schedules import (
    EMPTY_WEEK,
    Calendar,
    DateRange,
    DeviceSchedules,
    WeeklySchedule,
)
from twin.model.errors import DecodeError, DeviceRefusedError, ResponseTimeoutError

LIST_LIMIT_S = 30.0
"""For the object list, which a slow device tells element by element (assumption)."""
MOST_ELEMENTS = 255
"""A device that claims more exceptions does not know what it says (ASHRAE 135 sets no limit; assumption)."""
LOWEST_PRIORITY = 16
SHORT_OCTETS = 128
"""What any device takes in one message: the smallest has 50 octets for all of it, the usual small one 206."""
_WEEK, _EVENTS = "weekly-schedule", "exception-schedule"
_ARRAYS = (_WEEK, _EVENTS)
_TARGETS = "list-of-object-property-references"
_FIRST_YEAR = 1900


class Schedules:
    """The schedules and calendars of the device at the other end of a conversation."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk

    async def read(self) -> DeviceSchedules:
        """All of them.

        Raises:
            DecodeError: what object and which property make no sense.
            DeviceRefusedError, ResponseTimeoutError, ConnectError: as `Conversation.read_multiple`.
        """
        async with self._talk.client:
            listed = await read_object_list(self._talk, limit_s=LIST_LIMIT_S)
            calendars = [await self._calendar(instance) for kind, instance in listed if kind == "calendar"]
            numbers = [instance for kind, instance in listed if kind == "schedule"]
            schedules = [await self._schedule(instance) for instance in numbers]
            return DeviceSchedules(
                schedules=tuple(schedules),
                calendars={each.instance: each for each in calendars},
                values={instance: await self._present_value(instance) for instance in numbers},
                local_at=await self._local_at() if numbers else None,
            )

    async def write(self, schedule: WeeklySchedule) -> str:
        """Write what differs from the device's schedule and read it back.

        Returns:
            The empty text, or what is not as it was written.

        Raises:
            ValueError: a value that its type cannot carry.
            DecodeError, DeviceRefusedError, ResponseTimeoutError, ConnectError: as `read`.
        """
        where, kind = f"schedule,{schedule.instance}", schedule.value_type
        wanted: list[tuple[str, Callable[[WeeklySchedule], object], Any]] = [
            ("effective-period", lambda each: each.effective, codec.range_to_wire(schedule.effective)),
            ("schedule-default", lambda each: each.default, codec.value_to_wire(schedule.default, kind)),
            (_WEEK, lambda each: each.week, codec.week_to_wire(schedule.week, kind)),
            (_EVENTS, lambda each: each.exceptions, codec.events_to_wire(schedule.exceptions, kind)),
        ]
        async with self._talk.client:
            before = await self._schedule(schedule.instance)
            for name, of, value in wanted:
                if of(before) != of(schedule):
                    await (self._write_array if name in _ARRAYS else self._write)(where, name, value)
            after = await self._schedule(schedule.instance)
        wrong = [name for name, of, _ in wanted if of(after) != of(schedule)]
        return f"{where}: {', '.join(wrong)} read back otherwise than written" if wrong else ""

    async def write_calendar(self, calendar: Calendar) -> str:
        """Write a date list, if it differs, and read it back; result and errors as `write`."""
        where = f"calendar,{calendar.instance}"
        async with self._talk.client:
            if (await self._calendar(calendar.instance)).entries != calendar.entries:
                await self._write(where, "date-list", codec.entries_to_wire(calendar.entries))
            after = await self._calendar(calendar.instance)
        return "" if after.entries == calendar.entries else f"{where}: date-list reads back otherwise than written"

    async def _schedule(self, instance: int) -> WeeklySchedule:
        where = f"schedule,{instance}"
        types = codec.ValueTypes()
        week = await self._array(where, _WEEK, codec.WEEK)
        events = await self._array(where, _EVENTS, codec.EVENTS)
        default = await self._optional(where, "schedule-default", AnyAtomic)
        effective = await self._optional(where, "effective-period", WireRange)
        references = await self._optional(where, _TARGETS, ListOf(DeviceObjectPropertyReference))
        targets = self._meaning(where, _TARGETS, references, lambda: tuple(map(_text_of_target, references)), ())
        return WeeklySchedule(
            instance=instance,
            name=await self._name(where),
            week=self._meaning(where, _WEEK, week, lambda: codec.week_from_wire(week, types), EMPTY_WEEK),
            exceptions=self._meaning(where, _EVENTS, events, lambda: codec.events_from_wire(events, types), ()),
            effective=self._meaning(
                where, "effective-period", effective, lambda: codec.range_from_wire(effective), DateRange()
            ),
            default=self._meaning(where, "schedule-default", default, lambda: types.value(default)),
            value_type=types.found or (codec.type_of_object(targets[0]) if targets else None),
            targets=targets,
            priority=int(await self._optional(where, "priority-for-writing", Unsigned) or LOWEST_PRIORITY),
        )

    async def _calendar(self, instance: int) -> Calendar:
        where = f"calendar,{instance}"
        raw = await self._value(where, "date-list", codec.ENTRIES)
        entries = self._meaning(where, "date-list", raw, lambda: tuple(map(codec.entry_from_wire, raw)), ())
        return Calendar(instance=instance, name=await self._name(where), entries=entries)

    async def _name(self, where: str) -> str:
        return str(await self._optional(where, "object-name", CharacterString) or where)

    async def _present_value(self, instance: int) -> float | None:
        where = f"schedule,{instance}"
        raw = await self._optional(where, "present-value", AnyAtomic)
        value: float | None = self._meaning(where, "present-value", raw, lambda: codec.ValueTypes().value(raw))
        return value

    async def _local_at(self) -> datetime | None:
        where = f"device,{self._talk.device.instance}"
        day = await self._optional(where, "local-date", Date)
        at = await self._optional(where, "local-time", Time)
        both = None if day is None or at is None else (day, at)
        moment: datetime | None = self._meaning(where, "local-date", both, lambda: _moment(day, at))
        return moment

    async def _array(self, where: str, name: str, kind: Any) -> Any:
        """The list of an array, whole if it fits into an answer, else element by element; None if there is none."""
        try:
            raw = await self._optional(where, name, kind)
            return None if raw is None else list(raw)
        except DeviceRefusedError as error:
            if not error.code.startswith(("abort", "reject")):
                raise
        count = int(await self._value(where, name, Unsigned, 0))
        if count > MOST_ELEMENTS:
            raise DecodeError(self._talk.device.name, f"{where} {name}: claims {count} elements")
        return [await self._value(where, name, kind._subtype, index) for index in range(1, count + 1)]  # noqa: SLF001

    async def _optional(self, where: str, name: str, kind: Any) -> Any:
        try:
            return await self._value(where, name, kind)
        except DeviceRefusedError as error:
            if error.code.endswith("unknown-property"):
                return None
            raise

    async def _value(self, where: str, name: str, kind: Any, index: int | None = None) -> Any:
        raw = await self._talk.read_single(ObjectIdentifier(where), PropertyIdentifier(name), index=index)
        try:
            return raw.cast_out(kind)
        except Exception as error:
            raise DecodeError(self._talk.device.name, f"{where} {name}: does not decode") from error

    def _meaning(self, where: str, name: str, raw: Any, meant: Callable[[], Any], absent: Any = None) -> Any:
        if raw is None:
            return absent
        try:
            return meant()
        except (ValueError, TypeError, AttributeError) as error:
            raise DecodeError(self._talk.device.name, f"{where} {name}: {error}") from error

    async def _write_array(self, where: str, name: str, value: Any) -> None:
        """Whole, since then nobody ever sees half of it; element by element where the device or the way is too short.

        A device says so, a router that loses what is too long for its line does not.
        """
        try:
            await self._write(where, name, value)
        except (DeviceRefusedError, ResponseTimeoutError) as error:
            is_told = isinstance(error, DeviceRefusedError) and not error.code.startswith(("abort", "reject"))
            if is_told or len(value.encode().encode().pduData) <= SHORT_OCTETS:
                raise
        else:
            return
        elements = list(value)
        if name == _EVENTS:
            await self._write(where, name, Unsigned(len(elements)), 0)
        for index, element in enumerate(elements, start=1):
            await self._write(where, name, element, index)

    async def _write(self, where: str, name: str, value: Any, index: int | None = None) -> None:
        await self._talk.asked(lambda: self._talk.client.write_property(self._talk.address, where, name, value, index))


def _text_of_target(reference: Any) -> str:
    kind, instance = reference.objectIdentifier
    device = reference.deviceIdentifier
    place = "" if device is None else f" of device,{int(device[1])}"
    return f"{kind},{int(instance)} {reference.propertyIdentifier}{place}"


def _moment(day: Any, at: Any) -> datetime:
    year, month, number, _ = day
    return datetime.combine(date(_FIRST_YEAR + year, month, number), codec.time_from_wire(at))
