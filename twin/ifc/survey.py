"""What a file says of itself before anything is made of it: schema, program that wrote it, how much of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.files.text import plain
from twin.ifc.units import names_length_unit

COUNTED = (
    "IfcBuilding",
    "IfcBuildingStorey",
    "IfcSpace",
    "IfcDoor",
    "IfcWindow",
    "IfcWall",
    "IfcStair",
    "IfcStairFlight",
    "IfcTransportElement",
    "IfcZone",
    "IfcSystem",
    "IfcDistributionElement",
    "IfcDistributionControlElement",
    "IfcRelSpaceBoundary",
    "IfcOpeningElement",
    "IfcUnitAssignment",
)
"""Classes of which the report gives the number of instances, subtypes included."""

_EXPORTERS = (
    ("revit", "revit"),
    ("archicad", "archicad"),
    ("allplan", "allplan"),
    ("vectorworks", "vectorworks"),
    ("bonsai", "bonsai"),
    ("blenderbim", "bonsai"),
    ("gatehouse", "gatehouse"),
)
"""Word in what a program says of itself → whose settings are meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Facts of a file. ``program``: as the file names it; ``exporter``: whose settings it has, empty if unknown.

    Who made the file is not kept.
    """

    schema: str = ""
    program: str = ""
    exporter: str = ""
    unit_m: float = 1.0
    instances: int = 0
    classes: Mapping[str, int] = field(default_factory=dict)
    boundaries_of_doors: int = 0
    is_georeferenced: bool = False
    names_unit: bool = True


def survey_of(file: Any, *, schema: str, instances: int, unit_m: float) -> Survey:
    """Look over an open file."""
    program = _program(file)
    known = {word for word in COUNTED if _has_class(file, word)}
    return Survey(
        schema=schema,
        program=program,
        exporter=next((name for word, name in _EXPORTERS if word in program.lower()), ""),
        unit_m=unit_m,
        instances=instances,
        classes={word: len(file.by_type(word)) if word in known else 0 for word in COUNTED},
        boundaries_of_doors=sum(_is_of_door(relation) for relation in file.by_type("IfcRelSpaceBoundary")),
        is_georeferenced=_is_georeferenced(file),
        names_unit=names_length_unit(file),
    )


def _program(file: Any) -> str:
    header = file.header.file_name
    names = [application.ApplicationFullName for application in file.by_type("IfcApplication")]
    said = [*names, header.originating_system, header.preprocessor_version]
    return plain(", ".join(dict.fromkeys(text for text in said if isinstance(text, str) and text.strip())))


def _is_of_door(relation: Any) -> bool:
    element = relation.RelatedBuildingElement
    return element is not None and bool(element.is_a("IfcDoor"))


def _is_georeferenced(file: Any) -> bool:
    if _has_class(file, "IfcMapConversion") and file.by_type("IfcMapConversion"):
        return True
    return any(site.RefLatitude and site.RefLongitude for site in file.by_type("IfcSite"))


def _has_class(file: Any, ifc_class: str) -> bool:
    try:
        file.by_type(ifc_class)
    except RuntimeError:
        return False
    return True
