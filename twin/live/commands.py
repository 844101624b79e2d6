"""Who may order what: the guard that every command passes, whatever screen, script or drill it comes from.

A refusal is a result with its reason, never an exception; the caller journals it like everything else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from twin.live.doors import is_secured
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.operation import DoorIntent, Intent, PointIntent, ReleaseIntent
from twin.model.points import Point
from twin.model.regime import Regime
from twin.model.vocabulary import DoorAction, DoorState, Role, SafetyClass, SiteMode

PERMISSIONS: Mapping[Role, frozenset[str]] = {
    Role.VIEWER: frozenset(),
    Role.OPERATOR: frozenset({"door", "group-release", "emergency-release", "response", "acknowledge", "shelve"}),
    Role.SUPERVISOR: frozenset({"door", "group-release", "emergency-release", "response", "acknowledge", "shelve"}),
    Role.ENGINEER: frozenset({"plant", "acknowledge", "shelve"}),
    Role.PLANNER: frozenset(),
    Role.TRAINER: frozenset(),
}
"""What each role may do at the desk (assumption). In an exercise the trainer may do what an operator may."""

UNLOCKING = frozenset({DoorAction.UNLOCK, DoorAction.PULSE_UNLOCK})
COMMAND_VALUES: Mapping[DoorAction, float] = {
    DoorAction.LOCK: 0.0,
    DoorAction.UNLOCK: 1.0,
    DoorAction.PULSE_UNLOCK: 2.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePolicy:
    """What a real back end may be written: nothing, unless the site enables writing and lists it.

    ``points``: values that may be ordered; ``devices``: names of those whose events may be acknowledged, whose clocks
    may be set and whose schedules may be edited.
    """

    enabled: bool = False
    points: frozenset[PointId] = field(default=frozenset())
    devices: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the guard looks at: mode, role, policy, regime and the doors as they are.

    ``pending`` names the door of an interlock group whose unlocking is ordered but not yet seen, or nothing.
    """

    facility: Facility
    mode: SiteMode
    role: Role
    policy: WritePolicy
    regime: Regime | None
    door_state: Callable[[GlobalId], DoorState]
    command_point: Callable[[GlobalId], Point | None]
    point: Callable[[PointId], Point]
    pending: Callable[[str], str] = lambda _group: ""


_LOOSE_WORDS = {DoorState.CLOSED: "shut but not locked"}
"""How a refusal names a state that alone would sound secure."""


def refusal(intent: Intent, situation: Situation) -> str:
    """Why the intent may not be carried out; the empty text if it may."""
    if isinstance(intent, DoorIntent):
        return _door_refusal(intent, situation)
    if isinstance(intent, ReleaseIntent):
        return _release_refusal(intent, situation)
    return _point_refusal(intent, situation)


def release_doors(facility: Facility, group: str) -> tuple[Door, ...]:
    """Doors of a release group; a unit's name also names the sub-groups right below it (``RG-X`` covers ``RG-X-N``)."""
    if not group:
        return ()
    return tuple(
        door for door in facility.doors if group in (door.release_group, door.release_group.rpartition("-")[0])
    )


def interlock_refusal(door: Door, situation: Situation) -> str:
    """Rule I1/I2: at most one door of a group not secured, and unknown counts as open."""
    if not door.interlock_group:
        return ""
    ordered = situation.pending(door.interlock_group)
    if ordered and ordered != door.code:
        return f"interlock {door.interlock_group}: {ordered} is being unlocked"
    for other in situation.facility.doors:
        if other.interlock_group == door.interlock_group and other.global_id != door.global_id:
            state = situation.door_state(other.global_id)
            if not is_secured(state):
                return f"interlock {door.interlock_group}: {other.code} is {_LOOSE_WORDS.get(state, state.value)}"
    return ""


def rights(role: Role, mode: SiteMode) -> frozenset[str]:
    """What a role may do at a desk in this mode."""
    if role is Role.TRAINER and mode is SiteMode.EXERCISE:
        return PERMISSIONS[role] | PERMISSIONS[Role.OPERATOR]
    return PERMISSIONS[role]


def _permitted(right: str, situation: Situation) -> str:
    if right in rights(situation.role, situation.mode):
        return ""
    return f"role {situation.role.value} has no right to {right.replace('-', ' ')}"


def _writable(point: Point, situation: Situation) -> str:
    if point.meaning.safety is SafetyClass.LIFE_SAFETY:
        return "life-safety points are never writable"
    if not point.is_writable:
        return f"{point.id} is not a command point"
    if situation.mode is SiteMode.LIVE and not (situation.policy.enabled and point.id in situation.policy.points):
        return f"live site: the configuration does not list {point.id} as writable"
    return ""


def _door_refusal(intent: DoorIntent, situation: Situation) -> str:
    door = situation.facility.door(intent.door)
    point = situation.command_point(door.global_id)
    state = situation.door_state(door.global_id)
    if point is None:
        return _permitted("door", situation) or f"{door.code} has no command point"
    reason = _permitted("door", situation) or _writable(point, situation)
    if reason:
        return reason
    if state is DoorState.UNKNOWN:
        return f"{door.code} does not answer"
    if intent.action is DoorAction.LOCK and state in (DoorState.OPEN, DoorState.HELD, DoorState.FORCED):
        return f"{door.code} stands open: shut it first"
    return interlock_refusal(door, situation) if intent.action in UNLOCKING else ""


def _release_refusal(intent: ReleaseIntent, situation: Situation) -> str:
    reason = _permitted("emergency-release" if intent.emergency else "group-release", situation)
    doors = release_doors(situation.facility, intent.group)
    if reason or not doors:
        return reason or f"no door belongs to release group {intent.group}"
    for door in doors:
        point = situation.command_point(door.global_id)
        if point is None:
            return f"{door.code} has no command point"
        reason = _writable(point, situation)
        if reason:
            return reason
        regime = situation.regime
        if not intent.emergency and regime is not None and regime.normal_state(door.type) is DoorState.LOCKED:
            return f"regime {regime.name} keeps {intent.group} locked; emergency release is another command"
        reason = "" if intent.emergency else interlock_refusal(door, situation)
        if reason:
            return reason
    return ""


def _point_refusal(intent: PointIntent, situation: Situation) -> str:
    point = situation.point(intent.point)
    if point.kind == "response_dispatch":
        reason = _permitted("response", situation)
        if situation.mode is SiteMode.LIVE:
            reason = "the response team of a live site is called by radio"
    elif point.kind == "door_command":
        reason = "doors are ordered by door, not by point"
    else:
        reason = _permitted("plant", situation)
    reason = reason or _writable(point, situation)
    if reason:
        return reason
    return _value_refusal(intent.value, point)


def _value_refusal(value: float, point: Point) -> str:
    if not math.isfinite(value):
        return f"{value} is no value for {point.id}"
    states = point.states or point.meaning.states
    if states and (value != int(value) or not 0 <= value < len(states)):
        return f"{value:g} is not one of the {len(states)} states of {point.id}"
    if point.low is not None and value < point.low:
        return f"{value:g} is below {point.low:g}"
    if point.high is not None and value > point.high:
        return f"{value:g} is above {point.high:g}"
    return ""
