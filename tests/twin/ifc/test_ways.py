from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ifc.reader import read_facility
from twin.model.vocabulary import LinkKind

Write = Callable[[Any], Path]


def hole(
    house: Any, x: float, y: float, along: str, *, width: float = 1.0, height: float = 2.1, sill: float = 0.0
) -> None:
    """An opening in a wall that nothing fills."""
    dx, dy = (width / 2, 0.0) if along == "x" else (0.0, width / 2)
    wall = house.root("IFCWALL", "wall", f"$,'wall',$,$,{house.place(x, y, 0.0, along)},$,$,$")
    shape = house.body((0.0, -0.1, width, 0.1), height)
    rest = f"$,'arch',$,$,{house.place(x - dx, y - dy, sill, along)},{shape},$,.OPENING."
    opening = house.root("IFCOPENINGELEMENT", "arch", rest)
    house.root("IFCRELVOIDSELEMENT", "void", f"$,$,$,#{wall},#{opening}")


def openings(path: Path) -> list[set[str]]:
    facility = read_facility(path).facility
    return [
        {facility.node_label(node) for node in link.joins} for link in facility.links if link.kind is LinkKind.OPENING
    ]


def test_a_hole_in_a_wall_that_nothing_fills_is_a_way(house: Any, written: Write) -> None:
    hole(house, 4.1, 0.8, "y")
    assert openings(written(house)) == [{"A", "B"}]


@pytest.mark.parametrize("facts", [{"width": 0.4}, {"height": 1.5}, {"sill": 0.9}])
def test_a_hole_that_nobody_walks_through_is_none(house: Any, written: Write, facts: dict[str, float]) -> None:
    hole(house, 4.1, 0.8, "y", **facts)
    assert openings(written(house)) == []


def test_a_hole_to_the_outdoors_is_no_way_between_spaces(house: Any, written: Write) -> None:
    hole(house, 2.0, -0.1, "x")
    assert openings(written(house)) == []


Wall = tuple[float, float, float, float]


def virtual(house: Any, space: str, line: Wall, height: float = 2.7) -> None:
    """A first-level boundary that names no element, upright along a line in plan."""
    x0, y0, x1, y1 = (value * 1000 for value in line)
    ends = [house.add(f"IFCCARTESIANPOINT(({x},{y}))") for x, y in ((x0, y0), (x1, y1))]
    curve = house.add(f"IFCPOLYLINE((#{ends[0]},#{ends[1]}))")
    profile = house.add(f"IFCARBITRARYOPENPROFILEDEF(.CURVE.,$,#{curve})")
    up = house.add("IFCDIRECTION((0.,0.,1.))")
    surface = house.add(f"IFCSURFACEOFLINEAREXTRUSION(#{profile},#{house.axes},#{up},{height * 1000})")
    connection = house.add(f"IFCCONNECTIONSURFACEGEOMETRY(#{surface},$)")
    rest = f"$,$,$,#{house.spaces[space]},$,#{connection},.VIRTUAL.,.INTERNAL."
    house.root("IFCRELSPACEBOUNDARY", f"virtual {space} {line}", rest)


def test_where_no_wall_was_drawn_two_spaces_with_a_boundary_along_one_line_are_joined(
    house: Any, written: Write
) -> None:
    house.room("C", (0.0, 3.0, 4.0, 6.0))
    house.room("D", (0.0, 6.0, 4.0, 9.0))
    virtual(house, "A", (0.0, 3.0, 4.0, 3.0))
    virtual(house, "C", (3.0, 3.0, 1.0, 3.0))
    virtual(house, "D", (0.0, 9.0, 4.0, 9.0))
    (link,) = (one for one in read_facility(written(house)).facility.links if one.kind is LinkKind.OPENING)
    assert link.width_m == pytest.approx(2.0)
    assert openings(written(house)) == [{"A", "C"}], "C and D touch, but their boundaries do not meet"


@pytest.mark.parametrize(("line", "height"), [((0.0, 3.0, 0.4, 3.0), 2.7), ((0.0, 3.0, 4.0, 3.0), 1.0)])
def test_a_gap_too_narrow_or_too_low_is_none(house: Any, written: Write, line: Wall, height: float) -> None:
    house.room("C", (0.0, 3.0, 4.0, 6.0))
    virtual(house, "A", line, height)
    virtual(house, "C", line, height)
    assert openings(written(house)) == []


def test_spaces_that_touch_without_a_word_of_the_file_are_not_joined(house: Any, written: Write) -> None:
    house.room("C", (0.0, 3.0, 4.0, 6.0))
    virtual(house, "A", (0.0, 3.0, 4.0, 3.0))
    assert openings(written(house)) == []


def test_an_open_floor_of_a_foreign_model_is_walkable(foreign: Callable[[str], Path]) -> None:
    found = openings(foreign("Duplex_A_20110907.ifc"))
    assert {"A101", "A105"} in found, "foyer and stair"
    assert {"A102", "A103"} in found, "living room and kitchen"
    assert len(found) == 8
