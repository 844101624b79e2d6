from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import brickschema
import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef

from twin.exchange.brick import brick_turtle
from twin.exchange.brick_classes import EQUIPMENT_CLASSES, LINK_CLASSES, SPACE_CLASSES, SYSTEM_CLASSES, ZONE_CLASSES
from twin.exchange.brick_kinds import POINT_CLASSES, QUDT_UNITS
from twin.exchange.brick_shapes import violations
from twin.model.errors import ConfigError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import BacnetBinding, Device, ModbusBinding, Point, Protocol
from twin.model.register import Register
from twin.model.units import UNITS
from twin.model.vocabulary import LinkKind, SpaceUse

BRICK = Namespace("https://brickschema.org/schema/Brick#")
REF = Namespace("https://brickschema.org/schema/Brick/ref#")
BACNET = Namespace("http://data.ashrae.org/bacnet/")
GH = Namespace("urn:gatehouse:schema#")
UNIT = Namespace("http://qudt.org/vocab/unit/")
PROJECT = "0YvctVUKr0kugbFTf53O9L"
HOSTILE = (
    'He said "open" \\ and left',
    "line\nbreak\r\ttab",
    "<script>alert(1)</script>",
    "Žalgiris – №5 \U0001f512",
    "a> . <urn:x> <urn:y> <urn:z",
    '""" . ^^xsd:integer @en',
    "nul\x00 esc\x1b del\x7f",
    "{|}^`%20 #fragment ?query",
)


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """Brick 1.5 as the brickschema package ships it."""
    return Graph().parse(Path(brickschema.__file__).parent / "ontologies/1.5/Brick.ttl", format="turtle")


@pytest.fixture(scope="module")
def reference_shapes(ontology: Graph) -> Graph:
    """The shapes of the reference schema alone: the whole of Brick needs QUDT and several seconds."""
    shapes = Graph()
    for name in ("BACnetReference", "IFCReference", "TimeseriesReference", "ifcProject"):
        shapes += ontology.cbd(REF[name])
    return shapes


@pytest.fixture
def turtle(facility: Facility, register: Register) -> str:
    return brick_turtle(facility, register, project_id=PROJECT, model="somewhere/model.ifc")


def parsed(turtle: str) -> Graph:
    return Graph().parse(data=turtle, format="turtle")


def conforms(graph: Graph, shapes: Graph) -> bool:
    return bool(pyshacl.validate(graph, shacl_graph=shapes)[0])


def named(graph: Graph, global_id: str) -> URIRef:
    node = graph.value(None, GH.globalId, Literal(global_id), any=False)
    assert isinstance(node, URIRef)
    return node


def of_point(graph: Graph, code: str) -> URIRef:
    node = graph.value(None, GH.pointId, Literal(f"TST/{code}"), any=False)
    assert isinstance(node, URIRef)
    return node


def test_a_site_conforms_to_the_reference_shapes_and_to_ours(turtle: str, reference_shapes: Graph) -> None:
    assert conforms(parsed(turtle), reference_shapes)
    assert violations(turtle) == ()


def test_an_empty_register_conforms_too(facility: Facility) -> None:
    assert violations(brick_turtle(facility, Register(), project_id=PROJECT, model="model.ifc")) == ()


def test_every_class_and_property_of_brick_that_is_written_exists(turtle: str, ontology: Graph) -> None:
    used = {term for triple in parsed(turtle) for term in triple if str(term).startswith(BRICK)}
    assert {term for term in used if (term, RDF.type, None) not in ontology} == set()
    assert BRICK.hasPoint in used


@pytest.mark.parametrize(
    "names",
    [
        {*SPACE_CLASSES.values()},
        {*ZONE_CLASSES.values(), "Zone"},
        {*EQUIPMENT_CLASSES.values(), "Equipment"},
        {*SYSTEM_CLASSES.values(), "System"},
        {*POINT_CLASSES.values()},
        {name.removeprefix("brick:") for name in LINK_CLASSES.values() if name.startswith("brick:")},
    ],
    ids=["spaces", "zones", "equipment", "systems", "points", "links"],
)
def test_every_class_of_the_tables_is_one_of_brick(names: set[str], ontology: Graph) -> None:
    assert {name for name in names if (BRICK[name], RDF.type, OWL.Class) not in ontology} == set()


