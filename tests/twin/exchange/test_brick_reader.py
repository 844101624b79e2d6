from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, Namespace, URIRef

from twin.exchange.brick import brick_turtle
from twin.exchange.brick_reader import BrickPoints, read_brick
from twin.model.errors import ConfigError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Binding, DataType, Device, ModbusBinding, Point, Protocol, Table
from twin.model.register import Register

GH = Namespace("urn:gatehouse:schema#")
BACNET = Namespace("http://data.ashrae.org/bacnet/")
BRICK = Namespace("https://brickschema.org/schema/Brick#")
REF = Namespace("https://brickschema.org/schema/Brick/ref#")
PROJECT = "0YvctVUKr0kugbFTf53O9L"
TEMP = "TST/L00/A/C01/TEMP"
LOCK = "TST/L00/A/C01/DOOR1/LOCK_STATUS"

ascii_word = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
absent = st.just("")
name = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
number = st.floats(allow_nan=False, allow_infinity=False)
instance = st.integers(0, 4_194_302)
bacnet = st.builds(
    BacnetBinding, device=st.just(""), object_type=ascii_word, object_instance=instance, property=ascii_word
)
orders = st.sampled_from(["big", "little"])
modbus = st.builds(
    ModbusBinding, device=st.just(""), table=st.sampled_from(Table), address=st.integers(0, 65535),
    data_type=st.sampled_from(DataType), bit=st.integers(0, 15), invert=st.booleans(), word_order=orders,
    byte_order=orders, scale=number, offset=number,
)  # fmt: skip


@st.composite
def registers(draw: st.DrawFn) -> Register:
    devices = [
        Device(
            name=title, protocol=draw(st.sampled_from(Protocol)), host=draw(ascii_word), port=draw(st.integers(0, 999)),
            instance=draw(instance), station=draw(st.integers(0, 254)), global_id=GlobalId(draw(absent | ascii_word)),
        )
        for title in draw(st.lists(name, unique=True, max_size=3))
    ]  # fmt: skip
    points = []
    for code in draw(st.lists(ascii_word, unique=True, max_size=6)):
        binding: Binding | None = None
        if devices and draw(st.booleans()):
            device = draw(st.sampled_from(devices))
            binding = replace(draw(bacnet if device.protocol is Protocol.BACNET else modbus), device=device.name)
        points.append(
            Point(
                id=PointId(code), kind=draw(st.sampled_from(sorted(POINT_KINDS))), element=GlobalId(draw(ascii_word)),
                binding=binding, low=draw(st.none() | number), high=draw(st.none() | number),
                states=tuple(draw(st.lists(name, max_size=3))), global_id=GlobalId(draw(absent | ascii_word)),
            )
        )  # fmt: skip
    return Register.of(points, devices)


def written(facility: Facility, register: Register) -> str:
    return brick_turtle(facility, register, project_id=PROJECT, model="model.ifc")


def read_back(turtle: str) -> BrickPoints:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "site.ttl"
        path.write_text(turtle, encoding="utf-8")
        return read_brick(path)


@pytest.fixture
def graph(facility: Facility, register: Register) -> Graph:
    return Graph().parse(data=written(facility, register), format="turtle")


def point_of(graph: Graph, id: str) -> URIRef:
    node = graph.value(None, GH.pointId, Literal(id), any=False)
    assert isinstance(node, URIRef)
    return node


def wire_of(graph: Graph, id: str) -> URIRef:
    (node,) = (node for node in graph.objects(point_of(graph, id), REF.hasExternalReference)
               if str(node).endswith(("#bacnet", "#modbus")))  # fmt: skip
    assert isinstance(node, URIRef)
    return node


def test_a_register_comes_back_as_it_was_written(facility: Facility, register: Register) -> None:
    found = read_back(written(facility, register))
    assert found == BrickPoints(register=register, project_id=PROJECT, left_out=())


@given(register=registers())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_register_comes_back(facility: Facility, register: Register) -> None:
    found = read_back(written(facility, register))
    assert found.left_out == ()
    assert found.register == register


def test_another_program_may_write_the_graph_in_its_own_way(graph: Graph, register: Register) -> None:
    assert read_back(graph.serialize(format="turtle")).register == register


def test_the_form_of_brick_master_is_read_too(graph: Graph, register: Register) -> None:
    graph.remove((None, REF["read-property"], None))
    assert read_back(graph.serialize(format="turtle")).register == register


