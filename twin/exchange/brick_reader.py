"""A Brick file read back as a register. What makes no sense is left out with its reason, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from twin.exchange.brick_facts import BacnetFacts, DeviceFacts, ModbusFacts, PointFacts
from twin.exchange.brick_graph import UnreadableError, called, facts_of, fitted, one, turtle_graph
from twin.exchange.brick_text import BACNET, BRICK, GH, PROPERTY, REF
from twin.files.text import plain
from twin.files.toml import read_text
from twin.model.ids import GlobalId
from twin.model.points import Binding, Device, Point, Protocol
from twin.model.register import Register

_REFERENCES = {URIRef(f"{REF}BACnetReference"): Protocol.BACNET, URIRef(f"{GH}ModbusReference"): Protocol.MODBUS}
_EXTERNAL = URIRef(f"{REF}hasExternalReference")
_POINT_OF = URIRef(f"{BRICK}isPointOf")
_HAS_POINT = URIRef(f"{BRICK}hasPoint")
_POINT_ID = URIRef(f"{GH}pointId")
_GLOBAL_ID = URIRef(f"{GH}globalId")
_KIND = URIRef(f"{GH}kind")
_STATE = URIRef(f"{GH}state")
_DEVICE = URIRef(f"{GH}device")
_CONTROLLER = {
    Protocol.BACNET: URIRef(f"{BACNET}contains"),
    Protocol.MODBUS: URIRef(f"{GH}controller"),
}
_OBJECT = URIRef(f"{BACNET}object-identifier")
_READ = (URIRef(f"{REF}read-property"), URIRef(f"{REF}bacnet-read-property"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BrickPoints:
    """What a Brick file says of points. ``left_out``: one line for each point or device that is not in the register.

    ``project_id`` is the GlobalId of the IfcProject, empty where the file names none or several.
    """

    register: Register
    project_id: str
    left_out: tuple[str, ...]


def read_brick(path: Path | str) -> BrickPoints:
    """Read the register from a Brick file (Turtle), such as `twin.exchange.brick.brick_turtle` writes.

    Other people's files have points without ``gh:kind``: nothing tells what such a value means, so the point is left
    out and named in the result. Nothing is fetched: imports and addresses in the file are never followed.

    Args:
        path: The file, UTF-8.

    Returns:
        The register in the order of `Register.of`; names are made harmless (`twin.files.text.plain`).

    Raises:
        ConfigError: the file is missing, no UTF-8 or no Turtle; with the line where it is told.
    """
    graph = turtle_graph(read_text(path), where=str(path))
    left_out: list[str] = []
    devices = dict(_devices(graph, left_out))
    points: dict[str, Point] = {}
    for node in sorted(_point_nodes(graph), key=str):
        try:
            point = _point(graph, node, devices)
            if point.id in points:
                raise UnreadableError("stands twice")
        except UnreadableError as error:
            left_out.append(f"{called(graph, node)}: {error}")
            continue
        points[point.id] = point
    projects = [str(project) for project in graph.objects(None, URIRef(f"{REF}ifcProjectID"))]
    return BrickPoints(
        register=Register.of(points.values(), devices.values()),
        project_id=plain(projects[0]) if len(projects) == 1 else "",
        left_out=tuple(left_out),
    )


def _point_nodes(graph: Graph) -> set[Node]:
    """Points of ours, and whatever a file of others says is a point of something."""
    ours = set(graph.subjects(_POINT_ID, None))
    return ours | set(graph.subjects(_POINT_OF, None)) | set(graph.objects(None, _HAS_POINT))


def _devices(graph: Graph, left_out: list[str]) -> Iterator[tuple[Node, Device]]:
    """Devices by node, in the order they were written, else by name."""
    found: list[tuple[int, str, Node, Device]] = []
    for node in set(graph.subjects(_DEVICE, None)):
        try:
            facts = facts_of(graph, node, DeviceFacts)
        except UnreadableError as error:
            left_out.append(f"device {called(graph, node)}: {error}")
            continue
        found.append((facts.order, facts.name, node, facts.device()))
    names: set[str] = set()
    for _, name, node, device in sorted(found, key=lambda row: (row[0], row[1], str(row[2]))):
        if name in names:
            left_out.append(f"device {name}: stands twice")
            continue
        names.add(name)
        yield node, device


def _point(graph: Graph, node: Node, devices: dict[Node, Device]) -> Point:
    if one(graph, node, _KIND) is None:
        raise UnreadableError("nothing tells its kind (gh:kind)")
    element = one(graph, node, _POINT_OF)
    if element is None:
        raise UnreadableError("is a point of nothing (brick:isPointOf)")
    about = one(graph, element, _GLOBAL_ID)
    if about is None:
        raise UnreadableError("what it is about has no GlobalId (gh:globalId)")
    facts = facts_of(graph, node, PointFacts)
    return Point(
        id=facts.id,
        kind=facts.kind,
        element=GlobalId(plain(str(about))),
        binding=_binding(graph, node, devices),
        low=facts.low,
        high=facts.high,
        states=_states(graph.objects(node, _STATE)),
        global_id=facts.global_id,
    )


def _states(found: Iterable[Node]) -> tuple[str, ...]:
    states: dict[int, str] = {}
    for value in found:
        match = re.fullmatch(r"(\d{1,4})=(.*)", str(value), re.DOTALL)
        if match is None or int(match[1]) in states:
            raise UnreadableError(f"gh:state {plain(str(value))} is not VALUE=NAME, or stands twice")
        states[int(match[1])] = plain(match[2])
    if sorted(states) != list(range(len(states))):
        raise UnreadableError("the values of gh:state are not 0, 1, 2 …")
    return tuple(states[value] for value in range(len(states)))


def _binding(graph: Graph, node: Node, devices: dict[Node, Device]) -> Binding | None:
    wires = [
        (reference, protocol)
        for reference in graph.objects(node, _EXTERNAL)
        for kind, protocol in _REFERENCES.items()
        if (reference, RDF.type, kind) in graph
    ]
    if not wires:
        return None
    if len(wires) > 1:
        raise UnreadableError("is bound twice")
    reference, protocol = wires[0]
    device = _device_of(graph, reference, protocol, devices)
    if protocol is Protocol.MODBUS:
        return facts_of(graph, reference, ModbusFacts).binding(device)
    return _bacnet(graph, reference).binding(device)


def _device_of(graph: Graph, reference: Node, protocol: Protocol, devices: dict[Node, Device]) -> str:
    node = one(graph, reference, _CONTROLLER[protocol])
    if node is None:
        raise UnreadableError(f"its {protocol.value} reference names no device")
    if node not in devices or devices[node].protocol is not protocol:
        raise UnreadableError(f"its device {plain(str(node))} is unknown or does not speak {protocol.value}")
    return devices[node].name


def _bacnet(graph: Graph, reference: Node) -> BacnetFacts:
    object_type, _, instance = str(one(graph, reference, _OBJECT) or "").rpartition(",")
    found = {"objectType": object_type, "objectInstance": instance}
    for predicate in _READ:
        value = one(graph, reference, predicate)
        if isinstance(value, Literal):
            found.setdefault("property", str(value))
        elif value is not None:
            found.setdefault("property", unquote(str(value).removeprefix(f"{BACNET}{PROPERTY}")))
    return fitted(BacnetFacts, found)
