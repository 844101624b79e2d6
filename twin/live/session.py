"""One operator's session on one facility: what is shown, what is ordered, what was answered. Pure; I/O is passed in.

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
from twin.live.commands import UNLOCKING, Situation, WritePolicy, refusal, release_doors, rights
from twin.live.device_orders import device_refusal
from twin.live.orders import Order, armed_order, missing_step, order_of
from twin.live.reviews import Reviews
from twin.live.state import LiveState
from twin.live.views import door_view, space_view
from twin.live.watch import Watch
from twin.model.alarms import Alarm
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.journal import JournalRow
from twin.model.operation import (
    Armed,
    Changes,
    CommandOutcome,
    DeviceIntent,
    DoorIntent,
    DoorView,
    Intent,
    Outcome,
    ReleaseIntent,
    SpaceView,
)
from twin.model.points import Point, Reading
from twin.model.regime import Regime
from twin.model.vocabulary import AlarmState, DoorState, Role, SiteMode

RELEASE_INTERVAL = timedelta(seconds=10)
"""Shortest time between two group releases (rate limit, domain reference 5.3; the figure is an assumption)."""


class Session:
    """See the module. ``who`` is a post (``control-1``), never a name.

    Args:
        facility: the building.
        points: its register.
        journal: where entries go.
        mode: of the site.
        role: of whoever sits at the desk.
        who: the post.
        started_at: wall time, aware.
        policy: what a live site may be written.
        regimes: doors by time of day; empty where the site has no table.
        standing: alarms that an earlier session left.
        rows: recent journal rows, from which open obligations are taken up again.
        keeps_journal_of_field: False at a second desk: the first one journals what the building does.
    """

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
        rows: Iterable[JournalRow] = (),
        keeps_journal_of_field: bool = True,
    ) -> None:
        self.facility = facility
        self.mode = mode
        self.role = role
        self.who = who
        self.live = LiveState(points, started_at)
        self.clock = ExerciseClock(self.live)
        self._scribe = Scribe(journal, mode, self.clock, writes_field=keeps_journal_of_field)
        self._watch = Watch(
            facility,
            self.live,
            self.clock,
            self._scribe,
            regimes=regimes,
            standing=standing,
            started_at=started_at,
        )
        self.alarms = self._watch.alarms
        self._policy = policy or WritePolicy()
        self._armed: dict[str, Armed] = {}
        self._pending: dict[str, str] = {}
        self._reviews = Reviews.from_journal(rows)
        self._last_release: datetime | None = None

    @property
    def actor(self) -> str:
        """Post and role, as journal rows name them."""
        return f"{self.who} ({self.role.value})"

    def ingest(self, readings: Iterable[Reading], now: datetime) -> Changes:
        """Take readings; what changed by them."""
        return self._watch.ingest(readings, now)

    def tick(self, now: datetime) -> Changes:
        """Let time pass; also for armed orders and reviews that are due."""
        changes = self._watch.tick(now)
        due = [alarm for condition in self._reviews.conditions(now) for alarm in self._watch.look(condition, now)]
        self._scribe.write(*(self._scribe.alarm(alarm, now) for alarm in due))
        self._armed = {key: armed for key, armed in self._armed.items() if now <= armed.expires_at}
        return replace(changes, alarms=changes.alarms or bool(due))

    def regime(self, now: datetime) -> Regime | None:
        """The regime in force at exercise time, or None where the site has no table."""
        return self._watch.regime(now)

    def door_state(self, door: GlobalId) -> DoorState:
        """The door's state now."""
        return self._watch.door_state(door)

    def door_view(self, door: GlobalId, now: datetime) -> DoorView:
        """All an operator sees of a door."""
        return door_view(
            self.facility.door_by_id[door],
            self.door_state(door),
            self._watch.observed[door],
            self.alarms.of_element(door),
            self.regime(now),
            has_lock=self.live.of_kind(door, "lock_status") is not None,
        )

    def space_view(self, space: GlobalId) -> SpaceView:
        """All an operator sees of a room."""
        zone = self._watch.compartment.get(space)
        burns = zone is not None and self.alarms.stands("fire", zone)
        return space_view(self.live, self.facility, space, zone, burns=burns)

    def arm(self, intent: Intent, now: datetime) -> Armed | CommandOutcome:
        """First step. A refusal is journalled, like everything that was asked."""
        situation = self._situation(now)
        reason = refusal(intent, situation) or self._hold_off(intent, now)
        if reason:
            return self._refused(self._subject(intent), reason, now)
        armed = armed_order(intent, situation, self._read_back(intent, situation), now, self._fire_near(intent))
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
            self._scribe.write(
                self._scribe.entry(now, "command.not-confirmed", armed.subject, self.actor, {"reason": missing})
            )
            return CommandOutcome(outcome=Outcome.NEEDS_CONFIRMATION, subject=armed.subject, reason=missing)
        del self._armed[armed_id]
        situation = self._situation(now)
        refused = missing or refusal(armed.intent, situation) or self._hold_off(armed.intent, now)
        if refused:
            return self._refused(armed.subject, refused, now)
        order = order_of(
            armed,
            situation,
            who=self.who,
            reason=reason.strip(),
            second_person=second_person.strip(),
            now=now,
            has_point=lambda element, kind: self.live.of_kind(element, kind) is not None,
        )
        self._begin(order, now)
        return order

    def missing_proofs(self, order: Order) -> list[str]:
        """Codes of the elements whose physical feedback has not arrived since the order was confirmed."""
        missing: dict[str, None] = {}
        for proof in order.proofs:
            reading = self.live.of_kind(proof.element, proof.kind)
            if reading is None or reading.at < order.confirmed_at or not proof.holds(reading.value):
                missing[self._watch.codes.get(proof.element, order.subject)] = None
        return list(missing)

    def is_followed(self, order: Order) -> bool:
        """Whether every physical feedback of the order has arrived."""
        return not self.missing_proofs(order)

    def proof_points(self, order: Order) -> list[Point]:
        """Points to read back for an order."""
        kinds = {(proof.element, proof.kind) for proof in order.proofs}
        return [point for point in self.live.points.values() if (point.element, point.kind) in kinds]

    def settle(
        self, order: Order, now: datetime, *, readback_s: float | None = None, failure: str = ""
    ) -> CommandOutcome:
        """The end of an order: done with its read-back time, or failed, which is an alarm of each door that stayed."""
        outcome = Outcome.FAILED if failure else Outcome.DONE
        missing = set(self.missing_proofs(order)) if failure else set()
        data = {"order": order.id, "reason": failure, "readback_s": readback_s, "missing": sorted(missing)}
        entries = [self._scribe.entry(now, f"command.{outcome.value}", order.subject, self.actor, data)]
        for element in dict.fromkeys(proof.element for proof in order.proofs):
            code = self._watch.codes.get(element, order.subject)
            condition = isa.Condition("command-failed", element, code, code in missing, failure)
            entries += [self._scribe.alarm(alarm, now, self.actor) for alarm in self._watch.look(condition, now)]
        self._pending = {group: door for group, door in self._pending.items() if door != order.subject}
        self._scribe.write(*entries)
        return CommandOutcome(outcome=outcome, subject=order.subject, reason=failure, readback_s=readback_s)

    def acknowledge(self, alarm_id: str, now: datetime) -> CommandOutcome:
        """Acknowledge one alarm; a latched alarm whose cause is gone is reset by the same key."""
        alarm = self.alarms.get(alarm_id)
        if "acknowledge" not in rights(self.role, self.mode):
            return self._refused(alarm.code, f"role {self.role.value} has no right to acknowledge", now)
        after = isa.reset(alarm) if alarm.state is AlarmState.LATCHED else isa.acknowledged(alarm, self.who, now)
        if after.state is not alarm.state:  # first of all: what cannot be journalled does not happen
            self._scribe.write(self._scribe.alarm(after, now, self.actor))
        self.alarms.put(after)
        return CommandOutcome(outcome=Outcome.DONE, subject=alarm.code, reason=after.state.value)

    def shelve(self, alarm_id: str, now: datetime, *, minutes: int, reason: str) -> CommandOutcome:
        """Put an alarm aside for a limited time; never one of priority 1."""
        alarm = self.alarms.get(alarm_id)
        problem = ""
        if "shelve" not in rights(self.role, self.mode):
            problem = f"role {self.role.value} has no right to shelve"
        elif alarm.priority == 1:
            problem = "an alarm of priority 1 is never shelved"
        elif not reason.strip():
            problem = "a reason is needed"
        elif not 0 < minutes <= isa.MAX_SHELVE.total_seconds() / 60:
            problem = "an alarm is shelved for 1 to 480 minutes"
        if problem:
            return self._refused(alarm.code, problem, now)
        after = isa.shelved(alarm, now + timedelta(minutes=minutes))
        if after.state is not alarm.state:
            self._scribe.write(self._scribe.alarm(after, now, self.actor, reason))
        self.alarms.put(after)
        return CommandOutcome(outcome=Outcome.DONE, subject=alarm.code)

    def report(self, action: str, text: str, now: datetime) -> CommandOutcome:
        """Journal an action that leaves no trace in the building: a call made, a count given, a review.

        A review (``release-review:GROUP``) is an operator's act and says why and who the second person was.
        """
        group = self._reviews.group_of(action)
        if "acknowledge" not in rights(self.role, self.mode):
            return self._refused(action, f"role {self.role.value} has no right to report", now)
        if group and not text.strip():
            return self._refused(action, "a review names the reason and the second person", now)
        entries = [self._scribe.entry(now, "action.reported", action, self.actor, {"text": text})]
        if group:
            closed = self._watch.look(self._reviews.close(group), now)
            entries += [self._scribe.alarm(alarm, now, self.actor) for alarm in closed]
        self._scribe.write(*entries)
        return CommandOutcome(outcome=Outcome.DONE, subject=action)

    def begin_device(self, intent: DeviceIntent, now: datetime, *, reason: str) -> CommandOutcome | None:
        """Journal that something is about to be written to a device; the refusal, if it may not be."""
        refused = device_refusal(intent, reason, role=self.role, mode=self.mode, policy=self._policy)
        if refused:
            return self._refused(intent.device, refused, now)
        data = {"action": intent.action.value, "what": intent.what, "reason": reason}
        self._scribe.write(self._scribe.entry(now, "device.requested", intent.device, self.actor, data))
        return None

    def settle_device(self, intent: DeviceIntent, now: datetime, *, failure: str = "") -> CommandOutcome:
        """Journal what became of it; ``failure`` is empty if it was read back as written."""
        outcome = Outcome.FAILED if failure else Outcome.DONE
        data = {"action": intent.action.value, "what": intent.what, "reason": failure}
        self._scribe.write(self._scribe.entry(now, f"device.{outcome.value}", intent.device, self.actor, data))
        return CommandOutcome(outcome=outcome, subject=intent.device, reason=failure)

    def set_mode(self, mode: SiteMode) -> None:
        """The site's mode from now on: guard and journal follow it."""
        self.mode = self._scribe.mode = mode

    def note(self, kind: str, subject: str, now: datetime, data: Mapping[str, object] | None = None) -> None:
        """Journal an event of the program itself (session opened, drill started)."""
        self._scribe.write(self._scribe.entry(now, kind, subject, self.actor, data))

    def _begin(self, order: Order, now: datetime) -> None:
        intent = order.intent
        is_emergency = isinstance(intent, ReleaseIntent) and intent.emergency
        needs_review = is_emergency and not (order.reason and order.second_person)
        self._scribe.write(self._scribe.ordered(order, now, self.actor, needs_review=needs_review))
        if isinstance(intent, ReleaseIntent):
            self._last_release = now
            if needs_review:
                self._reviews.open(order.subject, now, self.clock.speed)
        elif isinstance(intent, DoorIntent) and intent.action in UNLOCKING:
            group = self.facility.door_by_id[intent.door].interlock_group
            if group:
                self._pending[group] = order.subject

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
            pending=lambda group: self._pending.get(group, ""),
        )

    def _hold_off(self, intent: Intent, now: datetime) -> str:
        is_group = isinstance(intent, ReleaseIntent) and not intent.emergency
        if is_group and self._last_release is not None and now - self._last_release < RELEASE_INTERVAL:
            return "another group was released less than 10 s ago"
        return ""

    def _fire_near(self, intent: Intent) -> bool:
        if not isinstance(intent, ReleaseIntent):
            return False
        spaces = {node for door in release_doors(self.facility, intent.group) for node in door.joins or ()}
        zones = {zone for space in spaces if (zone := self._watch.compartment.get(space))}
        return any(self.alarms.stands("fire", zone) for zone in zones)

    def _read_back(self, intent: Intent, situation: Situation) -> tuple[str, ...]:
        if isinstance(intent, DoorIntent):
            door = self.facility.door(intent.door)
            ends = " ↔ ".join(self.facility.node_label(node) for node in door.joins or ())
            lines = [f"{intent.action.value} {door.code}", ends, f"now {self.door_state(door.global_id).value}"]
            regime = situation.regime
            if intent.action in UNLOCKING and regime is not None and not regime.allows(door.type, DoorState.CLOSED):
                lines.append(f"AGAINST the regime: {regime.name} wants it locked")
            if door.interlock_group:
                lines.append(f"interlock {door.interlock_group}: all other doors secured")
            return tuple(lines)
        if isinstance(intent, ReleaseIntent):
            doors = release_doors(self.facility, intent.group)
            kind = "EMERGENCY release" if intent.emergency else "group release"
            return (f"{kind} {intent.group}", f"{len(doors)} doors will unlock, one after another")
        point = self.live.points[intent.point]
        return (f"set {point.id} to {point.text_of(intent.value)}",)

    def _subject(self, intent: Intent) -> str:
        if isinstance(intent, DoorIntent):
            return self._watch.codes.get(intent.door, str(intent.door))
        return intent.group if isinstance(intent, ReleaseIntent) else str(intent.point)

    def _refused(self, subject: str, reason: str, now: datetime) -> CommandOutcome:
        self._scribe.write(self._scribe.entry(now, "command.refused", subject, self.actor, {"reason": reason}))
        return CommandOutcome(outcome=Outcome.REFUSED, subject=subject, reason=reason)
