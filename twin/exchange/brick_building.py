"""The building in Brick: site, buildings, floors, spaces, zones, doors, links, equipment and systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twin.exchange.brick_classes import (
    LINK_CLASSES,
    OTHER_SYSTEM,
    OTHER_ZONE,
    SPACE_CLASSES,
    SYSTEM_CLASSES,
    ZONE_CLASSES,
    equipment_class,
)
from twin.exchange.brick_names import Names, outdoors_of, reference_statement, reference_term
from twin.exchange.brick_text import Fact, statement, text
from twin.model.doors import Door, Link
from twin.model.equipment import Equipment, System
from twin.model.facility import Facility
from twin.model.ids import GlobalId


def building_statements(facility: Facility, names: Names) -> Iterator[str]:
    """Everything but the points, in the order of the facility."""
    yield from _structure(facility, names)
    for space in facility.spaces:
        yield from _element(
            names,
            space.global_id,
            space.code,
            ("a", f"brick:{SPACE_CLASSES[space.use]}"),
            ("rdfs:label", text(space.name or space.code)),
            ("gh:code", text(space.code)),
            ("gh:use", text(space.use.value)),
            ("brick:isPartOf", names.of(space.storey)),
        )
    for zone in facility.zones:
        members = [names.of(member) for member in zone.members]
        yield from _element(
            names,
            zone.global_id,
            zone.name,
            ("a", f"brick:{ZONE_CLASSES.get(zone.purpose, OTHER_ZONE)}"),
            ("rdfs:label", text(zone.name)),
            ("gh:purpose", text(zone.purpose)),
            ("brick:hasPart", members),
        )
        yield from _parts(names.of(zone.global_id), members)
    for door in facility.doors:
        yield from _door(door, names)
    for link in facility.links:
        yield from _link(link, names)
    for unit in facility.equipment:
        yield from _unit(unit, names)
    for system in facility.systems:
        yield from _system(system, facility, names)


def _element(names: Names, global_id: GlobalId, name: str, *facts: Fact) -> Iterator[str]:
    node = names.of(global_id)
    reference = reference_term(node, global_id)
    yield statement(node, *facts, ("gh:globalId", text(global_id)), ("ref:hasExternalReference", reference))
    if reference:
        yield reference_statement(node, global_id, name, names)


def _parts(whole: str, parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        yield statement(part, ("brick:isPartOf", whole))


def _structure(facility: Facility, names: Names) -> Iterator[str]:
    outdoors = outdoors_of(facility)
    parts = (*(building.global_id for building in facility.buildings), *outdoors)
    reference = reference_term(names.site, facility.site_id)
    yield statement(
        names.site,
        ("a", "brick:Site"),
        ("rdfs:label", text(facility.name)),
        ("gh:code", text(facility.code)),
        ("gh:globalId", text(facility.site_id) if facility.site_id else ""),
        ("brick:hasPart", [names.of(part) for part in parts]),
        ("ref:hasExternalReference", reference),
    )
    if reference:
        yield reference_statement(names.site, facility.site_id, facility.code, names)
    for node in outdoors:
        outside = ("a", "brick:Outside"), ("gh:globalId", text(node)), ("brick:isPartOf", names.site)
        yield statement(names.of(node), *outside)
    for building in facility.buildings:
        floors = (names.of(storey.global_id) for storey in facility.storeys if storey.building == building.global_id)
        yield from _element(
            names,
            building.global_id,
            building.name,
            ("a", "brick:Building"),
            ("rdfs:label", text(building.name)),
            ("brick:isPartOf", names.site),
            ("brick:hasPart", floors),
        )
    for storey in facility.storeys:
        spaces = (names.of(space.global_id) for space in facility.spaces if space.storey == storey.global_id)
        yield from _element(
            names,
            storey.global_id,
            storey.name,
            ("a", "brick:Floor"),
            ("rdfs:label", text(storey.name)),
            ("brick:isPartOf", names.of(storey.building)),
            ("brick:hasPart", spaces),
        )


def _door(door: Door, names: Names) -> Iterator[str]:
    yield from _element(
        names,
        door.global_id,
        door.code,
        ("a", "gh:Door"),
        ("rdfs:label", text(door.code)),
        ("gh:code", text(door.code)),
        ("gh:type", text(door.type)),
        ("gh:joins", dict.fromkeys(names.of(node) for node in door.joins or ())),
        ("brick:hasLocation", names.of(door.storey)),
    )


def _link(link: Link, names: Names) -> Iterator[str]:
    yield from _element(
        names,
        link.global_id,
        link.code,
        ("a", LINK_CLASSES[link.kind]),
        ("rdfs:label", text(link.code)),
        ("gh:code", text(link.code)),
        ("gh:joins", dict.fromkeys(names.of(node) for node in link.joins)),
    )


def _unit(unit: Equipment, names: Names) -> Iterator[str]:
    yield from _element(
        names,
        unit.global_id,
        unit.name,
        ("a", f"brick:{equipment_class(unit.ifc_class, unit.predefined_type)}"),
        ("rdfs:label", text(unit.name or unit.code)),
        ("gh:code", text(unit.code)),
        ("gh:type", text(unit.type) if unit.type else ""),
        ("gh:ifcClass", text(unit.ifc_class)),
        ("gh:predefinedType", text(unit.predefined_type) if unit.predefined_type else ""),
        ("brick:hasLocation", names.of(unit.space or unit.storey)),
    )


def _system(system: System, facility: Facility, names: Names) -> Iterator[str]:
    members = [names.terms[member] for member in system.members if member in names.terms]
    zones = {zone.name: zone.global_id for zone in facility.zones if zone.purpose == "hvac"}
    yield from _element(
        names,
        system.global_id,
        system.name,
        ("a", f"brick:{SYSTEM_CLASSES.get(system.predefined_type.upper(), OTHER_SYSTEM)}"),
        ("rdfs:label", text(system.name)),
        ("gh:predefinedType", text(system.predefined_type) if system.predefined_type else ""),
        ("brick:hasPart", members),
        ("brick:feeds", (names.of(zones[name]) for name in system.serves if name in zones)),
        ("gh:serves", (text(name) for name in system.serves)),
    )
    yield from _parts(names.of(system.global_id), members)