def test_points_are_classes_of_points_and_equipment_of_equipment(ontology: Graph) -> None:
    points = set(ontology.transitive_subjects(RDFS.subClassOf, BRICK.Point))
    equipment = set(ontology.transitive_subjects(RDFS.subClassOf, BRICK.Equipment))
    assert {name for name in POINT_CLASSES.values() if BRICK[name] not in points} == set()
    assert {name for name in EQUIPMENT_CLASSES.values() if BRICK[name] not in equipment} == set()


def test_every_word_of_the_house_has_its_row() -> None:
    assert set(SPACE_CLASSES) == set(SpaceUse)
    assert set(POINT_CLASSES) == set(POINT_KINDS)
    assert set(LINK_CLASSES) == set(LinkKind)
    assert set(UNITS) - set(QUDT_UNITS) == {"none", "dB"}


def test_the_references_of_the_schema_exist_in_the_ontology(turtle: str, ontology: Graph) -> None:
    used = {term for triple in parsed(turtle) for term in triple if str(term).startswith(REF)}
    assert {term for term in used if (term, None, None) not in ontology} == {REF["read-property"]}
    assert (None, None, REF["read-property"]) in ontology  # known to its shapes only


def test_nothing_is_a_blank_node(turtle: str) -> None:
    assert not [node for node in parsed(turtle).all_nodes() if isinstance(node, BNode)]


