"""What is read as an extrusion is what the geometry library makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.util.unit
import pytest

from twin.ifc.geometry import Shaper, thin_rectangle

FILES = ("Duplex_A_20110907.ifc", "LargeBuilding.ifc", "xbim_House.ifc", "doubleguids.ifc", "AC20-FZK-Haus.ifc")


def bodies(path: Path) -> Iterator[tuple[Any, Shaper]]:
    file = ifcopenshell.open(str(path))
    shaper = Shaper(ifcopenshell.util.unit.calculate_unit_scale(file))
    for element in (*file.by_type("IfcSpace"), *file.by_type("IfcOpeningElement")):
        if element.Representation is not None and shaper._extrusion(element) is not None:
            yield element, shaper


def check(path: Path) -> int:
    count = 0
    for element, shaper in bodies(path):
        library = shaper._mesh_of_library(element)
        corners = shaper.corners(element)
        if library is None:
            continue
        count += 1
        assert corners[:, 2].min() == pytest.approx(library.low_m, abs=1e-6)
        assert corners[:, 2].max() == pytest.approx(library.high_m, abs=1e-6)
        ours, theirs = thin_rectangle(corners), thin_rectangle(library.vertices)
        assert ours is not None
        assert theirs is not None
        assert (ours.length_m, ours.thickness_m) == pytest.approx((theirs.length_m, theirs.thickness_m), abs=1e-5)
        assert ours.centre == pytest.approx(theirs.centre, abs=1e-5)
        mesh = shaper.mesh(element)
        assert mesh is not None
        level = (library.low_m + library.high_m) / 2
        difference = mesh.section(level).symmetric_difference(library.section(level)).area
        assert difference == pytest.approx(0.0, abs=1e-4), element
    return count


def test_rooms_and_openings_of_a_hand_made_house_are_exact(house: Any, written: Callable[[Any], Path]) -> None:
    assert check(written(house)) == 4


@pytest.mark.parametrize("name", FILES)
def test_bodies_of_foreign_files_are_exact(foreign: Callable[[str], Path], name: str) -> None:
    assert check(foreign(name)) > 0


def test_a_stair_of_many_faces_has_the_corners_that_its_triangles_have(foreign: Callable[[str], Path]) -> None:
    file = ifcopenshell.open(str(foreign("AC20-FZK-Haus.ifc")))
    shaper = Shaper(ifcopenshell.util.unit.calculate_unit_scale(file))
    (stair,) = file.by_type("IfcStair")
    library = shaper._mesh_of_library(stair)
    corners = shaper.corners(stair)
    assert library is not None
    for axis in range(3):
        assert corners[:, axis].min() == pytest.approx(library.vertices[:, axis].min(), abs=1e-5)
        assert corners[:, axis].max() == pytest.approx(library.vertices[:, axis].max(), abs=1e-5)


def test_a_body_over_whose_materials_the_library_stumbles_is_shaped_without_them(
    foreign: Callable[[str], Path],
) -> None:
    file = ifcopenshell.open(str(foreign("xbim_House.ifc")))
    shaper = Shaper(ifcopenshell.util.unit.calculate_unit_scale(file))
    flights = [shaper.mesh(flight) for flight in file.by_type("IfcStairFlight")]
    assert flights
    assert all(mesh is not None and mesh.high_m - mesh.low_m < 4.0 for mesh in flights)
