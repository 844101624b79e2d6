"""What a BACnet property carries and what we make of it: pure translation between numbers, no sockets.

On the wire multi-state values count from 1 (ASHRAE 135, clauses 12.18 to 12.20); Readings and Commands count from 0,
as `Point.states` is indexed. Everything else keeps its number: BACnetBinaryPV, BACnetDoorValue, BACnetDoorStatus,
BACnetLockStatus and BACnetLifeSafetyState (clause 21) begin at 0 and our kinds list their states in that order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from twin.model.points import BacnetBinding

PRESENT_VALUE = "present-value"
STATUS_FLAGS = "status-flags"
FAULT_FLAG = 1
"""Index of FAULT in BACnetStatusFlags (in-alarm, fault, overridden, out-of-service)."""

LIFE_SAFETY_PRIORITIES = (1, 2)
"""Manual and automatic life safety (ASHRAE 135, table 19-1); never ours to write."""


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """How an object type is served and read.

    ``first`` is the wire number of our state 0. ``has_flag`` says whether a fault flag voids the value: an access
    door's status enumerations carry their own fault and unknown states, so its flag does not void them.
    """

    name: str
    is_analog: bool = False
    first: int = 0
    has_flag: bool = True


OBJECT_KINDS = {
    kind.name: kind
    for kind in (
        ObjectKind("analog-input", is_analog=True),
        ObjectKind("analog-output", is_analog=True),
        ObjectKind("analog-value", is_analog=True),
        ObjectKind("binary-input"),
        ObjectKind("binary-output"),
        ObjectKind("binary-value"),
        ObjectKind("multi-state-input", first=1),
        ObjectKind("multi-state-output", first=1),
        ObjectKind("multi-state-value", first=1),
        ObjectKind("access-door", has_flag=False),
        ObjectKind("life-safety-point"),
        ObjectKind("life-safety-zone"),
    )
}


def from_wire(binding: BacnetBinding, raw: object) -> float:
    """Our value of a decoded property.

    Raises:
        ValueError: not a number, not finite, or below the first state.
    """
    if not isinstance(raw, int | float):
        raise ValueError(f"{binding.object_type} {binding.property}: {type(raw).__name__} is not a number")
    try:
        value = float(raw)
    except OverflowError:  # a whole number may have 255 octets
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"{binding.object_type} {binding.property}: {value} is not finite")
    kind = OBJECT_KINDS.get(binding.object_type)
    first = _first(binding)
    if value < first and (kind is None or not kind.is_analog):
        raise ValueError(f"{binding.object_type} {binding.property}: state {value:g} is below {first}")
    return value - first if first else value


def to_wire(binding: BacnetBinding, value: float) -> float | int:
    """The number to put on the wire: a float for analog objects, a whole state number for all others.

    Raises:
        ValueError: not finite, or not a whole state number of 0 or more.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
    kind = OBJECT_KINDS.get(binding.object_type)
    if kind is not None and kind.is_analog:
        return float(value)
    if value != int(value) or value < 0:
        raise ValueError(f"{value:g} is not a state of {binding.object_type}")
    return int(value) + _first(binding)


def _first(binding: BacnetBinding) -> int:
    kind = OBJECT_KINDS.get(binding.object_type)
    return kind.first if kind is not None and binding.property == PRESENT_VALUE else 0
