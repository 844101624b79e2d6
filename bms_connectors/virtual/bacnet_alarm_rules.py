"""Which objects alarm, on what, and to which notification class: one row a kind of point, no wire.

Notification priorities follow the ranges of ASHRAE 135, table 13-6: 0 to 63 life safety, 64 to 127 property safety,
128 to 191 supervisory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bms_connectors.bacnet.codec import OBJECT_KINDS, PRESENT_VALUE
from bms_connectors.virtual.bacnet_events import AlarmValues, Algorithm, Limits, State
from twin.model.points import BacnetBinding, Point
from twin.model.vocabulary import SafetyClass

_DEADBAND_SHARE = 0.02
"""Of the span between both limits, so that noise at a limit does not ring twice."""

ALARM_STATES: Mapping[str, tuple[int, ...]] = {
    "door_fault": (1,),
    "tamper": (1,),
    "key_override": (1,),
    "cell_call": (1,),
    "interlock_state": (3,),
    "leak": (1,),
    "camera": (1,),
    "duress": (1,),
    "emergency_stop": (1,),
    "portal_alarm": (1,),
    "portal_fault": (1,),
    "perimeter_alarm": (1,),
    "perimeter_tamper": (1,),
    "frost": (1,),
    "fire_stop": (1,),
    "mains": (1,),
    "generator": (3,),
    "ups_on_battery": (1,),
    "fire_panel": (1, 2, 3),
    "fire_zone": (1, 2, 3),
    "smoke_detector": (1, 2, 3),
    "mist_flow": (1,),
    "lift_recall": (2,),
}
"""Values (as the states of `POINT_KINDS` count them) that are an alarm in the controller itself."""

FIRE_ALARM = 2
"""BACnetLifeSafetyState ALARM: on a life-safety object the one value that is a life-safety alarm."""
LIFE_SAFETY_TYPES = frozenset({"life-safety-point", "life-safety-zone"})


@dataclass(frozen=True, slots=True)
class NotificationRow:
    """A notification class: instance, name, priority of each transition (to-offnormal, to-fault, to-normal)."""

    instance: int
    name: str
    priorities: tuple[int, int, int]
    ack_required: tuple[bool, bool, bool] = (True, True, False)


NOTIFICATION_CLASSES: Mapping[SafetyClass, NotificationRow] = {
    SafetyClass.LIFE_SAFETY: NotificationRow(1, "life safety", (10, 20, 30)),
    SafetyClass.SECURITY: NotificationRow(2, "security", (70, 80, 90)),
    SafetyClass.ORDINARY: NotificationRow(3, "plant", (130, 140, 150)),
}


def notification_row(point: Point) -> NotificationRow:
    """The class that reports this point."""
    return NOTIFICATION_CLASSES[point.meaning.safety]


def algorithm_of(point: Point, binding: BacnetBinding) -> Algorithm | None:
    """How the object of this point alarms, or None: outputs, access doors and kinds without an alarm do not."""
    if binding.property != PRESENT_VALUE or binding.object_type == "access-door" or point.is_writable:
        return None
    if OBJECT_KINDS[binding.object_type].is_analog:
        if point.low is None and point.high is None:
            return None
        span = point.high - point.low if point.low is not None and point.high is not None else 0.0
        return Limits(point.low, point.high, abs(span) * _DEADBAND_SHARE)
    values = ALARM_STATES.get(point.kind, ())
    if not values:
        return None
    fires = binding.object_type in LIFE_SAFETY_TYPES
    states = {
        float(value): State.LIFE_SAFETY_ALARM if fires and value == FIRE_ALARM else State.OFFNORMAL for value in values
    }
    return AlarmValues(states)