def test_a_file_of_others_invents_no_points() -> None:
    found = read_back("""
        @prefix brick: <https://brickschema.org/schema/Brick#> . @prefix bacnet: <http://data.ashrae.org/bacnet/> .
        @prefix ref: <https://brickschema.org/schema/Brick/ref#> .
        <urn:room> a brick:Room ; brick:hasPoint <urn:t> .
        <urn:t> a brick:Zone_Air_Temperature_Sensor ; ref:hasExternalReference <urn:t-ref> .
        <urn:s> a brick:Sensor ; <http://www.w3.org/2000/01/rdf-schema#label> "S\\u001B[2J\\n" ;
            brick:isPointOf <urn:room> .
        <urn:t-ref> a ref:BACnetReference ; bacnet:object-identifier "analog-input,1" ; bacnet:contains <urn:d> .
        <urn:d> a bacnet:device ; bacnet:object-identifier "device,1" .
    """)
    assert found.register == Register()
    assert found.left_out == (
        "S␛[2J : nothing tells its kind (gh:kind)",
        "urn:t: nothing tells its kind (gh:kind)",
    )
    assert found.project_id == ""


BROKEN: dict[str, tuple[str, URIRef, Literal | URIRef | None, str]] = {
    "kind unknown": (TEMP, GH.kind, Literal("mood"), "there is no kind of point mood"),
    "kind missing": (TEMP, GH.kind, None, "nothing tells its kind"),
    "element missing": (TEMP, BRICK.isPointOf, None, "is a point of nothing"),
    "element unnamed": (TEMP, BRICK.isPointOf, URIRef("urn:x"), "has no GlobalId"),
    "limit": (TEMP, GH.low, Literal("cold"), "low"),
    "endless limit": (TEMP, GH.low, Literal("INF"), "low"),
    "state": (LOCK, GH.state, Literal("locked"), "is not VALUE=NAME"),
    "states with a gap": (LOCK, GH.state, Literal("3=locked"), "are not 0, 1, 2"),
}
BROKEN_WIRES: dict[str, tuple[str, URIRef, Literal | URIRef | None, str]] = {
    "device missing": (TEMP, BACNET.contains, None, "names no device"),
    "device unknown": (TEMP, BACNET.contains, URIRef("urn:x"), "urn:x is unknown"),
    "object missing": (TEMP, BACNET["object-identifier"], None, "objectType"),
    "object wrong": (TEMP, BACNET["object-identifier"], Literal("analog-input,many"), "objectInstance"),
    "object too high": (TEMP, BACNET["object-identifier"], Literal("analog-input,4194303"), "objectInstance"),
    "Modbus device missing": (LOCK, GH.controller, None, "names no device"),
    "address": (LOCK, GH.address, Literal(65536), "address"),
    "table": (LOCK, GH.table, Literal("40001"), "table"),
    "scale missing": (LOCK, GH.scale, None, "scale is missing"),
    "huge number": (LOCK, GH.address, Literal("9" * 5000), "address"),
}


