"""The register that a model carries: GH_Point on sensors, actuators and other devices, GH_Device on controllers.

Models of others have none: their register is empty. What makes no sense is left out with a warning, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twin.ifc.identities import Identities
from twin.ifc.properties import Values, flag_of, number_of, property_set, text_of, texts_of, word_of
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Binding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register

Entity = Any


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
    for name in devices.keys() - {device.name for device in register.devices}:
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
            identities.warnings.append(f"GH_Device of {entity.GlobalId}: no name, an unknown protocol, or a repetition")
            continue
        found[name] = Device(
            name=name,
            protocol=protocol,
            host="",
            port=0,
            instance=max(int(number_of(values, "Instance")), 0),
            station=min(max(int(number_of(values, "Station")), 0), 254),
            global_id=GlobalId(entity.GlobalId),
        )
    return sorted(found.values(), key=lambda device: (device.protocol, device.station, device.name))


def _point(entity: Entity, values: Values, identities: Identities) -> Point | None:
    name, kind = text_of(values, "Point"), text_of(values, "Kind")
    problems = list(_problems(name, kind, values))
    if problems:
        identities.warnings.append(f"GH_Point of {entity.GlobalId} ({name or 'no name'}): {problems[0]}: left out")
        return None
    return Point(
        id=PointId(name),
        kind=kind,
        element=GlobalId(text_of(values, "Element")),
        binding=_binding(values),
        low=_limit(values, "LowLimit"),
        high=_limit(values, "HighLimit"),
        states=texts_of(values, "States"),
        global_id=GlobalId(entity.GlobalId),
    )


def _problems(name: str, kind: str, values: Values) -> Iterator[str]:
    if not name.isascii() or not name.isprintable() or not name or " " in name:
        yield "its name is not of printable ASCII without spaces"
    if kind not in POINT_KINDS:
        yield f"there is no kind of point {kind!r}"
    elif text_of(values, "Unit") != POINT_KINDS[kind].unit:
        yield f"its unit is {text_of(values, 'Unit')!r}, not {POINT_KINDS[kind].unit!r}"
    if not text_of(values, "Element"):
        yield "it names no element"


def _binding(values: Values) -> Binding | None:
    match text_of(values, "Protocol"):
        case Protocol.BACNET:
            return BacnetBinding(
                device=text_of(values, "Device"),
                object_type=text_of(values, "ObjectType"),
                object_instance=int(number_of(values, "ObjectInstance")),
                property=text_of(values, "Property") or "present-value",
            )
        case Protocol.MODBUS:
            return ModbusBinding(
                device=text_of(values, "Device"),
                table=word_of(values, "Table", Table.HOLDING_REGISTER),
                address=int(number_of(values, "Address")),
                data_type=word_of(values, "DataType", DataType.UINT16),
                bit=int(number_of(values, "Bit")),
                invert=flag_of(values, "Invert"),
                word_order=text_of(values, "WordOrder") or "big",
                byte_order=text_of(values, "ByteOrder") or "big",
                scale=number_of(values, "Scale", 1.0),
                offset=number_of(values, "Offset"),
            )
        case _:
            return None


def _limit(values: Values, key: str) -> float | None:
    return number_of(values, key) if key in values else None
