"""From a room programme to a register: what a brief declares is what an operator's twin reads back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names
from site_models.layout import declared_facility
from site_models.register import register_for
from twin.ifc.reader import Import, read_facility
from twin.model.errors import BriefError
from twin.model.facility import Facility
from twin.model.ids import is_outside
from twin.model.vocabulary import Confidence, JoinSource, LinkKind, SpaceUse


@pytest.fixture(scope="module", params=site_names())
def site(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def declared(site: str) -> Facility:
    return declared_facility(read_brief(site_folder(site)))


@pytest.fixture(scope="module")
def imported(site: str, tmp_path_factory: pytest.TempPathFactory) -> Import:
    path = tmp_path_factory.mktemp(site) / "model.ifc"
    write_ifc(read_brief(site_folder(site)), path)
    return read_facility(path, trust_boundaries=False)


def test_every_door_joins_the_two_spaces_of_the_door_list_by_geometry_alone(
    declared: Facility, imported: Import
) -> None:
    found = {door.code: door for door in imported.facility.doors}
    assert found.keys() == {door.code for door in declared.doors}
    wrong = {
        door.code: [imported.facility.node_label(node) for node in found[door.code].joins or ()]
        for door in declared.doors
        if Counter(found[door.code].joins or ()) != Counter(door.joins or ())
    }
    assert wrong == {}
    assert {door.source for door in imported.facility.doors} == {JoinSource.GEOMETRY}
    assert {door.confidence for door in imported.facility.doors} == {Confidence.SURE}


def test_nothing_about_the_building_is_lost_or_changed_on_the_way(declared: Facility, imported: Import) -> None:
    read = imported.facility
    assert (read.code, read.name, read.site_id) == (declared.code, declared.name, declared.site_id)
    assert read.buildings == declared.buildings
    assert read.storeys == declared.storeys
    assert read.spaces == declared.spaces
    assert read.zones == declared.zones
    # How a join is known is the only thing that may differ: declared by hand, found by geometry.
    known = {"source": JoinSource.GEOMETRY, "confidence": Confidence.SURE}
    assert read.doors == tuple(replace(door, **known) for door in declared.doors)


def test_stairs_and_lifts_link_the_spaces_that_the_link_list_says(declared: Facility, imported: Import) -> None:
    assert {link.code: link for link in imported.facility.links} == {link.code: link for link in declared.links}


def test_the_import_has_nothing_to_complain_of(imported: Import) -> None:
    assert imported.report.warnings == ()
    assert imported.report.doors_joined == imported.report.doors


def test_the_register_of_the_imported_building_is_that_of_the_declared(declared: Facility, imported: Import) -> None:
    register = register_for(imported.facility)
    assert register == register_for(declared)
    doors = {point.element for point in register.points if point.kind == "door_command"}
    assert doors
    assert doors <= imported.facility.door_by_id.keys()


@pytest.mark.parametrize("site", ["vilnius"], scope="module")
def test_vilnius_has_its_places_links_and_exits(imported: Import) -> None:
    read = imported.facility
    assert (len(read.spaces), len(read.doors), read.certified_places) == (294, 304, 200)
    assert Counter(link.kind for link in read.links) == {LinkKind.STAIR: 12, LinkKind.LIFT: 3}
    indoors = [space for space in read.spaces if space.use is not SpaceUse.YARD]
    assert sum(space.area_m2 for space in indoors) == pytest.approx(6447, abs=0.5)
    ground = {f"OUTSIDE/{storey.global_id}" for storey in read.storeys if storey.is_ground}
    exits = [door for door in read.doors if door.joins and any(node in ground for node in door.joins)]
    assert len(exits) == 6
    assert sum(is_outside(node) for door in read.doors for node in door.joins or ()) == 7


def test_no_model_is_written_of_a_brief_that_contradicts_itself(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    for file in site_folder("vilnius").iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    doors = folder / "doors.csv"
    doors.write_text(doors.read_text(encoding="utf-8").replace("D-STAFF", "D-NONE"), encoding="utf-8")
    with pytest.raises(BriefError) as caught:
        write_ifc(read_brief(folder), tmp_path / "model.ifc")
    # One fault for every door of the type, and one for every room of the programme that misses its doors.
    assert sum("no door type D-NONE" in fault.text for fault in caught.value.faults) == 15
    assert not (tmp_path / "model.ifc").exists()
