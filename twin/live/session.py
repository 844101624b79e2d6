"""One operator's session on one facility: what is true, what is wrong, what was ordered. Pure logic; I/O is passed in.

The screens, the command line and the scripted team all use this one object, so there is one path for commands:
role, policy, interlock, two steps, read-back of the physical feedback, journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from twin.live import alarms as isa
from twin.live.audit import Journal, Scribe
from twin.live.clock import ExerciseClock
from twin.live.commands import PERMISSIONS, Situation, WritePolicy, refusal, release_doors
from twin.live.conditions import device_condition, door_conditions, point_conditions, unanswered_call
from twin.live.doors import Observed, observe
from twin.live.orders import Order, armed_order, missing_step, order_of
from twin.live.state import LiveState
from twin.live.views import door_view, space_view
from twin.model.alarms import Alarm
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalEntry
from twin.model.operation import (
    Armed,
    Changes,
    CommandOutcome,
    DoorIntent,
    DoorView,
    Intent,
    Outcome,
    ReleaseIntent,
    SpaceView,
)
from twin.model.points import Point, Reading
from twin.model.regime import Regime, regime_at
from twin.model.vocabulary import AlarmState, DoorState, Role, SiteMode

EVENT_KINDS = frozenset(
    {"fire_zone", "cell_call", "interlock_state", "response_position", "response_count", "fan_run", "fire_stop"}
)
"""Kinds whose every change is an event for the journal; measured values belong to the history."""
REVIEW_S = 600.0
"""Exercise seconds within which second person and reason follow a one-person emergency release (design, section 4)."""


class Session:
    """See the module. ``who`` is a post (``control-1``), never a name."""

    def __init__(
        self,
        facility: Facility,
        points: Sequence[Point],
        journal: Journal,
        *,
        mode: SiteMode,
        role: Role,
        who: str,
        started_at: datetime,
        policy: WritePolicy | None = None,
        regimes: Sequence[Regime] = (),
        standing: Iterable[Alarm] = (),
    ) -> None:
        self.facility = facility
        self.mode = mode
        self.role = role
        self.who = who
        self.live = LiveState(points, started_at)
        self.clock = ExerciseClock(self.live)
        self.alarms = isa.AlarmBook(standing)
        self._scribe = Scribe(journal, mode, self.clock)
        self._policy = policy or WritePolicy()
        self._regimes = tuple(regimes)
        self._observed: dict[GlobalId, Observed] = {}
        self._armed: dict[str, Armed] = {}
        self._reviews: dict[str, datetime] = {}
        self._tried: set[str] = set()
        self._last_release = datetime.min.replace(tzinfo=started_at.tzinfo)
        self._heartbeats = {
            point.binding.device: point for point in points if point.kind == "heartbeat" and point.binding is not None
        }
        self._codes: Mapping[GlobalId, str] = (
            {door.global_id: door.code for door in facility.doors}
            | {space.global_id: space.code for space in facility.spaces}
            | {zone.global_id: zone.name for zone in facility.zones}
        )
        self._compartment = {
            member: zone.global_id for zone in facility.zones if zone.purpose == "smoke" for member in zone.members
        }
        for door in facility.doors:
            self._observed[door.global_id] = observe(self.live, door.global_id, None, started_at)

    def ingest(self, readings: Iterable[Reading], now: datetime) -> Changes:
        """Take readings; what changed by them."""
        taken = list(readings)
        for reading in taken:
            point = self.live.points.get(reading.point)
            if point is not None and point.kind == "heartbeat" and point.binding is not None:
                self._tried.add(point.binding.device)
        before = {r.point: self.live.reading(r.point).value for r in taken if self._is_event(r.point)}
        changed = self.live.apply(taken)
        entries = [
            self._scribe.entry(
                now,
                "point.changed",
                str(point),
                "field",
                {"from": before[point], "to": value, "text": self.live.points[point].text_of(value)},
            )
            for point in sorted(changed)
            if point in before and (value := self.live.reading(point).value) is not None
        ]
        self._scribe.write(*entries)
        return self._follow(changed, now)

    def tick(self, now: datetime) -> Changes:
        """Let time pass: ages, held doors, unanswered calls, shelves, armed orders."""
        stale = self.live.sweep(now)
        moving = {
            door
            for door, seen in self._observed.items()
            if seen.state in (DoorState.OPEN, DoorState.MOVING, DoorState.FAULT)
        }
        changes = self._follow(stale, now, also=moving)
        speed = self.clock.speed
        changed: list[Alarm] = list(self.alarms.unshelve_due(now))
        for alarm in self.alarms.active():
            if alarm.definition.key == "cell-call":
                was_late = self.alarms.stands("cell-call-unanswered", alarm.element)
                found = self._look(unanswered_call(alarm, now, speed, was_late=was_late), now)
                changed += [found] if found else []
        for device, heartbeat in self._heartbeats.items():
            found = self._look(device_condition(device, self.live, heartbeat, device in self._tried), now)
            changed += [found] if found else []
        for group, due in self._reviews.items():
            found = self._look(_review(group, stands=now >= due), now)
            changed += [found] if found else []
        for key, armed in list(self._armed.items()):
            if now > armed.expires_at:
                del self._armed[key]
        self._scribe.write(*(self._scribe.alarm(alarm, now) for alarm in changed))
        return replace(changes, alarms=changes.alarms or bool(changed))

    def regime(self, now: datetime) -> Regime | None:
        """The regime in force at exercise time, or None where the site has no table."""
        return regime_at(self._regimes, (self.clock.at(now) or now).time())

    def door_state(self, door: GlobalId) -> DoorState:
        """The door's state; HELD only where the alarm stands."""
        state = self._observed[door].state
        return DoorState.HELD if state is DoorState.OPEN and self.alarms.stands("door-held", door) else state

    def door_view(self, door: GlobalId, now: datetime) -> DoorView:
        """All an operator sees of a door."""
        return door_view(
            self.facility.door_by_id[door],
            self.door_state(door),
            self._observed[door],
            self.alarms.of_element(door),
            self.regime(now),
        )

    def space_view(self, space: GlobalId) -> SpaceView:
        """All an operator sees of a room."""
        return space_view(self.live, self.facility, space, self._compartment.get(space))

    def arm(self, intent: Intent, now: datetime) -> Armed | CommandOutcome:
        """First step. A refusal is journalled, like everything that was asked."""
        situation = self._situation(now)
        reason = refusal(intent, situation) or self._hold_off(intent, now)
        if reason:
            return self._refused(self._subject(intent), reason, now)
        armed = armed_order(intent, situation, self._read_back(intent), now, self._fire_near(intent))
        self._armed[armed.id] = armed
        return armed

    def confirm(
        self, armed_id: str, now: datetime, *, typed: str = "", reason: str = "", second_person: str = ""
    ) -> Order | CommandOutcome:
        """Second step: checked again, because the world went on; then the commands to write."""
        armed = self._armed.get(armed_id)
        if armed is None:
            return self._refused("", "nothing is armed under this id: arm it again", now)
        missing = missing_step(armed, typed=typed, reason=reason, second_person=second_person, who=self.who, now=now)
        if missing and now <= armed.expires_at:
            return CommandOutcome(outcome=Outcome.NEEDS_CONFIRMATION, subject=armed.subject, reason=missing)
        del self._armed[armed_id]
        situation = self._situation(now)
        refused = missing or refusal(armed.intent, situation)
        if refused:
            return self._refused(armed.subject, refused, now)
        order = order_of(
            armed,
            situation,
            who=self.who,
            reason=reason,
            second_person=second_person,
            now=now,
            has_deadlock=lambda door: self.live.of_kind(door, "deadlock") is not None,
        )
        if isinstance(armed.intent, ReleaseIntent):
            self._last_release = now
            if armed.intent.emergency and not (reason and second_person):
                self._reviews[armed.subject] = now + timedelta(seconds=REVIEW_S / self.clock.speed)
        self._scribe.write(self._scribe.ordered(order, now, self.actor))
        return order

    def is_followed(self, order: Order) -> bool:
        """Whether every physical feedback of the order has arrived since it was confirmed."""
        return not self.missing_proofs(order)

    def missing_proofs(self, order: Order) -> list[str]:
        """Codes of the elements that have not followed."""
        missing = []
        for proof in order.proofs:
            reading = self.live.of_kind(proof.element, proof.kind)
            fresh = reading is not None and reading.at >= order.confirmed_at and reading.value == proof.value
            if fresh and proof.deadlock is not None:
                fresh = self.live.value(proof.element, "deadlock") == proof.deadlock
            if not fresh:
                missing.append(self._codes.get(proof.element, order.subject))
        return missing

    def proof_points(self, order: Order) -> list[Point]:
        """Points to read back for an order."""
        kinds = {(proof.element, kind) for proof in order.proofs for kind in (proof.kind, "deadlock")}
        return [point for point in self.live.points.values() if (point.element, point.kind) in kinds]

    def settle(
        self, order: Order, now: datetime, *, readback_s: float | None = None, failure: str = ""
    ) -> CommandOutcome:
        """The end of an order: done with its read-back time, or failed, which is an alarm of the door."""
        outcome = Outcome.FAILED if failure else Outcome.DONE
        missing = set(self.missing_proofs(order)) if failure else set()
        entries = [
            self._scribe.entry(
                now,
                f"command.{outcome.value}",
                order.subject,
                self.actor,
                {"order": order.id, "reason": failure, "readback_s": readback_s, "missing": sorted(missing)},
            )
        ]
        for proof in order.proofs:
            code = self._codes.get(proof.element, order.subject)
            condition = isa.Condition("command-failed", proof.element, code, code in missing, failure)
            changed = self._look(condition, now)
            entries += [self._scribe.alarm(changed, now)] if changed else []
        self._scribe.write(*entries)
        return CommandOutcome(outcome=outcome, subject=order.subject, reason=failure, readback_s=readback_s)

    def acknowledge(self, alarm_id: str, now: datetime) -> CommandOutcome:
        """Acknowledge one alarm; a latched alarm whose cause is gone is reset by the same key."""
        alarm = self.alarms.get(alarm_id)
        if "acknowledge" not in PERMISSIONS[self.role]:
            return self._refused(alarm.code, f"role {self.role.value} has no right to acknowledge", now)
        after = isa.reset(alarm) if alarm.state is AlarmState.LATCHED else isa.acknowledged(alarm, self.who, now)
        changed = self.alarms.put(after)
        if changed:
            self._scribe.write(self._scribe.alarm(changed, now, actor=self.actor))
        return CommandOutcome(outcome=Outcome.DONE, subject=alarm.code, reason=after.state.value)

    def shelve(self, alarm_id: str, now: datetime, *, minutes: int, reason: str) -> CommandOutcome:
        """Put an alarm aside for a limited time; never one of priority 1."""
        alarm = self.alarms.get(alarm_id)
        problem = ""
        if "shelve" not in PERMISSIONS[self.role]:
            problem = f"role {self.role.value} has no right to shelve"
        elif alarm.priority == 1:
            problem = "an alarm of priority 1 is never shelved"
        elif not reason.strip():
            problem = "a reason is needed"
        elif not 0 < minutes <= isa.MAX_SHELVE.total_seconds() / 60:
            problem = "an alarm is shelved for 1 to 480 minutes"
        if problem:
            return self._refused(alarm.code, problem, now)
        changed = self.alarms.put(isa.shelved(alarm, now + timedelta(minutes=minutes)))
        if changed:
            self._scribe.write(self._scribe.alarm(changed, now, actor=self.actor, reason=reason))
        return CommandOutcome(outcome=Outcome.DONE, subject=alarm.code)

    def report(self, action: str, text: str, now: datetime) -> CommandOutcome:
        """Journal an action that leaves no trace in the building: a call made, a count given, a review."""
        if action.startswith("release-review:"):
            group = action.removeprefix("release-review:")
            self._reviews.pop(group, None)
            changed = self._look(_review(group, stands=False), now)
            if changed:
                self._scribe.write(self._scribe.alarm(changed, now))
        self._scribe.write(self._scribe.entry(now, "action.reported", action, self.actor, {"text": text}))
        return CommandOutcome(outcome=Outcome.DONE, subject=action)

    def set_mode(self, mode: SiteMode) -> None:
        """The site's mode from now on: guard and journal follow it."""
        self.mode = self._scribe.mode = mode

    def note(self, kind: str, subject: str, now: datetime, data: Mapping[str, object] | None = None) -> None:
        """Journal an event of the program itself (session opened, drill started)."""
        self._scribe.write(self._scribe.entry(now, kind, subject, self.actor, dict(data or {})))

    @property
    def actor(self) -> str:
        """Post and role, as journal rows name them."""
        return f"{self.who} ({self.role.value})"

    def _situation(self, now: datetime) -> Situation:
        return Situation(
            facility=self.facility,
            mode=self.mode,
            role=self.role,
            policy=self._policy,
            regime=self.regime(now),
            door_state=self.door_state,
            command_point=lambda door: next(
                (point for point in self.live.points_of(door) if point.kind == "door_command"), None
            ),
            point=lambda key: self.live.points[self.live.reading(key).point],
        )

    def _hold_off(self, intent: Intent, now: datetime) -> str:
        is_group = isinstance(intent, ReleaseIntent) and not intent.emergency
        if is_group and now - self._last_release < timedelta(seconds=10):
            return "another group was released less than 10 s ago"
        return ""

    def _fire_near(self, intent: Intent) -> bool:
        if not isinstance(intent, ReleaseIntent):
            return False
        spaces = {node for door in release_doors(self.facility, intent.group) for node in door.joins or ()}
        zones = {zone for space in spaces if (zone := self._compartment.get(space))}
        return any(self.alarms.stands("fire", zone) for zone in zones)

    def _read_back(self, intent: Intent) -> tuple[str, ...]:
        if isinstance(intent, DoorIntent):
            door = self.facility.door(intent.door)
            ends = " ↔ ".join(self.facility.node_label(node) for node in door.joins or ())
            lines = [f"{intent.action.value} {door.code}", ends, f"now {self.door_state(door.global_id).value}"]
            if door.interlock_group:
                lines.append(f"interlock {door.interlock_group}: all other doors secured")
            return tuple(lines)
        if isinstance(intent, ReleaseIntent):
            doors = release_doors(self.facility, intent.group)
            kind = "EMERGENCY release" if intent.emergency else "group release"
            return (f"{kind} {intent.group}", f"{len(doors)} doors will unlock, one after another")
        point = self.live.points[intent.point]
        return (f"set {point.id} to {point.text_of(intent.value)}",)

    def _follow(self, points: set[PointId], now: datetime, also: Iterable[GlobalId] = ()) -> Changes:
        elements = self.live.elements_of(points)
        doors = [element for element in {*elements, *also} if element in self._observed]
        regime, speed = self.regime(now), self.clock.speed
        entries: list[JournalEntry] = []
        changed_doors: set[GlobalId] = set()
        conditions: list[isa.Condition] = []
        for key in doors:
            door, before = self.facility.door_by_id[key], self._observed[key]
            observed = observe(self.live, key, before, now, speed)
            self._observed[key] = observed
            if observed.state is not before.state:
                changed_doors.add(key)
                data = {"from": before.state.value, "to": observed.state.value, "reason": observed.reason}
                entries.append(self._scribe.entry(now, "door.changed", door.code, "field", data))
            was_held = self.alarms.stands("door-held", key)
            conditions += door_conditions(door, observed, regime, now, speed, was_held=was_held)
        for point_id in points:
            point = self.live.points[point_id]
            conditions += point_conditions(point, self.live, self._codes.get(point.element, str(point_id)))
        raised = [alarm for condition in conditions if (alarm := self._look(condition, now))]
        entries += [self._scribe.alarm(alarm, now) for alarm in raised]
        self._scribe.write(*entries)
        spaces = {element for element in elements if element in self.facility.space_by_id}
        touched = changed_doors | {alarm.element for alarm in raised if alarm.element in self._observed}
        return Changes(
            points=frozenset(points), doors=frozenset(touched), spaces=frozenset(spaces), alarms=bool(raised)
        )

    def _is_event(self, point: PointId) -> bool:
        known = self.live.points.get(point)
        return known is not None and known.kind in EVENT_KINDS

    def _subject(self, intent: Intent) -> str:
        if isinstance(intent, DoorIntent):
            return self._codes.get(intent.door, str(intent.door))
        return intent.group if isinstance(intent, ReleaseIntent) else str(intent.point)

    def _look(self, condition: isa.Condition, now: datetime) -> Alarm | None:
        return self.alarms.look(condition, now, self.clock.at(now))

    def _refused(self, subject: str, reason: str, now: datetime) -> CommandOutcome:
        self._scribe.write(self._scribe.entry(now, "command.refused", subject, self.actor, {"reason": reason}))
        return CommandOutcome(outcome=Outcome.REFUSED, subject=subject, reason=reason)


def _review(group: str, *, stands: bool) -> isa.Condition:
    return isa.Condition("release-review", GlobalId(f"GROUP/{group}"), group, stands)
