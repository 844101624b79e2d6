"""From an open IFC file to a Facility. Runs in the child process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ifcopenshell.util.unit

from twin.files.text import plain
from twin.ifc.doors import is_external, read_doors
from twin.ifc.elements import read_elements
from twin.ifc.geometry import Shaper
from twin.ifc.identities import Identities
from twin.ifc.openings import SpaceFinder
from twin.ifc.points import read_register
from twin.ifc.properties import quantity_of
from twin.ifc.spatial import read_building, read_spaces, site_code
from twin.ifc.stairs import read_links
from twin.ifc.systems import read_equipment, read_systems, read_zones
from twin.ifc.units import length_scale
from twin.ifc.ways import read_open_ways
from twin.ifc.windows import with_windows
from twin.model.elements import Element
from twin.model.facility import Facility
from twin.model.register import Register

_NET_AREA = ("NetFloorArea", "NetArea")
"""Names of the net area among quantities. Revit's ``GSA BIM Area`` is measured otherwise: to the middle of walls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What a file holds for us, and what was odd about it.

    ``quantities``: net floor area [m²] that a space states of itself; ``external_unknown``: codes of doors that do not
    say whether they lead outdoors.
    """

    facility: Facility
    register: Register
    elements: tuple[Element, ...]
    warnings: tuple[str, ...]
    quantities: Mapping[str, float]
    external_unknown: tuple[str, ...]


def extract(file: Any, path: str, *, trust_boundaries: bool) -> Extract:
    """Read a file into a facility and its register.

    Args:
        file: An open ifcopenshell file.
        path: Its name for error messages.
        trust_boundaries: Whether space boundaries take part in deciding which spaces a door joins.

    Raises:
        IfcError: its length unit cannot be told.
        ModelError: the facility breaks its own rules.
    """
    identities = Identities()
    scale = length_scale(file, path)
    shaper = Shaper(scale)
    building = read_building(file, identities, scale)
    spaces = read_spaces(file, building, shaper, identities)
    finder = SpaceFinder(list(spaces.values()))
    spaces = with_windows(file, spaces, finder, shaper, building)
    doors = read_doors(file, building, spaces, finder, shaper, identities, trust_boundaries=trust_boundaries)
    code = site_code(file)
    links = read_links(file, code, building, list(spaces.values()), shaper, identities)
    links += read_open_ways(file, spaces, building, doors, finder, shaper, identities)
    register, only_points = read_register(file, identities)
    equipment = read_equipment(file, building, spaces, finder, identities, without=only_points)
    facility = Facility(
        code=code,
        name=_name(file) or code,
        buildings=tuple(building.buildings),
        storeys=tuple(building.storeys),
        spaces=tuple(placed.space for placed in spaces.values()),
        doors=tuple(doors),
        links=tuple(links),
        zones=tuple(read_zones(file, spaces, identities)),
        equipment=tuple(equipment.values()),
        systems=tuple(read_systems(file, equipment, spaces, identities)),
        site_id=_site_id(file, identities),
    )
    codes = {door.global_id: door.code for door in doors}
    for project in file.by_type("IfcProject"):
        identities.of(project)
    elements = read_elements(facility, building, identities)
    identities.look_over(file.by_type("IfcObjectDefinition"))
    return Extract(
        facility=facility,
        register=register,
        elements=tuple(elements),
        warnings=tuple(identities.warnings),
        quantities=_quantities(file, identities),
        external_unknown=tuple(
            codes[identities.of(door)] for door in file.by_type("IfcDoor") if is_external(door) is None
        ),
    )


def _quantities(file: Any, identities: Identities) -> dict[str, float]:
    scale = float(ifcopenshell.util.unit.calculate_unit_scale(file, "AREAUNIT"))
    stated = {identities.of(space): quantity_of(space, _NET_AREA) * scale for space in file.by_type("IfcSpace")}
    return {space: area for space, area in stated.items() if area > 0}


def _name(file: Any) -> str:
    for entity in (*file.by_type("IfcProject"), *file.by_type("IfcSite")):
        if text := plain(entity.LongName or "") or plain(entity.Name or ""):
            return text
    return ""


def _site_id(file: Any, identities: Identities) -> Any:
    sites = file.by_type("IfcSite")
    return identities.of(sites[0]) if sites else ""
