"""From a room programme to a register: what a brief declares is what an operator's twin reads back."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names, site_summary
from site_models.layout import Layout, layout_of
from twin.graph.routes import egress_route
from twin.ifc.reader import Import, read_facility
from twin.model.errors import BriefError
from twin.model.facility import Facility
from twin.model.ids import is_outside
from twin.model.vocabulary import Confidence, JoinSource, LinkKind, SpaceUse


@pytest.fixture(scope="module", params=site_names())
def site(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def layout(site: str) -> Layout:
    return layout_of(read_brief(site_folder(site)))


@pytest.fixture(scope="module")
def declared(layout: Layout) -> Facility:
    return layout.facility


@pytest.fixture(scope="module")
def model(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp(layout.brief.site) / "model.ifc"
    write_ifc(layout, path)
    return path


@pytest.fixture(scope="module")
def imported(model: Path) -> Import:
    """From geometry alone: the space boundaries of the model are ignored."""
    return read_facility(model, trust_boundaries=False)


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


def test_boundaries_and_geometry_agree_on_every_door(model: Path) -> None:
    doors = read_facility(model).facility.doors
    assert {(door.source, door.confidence) for door in doors} == {(JoinSource.BOTH, Confidence.SURE)}


def test_nothing_about_the_building_is_lost_or_changed_on_the_way(declared: Facility, imported: Import) -> None:
    read = imported.facility
    assert (read.code, read.name, read.site_id) == (declared.code, declared.name, declared.site_id)
    for part in ("buildings", "storeys", "spaces", "zones", "equipment", "systems"):
        assert getattr(read, part) == getattr(declared, part), part
    # How a join is known is the only thing that may differ: declared by hand, found by geometry.
    known = {"source": JoinSource.GEOMETRY, "confidence": Confidence.SURE}
    assert read.doors == tuple(replace(door, **known) for door in declared.doors)


def test_stairs_and_lifts_link_the_spaces_that_the_link_list_says(declared: Facility, imported: Import) -> None:
    assert {link.code: link for link in imported.facility.links} == {link.code: link for link in declared.links}


def test_the_import_has_nothing_to_complain_of(imported: Import) -> None:
    assert imported.report.warnings == ()
    assert imported.report.doors_joined == imported.report.doors


def test_the_register_that_the_model_carries_is_the_declared_one(layout: Layout, imported: Import) -> None:
    assert imported.register == layout.register
    assert imported.report.points == len(layout.register.points)


def test_every_space_with_a_door_is_reached_from_outside_on_foot(imported: Import) -> None:
    facility = imported.facility
    for space in facility.spaces:
        if space.global_id in facility.doors_of:
            assert egress_route(facility, space.global_id).legs, space.code


def test_the_model_agrees_with_the_programme_files(site: str, imported: Import) -> None:
    facility, folder = imported.facility, site_folder(site)
    rows = [row for row in table(folder / "programme.csv") if row["type"] != "VOID"]
    spaces: Counter[tuple[str, str]] = Counter()
    for row in rows:
        spaces[row["storey"], row["type"]] += int(row["count"])
    assert Counter((facility.level_of(space), space.use.value) for space in facility.spaces) == spaces
    area = sum(float(r["width_m"]) * float(r["depth_m"]) * int(r["count"]) for r in rows if r["type"] != "YARD")
    net = sum(space.area_m2 for space in facility.spaces if space.use is not SpaceUse.YARD)
    assert net == pytest.approx(area, rel=0.005)
    beds = {"CELL-S", "CELL-D", "CELL-DA", "ROOM-O"}
    assert facility.certified_places == sum(int(r["capacity"]) * int(r["count"]) for r in rows if r["type"] in beds)
    doors = Counter((row["storey"], row["type"]) for row in table(folder / "doors.csv"))
    assert Counter((facility.level_of(door), door.type) for door in facility.doors) == doors
    links = Counter((row["kind"], row["space_from"], row["space_to"]) for row in table(folder / "links.csv"))
    label = facility.node_label
    assert Counter((link.kind.value, *map(label, link.joins)) for link in facility.links) == links


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PUBLISHED = {
    "vilnius": (294, 304, 200, 6447),
    "pravieniskes": (43, 48, 0, 2784),
    "olaine-training-centre": (57, 65, 0, 2460),
    "olaine-open-prison": (60, 63, 40, 983),
}
"""Spaces, doors, certified places and net area [m²] that the room programmes give as their totals."""


def test_the_list_of_sites_gives_the_totals_of_the_programmes() -> None:
    summaries = {name: site_summary(name) for name in site_names()}
    assert summaries.keys() == PUBLISHED.keys()
    for name, (spaces, doors, places, area_m2) in PUBLISHED.items():
        found = summaries[name]
        assert (found["spaces"], found["doors"], found["places"]) == (spaces, doors, places)
        assert found["net_area_m2"] == pytest.approx(area_m2, rel=0.005)


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