def test_the_same_facts_give_the_same_bytes(turtle: str, facility: Facility, register: Register) -> None:
    assert brick_turtle(facility, register, project_id=PROJECT, model="model.ifc") == turtle
    code = (
        "from twin.exchange.brick import brick_turtle\n"
        "from twin.model.facility import Facility\n"
        "from twin.model.points import BacnetBinding, Device, Point, Protocol\n"
        "from twin.model.register import Register\n"
        "f = Facility(code='X', name='', buildings=(), storeys=(), spaces=(), doors=())\n"
        "d = [Device(name=n, protocol=Protocol.BACNET, host='', port=0, instance=1) for n in 'abcde']\n"
        "p = [Point(id=n * 2, kind=k, element=n, binding=BacnetBinding(device=n, object_type='x', object_instance=1,"
        " property=n)) for n, k in zip('abcde', ('co2', 'light', 'noise', 'leak', 'camera'))]\n"
        "print(brick_turtle(f, Register.of(p, d), project_id='', model=''))\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, cwd=Path.cwd(), capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1


def test_only_the_name_of_the_model_file_is_written(turtle: str, facility: Facility) -> None:
    assert list(parsed(turtle).objects(None, REF.ifcFileLocation)) == [Literal("model.ifc")]
    windows = brick_turtle(facility, Register(), project_id=PROJECT, model="C:\\homes\\someone\\model.ifc")
    assert "someone" not in windows


def test_a_cell_is_a_detention_room_on_its_floor_with_its_identity(turtle: str, facility: Facility) -> None:
    graph, cell = parsed(turtle), facility.spaces[0]
    node = named(graph, cell.global_id)
    assert (node, RDF.type, BRICK.Detention_Room) in graph
    floor = named(graph, cell.storey)
    assert (floor, BRICK.hasPart, node) in graph
    assert (node, BRICK.isPartOf, floor) in graph
    reference = graph.value(node, REF.hasExternalReference, any=False)
    assert graph.value(reference, REF.ifcGlobalID) == Literal(cell.global_id)
    assert graph.value(reference, REF.ifcName) == Literal(cell.code)
    project = graph.value(reference, REF.hasIfcProjectReference)
    assert graph.value(project, REF.ifcProjectID) == Literal(PROJECT)


def test_zones_and_systems_have_their_parts_and_systems_feed_zones(turtle: str, facility: Facility) -> None:
    graph, system = parsed(turtle), facility.systems[0]
    zone, air = named(graph, facility.zones[0].global_id), named(graph, system.global_id)
    assert (zone, RDF.type, BRICK.HVAC_Zone) in graph
    assert set(graph.objects(zone, BRICK.hasPart)) == {named(graph, space) for space in facility.zones[0].members}
    assert (air, RDF.type, BRICK.Ventilation_Air_System) in graph
    assert set(graph.objects(air, BRICK.hasPart)) == {named(graph, unit) for unit in system.members}
    assert set(graph.objects(air, BRICK.feeds)) == {zone}
    for whole, part in graph.subject_objects(BRICK.hasPart):
        assert (part, BRICK.isPartOf, whole) in graph


def test_equipment_has_its_class_and_place(turtle: str, facility: Facility) -> None:
    graph = parsed(turtle)
    unit, fan = (named(graph, unit.global_id) for unit in facility.equipment)
    assert (unit, RDF.type, BRICK.AHU) in graph
    assert (unit, BRICK.hasLocation, named(graph, facility.spaces[3].global_id)) in graph
    assert (fan, RDF.type, BRICK.Fan) in graph
    assert (fan, BRICK.hasLocation, named(graph, facility.equipment[1].storey)) in graph


def test_a_door_is_equipment_of_our_own_that_joins_two_spaces(turtle: str, facility: Facility) -> None:
    graph = parsed(turtle)
    assert (GH.Door, RDFS.subClassOf, BRICK.Equipment) in graph
    for door in facility.doors:
        node = named(graph, door.global_id)
        assert (node, RDF.type, GH.Door) in graph
        assert set(graph.objects(node, GH.joins)) == {named(graph, space) for space in door.joins or ()}
    assert len(list(graph.subjects(RDF.type, BRICK.Outside))) == 1


def test_a_bacnet_point_is_referenced_in_both_forms(turtle: str) -> None:
    graph = parsed(turtle)
    point = of_point(graph, "L00/A/C01/TEMP")
    (reference,) = (node for node in graph.objects(point, REF.hasExternalReference) if "#bacnet" in str(node))
    assert (point, RDF.type, BRICK.Zone_Air_Temperature_Sensor) in graph
    assert graph.value(point, BRICK.hasUnit) == UNIT.DEG_C
    assert graph.value(reference, BACNET["object-identifier"]) == Literal("analog-input,2")
    device = graph.value(reference, BACNET.contains)
    assert (device, RDF.type, BACNET.device) in graph
    assert graph.value(device, BACNET["object-identifier"]) == Literal("device,2001")
    assert graph.value(reference, BACNET["device-identifier"]) == Literal("device,2001")
    assert graph.value(reference, REF["read-property"]) == Literal("present-value", datatype=BACNET.Property)
    master = graph.value(reference, REF["bacnet-read-property"])
    assert master == BACNET["PropertyIdentifier.present-value"]
    assert (master, RDF.type, BACNET["PropertyIdentifier.EnumerationValue"]) in graph


def test_plain_sparql_finds_the_same_bindings(turtle: str, register: Register) -> None:
    graph = parsed(turtle)
    devices = {device.name: device for device in register.devices}
    bacnet = graph.query("""
        PREFIX gh: <urn:gatehouse:schema#> PREFIX bacnet: <http://data.ashrae.org/bacnet/>
        PREFIX ref: <https://brickschema.org/schema/Brick/ref#> PREFIX brick: <https://brickschema.org/schema/Brick#>
        SELECT ?id ?element ?object ?device WHERE { ?point gh:pointId ?id ; brick:isPointOf/gh:globalId ?element ;
            ref:hasExternalReference [ a ref:BACnetReference ; bacnet:object-identifier ?object ;
                bacnet:contains/bacnet:object-identifier ?device ] }""")
    assert {tuple(map(str, row)) for row in bacnet} == {  # type: ignore[arg-type]
        (p.id, p.element, f"{p.binding.object_type},{p.binding.object_instance}",
         f"device,{devices[p.binding.device].instance}")
        for p in register.points if isinstance(p.binding, BacnetBinding)
    }  # fmt: skip
    modbus = graph.query("""
        PREFIX gh: <urn:gatehouse:schema#> PREFIX ref: <https://brickschema.org/schema/Brick/ref#>
        SELECT ?id ?host ?port ?unit ?table ?address ?type ?bit ?invert ?word ?byte ?scale ?offset WHERE {
            ?point gh:pointId ?id ; ref:hasExternalReference [ a gh:ModbusReference ; gh:host ?host ; gh:port ?port ;
                gh:unitId ?unit ; gh:table ?table ; gh:address ?address ; gh:dataType ?type ; gh:bit ?bit ;
                gh:invert ?invert ; gh:wordOrder ?word ; gh:byteOrder ?byte ;
                gh:scale ?scale ; gh:offset ?offset ] }""")
    assert {tuple(term.toPython() for term in row) for row in modbus} == {  # type: ignore[union-attr]
        (p.id, devices[b.device].host, devices[b.device].port, devices[b.device].instance, b.table, b.address,
         b.data_type, b.bit, b.invert, b.word_order, b.byte_order, b.scale, b.offset)
        for p in register.points if isinstance(b := p.binding, ModbusBinding)
    }  # fmt: skip
    series = {str(series) for series in graph.objects(None, REF.hasTimeseriesId)}
    assert series == {point.id for point in register.points}


BROKEN = {
    "project": (REF.hasIfcProjectReference, "needs one reference to a project", True),
    "GlobalId": (REF.ifcGlobalID, "needs one GlobalId of 22 characters", True),
    "project id": (REF.ifcProjectID, "needs one project id", True),
    "model file": (REF.ifcFileLocation, "needs the name of its model file", True),
    "device": (BACNET.contains, "needs one device", True),
    "object identifier": (BACNET["object-identifier"], "needs one object identifier", False),
    "timeseries id": (REF.hasTimeseriesId, "needs one id in the history", True),
    "store": (REF.storedAt, "must say where it is stored", False),
    "element": (BRICK.isPointOf, "must be a point of exactly one thing", False),
    "kind": (GH.kind, "needs one kind", False),
    "Modbus device": (GH.controller, "needs one device", False),
    "table": (GH.table, "needs one of the four tables", False),
    "address": (GH.address, "needs one zero-based address", False),
    "data type": (GH.dataType, "needs one data type", False),
    "scale": (GH.scale, "needs one scale", False),
    "unit id": (GH.unitId, "needs one unit id", False),
    "word order": (GH.wordOrder, "needs one word order", False),
}


@pytest.mark.parametrize(("predicate", "message", "is_known_to_brick"), BROKEN.values(), ids=BROKEN)
def test_a_reference_that_lacks_something_is_named(
    turtle: str, reference_shapes: Graph, predicate: URIRef, message: str, is_known_to_brick: bool
) -> None:
    graph = parsed(turtle)
    subject, value = max(graph.subject_objects(predicate), key=str)
    graph.remove((subject, predicate, value))
    found = violations(graph.serialize(format="turtle"))
    assert any(line.startswith(f"{subject}: {message}") for line in found), found
    assert conforms(graph, reference_shapes) is not is_known_to_brick


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (REF.ifcGlobalID, Literal("too-short")),
        (BACNET["object-identifier"], Literal("analog-input 12")),
        (BACNET.contains, URIRef("urn:nobody")),
        (GH.address, Literal(-1)),
        (GH.address, Literal("first")),
        (GH.table, Literal("40001")),
        (GH.invert, Literal("perhaps")),
        (GH.port, Literal(0)),
    ],
)
def test_a_reference_that_says_something_wrong_is_named(turtle: str, predicate: URIRef, value: Literal) -> None:
    graph = parsed(turtle)
    subject = max(graph.subjects(predicate), key=str)
    graph.set((subject, predicate, value))
    assert any(line.startswith(f"{subject}: ") for line in violations(graph.serialize(format="turtle")))