@pytest.mark.parametrize(("id", "predicate", "value", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_point_that_makes_no_sense_is_left_out_with_its_reason(
    graph: Graph, register: Register, id: str, predicate: URIRef, value: Literal | URIRef | None, reason: str
) -> None:
    _left_out(graph, register, id, point_of(graph, id), predicate, value, reason)


@pytest.mark.parametrize(("id", "predicate", "value", "reason"), BROKEN_WIRES.values(), ids=BROKEN_WIRES)
def test_a_point_whose_place_on_the_wire_makes_no_sense_is_left_out(
    graph: Graph, register: Register, id: str, predicate: URIRef, value: Literal | URIRef | None, reason: str
) -> None:
    _left_out(graph, register, id, wire_of(graph, id), predicate, value, reason)


def _left_out(
    graph: Graph,
    register: Register,
    id: str,
    node: URIRef,
    predicate: URIRef,
    value: Literal | URIRef | None,
    reason: str,
) -> None:
    graph.remove((node, predicate, None))
    if value is not None:
        graph.add((node, predicate, value))
    found = read_back(graph.serialize(format="turtle"))
    (line,) = found.left_out
    assert line.startswith(f"{id}: ")
    assert reason in line
    assert found.register.points == tuple(point for point in register.points if point.id != id)


def test_two_values_where_one_belongs_are_not_chosen_from(graph: Graph) -> None:
    graph.add((wire_of(graph, LOCK), GH.address, Literal(7)))
    assert read_back(graph.serialize(format="turtle")).left_out == (f"{LOCK}: has 2 values of address",)


def test_a_point_bound_twice_is_left_out(graph: Graph) -> None:
    graph.add((point_of(graph, LOCK), REF.hasExternalReference, wire_of(graph, TEMP)))
    assert read_back(graph.serialize(format="turtle")).left_out == (f"{LOCK}: is bound twice",)


def test_a_point_that_stands_twice_is_taken_once(graph: Graph, register: Register) -> None:
    point = point_of(graph, TEMP)
    for predicate, value in list(graph.predicate_objects(point)):
        graph.add((URIRef(f"{point}-again"), predicate, value))
    found = read_back(graph.serialize(format="turtle"))
    assert found.left_out == (f"{TEMP}: stands twice",)
    assert found.register == register


def test_a_device_that_makes_no_sense_takes_its_points_with_it(graph: Graph, register: Register) -> None:
    device = graph.value(None, GH.device, Literal("DC-A"), any=False)
    graph.remove((device, GH.port, None))
    found = read_back(graph.serialize(format="turtle"))
    assert found.left_out[0] == "device DC-A: port is missing"
    assert len(found.left_out) == 3
    assert [device.name for device in found.register.devices] == ["RC-A", "AHU-CTRL"]


def test_two_devices_of_one_name_are_not_mixed_up(graph: Graph, register: Register) -> None:
    graph.set((graph.value(None, GH.device, Literal("AHU-CTRL")), GH.device, Literal("RC-A")))
    found = read_back(graph.serialize(format="turtle"))
    assert "device RC-A: stands twice" in found.left_out
    assert {point.id for point in found.register.points} == {
        point.id for point in register.points if not point.binding or point.binding.device != "AHU-CTRL"
    }


def test_a_device_of_the_other_protocol_is_not_taken(graph: Graph) -> None:
    door = graph.value(None, GH.device, Literal("DC-A"), any=False)
    graph.set((wire_of(graph, TEMP), BACNET.contains, door))
    (line,) = read_back(graph.serialize(format="turtle")).left_out
    assert line.endswith("does not speak bacnet")


def test_names_are_made_harmless(facility: Facility, register: Register) -> None:
    device = replace(register.devices[0], name="R\x1b[2J\u202e")
    point = replace(
        register.points[0], binding=replace(register.points[0].binding, device=device.name), states=("a\nb",)
    )
    found = read_back(written(facility, Register.of([point], [device])))
    assert [device.name for device in found.register.devices] == ["R␛[2J�"]
    assert found.register.points[0].states == ("a b",)


def test_two_projects_give_no_project_id(graph: Graph) -> None:
    graph.add((URIRef("urn:other"), REF.ifcProjectID, Literal("2mZBH90XL9EfzOzBSIEOdC")))
    assert read_back(graph.serialize(format="turtle")).project_id == ""


@pytest.mark.parametrize(
    "text",
    [
        "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b>\n",
        "<urn:a> <urn:b> <urn:c> .\nnobody:knows a <urn:b> .\n",
        '<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> "open .\n',
    ],
)
def test_what_is_no_turtle_is_named_with_file_and_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "site.ttl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"site\.ttl: line [23]: is not Turtle") as caught:
        read_brick(path)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "text", ["{", "[" * 3000, "<?xml version='1.0'?><!DOCTYPE x>", '{"@context": "http://x/"}', "\x00"]
)
def test_other_formats_and_depths_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "site.ttl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="is not Turtle"):
        read_brick(path)


def test_an_empty_file_is_an_empty_register(tmp_path: Path) -> None:
    path = tmp_path / "site.ttl"
    path.write_text("", encoding="utf-8")
    assert read_brick(path) == BrickPoints(register=Register(), project_id="", left_out=())


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.ttl"):
        read_brick(tmp_path / "gone.ttl")
    (tmp_path / "site.ttl").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"site\.ttl"):
        read_brick(tmp_path / "site.ttl")


def test_nothing_that_a_file_names_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    path = tmp_path / "site.ttl"
    path.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@base <http://127.0.0.1:9/> .\n"
        "<> a owl:Ontology ; owl:imports <never>, <file:///etc/hostname> .\n",
        encoding="utf-8",
    )
    assert read_brick(path).register == Register()
