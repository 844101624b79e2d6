"""The object types of the virtual devices: their classes, what they start with, what they can carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bacpypes3.basetypes import (
    BinaryPV,
    DoorAlarmState,
    DoorStatus,
    DoorValue,
    EngineeringUnits,
    LifeSafetyMode,
    LifeSafetyOperation,
    LifeSafetyState,
    LockStatus,
    Polarity,
    SilencedState,
)
from bacpypes3.local.analog import AnalogInputObject, AnalogValueObject
from bacpypes3.local.binary import BinaryInputObject, BinaryValueObject
from bacpypes3.local.cov import AccessDoorCriteria, COVIncrementCriteria, GenericCriteria
from bacpypes3.local.multistate import MultiStateInputObject, MultiStateValueObject
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import AccessDoorObject, AnalogOutputObject, BinaryOutputObject, MultiStateOutputObject

from bms_connectors.bacnet.codec import PRESENT_VALUE, to_wire
from bms_connectors.ports import PointHost
from bms_connectors.virtual.bacnet_life_safety import Detector, Zone
from bms_connectors.virtual.bacnet_services import Commanded, Hosted
from twin.model.errors import ConfigError, Fault
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Point
from twin.model.units import UNITS

ATTRIBUTES = {PRESENT_VALUE: "presentValue", "door-status": "doorStatus", "lock-status": "lockStatus"}
_UNBOUNDED_STATES = 65535


class _Door(LocalObject, AccessDoorObject):  # type: ignore[misc]
    _cov_criteria = AccessDoorCriteria


# bacpypes3's own local outputs bring `Commandable` along, in front of ours; these leave it to `Commanded`.


class _AnalogOutput(LocalObject, AnalogOutputObject):  # type: ignore[misc]
    _cov_criteria = COVIncrementCriteria


class _BinaryOutput(LocalObject, BinaryOutputObject):  # type: ignore[misc]
    _cov_criteria = GenericCriteria


class _MultiStateOutput(LocalObject, MultiStateOutputObject):  # type: ignore[misc]
    _cov_criteria = GenericCriteria


# bacpypes3 gives its multi-state objects the criteria of analog ones; a subscription fails on the missing increment.


class _MultiStateInput(MultiStateInputObject):  # type: ignore[misc]
    _cov_criteria = GenericCriteria


class _MultiStateValue(MultiStateValueObject):  # type: ignore[misc]
    _cov_criteria = GenericCriteria


BASES: Mapping[str, Any] = {
    "analog-input": AnalogInputObject,
    "analog-output": _AnalogOutput,
    "analog-value": AnalogValueObject,
    "binary-input": BinaryInputObject,
    "binary-output": _BinaryOutput,
    "binary-value": BinaryValueObject,
    "multi-state-input": _MultiStateInput,
    "multi-state-output": _MultiStateOutput,
    "multi-state-value": _MultiStateValue,
    "access-door": _Door,
    "life-safety-point": Detector,
    "life-safety-zone": Zone,
}
OUTPUTS = frozenset({"analog-output", "binary-output", "multi-state-output"})
"""Types that exist to be commanded (ASHRAE 135, clauses 12.3, 12.7, 12.19); a value may be, an input never is."""
COMMANDABLE = OUTPUTS | {"analog-value", "binary-value", "multi-state-value", "access-door"}
READ = {name: type(f"Hosted{base.__name__}", (Hosted, base), {}) for name, base in BASES.items()}
COMMAND = {name: type(f"Commanded{BASES[name].__name__}", (Commanded, BASES[name]), {}) for name in COMMANDABLE}


def check_served(bound: Iterable[tuple[Point, BacnetBinding]]) -> None:
    """Raise ConfigError with every binding that no virtual object can carry."""
    faults = []
    seen: dict[tuple[str, str, int, str], PointId] = {}
    for point, binding in bound:
        place = (binding.device, binding.object_type, binding.object_instance, binding.property)
        if binding.object_type not in BASES:
            faults.append(Fault("points", point.id, f"no virtual object of type {binding.object_type}"))
        elif binding.property not in ATTRIBUTES or (
            binding.property != PRESENT_VALUE and binding.object_type != "access-door"
        ):
            faults.append(Fault("points", point.id, f"{binding.object_type} has no property {binding.property}"))
        elif binding.object_type in OUTPUTS and not point.is_writable:
            faults.append(Fault("points", point.id, f"cannot be commanded, and {binding.object_type} is for commands"))
        elif place in seen:
            faults.append(Fault("points", point.id, f"shares its property with {seen[place]}"))
        seen[place] = point.id
    if faults:
        raise ConfigError(faults)


def engineering_units(unit: str) -> EngineeringUnits:
    """The BACnet unit of one of our units; bacpypes3 knows every unit in camel case, but not every one with hyphens."""
    first, *others = UNITS[unit].bacnet.split("-")
    return EngineeringUnits(first + "".join(other.capitalize() for other in others))


def start_values(kind: str, bound: Sequence[tuple[Point, BacnetBinding]], host: PointHost) -> dict[str, Any]:
    """Properties of each object type; the present value starts at the host's, else at state 0 behind a fault."""
    point, binding = next((b for b in bound if b[1].property == PRESENT_VALUE), bound[0])
    known = host.value(point.id) if binding.property == PRESENT_VALUE else None
    try:
        raw = to_wire(binding, 0.0 if known is None else known)
    except ValueError:
        raw = to_wire(binding, 0.0)
    match kind:
        case "analog-input" | "analog-output" | "analog-value":
            return {"presentValue": float(raw), "units": engineering_units(point.meaning.unit), "covIncrement": 0.1}
        case "binary-input" | "binary-output" | "binary-value":
            polarity = {} if kind == "binary-value" else {"polarity": Polarity.normal}
            return {"presentValue": BinaryPV(int(raw)), **polarity}
        case "multi-state-input" | "multi-state-output" | "multi-state-value":
            states = point.states or point.meaning.states
            text = {"stateText": list(states)} if states else {}
            return {"presentValue": int(raw), "numberOfStates": len(states) or _UNBOUNDED_STATES, **text}
        case "access-door":
            return {
                "presentValue": DoorValue(int(raw) if binding.property == PRESENT_VALUE else 0),
                "doorStatus": DoorStatus.unknown,
                "lockStatus": LockStatus.unknown,
                "doorPulseTime": 50,
                "doorExtendedPulseTime": 300,
                "doorOpenTooLongTime": 300,
                "doorAlarmState": DoorAlarmState.normal,
            }
        case _:
            return {
                "presentValue": LifeSafetyState(int(raw)),
                "trackingValue": LifeSafetyState(int(raw)),
                "mode": LifeSafetyMode.on,
                "acceptedModes": [LifeSafetyMode.on],
                "silenced": SilencedState.unsilenced,
                "operationExpected": LifeSafetyOperation.none,
            }
