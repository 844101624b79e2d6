"""From an open IFC file to a Facility. Runs in the child process."""

from __future__ import annotations

from typing import Any

import ifcopenshell.util.unit

from twin.files.text import plain
from twin.ifc.doors import read_doors
from twin.ifc.geometry import Shaper
from twin.ifc.identities import Identities
from twin.ifc.openings import SpaceFinder
from twin.ifc.points import read_register
from twin.ifc.spatial import read_building, read_spaces, site_code
from twin.ifc.stairs import read_links
from twin.ifc.systems import read_equipment, read_systems, read_zones
from twin.ifc.ways import read_open_ways
from twin.ifc.windows import with_windows
from twin.model.errors import IfcError
from twin.model.facility import Facility
from twin.model.register import Register


def extract(file: Any, path: str, *, trust_boundaries: bool) -> tuple[Facility, Register, list[str]]:
    """Read a file into a facility and its register.

    Args:
        file: An open ifcopenshell file.
        path: Its name for error messages.
        trust_boundaries: Whether space boundaries take part in deciding which spaces a door joins.

    Returns:
        The facility, the register that the model carries, and what was odd about the file.

    Raises:
        IfcError: the file has no spaces.
        ModelError: the facility breaks its own rules.
    """
    if not file.by_type("IfcSpace"):
        raise IfcError(path, "has no spaces: rooms must be modelled as IfcSpace, without them there is no twin")
    identities = Identities()
    scale = float(ifcopenshell.util.unit.calculate_unit_scale(file))
    shaper = Shaper(scale)
    building = read_building(file, identities, scale)
    spaces = read_spaces(file, building, shaper, identities)
    finder = SpaceFinder(list(spaces.values()))
    spaces = with_windows(file, spaces, finder, shaper, building)
    doors = read_doors(file, building, spaces, finder, shaper, identities, trust_boundaries=trust_boundaries)
    code = site_code(file)
    links = read_links(file, code, building, list(spaces.values()), shaper, identities)
    links += read_open_ways(file, spaces, finder, shaper, identities)
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
    return facility, register, identities.warnings


def _name(file: Any) -> str:
    for entity in (*file.by_type("IfcProject"), *file.by_type("IfcSite")):
        if text := plain(entity.LongName or "") or plain(entity.Name or ""):
            return text
    return ""


def _site_id(file: Any, identities: Identities) -> Any:
    sites = file.by_type("IfcSite")
    return identities.global_id(sites[0].GlobalId, "IfcSite") if sites else ""
