"""The watch: what is true now and what is wrong with it. Readings come in, time passes, alarms and journal follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from twin.live import alarms as isa
from twin.live.audit import Scribe
from twin.live.clock import ExerciseClock
from twin.live.conditions import (
    device_condition,
    door_conditions,
    limits_that_wait_for,
    point_conditions,
    unanswered_call,
)
from twin.live.doors import Observed, observe
from twin.live.state import LiveState
from twin.model.alarms import Alarm
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalEntry
from twin.model.operation import Changes
from twin.model.points import Point, Reading
from twin.model.regime import Regime, regime_at
from twin.model.vocabulary import DoorState, Quality

EVENT_KINDS = frozenset(
    {
        *("fire_zone", "fire_panel", "fire_stop", "damper_position", "lift_recall", "release_armed", "mist_flow"),
        *("cell_call", "duress", "emergency_stop", "interlock_state", "override_enabled"),
        *("perimeter_alarm", "perimeter_tamper", "mains", "generator", "ups_on_battery", "fan_run"),
        *("response_position", "response_count"),
    }
)
"""Kinds whose every change is an event for the journal; measured values belong to the history."""
_RESTLESS = frozenset({DoorState.OPEN, DoorState.MOVING, DoorState.FAULT})
"""States that time alone can turn into another."""


class Watch:
    """One facility under watch. Pure logic: the journal is passed in, time is an argument.

    What is found when the watch begins is adopted and journalled as one row, not as a change of every door.
    """

    def __init__(
        self,
        facility: Facility,
        live: LiveState,
        clock: ExerciseClock,
        scribe: Scribe,
        *,
        regimes: Sequence[Regime],
        standing: Iterable[Alarm],
        started_at: datetime,
    ) -> None:
        self.facility = facility
        self.live = live
        self.clock = clock
        self.alarms = isa.AlarmBook(standing)
        self._scribe = scribe
        self._regimes = tuple(regimes)
        points = live.points.values()
        self._heartbeats = {p.binding.device: p for p in points if p.kind == "heartbeat" and p.binding is not None}
        self._device_of = {p.element: p.binding.device for p in points if p.binding is not None}
        self._tried: set[str] = set()
        self._adopted = False
        self.codes: Mapping[GlobalId, str] = (
            {door.global_id: door.code for door in facility.doors}
            | {space.global_id: space.code for space in facility.spaces}
            | {zone.global_id: zone.name for zone in facility.zones}
            | {thing.global_id: thing.code for thing in facility.equipment}
            | {link.global_id: link.code for link in facility.links}
            | {building.global_id: building.name for building in facility.buildings}
        )
        self.compartment: Mapping[GlobalId, GlobalId] = {
            member: zone.global_id for zone in facility.zones if zone.purpose == "smoke" for member in zone.members
        }
        self.observed = {door.global_id: observe(live, door.global_id, None, started_at) for door in facility.doors}

    def ingest(self, readings: Iterable[Reading], now: datetime) -> Changes:
        """Take readings; what changed by them."""
        taken = list(readings)
        before: dict[PointId, Reading] = {}
        for reading in taken:
            point = self.live.points.get(reading.point)
            if point is None:
                continue
            if point.kind == "heartbeat" and point.binding is not None:
                self._tried.add(point.binding.device)
            if point.kind in EVENT_KINDS:
                before.setdefault(point.id, self.live.reading(point.id))
        changed = self.live.apply(taken)
        events = [
            self._point_changed(self.live.points[point], before[point], now)
            for point in sorted(changed & before.keys())
            if before[point].quality is not Quality.NEVER_READ
            and self.live.reading(point).value not in (None, before[point].value)
        ]
        return self._follow(changed, now, events)

    def tick(self, now: datetime) -> Changes:
        """Let time pass: ages, held doors, unanswered calls, silent devices, shelves."""
        stale = self.live.sweep(now)
        restless = {door for door, seen in self.observed.items() if seen.state in _RESTLESS}
        changes = self._follow(stale, now, [], also=restless)
        changed = list(self.alarms.unshelve_due(now))
        for alarm in self.alarms.active():
            if alarm.definition.key == "cell-call":
                was_late = self.alarms.stands("cell-call-unanswered", alarm.element)
                changed += self.look(unanswered_call(alarm, now, self.clock.speed, was_late=was_late), now)
        for device, heartbeat in self._heartbeats.items():
            changed += self.look(device_condition(device, self.live, heartbeat, device in self._tried), now)
        self._scribe.write(*(self._scribe.alarm(alarm, now) for alarm in changed), *self._adoption(now))
        return replace(changes, alarms=changes.alarms or bool(changed))

    def look(self, condition: isa.Condition, now: datetime) -> list[Alarm]:
        """Follow one condition; the alarm, if its state changed."""
        changed = self.alarms.look(condition, now, self.clock.at(now))
        return [changed] if changed else []

    def regime(self, now: datetime) -> Regime | None:
        """The regime in force at exercise time, or None where the site has no table."""
        return regime_at(self._regimes, (self.clock.at(now) or now).time())

    def door_state(self, door: GlobalId) -> DoorState:
        """The door's state; HELD only where the alarm stands."""
        state = self.observed[door].state
        return DoorState.HELD if state is DoorState.OPEN and self.alarms.stands("door-held", door) else state

    def _follow(
        self, points: set[PointId], now: datetime, entries: list[JournalEntry], also: Iterable[GlobalId] = ()
    ) -> Changes:
        elements = self.live.elements_of(points)
        doors = [element for element in {*elements, *also} if element in self.observed]
        changed_doors: set[GlobalId] = set()
        conditions: list[isa.Condition] = []
        for door in doors:
            before = self.observed[door]
            after = self._observe(door, before, now)
            if after.state is not before.state:
                changed_doors.add(door)
                entries += self._door_changed(door, before, after, now)
            conditions += self._door_conditions(door, after, now)
        changed = {id_: self.live.points[id_] for id_ in points}
        for point in tuple(changed.values()):
            changed |= {other.id: other for other in limits_that_wait_for(point, self.live)}
        for id_, point in changed.items():
            conditions += point_conditions(
                point,
                self.live,
                self.codes.get(point.element, str(id_)),
                was_fire=self.alarms.stands("fire", point.element),
                is_zoned=point.element in self.compartment,
            )
        raised = [alarm for condition in conditions for alarm in self.look(condition, now)]
        self._scribe.write(*entries, *(self._scribe.alarm(alarm, now) for alarm in raised))
        return Changes(
            points=frozenset(points),
            doors=frozenset(changed_doors | {alarm.element for alarm in raised if alarm.element in self.observed}),
            spaces=frozenset(element for element in elements if element in self.facility.space_by_id),
            alarms=bool(raised),
        )

    def _observe(self, door: GlobalId, before: Observed, now: datetime) -> Observed:
        was_forced = self.alarms.stands("door-forced", door)
        self.observed[door] = observe(self.live, door, before, now, self.clock.speed, was_forced=was_forced)
        return self.observed[door]

    def _door_conditions(self, door: GlobalId, observed: Observed, now: datetime) -> Iterable[isa.Condition]:
        heartbeat = self._heartbeats.get(self._device_of.get(door, ""))
        answers = heartbeat is not None and self.live.reading(heartbeat.id).quality is Quality.GOOD
        return door_conditions(
            self.facility.door_by_id[door],
            observed,
            self.live,
            self.regime(now),
            now,
            self.clock.speed,
            was_held=self.alarms.stands("door-held", door),
            device_answers=answers,
        )

    def _point_changed(self, point: Point, before: Reading, now: datetime) -> JournalEntry:
        value = self.live.reading(point.id).value
        assert value is not None  # a change to nothing is no event of the building
        data = {"from": before.value, "to": value, "text": point.text_of(value)}
        return self._scribe.entry(now, "point.changed", str(point.id), data=data)

    def _door_changed(self, door: GlobalId, before: Observed, after: Observed, now: datetime) -> list[JournalEntry]:
        if not self._adopted and before.state is DoorState.UNKNOWN:
            return []
        data = {"from": before.state.value, "to": after.state.value, "reason": after.reason}
        return [self._scribe.entry(now, "door.changed", self.codes[door], data=data)]

    def _adoption(self, now: datetime) -> list[JournalEntry]:
        """One row for what was found, once every device has been asked."""
        if self._adopted or not self._tried >= self._heartbeats.keys():
            return []
        self._adopted = True
        counts = Counter(seen.state.value for seen in self.observed.values())
        return [
            self._scribe.entry(now, "state.adopted", self.facility.code, data={"doors": dict(sorted(counts.items()))})
        ]
