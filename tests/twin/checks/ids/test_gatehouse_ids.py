"""The shipped IDS file: valid, in our words, and each specification fails on what it asks for and on nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import ifctester.ids
import pytest

from twin.checks.ids.document import read_headings
from twin.model.points import Protocol
from twin.model.vocabulary import Access, FailMode, FireAction, SafetyClass, SpaceUse, UseCondition

Model = Any
NS = {"": "http://standards.buildingsmart.org/IDS", "xs": "http://www.w3.org/2001/XMLSchema"}


@pytest.fixture(scope="module")
def document(ids_file: Path) -> Any:
    return ifctester.ids.open(str(ids_file), validate=True)


@pytest.fixture
def failing(document: Any, ids_file: Path) -> Callable[[Model], set[str]]:
    """Identifiers of the specifications that a model fails."""
    identifiers = [heading.identifier for heading in read_headings(ids_file)]

    def check(model: Model) -> set[str]:
        document.validate(model.file, should_filter_version=True)
        return {key for key, one in zip(identifiers, document.specifications, strict=True) if one.status is False}

    return check


def test_the_file_is_a_valid_ids(document: Any) -> None:
    assert len(document.specifications) > 20


def test_every_specification_has_a_level_and_an_identifier_of_its_own(ids_file: Path) -> None:
    headings = read_headings(ids_file)
    assert {heading.level for heading in headings} == {1, 2}
    assert len({heading.identifier for heading in headings}) == len(headings)
    assert headings == sorted(headings, key=lambda heading: heading.identifier)


def test_every_specification_says_why(ids_file: Path) -> None:
    found = ET.parse(ids_file).getroot().findall(".//specification", NS)
    assert [one.get("name") for one in found if not one.get("description")] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Use", [use.value for use in SpaceUse if use is not SpaceUse.UNKNOWN]),
        ("UseCondition", [condition.value for condition in UseCondition if condition.value]),
        ("FailMode", list(FailMode)),
        ("FireAlarmAction", list(FireAction)),
        ("Protocol", list(Protocol)),
        ("SafetyClass", list(SafetyClass)),
        ("Access", list(Access)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_words_of_the_file_are_those_of_the_house(ids_file: Path, name: str, words: list[str]) -> None:
    for prop in ET.parse(ids_file).getroot().findall(".//property", NS):
        if prop.findtext("baseName/simpleValue", namespaces=NS) == name:
            listed = [one.get("value") for one in prop.findall("value/xs:restriction/xs:enumeration", NS)]
            assert listed == [str(word) for word in words]


def test_a_model_that_carries_everything_passes(failing: Callable[[Model], set[str]], model: Model) -> None:
    assert failing(model) == set()


def without_value(element: str, pset: str, name: str) -> Callable[[Model], None]:
    return lambda model: model.file.remove(model.psets[element, pset, name])


def with_value(element: str, pset: str, name: str, value: Any) -> Callable[[Model], None]:
    def change(model: Model) -> None:
        model.psets[element, pset, name].NominalValue = model.value(value)

    return change


def without(name: str) -> Callable[[Model], None]:
    return lambda model: model.file.remove(model.named[name])


def with_attribute(element: str, name: str, value: Any) -> Callable[[Model], None]:
    return lambda model: setattr(model.named[element], name, value)


FAULTS = {
    "a project without name": (with_attribute("TST", "Name", None), {"1.01"}),
    "no site": (without("SITE"), {"1.02"}),
    "a building without name": (with_attribute("BUILDING", "Name", ""), {"1.03"}),
    "a storey without elevation": (with_attribute("L00", "Elevation", None), {"1.04"}),
    "a storey in no building": (without("L00 in BUILDING"), {"1.04"}),
    "a space without code": (with_attribute("CELL", "Name", None), {"1.05"}),
    "a space without body": (with_attribute("CELL", "Representation", None), {"1.06"}),
    "spaces on no storey": (without("spaces of storey"), {"1.06"}),
    "a door without width": (with_attribute("DOOR", "OverallWidth", None), {"1.07"}),
    "a flight without body": (with_attribute("FLIGHT", "Representation", None), {"1.08"}),
    "no georeference": (without("MAP"), {"2.01"}),
    "a reference system without EPSG code": (with_attribute("CRS", "Name", "LKS-94"), {"2.02"}),
    "a space without long name": (with_attribute("CELL", "LongName", None), {"2.03"}),
    "a space without reference": (without_value("CELL", "Pset_SpaceCommon", "Reference"), {"2.03"}),
    "a space without net area": (with_attribute("CELL area", "Name", "GrossFloorArea"), {"2.04"}),
    "unclassified spaces": (without("space class"), {"2.05"}),
    "another classification": (with_attribute("UNICLASS", "Name", "OmniClass"), {"2.05", "2.11"}),
    "a space without use": (without_value("CELL", "GH_Space", "Use"), {"2.06"}),
    "a use that is none of ours": (with_value("CELL", "GH_Space", "Use", "DUNGEON"), {"2.06"}),
    "a use condition that is none": (with_value("CELL", "GH_Space", "UseCondition", "VI"), {"2.06"}),
    "a space in no regime zone": (without_value("CELL", "GH_Space", "RegimeZone"), {"2.06"}),
    "a cell without occupancy": (
        without_value("CELL", "Pset_SpaceOccupancyRequirements", "OccupancyNumber"),
        {"2.07"},
    ),
    "a cell without annex": (without_value("CELL", "GH_Space", "AnnexArea"), {"2.08"}),
    "a door in no wall": (without("fill"), {"2.09"}),
    "a door that does not say whether it is an exit": (without_value("DOOR", "Pset_DoorCommon", "FireExit"), {"2.10"}),
    "an unclassified door": (without("door class"), {"2.11"}),
    "a door without type": (without_value("DOOR", "GH_Door", "DoorType"), {"2.12"}),
    "a width that is no length": (with_value("DOOR", "GH_Door", "ClearWidth", "0.9"), {"2.12"}),
    "a fail mode that is none of ours": (with_value("DOOR", "GH_Door", "FailMode", "FS"), {"2.12"}),
    "a point without unit": (without_value("SENSOR", "GH_Point", "Unit"), {"2.13"}),
    "a sensor that is no point": (without_value("SENSOR", "GH_Point", "Point"), {"2.13", "2.14"}),
    "a controller without instance": (without_value("CONTROLLER", "GH_Device", "Instance"), {"2.15"}),
    "no zone": (without("ZONE"), {"2.16"}),
    "a system without kind": (with_attribute("SYSTEM", "PredefinedType", None), {"2.17"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_fails_its_specification_and_no_other(
    failing: Callable[[Model], set[str]], model: Model, fault: str
) -> None:
    spoil, identifiers = FAULTS[fault]
    spoil(model)
    assert failing(model) == identifiers


def test_every_specification_is_tried(ids_file: Path) -> None:
    tried = set().union(*(identifiers for _, identifiers in FAULTS.values()))
    assert {heading.identifier for heading in read_headings(ids_file)} - tried == set()


def test_an_unrated_door_without_lock_passes(failing: Callable[[Model], set[str]], model: Model) -> None:
    without_value("DOOR", "Pset_DoorCommon", "FireRating")(model)
    without_value("DOOR", "GH_Door", "LockType")(model)
    assert failing(model) == set()
