"""What the things of a facility are called in a Brick file, and their references to the IFC model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twin.exchange.brick_text import base_of, iri, statement, text, within
from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside

_GLOBAL_ID = re.compile(r"[0-3][0-9A-Za-z_$]{21}")
"""A GlobalId that a model can hold. Import gives repeated and empty ones a suffix; no IFC reference can name those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What things are called in the file: the base of its IRIs, and a term for every GlobalId of the facility."""

    base: str
    project: str
    site: str
    terms: Mapping[str, str]
    units: Mapping[str, str]
    """IFC names of equipment: a meter or camera may be the very device that gives a point its value."""

    def of(self, element: str) -> str:
        """The term of an element; for one that the facility does not know, a term that says nothing of its kind."""
        return self.terms.get(element) or iri(self.base, "element", element)


def names_of(facility: Facility) -> Names:
    """The names of everything in a facility."""
    base = base_of(facility.code)
    kinds: dict[str, Iterable[GlobalId]] = {
        "building": (building.global_id for building in facility.buildings),
        "storey": (storey.global_id for storey in facility.storeys),
        "outside": outdoors_of(facility),
        "space": (space.global_id for space in facility.spaces),
        "zone": (zone.global_id for zone in facility.zones),
        "door": (door.global_id for door in facility.doors),
        "link": (link.global_id for link in facility.links),
        "equipment": (unit.global_id for unit in facility.equipment),
        "system": (system.global_id for system in facility.systems),
    }
    terms: dict[str, str] = {
        element: iri(base, kind, element) for kind, elements in kinds.items() for element in elements
    }
    site = iri(base, "site", facility.code)
    if facility.site_id:
        terms[facility.site_id] = site
    units: dict[str, str] = {unit.global_id: unit.name for unit in facility.equipment}
    return Names(base=base, project=iri(base, "project", facility.code), site=site, terms=terms, units=units)


def reference_statement(node: str, global_id: str, name: str, names: Names) -> str:
    """The IFC reference of a thing that has one (`reference_term`)."""
    return statement(
        within(node, "ifc"),
        ("a", "ref:IFCReference"),
        ("ref:hasIfcProjectReference", names.project),
        ("ref:ifcGlobalID", text(global_id)),
        ("ref:ifcName", text(names.units.get(global_id, name))),
    )


def reference_term(node: str, global_id: str) -> str:
    """The term of a thing's IFC reference, empty where there is none."""
    return within(node, "ifc") if _GLOBAL_ID.fullmatch(global_id) else ""


def outdoors_of(facility: Facility) -> list[GlobalId]:
    """The outdoors nodes that a door or link leads to."""
    ways: list[Door | Link] = [*facility.doors, *facility.links]
    return list(dict.fromkeys(node for way in ways for node in way.joins or () if is_outside(node)))
