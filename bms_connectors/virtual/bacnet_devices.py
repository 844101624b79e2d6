"""Builds one BACnet device per Device of the register and keeps its objects in step with the host."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from bacpypes3.basetypes import (
    BinaryPV,
    DoorStatus,
    DoorValue,
    EngineeringUnits,
    EventState,
    LifeSafetyMode,
    LifeSafetyOperation,
    LifeSafetyState,
    LockStatus,
    Polarity,
    Reliability,
    SilencedState,
)
from bacpypes3.local.analog import AnalogInputObject, AnalogValueObject
from bacpypes3.local.binary import BinaryInputObject, BinaryValueObject
from bacpypes3.local.cov import AccessDoorCriteria, COVIncrementCriteria, GenericCriteria
from bacpypes3.local.device import DeviceObject
from bacpypes3.local.multistate import MultiStateInputObject, MultiStateValueObject
from bacpypes3.local.networkport import NetworkPortObject
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import (
    AccessDoorObject,
    AnalogOutputObject,
    BinaryOutputObject,
    LifeSafetyPointObject,
    LifeSafetyZoneObject,
    MultiStateOutputObject,
)

from bms_connectors.bacnet.codec import PRESENT_VALUE, to_wire
from bms_connectors.bacnet.lifetime import close_silently, until_bound
from bms_connectors.exclusive import Claim, probe_broadcast
from bms_connectors.ports import PointHost
from bms_connectors.virtual.bacnet_services import Commanded, GuardedApplication, Hosted
from twin.model.errors import ConfigError, Fault
from twin.model.ids import PointId
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.units import UNITS

_VENDOR = 999
"""Reserved by ASHRAE for examples; the virtual building is nobody's product."""
_ATTRIBUTES = {PRESENT_VALUE: "presentValue", "door-status": "doorStatus", "lock-status": "lockStatus"}
_UNBOUNDED_STATES = 65535


class _Door(LocalObject, AccessDoorObject):  # type: ignore[misc]
    _cov_criteria = AccessDoorCriteria


class _Zone(LocalObject, LifeSafetyZoneObject):  # type: ignore[misc]
    pass


class _Detector(LocalObject, LifeSafetyPointObject):  # type: ignore[misc]
    pass


# bacpypes3's own local outputs bring `Commandable` along, in front of ours; these leave it to `Commanded`.


class _AnalogOutput(LocalObject, AnalogOutputObject):  # type: ignore[misc]
    _cov_criteria = COVIncrementCriteria


class _BinaryOutput(LocalObject, BinaryOutputObject):  # type: ignore[misc]
    _cov_criteria = GenericCriteria


class _MultiStateOutput(LocalObject, MultiStateOutputObject):  # type: ignore[misc]
    _cov_criteria = GenericCriteria


_BASES: Mapping[str, Any] = {
    "analog-input": AnalogInputObject,
    "analog-output": _AnalogOutput,
    "analog-value": AnalogValueObject,
    "binary-input": BinaryInputObject,
    "binary-output": _BinaryOutput,
    "binary-value": BinaryValueObject,
    "multi-state-input": MultiStateInputObject,
    "multi-state-output": _MultiStateOutput,
    "multi-state-value": MultiStateValueObject,
    "access-door": _Door,
    "life-safety-point": _Detector,
    "life-safety-zone": _Zone,
}
_OUTPUTS = frozenset({"analog-output", "binary-output", "multi-state-output"})
"""Types that exist to be commanded (ASHRAE 135, clauses 12.3, 12.7, 12.19); a value may be, an input never is."""
_COMMANDABLE = _OUTPUTS | {"analog-value", "binary-value", "multi-state-value", "access-door"}
_READ = {name: type(f"Hosted{base.__name__}", (Hosted, base), {}) for name, base in _BASES.items()}
_COMMAND = {name: type(f"Commanded{_BASES[name].__name__}", (Commanded, _BASES[name]), {}) for name in _COMMANDABLE}


