from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from twin.ifc.reader import read_facility
from twin.model.errors import IfcError
from twin.model.ids import outside_id
from twin.model.vocabulary import Confidence, JoinSource, LinkKind, SpaceUse

Write = Callable[[Any], Path]


def test_two_rooms_come_out_in_metres_with_their_names(house: Any, written: Write) -> None:
    read = read_facility(written(house))
    room = read.facility.space("A")
    assert (room.name, room.area_m2, room.floor_m, room.height_m) == ("Room A", 12.0, 0.0, 2.7)
    assert room.polygon == ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0))
    assert room.use is SpaceUse.UNKNOWN
    assert (read.report.spaces, read.report.doors, read.report.doors_joined, read.report.storeys) == (2, 2, 2, 1)
    assert read.report.warnings == ()


def test_a_door_joins_the_rooms_on_its_sides_or_the_outdoors(house: Any, written: Write) -> None:
    facility = read_facility(written(house)).facility
    a, b = facility.space("A").global_id, facility.space("B").global_id
    inner, outer = facility.door("inner"), facility.door("outer")
    assert inner.joins == (a, b)
    assert outer.joins == (a, outside_id(facility.storeys[0].global_id))
    assert (inner.source, inner.confidence) == (JoinSource.GEOMETRY, Confidence.SURE)
    assert inner.centre == (4.1, 1.5)
    assert inner.along == (0.0, 1.0)
    assert facility.storeys[0].is_ground


def test_a_door_to_nowhere_that_says_it_is_internal_is_a_guess(house: Any, written: Write) -> None:
    value = house.add("IFCPROPERTYSINGLEVALUE('IsExternal',$,IFCBOOLEAN(.F.),$)")
    common = house.root("IFCPROPERTYSET", "common", f"$,'Pset_DoorCommon',$,(#{value})")
    doors = f"(#{house.doors['outer']},#{house.doors['inner']})"
    house.root("IFCRELDEFINESBYPROPERTIES", "rel", f"$,$,$,{doors},#{common}")
    read = read_facility(written(house))
    assert read.facility.door("outer").confidence is Confidence.GUESS
    assert read.facility.door("inner").confidence is Confidence.SURE
    assert [warning for warning in read.report.warnings if "door outer" in warning]


def test_a_door_without_a_body_is_placed_by_placement_and_width(house: Any, written: Write) -> None:
    house.door("bare", 4.1, 0.6, "y", opening=False)
    facility = read_facility(written(house)).facility
    bare = facility.door("bare")
    assert {facility.node_label(node) for node in bare.joins or ()} == {"A", "B"}
    assert bare.confidence is Confidence.LIKELY
    assert bare.centre == (4.1, 0.6)


def test_boundaries_that_agree_with_geometry_are_both(house: Any, written: Write) -> None:
    house.boundary("A", "inner")
    house.boundary("B", "inner")
    path = written(house)
    inner = read_facility(path).facility.door("inner")
    assert (inner.source, inner.confidence) == (JoinSource.BOTH, Confidence.SURE)
    alone = read_facility(path, trust_boundaries=False).facility.door("inner")
    assert (alone.source, alone.joins) == (JoinSource.GEOMETRY, inner.joins)


def test_boundaries_that_contradict_geometry_are_taken_and_reported(house: Any, written: Write) -> None:
    house.room("C", (20.0, 0.0, 24.0, 3.0))
    house.boundary("A", "inner")
    house.boundary("C", "inner")
    read = read_facility(written(house))
    inner = read.facility.door("inner")
    assert {read.facility.node_label(node) for node in inner.joins or ()} == {"A", "C"}
    assert (inner.source, inner.confidence) == (JoinSource.BOUNDARY, Confidence.GUESS)
    assert any("disagree" in warning for warning in read.report.warnings)


def test_one_boundary_of_an_internal_door_gives_way_to_geometry(house: Any, written: Write) -> None:
    house.boundary("A", "inner")
    read = read_facility(written(house))
    assert read.facility.door("inner").source is JoinSource.GEOMETRY
    assert any("list one space" in warning for warning in read.report.warnings)


def test_a_stair_without_flights_links_levels_by_its_body(house: Any, written: Write) -> None:
    upper = house.add_storey("L01", 3.0)
    house.room("A1", (0.0, 0.0, 4.0, 3.0), floor=3.0, storey=upper)
    house.stair("up", (1.0, 1.0, 2.0, 2.5), 0.0, 3.0)
    facility = read_facility(written(house)).facility
    (link,) = facility.links
    assert link.joins == (facility.space("A").global_id, facility.space("A1").global_id)
    assert (link.kind, link.code, link.rise_m) == (LinkKind.STAIR, "up", 3.0)