def test_a_point_of_two_things_is_named(turtle: str) -> None:
    graph = parsed(turtle)
    point = of_point(graph, "L00/A/C01/TEMP")
    graph.add((point, BRICK.isPointOf, URIRef("urn:elsewhere")))
    found = violations(graph.serialize(format="turtle"))
    assert found == (f"{point}: must be a point of exactly one thing (brick:isPointOf)",)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_survive_as_data(facility: Facility, register: Register, name: str) -> None:
    spaces = (replace(facility.spaces[0], name=name, code=name), *facility.spaces[1:])
    unit = replace(facility.equipment[0], name=name, code=name, type=name, ifc_class=name, predefined_type=name)
    system = replace(facility.systems[0], name=name, predefined_type=name, serves=(name,))
    facility = replace(facility, code=name, name=name, spaces=spaces, equipment=(unit,), systems=(system,))
    devices = tuple(replace(device, name=f"{name}{device.name}") for device in register.devices)
    points = []
    for point in register.points:
        if point.binding:
            binding = replace(point.binding, device=f"{name}{point.binding.device}")
            points.append(replace(point, id=PointId(f"{name}{point.id}"), binding=binding))
    turtle = brick_turtle(facility, Register.of(points, devices), project_id=name, model="m.ifc", history=name)
    graph = parsed(turtle)
    assert violations(turtle) == ()
    assert graph.value(named(graph, spaces[0].global_id), RDFS.label) == Literal(name)
    assert graph.value(named(graph, unit.global_id), GH.type) == Literal(name)
    assert set(graph.objects(None, REF.storedAt)) == {Literal(name)}
    assert {str(point) for point in graph.objects(None, GH.pointId)} == {point.id for point in points}
    ours = ("urn:gatehouse:", str(BACNET["PropertyIdentifier.present-value"]))
    assert [node for node in graph.subjects() if not str(node).startswith(ours)] == []


