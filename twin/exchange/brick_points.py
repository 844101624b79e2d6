"""The register in Brick: devices, points, and where each value is found on the wire and in the history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from twin.exchange.brick_kinds import POINT_CLASSES, QUDT_UNITS
from twin.exchange.brick_names import Names, reference_statement, reference_term
from twin.exchange.brick_text import bacnet_property, flag, iri, number, statement, text, within
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Device, ModbusBinding, Point, Protocol
from twin.model.register import Register

_CONTROLLERS = {
    Protocol.BACNET: ("bacnet:device", "brick:BACnet_Controller"),
    Protocol.MODBUS: ("brick:Modbus_Controller",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiring:
    """Devices by name, their terms, and the terms of everything that points are about."""

    devices: Mapping[str, Device]
    terms: Mapping[str, str]
    elements: Mapping[str, str]
    names: Names
    history: str


def register_statements(register: Register, names: Names, history: str) -> Iterator[str]:
    """Kinds, devices and points in the order of the register.

    Args:
        register: The points; each keeps its place by the place of its device.
        names: The terms of the building's elements.
        history: Where the samples are kept (``ref:storedAt``).

    Raises:
        ValueError: a point is bound to a device that is not in the register.
    """
    wiring = _wiring(register, names, history)
    for kind in sorted({point.kind for point in register.points}):
        yield _kind(kind, names)
    for place, device in enumerate(register.devices):
        yield from _device(device, place, wiring)
    yield from _elements(register, wiring)
    read = {point.binding.property for point in register.points if isinstance(point.binding, BacnetBinding)}
    for name in sorted(read):
        yield statement(bacnet_property(name), ("a", "bacnet:PropertyIdentifier.EnumerationValue"))
    for point in register.points:
        yield from _point(point, wiring)


def _wiring(register: Register, names: Names, history: str) -> _Wiring:
    devices = {device.name: device for device in register.devices}
    shared = Counter(device.global_id for device in register.devices)
    equipment = iri(names.base, "equipment", "")[:-1]
    terms: dict[str, str] = {}
    for device in register.devices:
        known = names.terms.get(device.global_id, "")
        is_its_own = known.startswith(equipment) and shared[device.global_id] == 1
        terms[device.name] = known if is_its_own else iri(names.base, "device", device.name)
    controllers = {device.global_id: terms[device.name] for device in reversed(register.devices) if device.global_id}
    about = dict.fromkeys(point.element for point in register.points)
    elements: dict[str, str] = {
        element: names.terms.get(element) or controllers.get(element) or names.of(element) for element in about
    }
    return _Wiring(devices=devices, terms=terms, elements=elements, names=names, history=history)


def _kind(key: str, names: Names) -> str:
    kind = POINT_KINDS[key]
    return statement(
        iri(names.base, "kind", key),
        ("a", "gh:PointKind"),
        ("rdfs:label", text(kind.label)),
        ("gh:kind", text(key)),
        ("gh:unit", text(kind.unit)),
        ("gh:access", text(kind.access.value)),
        ("gh:safety", text(kind.safety.value)),
        ("gh:state", _states(kind.states)),
    )


def _states(states: tuple[str, ...]) -> list[str]:
    """``0=closed``, ``1=open`` …: a set of triples keeps no order, and an RDF list would be made of blank nodes."""
    return [text(f"{value}={name}") for value, name in enumerate(states)]


def _device(device: Device, place: int, wiring: _Wiring) -> Iterator[str]:
    node = wiring.terms[device.name]
    stands_alone = node == iri(wiring.names.base, "device", device.name)
    reference = reference_term(node, device.global_id) if stands_alone else ""
    is_bacnet = device.protocol is Protocol.BACNET
    yield statement(
        node,
        ("a", _CONTROLLERS[device.protocol]),
        ("rdfs:label", text(device.name) if stands_alone else ""),
        ("gh:device", text(device.name)),
        ("gh:order", str(place)),
        ("gh:protocol", text(device.protocol.value)),
        ("gh:instance", str(device.instance)),
        ("gh:station", str(device.station)),
        ("gh:host", text(device.host)),
        ("gh:port", str(device.port)),
        ("gh:globalId", text(device.global_id) if device.global_id else ""),
        ("bacnet:object-identifier", text(_identifier(device)) if is_bacnet else ""),
        ("bacnet:object-name", text(device.name) if is_bacnet else ""),
        ("ref:hasExternalReference", reference),
    )
    if reference:
        yield reference_statement(node, device.global_id, device.name, wiring.names)


def _identifier(device: Device) -> str:
    return f"device,{device.instance}"


def _elements(register: Register, wiring: _Wiring) -> Iterator[str]:
    """What points are about, with its points; an element that the facility does not know is only named."""
    points: dict[str, list[str]] = {}
    for point in register.points:
        points.setdefault(point.element, []).append(_term(point, wiring))
    for element, terms in points.items():
        node = wiring.elements[element]
        if node == iri(wiring.names.base, "element", element):
            yield statement(node, ("a", "gh:UnknownElement"), ("gh:globalId", text(element)))
        yield statement(node, ("brick:hasPoint", terms))


def _term(point: Point, wiring: _Wiring) -> str:
    return iri(wiring.names.base, "point", point.id)


def _point(point: Point, wiring: _Wiring) -> Iterator[str]:
    if point.binding and point.binding.device not in wiring.devices:
        raise ValueError(f"{point.id} is bound to {point.binding.device}, which is not in the register")
    node = _term(point, wiring)
    model = reference_term(node, point.global_id)
    series = within(node, "timeseries")
    wire = within(node, "bacnet" if isinstance(point.binding, BacnetBinding) else "modbus") if point.binding else ""
    unit = QUDT_UNITS.get(point.meaning.unit)
    yield statement(
        node,
        ("a", f"brick:{POINT_CLASSES[point.kind]}"),
        ("rdfs:label", text(point.id)),
        ("gh:pointId", text(point.id)),
        ("gh:kind", text(point.kind)),
        ("gh:globalId", text(point.global_id) if point.global_id else ""),
        ("gh:low", "" if point.low is None else number(point.low)),
        ("gh:high", "" if point.high is None else number(point.high)),
        ("gh:state", _states(point.states)),
        ("brick:hasUnit", f"unit:{unit}" if unit else ""),
        ("brick:isPointOf", wiring.elements[point.element]),
        ("brick:isHostedBy", wiring.terms[point.binding.device] if point.binding else ""),
        ("ref:hasExternalReference", (model, wire, series)),
    )
    if model:
        yield reference_statement(node, point.global_id, point.id, wiring.names)
    match point.binding:
        case BacnetBinding():
            yield _bacnet(wire, point.id, point.binding, wiring)
        case ModbusBinding():
            yield _modbus(wire, point.binding, wiring)
    stored = ("ref:hasTimeseriesId", text(point.id)), ("ref:storedAt", text(wiring.history))
    yield statement(series, ("a", "ref:TimeseriesReference"), *stored)


def _bacnet(node: str, name: str, binding: BacnetBinding, wiring: _Wiring) -> str:
    """In both forms: Brick 1.5 (``contains``, ``read-property``) and Brick master (``device-identifier``, …)."""
    return statement(
        node,
        ("a", "ref:BACnetReference"),
        ("bacnet:object-identifier", text(f"{binding.object_type},{binding.object_instance}")),
        ("bacnet:object-name", text(name)),
        ("bacnet:object-type", text(binding.object_type)),
        ("bacnet:contains", wiring.terms[binding.device]),
        ("bacnet:device-identifier", text(_identifier(wiring.devices[binding.device]))),
        ("ref:read-property", f"{text(binding.property)}^^bacnet:Property"),
        ("ref:bacnet-read-property", bacnet_property(binding.property)),
    )


def _modbus(node: str, binding: ModbusBinding, wiring: _Wiring) -> str:
    device = wiring.devices[binding.device]
    return statement(
        node,
        ("a", "gh:ModbusReference"),
        ("gh:controller", wiring.terms[binding.device]),
        ("gh:host", text(device.host)),
        ("gh:port", str(device.port)),
        ("gh:unitId", str(device.instance)),
        ("gh:table", text(binding.table.value)),
        ("gh:address", str(binding.address)),
        ("gh:dataType", text(binding.data_type.value)),
        ("gh:bit", str(binding.bit)),
        ("gh:invert", flag(binding.invert)),
        ("gh:wordOrder", text(binding.word_order)),
        ("gh:byteOrder", text(binding.byte_order)),
        ("gh:scale", number(binding.scale)),
        ("gh:offset", number(binding.offset)),
    )