def test_a_space_on_no_storey_gets_the_one_of_its_height_and_is_reported(house: Any, written: Write) -> None:
    house.add_storey("L01", 3.0)
    house.room("loft", (0.0, 0.0, 4.0, 3.0), floor=3.0, storey=0)
    read = read_facility(written(house))
    assert read.facility.level_of(read.facility.space("loft")) == "L01"
    assert any("loft is on no storey" in warning for warning in read.report.warnings)


def test_repeated_names_and_identities_are_kept_with_a_suffix_and_reported(house: Any, written: Write) -> None:
    house.rename("space C", read_id := "0000000000000000000001")
    house.room("C", (0.0, 4.0, 4.0, 7.0))
    house.rename("space D", read_id)
    house.room("D", (5.0, 4.0, 9.0, 7.0))
    house.lines = [line.replace("'D'", "'C'") for line in house.lines]
    read = read_facility(written(house))
    assert read.facility.space("C").global_id == read_id
    assert read.facility.space("C~2").global_id == f"{read_id}~2"
    assert any("used more than once" in warning for warning in read.report.warnings)


def test_names_from_a_file_are_harmless(house: Any, written: Write) -> None:
    text = house.text().replace("'Room A'", "'\x1b[31mred\u202e'")
    assert read_facility(written(text)).facility.space("A").name.isprintable()


def test_a_file_without_spaces_is_refused_with_the_reason(house: Any, written: Write) -> None:
    with pytest.raises(IfcError, match=r"model\.ifc: has no spaces"):
        read_facility(written(type(house)()))


def test_a_broken_instance_is_no_partial_twin(house: Any, written: Write) -> None:
    text = house.text().replace("DATA;\n", "DATA;\n#9001=IFCWALL('0',;\n")
    with pytest.raises(IfcError, match=r"model\.ifc: (is damaged|cannot be read|the reader crashed)"):
        read_facility(written(text))


def test_a_reader_that_takes_too_long_is_given_up(house: Any, written: Write) -> None:
    with pytest.raises(IfcError, match="took longer than"):
        read_facility(written(house), timeout_s=1e-6)


def test_a_reader_that_runs_out_of_memory_does_not_take_us_along(house: Any, written: Write) -> None:
    with pytest.raises(IfcError, match=r"MB of memory|the reader failed"):
        read_facility(written(house), memory_mb=60)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("errorfile.ifc", r"is damaged: 6184 instances in the file, 7 were read"),
        ("Allplan-Smiley-West.ifc", r"has schema IFC2X_FINAL"),
        ("Duplex-Design-COBie.ifc", r"cannot be read: Syntax error"),
        ("Jesse.1.ifc", r"has no spaces"),
    ],
)
def test_a_foreign_file_in_trouble_is_an_error_that_names_it(
    foreign: Callable[[str], Path], name: str, what: str
) -> None:
    with pytest.raises(IfcError, match=what) as caught:
        read_facility(foreign(name))
    assert caught.value.exit_code == 3
    assert name in str(caught.value)


def test_a_foreign_building_joins_its_doors_and_climbs_its_stairs(foreign: Callable[[str], Path]) -> None:
    read = read_facility(foreign("Duplex_A_20110907.ifc"))
    assert (read.report.spaces, read.report.doors, read.report.doors_joined, read.report.storeys) == (21, 14, 14, 4)
    kinds = [link.kind for link in read.facility.links]
    assert (kinds.count(LinkKind.STAIR), kinds.count(LinkKind.OPENING)) == (2, 8)
    assert any("list 3 spaces" in warning for warning in read.report.warnings)


def test_a_space_over_two_storeys_is_cut_at_the_door_and_not_seen_from_above(foreign: Callable[[str], Path]) -> None:
    path = foreign("AC20-FZK-Haus_with_SB55.ifc")
    alone = read_facility(path, trust_boundaries=False)
    bounded = read_facility(path)
    joins = {door.code: set(door.joins or ()) for door in bounded.facility.doors}
    assert {door.code: set(door.joins or ()) for door in alone.facility.doors} == joins
    assert all(door.source is JoinSource.BOTH for door in bounded.facility.doors)


def test_doors_without_usable_bodies_are_joined_by_placement(foreign: Callable[[str], Path]) -> None:
    assert read_facility(foreign("xbim_House.ifc")).report.doors_joined >= 18


def test_repeated_foreign_identities_are_kept_and_reported(foreign: Callable[[str], Path]) -> None:
    read = read_facility(foreign("AC20-FZK-Haus_NoneAndDoubleGUID.ifc"))
    assert len(read.facility.doors) == 5
    assert any("used more than once" in warning for warning in read.report.warnings)


def test_equipment_zones_and_systems_find_their_rooms(foreign: Callable[[str], Path]) -> None:
    facility = read_facility(foreign("3rooms_Heater_AirTerminal_Table_with_SB.ifc")).facility
    assert (len(facility.equipment), len(facility.zones), len(facility.systems)) == (4, 4, 0)
    assert all(item.space in facility.space_by_id for item in facility.equipment)