def test_a_lone_surrogate_does_not_spoil_the_file(facility: Facility) -> None:
    named = replace(facility, name="half \ud83d", code="\ud83d")
    turtle = brick_turtle(named, Register(), project_id=PROJECT, model="m.ifc")
    assert (None, RDFS.label, Literal("half �")) in parsed(turtle.encode().decode())


def test_a_globalid_that_no_model_can_hold_gets_no_reference(facility: Facility) -> None:
    twin = replace(facility.spaces[0], global_id=GlobalId(f"{facility.spaces[0].global_id}~2"), code="TWICE")
    facility = replace(facility, spaces=(*facility.spaces, twin))
    turtle = brick_turtle(facility, Register(), project_id=PROJECT, model="m.ifc")
    graph = parsed(turtle)
    assert violations(turtle) == ()
    assert list(graph.objects(named(graph, twin.global_id), REF.hasExternalReference)) == []


def test_a_controller_of_the_model_is_the_device_itself(facility: Facility, register: Register) -> None:
    controller = replace(facility.equipment[1], global_id=register.devices[0].global_id, ifc_class="IfcController")
    facility = replace(facility, equipment=(*facility.equipment, controller))
    graph = parsed(brick_turtle(facility, register, project_id=PROJECT, model="m.ifc"))
    node = named(graph, controller.global_id)
    assert {BRICK.Controller, BRICK.BACnet_Controller, BACNET.device} == set(graph.objects(node, RDF.type))
    assert graph.value(of_point(graph, "RC-A/HEARTBEAT"), BRICK.isHostedBy) == node


def test_a_point_on_a_device_that_is_not_there_is_refused(facility: Facility) -> None:
    binding = BacnetBinding(device="gone", object_type="analog-input", object_instance=1)
    point = Point(id=PointId("TST/X"), kind="co2", element=GlobalId("x"), binding=binding)
    with pytest.raises(ValueError, match="TST/X is bound to gone"):
        brick_turtle(facility, Register(points=(point,)), project_id=PROJECT, model="m.ifc")


def test_what_is_no_turtle_cannot_be_checked() -> None:
    with pytest.raises(ConfigError, match="is not Turtle"):
        violations("<urn:a> <urn:b>")


def test_a_file_that_names_imports_and_circles_of_classes_is_checked_without_following_them(turtle: str) -> None:
    more = (
        "<urn:x> a owl:Ontology ; owl:imports <http://127.0.0.1:9/never>, <file:///nowhere> .\n"
        "gh:Door rdfs:subClassOf gh:Opening . gh:Opening rdfs:subClassOf gh:Door .\n"
        "ref:ifcProject rdfs:subClassOf ref:IFCReference . ref:IFCReference rdfs:subClassOf ref:ifcProject .\n"
    )
    assert isinstance(violations(turtle + more), tuple)


def test_an_element_that_the_model_lacks_is_only_named(facility: Facility) -> None:
    device = Device(name="D", protocol=Protocol.MODBUS, host="127.0.2.1", port=502, instance=1)
    point = Point(id=PointId("TST/X"), kind="co2", element=GlobalId("2mZBH90XL9EfzOzBSIEOdC"))
    turtle = brick_turtle(facility, Register.of([point], [device]), project_id=PROJECT, model="m.ifc")
    graph = parsed(turtle)
    assert violations(turtle) == ()
    assert (named(graph, point.element), RDF.type, GH.UnknownElement) in graph
