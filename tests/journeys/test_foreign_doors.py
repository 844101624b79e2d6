"""Doors of third-party models: joined from geometry alone, held against the space boundaries that the files carry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import ifcopenshell
import pytest

from twin.ifc.reader import Import, read_facility
from twin.model.ids import is_outside
from twin.model.vocabulary import Confidence

SAMPLES = Path(__file__).parents[2].parent / "shared" / "ifc"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the folder of third-party sample models is not beside the checkout"
)

WITH_BOUNDARIES = (
    "3rooms_Heater_AirTerminal_Table_with_SB.ifc",
    "AC20-FZK-Haus.ifc",
    "AC20-FZK-Haus_with_SB55.ifc",
    "Duplex_A_20110505.ifc",
    "Duplex_A_20110907.ifc",
    "ExampleHOM.ifc",
    "ExampleHOM_with_radiator.ifc",
)
DEFECTS: Mapping[str, str] = {
    # Both revisions name hallway, bathroom and utility for the one door between bathroom and utility.
    "Duplex_A_20110505.ifc": "1aj$VJZFn2TxepZUBcKpac",
    "Duplex_A_20110907.ifc": "1aj$VJZFn2TxepZUBcKpac",
}
"""Doors of which the boundary data cannot be right, by file: a door joins two spaces, not three."""


def boundaries_of(path: Path) -> dict[str, set[str]]:
    """Door → spaces whose boundaries name it, read with the library alone."""
    found: dict[str, set[str]] = {}
    for relation in ifcopenshell.open(str(path)).by_type("IfcRelSpaceBoundary"):
        element, space = relation.RelatedBuildingElement, relation.RelatingSpace
        if element is not None and element.is_a("IfcDoor") and space.is_a("IfcSpace"):
            found.setdefault(element.GlobalId, set()).add(space.GlobalId)
    return found


def indoors(read: Import) -> dict[str, set[str]]:
    return {door.global_id: {n for n in door.joins or () if not is_outside(n)} for door in read.facility.doors}


@pytest.mark.parametrize("name", WITH_BOUNDARIES)
def test_every_door_is_joined_as_its_boundaries_say_from_geometry_alone(name: str) -> None:
    stated = boundaries_of(SAMPLES / name)
    defect = DEFECTS.get(name)
    if defect is not None:
        assert len(stated.pop(defect)) == 3
    alone = indoors(read_facility(SAMPLES / name, trust_boundaries=False))
    assert {door: alone[door] for door in stated} == stated
    together = indoors(read_facility(SAMPLES / name))
    assert {door: together[door] for door in stated} == stated


@pytest.mark.parametrize("name", WITH_BOUNDARIES)
def test_no_door_that_is_called_sure_is_wrong_and_nearly_all_are_sure(name: str) -> None:
    stated = boundaries_of(SAMPLES / name)
    read = read_facility(SAMPLES / name, trust_boundaries=False)
    sure = [door for door in read.facility.doors if door.confidence is Confidence.SURE]
    joins = indoors(read)
    for door in sure:
        assert joins[door.global_id] <= stated[door.global_id]
    assert len(sure) == len(read.facility.doors)


def test_inner_doors_to_rooms_that_nobody_modelled_are_a_guess_not_an_exit() -> None:
    read = read_facility(SAMPLES / "LargeBuilding.ifc")
    guessed = [door for door in read.facility.doors if door.confidence is Confidence.GUESS]
    assert len(guessed) == 10
    assert all(door.code.startswith("M_Single-Flush:Inside Door") for door in guessed)
    assert read.report.doors_sure == 8


def test_openings_whose_materials_stop_the_library_still_place_their_doors() -> None:
    report = read_facility(SAMPLES / "xbim_House.ifc").report
    assert (report.doors, report.doors_joined) == (19, 19)
    assert report.doors_sure >= 15
