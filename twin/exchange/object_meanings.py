"""What a BACnet object or a Modbus value may mean: which kinds of point fit which type of object."""

from __future__ import annotations

from collections.abc import Mapping

from twin.model.point_kinds import PointKind
from twin.model.points import BacnetBinding, Binding, DataType, ModbusBinding, Table
from twin.model.units import UNITS
from twin.model.vocabulary import Access, SafetyClass

DOOR_PROPERTIES: Mapping[str, str] = {
    "present-value": "door_command",
    "door-status": "door_position",
    "lock-status": "lock_status",
}
"""An access door holds three values (ASHRAE 135, clause 12.26), each of the one kind of point that it is."""

_QUANTITIES = frozenset(
    {
        *("analog-input", "analog-output", "analog-value", "large-analog-value"),
        *("integer-value", "positive-integer-value", "accumulator", "pulse-converter"),
    }
)
_TWO_STATES = frozenset({"binary-input", "binary-output", "binary-value"})
_MANY_STATES = frozenset({"multi-state-input", "multi-state-output", "multi-state-value"})
_LIFE_SAFETY = frozenset({"life-safety-point", "life-safety-zone"})
_ALSO_CONTACTS = frozenset({"door_position", "lock_status"})
"""Kinds of more than two states that a plain contact may give: its two are the first two."""
_ACCESS_DOOR = "access-door"
_WITH_VALUE = _QUANTITIES | _TWO_STATES | _MANY_STATES | _LIFE_SAFETY | {_ACCESS_DOOR}
_READ_ONLY = frozenset(
    {"analog-input", "binary-input", "multi-state-input", Table.INPUT_REGISTER, Table.DISCRETE_INPUT}
)


def has_value(object_type: str) -> bool:
    """Whether an object of this type can be a point; files, schedules, trend logs and the like cannot."""
    return object_type in _WITH_VALUE


def is_quantity(object_type: str) -> bool:
    """Whether the value has an engineering unit."""
    return object_type in _QUANTITIES


def is_many_states(object_type: str) -> bool:
    """Whether the value is a state number that counts from 1."""
    return object_type in _MANY_STATES


def misfit(kind: PointKind, binding: Binding | None, *, unit: str = "", states: tuple[str, ...] = ()) -> str:
    """Why a point of this kind cannot be bound so, in people's words; empty where it can.

    Args:
        kind: What the point would mean.
        binding: Where its value would come from; None fits everything.
        unit: Key of `UNITS` or BACnet name of the unit that the object tells; empty: it tells none.
        states: Names of the object's states, from our state 0; empty: it tells none.
    """
    return _type_misfit(kind, binding) or _unit_misfit(kind, unit) or _states_misfit(kind, states)


def _type_misfit(kind: PointKind, binding: Binding | None) -> str:
    match binding:
        case BacnetBinding(object_type=place, property=value):
            fits = _fits_object(kind, place, value)
            place = place if value == "present-value" else f"{value} of an {place}"
        case ModbusBinding(table=place, data_type=data_type):
            fits = bool(kind.states) or data_type is not DataType.BIT
        case _:
            return ""
    if not fits:
        return f"kind {kind.key} does not fit {place}"
    if kind.access is Access.COMMAND and place in _READ_ONLY:
        return f"kind {kind.key} is for commands, {place} can only be read"
    return ""


def _fits_object(kind: PointKind, object_type: str, property: str) -> bool:
    if object_type == _ACCESS_DOOR:
        return DOOR_PROPERTIES.get(property) == kind.key
    if object_type in _QUANTITIES:
        return not kind.states
    if object_type in _TWO_STATES:
        return len(kind.states) == 2 or kind.key in _ALSO_CONTACTS
    if object_type in _MANY_STATES:
        return bool(kind.states) or kind.unit == "none"
    return object_type in _LIFE_SAFETY and kind.safety is SafetyClass.LIFE_SAFETY and bool(kind.states)


def _unit_misfit(kind: PointKind, unit: str) -> str:
    told, meant = _bacnet_unit(unit), _bacnet_unit(kind.unit)
    if kind.states or not told or told == meant:
        return ""
    return f"kind {kind.key} is in {meant}, the object in {told}"


def _bacnet_unit(unit: str) -> str:
    return UNITS[unit].bacnet if unit in UNITS else unit


def _states_misfit(kind: PointKind, states: tuple[str, ...]) -> str:
    if len(states) == 2 and kind.key in _ALSO_CONTACTS:
        return ""
    if states and kind.states and len(states) != len(kind.states):
        return f"kind {kind.key} has {len(kind.states)} states, the object {len(states)}"
    return ""
