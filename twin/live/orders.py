"""Two steps: an order is armed, read back to the operator, and confirmed within seconds or forgotten.

Group release and emergency release are different commands (design, section 4): group release names the group, needs a
reason and a second person; emergency release needs arm and confirm, and one person suffices while the fire alarm of a
compartment concerned is active.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from twin.live.commands import COMMAND_VALUES, UNLOCKING, Situation, release_doors
from twin.model.ids import GlobalId, PointId
from twin.model.operation import Armed, DoorIntent, Intent, PointIntent, ReleaseIntent
from twin.model.points import Command
from twin.model.vocabulary import DoorAction

ARM_S = 10.0
"""Seconds after which an armed selection cancels itself."""
TRAVEL_S = 5.0
"""Exercise seconds a bolt may take before the command has failed (motor locks of the trade: 1–3 s; assumption)."""
OPERATOR_PRIORITY = 8
"""BACnet priority of manual operator commands (ASHRAE 135, table 19-1)."""
EMERGENCY_PRIORITY = 5
"""BACnet priority of an emergency release: critical equipment control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A confirmed order: the commands to write, in sequence, and what proves that each was followed."""

    id: str
    intent: Intent
    subject: str
    commands: tuple[Command, ...]
    proofs: tuple[Proof, ...]
    confirmed_at: datetime
    deadline_s: float
    reason: str = ""
    second_person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Physical feedback: the element's point of this kind reads this value."""

    element: GlobalId
    kind: str
    value: float

    def holds(self, value: float | None) -> bool:
        """Whether a value read is the one ordered; devices carry single precision (IEEE 754 binary32)."""
        return value is not None and math.isclose(value, self.value, rel_tol=1e-6, abs_tol=1e-6)


def armed_order(intent: Intent, situation: Situation, read_back: tuple[str, ...], now: datetime, fire: bool) -> Armed:
    """The first step, for an intent that the guard let pass."""
    subject, typed, reason, second = _demands(intent, situation, fire)
    return Armed(
        id=uuid.uuid4().hex,
        intent=intent,
        subject=subject,
        read_back=read_back,
        expires_at=now + timedelta(seconds=ARM_S),
        typed=typed,
        needs_reason=reason,
        needs_second_person=second,
    )


def _demands(intent: Intent, situation: Situation, fire: bool) -> tuple[str, str, bool, bool]:
    if isinstance(intent, DoorIntent):
        door = situation.facility.door(intent.door)
        is_critical = intent.action in UNLOCKING and (door.is_final_exit or bool(door.interlock_group))
        return door.code, door.code if is_critical else "", is_critical, False
    if isinstance(intent, ReleaseIntent):
        if intent.emergency:
            return intent.group, "", not fire, not fire
        return intent.group, intent.group, True, True
    return str(intent.point), "", False, False


def missing_step(armed: Armed, *, typed: str, reason: str, second_person: str, who: str, now: datetime) -> str:
    """What the second step lacks; the empty text if nothing."""
    if now > armed.expires_at:
        return "the armed order has expired: arm it again"
    if armed.typed and typed.strip() != armed.typed:
        return f"type {armed.typed} to confirm"
    if armed.needs_reason and not reason.strip():
        return "a reason is needed"
    if armed.needs_second_person and not second_person.strip():
        return "a second person is needed"
    if same_person(second_person, who):
        return "the second person must be another one"
    return ""


def same_person(one: str, other: str) -> bool:
    """Whether two posts are one, however they are written."""
    return one.strip().casefold() == other.strip().casefold()


def order_of(
    armed: Armed,
    situation: Situation,
    *,
    who: str,
    reason: str,
    second_person: str,
    now: datetime,
    has_point: Callable[[GlobalId, str], bool],
) -> Order:
    """The commands and proofs of a confirmed order."""
    commands: list[Command] = []
    proofs: list[Proof] = []

    def command(point_id: PointId, value: float, priority: int) -> None:
        commands.append(
            Command(
                id=f"{armed.id}.{len(commands)}",
                point=point_id,
                value=value,
                who=who,
                role=situation.role,
                reason=reason,
                issued_at=now,
                priority=priority,
            )
        )

    def door(door_id: GlobalId, action: DoorAction, priority: int) -> None:
        point = situation.command_point(door_id)
        assert point is not None  # the guard refused doors without one
        command(point.id, COMMAND_VALUES[action], priority)
        unlocked = 1.0 if action in UNLOCKING else 0.0
        proofs.append(Proof(element=door_id, kind="lock_status", value=unlocked))
        if has_point(door_id, "deadlock"):
            proofs.append(Proof(element=door_id, kind="deadlock", value=1.0 - unlocked))
        if not unlocked and has_point(door_id, "door_position"):
            proofs.append(
                Proof(element=door_id, kind="door_position", value=0.0)
            )  # a bolt thrown into the air is no lock

    intent = armed.intent
    if isinstance(intent, DoorIntent):
        door(intent.door, intent.action, OPERATOR_PRIORITY)
    elif isinstance(intent, ReleaseIntent):
        for member in release_doors(situation.facility, intent.group):
            door(member.global_id, DoorAction.UNLOCK, EMERGENCY_PRIORITY if intent.emergency else OPERATOR_PRIORITY)
    elif isinstance(intent, PointIntent):
        point = situation.point(intent.point)
        command(intent.point, intent.value, OPERATOR_PRIORITY)
        proofs.append(Proof(element=point.element, kind=point.kind, value=intent.value))
    return Order(
        id=armed.id,
        intent=intent,
        subject=armed.subject,
        commands=tuple(commands),
        proofs=tuple(proofs),
        confirmed_at=now,
        deadline_s=TRAVEL_S,
        reason=reason,
        second_person=second_person,
    )