class BacnetServer:
    """One virtual BACnet/IP device on its own address.

    Raises:
        ConfigError: object types or properties that the virtual building cannot serve.
    """

    def __init__(self, device: Device, points: Iterable[Point], host: PointHost, *, prefix: int = 8) -> None:
        self.device = device
        self._host = host
        self._prefix = prefix
        self._bound = [(point, point.binding) for point in points if isinstance(point.binding, BacnetBinding)]
        check_served(self._bound)
        self._places: dict[PointId, tuple[Any, str, BacnetBinding]] = {}
        self._app: Any = None
        self._claim: Claim | None = None

    @property
    def points(self) -> list[Point]:
        return [point for point, _ in self._bound]

    async def open(self) -> None:
        """Bind and answer.

        Raises:
            ConnectError: the address is taken.
        """
        self._claim = Claim(Protocol.BACNET, self.device.host, self.device.port)
        probe_broadcast(self.device.host, self._prefix, self.device.port)
        by_object: dict[tuple[str, int], list[tuple[Point, BacnetBinding]]] = {}
        for point, binding in self._bound:
            by_object.setdefault((binding.object_type, binding.object_instance), []).append((point, binding))
        objects = [self._object(kind, instance, bound) for (kind, instance), bound in by_object.items()]
        self._app = GuardedApplication.from_object_list([*self._own_objects(), *objects])
        await until_bound(self._app)
        await asyncio.sleep(0)  # lets the objects' deferred initialisation run before anybody asks

    async def close(self) -> None:
        if self._app is not None:
            close_silently(self._app)
            self._app = None
        if self._claim is not None:
            await asyncio.sleep(0)  # the transports close in the next turn of the loop
            self._claim.release()
            self._claim = None
        self._places.clear()

    def silence(self, is_silent: bool) -> None:
        """Stop answering, as a frozen controller does; writes that arrive meanwhile are lost."""
        if self._app is not None:
            self._app.is_silent = is_silent

    def show(self, point: PointId) -> None:
        """Take over the host's value of this point."""
        place = self._places.get(point)
        if place is not None:
            target, attribute, binding = place
            target.show(attribute, binding, self._host.value(point))

    def _own_objects(self) -> list[Any]:
        device = self.device
        return [
            DeviceObject(
                objectIdentifier=("device", device.instance),
                objectName=device.name,
                vendorIdentifier=_VENDOR,
                vendorName="Gatehouse virtual building",
                modelName="virtual controller",
                maxApduLengthAccepted=1476,
                maxSegmentsAccepted=64,
            ),
            NetworkPortObject(
                f"{device.host}/{self._prefix}:{device.port}",
                objectIdentifier=("network-port", 1),
                objectName=f"{device.name} network port",
            ),
        ]

    def _object(self, kind: str, instance: int, bound: Sequence[tuple[Point, BacnetBinding]]) -> Any:
        command = next((b for b in bound if b[1].property == PRESENT_VALUE and b[0].is_writable), None)
        makes = _COMMAND if command is not None and kind in _COMMANDABLE else _READ
        first = bound[0][0]
        name = str(first.id) if len(bound) == 1 else str(first.id).rpartition("/")[0] or str(first.id)
        target = makes[kind](
            objectIdentifier=(kind, instance),
            objectName=f"{name} {kind} {instance}" if len(bound) > 1 else name,
            description=first.meaning.label,
            reliability=Reliability.noFaultDetected,
            eventState=EventState.normal,
            outOfService=False,
            **_start_values(kind, bound, self._host),
        )
        if command is not None and isinstance(target, Commanded):
            point, binding = command
            target._binding = binding  # noqa: SLF001 -- underscored so that bacpypes3 takes them for no property
            target._host_write = partial(self._host.write, point.id)  # noqa: SLF001
        for point, binding in bound:
            self._places[point.id] = (target, _ATTRIBUTES[binding.property], binding)
            target.show(_ATTRIBUTES[binding.property], binding, self._host.value(point.id))
        return target


def check_served(bound: Iterable[tuple[Point, BacnetBinding]]) -> None:
    """Raise ConfigError with every binding that no virtual object can carry."""
    faults = []
    seen: dict[tuple[str, str, int, str], PointId] = {}
    for point, binding in bound:
        place = (binding.device, binding.object_type, binding.object_instance, binding.property)
        if binding.object_type not in _BASES:
            faults.append(Fault("points", point.id, f"no virtual object of type {binding.object_type}"))
        elif binding.property not in _ATTRIBUTES or (
            binding.property != PRESENT_VALUE and binding.object_type != "access-door"
        ):
            faults.append(Fault("points", point.id, f"{binding.object_type} has no property {binding.property}"))
        elif binding.object_type in _OUTPUTS and not point.is_writable:
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


def _start_values(kind: str, bound: Sequence[tuple[Point, BacnetBinding]], host: PointHost) -> dict[str, Any]:
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
