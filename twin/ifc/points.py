"""The register that a model carries: GH_Point on sensors, actuators and other devices, GH_Device on controllers.

Models of others have none: their register is empty. What makes no sense is left out with a warning, never guessed.
"""

from __future__ import annotations

from typing import Any

from twin.files.text import plain
from twin.ifc.bindings import MAX_INSTANCE, binding_of, whole_number
from twin.ifc.identities import Identities
from twin.ifc.properties import Values, number_of, property_set, text_of, texts_of
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import Device, Point, Protocol
from twin.model.register import Register

Entity = Any

_MAX_STATION = 254


def read_register(file: Any, identities: Identities) -> tuple[Register, frozenset[int]]:
    """Points and devices of a file, and the STEP ids of sensors and actuators that are points and nothing else."""
    if file.schema == "IFC2X3":  # has neither sensors nor controllers as classes of their own
        return Register(), frozenset()
    devices = {device.name: device for device in _devices(file, identities)}
    points: dict[str, Point] = {}
    only_points: set[int] = set()
    seen: dict[int, tuple[str, object]] = {}
    for entity in file.by_type("IfcDistributionElement"):
        values = property_set(entity, "GH_Point", seen)
        if not values:
            continue
        point = _point(entity, values, identities)
        if point is None:
            continue
        if point.id in points:
            identities.warnings.append(f"point {point.id} stands twice: the first is taken")
            continue
        if point.binding is not None and point.binding.device not in devices:
            identities.warnings.append(f"point {point.id}: its device {point.binding.device} is not in the model")
            continue
        points[point.id] = point
        if entity.is_a("IfcSensor") or entity.is_a("IfcActuator"):
            only_points.add(entity.id())
    register = Register.of(points.values(), devices.values())
    for name in sorted(devices.keys() - {device.name for device in register.devices}):
        identities.warnings.append(f"device {name} has no point: left out")
    return register, frozenset(only_points)


def _devices(file: Any, identities: Identities) -> list[Device]:
    """By protocol and station."""
    found: dict[str, Device] = {}
    for entity in file.by_type("IfcController"):
        values = property_set(entity, "GH_Device")
        if not values:
            continue
        name = text_of(values, "Device")
        protocol = next((protocol for protocol in Protocol if protocol == text_of(values, "Protocol")), None)
        if not name or protocol is None or name in found:
            identities.warnings.append(f"GH_Device of {_id_of(entity)}: no name, an unknown protocol, or a repetition")
            continue
        try:
            instance = whole_number(values, "Instance", MAX_INSTANCE)
            station = whole_number(values, "Station", _MAX_STATION, 0)
        except ValueError as error:
            identities.warnings.append(f"device {name}: {error}: left out")
            continue
        found[name] = Device(
            name=name,
            protocol=protocol,
            host="",
            port=0,
            instance=instance,
            station=station,
            global_id=identities.of(entity),
        )
    return sorted(found.values(), key=lambda device: (device.protocol, device.station, device.name))


def _point(entity: Entity, values: Values, identities: Identities) -> Point | None:
    name, kind = text_of(values, "Point"), text_of(values, "Kind")
    try:
        _check(name, kind, values)
        binding = binding_of(values)
    except ValueError as error:
        identities.warnings.append(f"GH_Point of {_id_of(entity)} ({name or 'no name'}): {error}: left out")
        return None
    return Point(
        id=PointId(name),
        kind=kind,
        element=GlobalId(text_of(values, "Element")),
        binding=binding,
        low=_limit(values, "LowLimit"),
        high=_limit(values, "HighLimit"),
        states=texts_of(values, "States"),
        global_id=identities.of(entity),
    )


def _check(name: str, kind: str, values: Values) -> None:
    if not name.isascii() or not name.isprintable() or not name or " " in name:
        raise ValueError("its name is not of printable ASCII without spaces")
    if kind not in POINT_KINDS:
        raise ValueError(f"there is no kind of point {kind!r}")
    if text_of(values, "Unit") != POINT_KINDS[kind].unit:
        raise ValueError(f"its unit is {text_of(values, 'Unit')!r}, not {POINT_KINDS[kind].unit!r}")
    if not text_of(values, "Element"):
        raise ValueError("it names no element")


def _id_of(entity: Entity) -> GlobalId:
    return GlobalId(plain(str(entity.GlobalId), limit=64))


def _limit(values: Values, key: str) -> float | None:
    return number_of(values, key) if key in values else None
