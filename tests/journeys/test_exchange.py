"""The Vilnius twin in the formats of its neighbours, read back by us and by independent readers."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest
import rdflib

from twin.exchange.brick_shapes import violations
from twin.exchange.points import read_points_csv
from twin.store.database import open_database
from twin.store.facilities import load_facility
from twin.store.register import load_devices, load_points

REF = rdflib.Namespace("https://brickschema.org/schema/Brick/ref#")
BACNET = rdflib.Namespace("http://data.ashrae.org/bacnet/")
BRICK = rdflib.Namespace("https://brickschema.org/schema/Brick#")


@pytest.fixture(scope="module")
def turtle(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tui.wiring.exports import export, subject_of

    path = tmp_path_factory.mktemp("brick") / "vilnius.ttl"
    export(subject_of(pristine / "gatehouse.db"), "brick", path)
    return path


def test_the_brick_model_says_where_every_bacnet_point_lives(turtle: Path, pristine: Path) -> None:
    """Parsed with rdflib alone, against the register's own CSV."""
    graph = rdflib.Graph().parse(turtle, format="turtle")
    found = set()
    for reference in graph.subjects(rdflib.RDF.type, REF.BACnetReference):
        device = graph.value(reference, BACNET.contains) or graph.value(predicate=BACNET.contains, object=reference)
        owner = graph.value(predicate=REF.hasExternalReference, object=reference)
        history = {
            str(graph.value(one, REF.hasTimeseriesId))
            for one in graph.objects(owner, REF.hasExternalReference)
            if (one, rdflib.RDF.type, REF.TimeseriesReference) in graph
        }
        where = (
            str(graph.value(device, BACNET["object-identifier"])),
            str(graph.value(reference, BACNET["object-identifier"])),
        )
        found |= {(point, *where) for point in history}
    register = read_points_csv(pristine / "points.csv")
    instances = {device.name: device.instance for device in register.devices}
    expected = {
        (
            str(point.id),
            f"device,{instances[point.binding.device]}",
            f"{point.binding.object_type},{point.binding.object_instance}",
        )
        for point in register.points
        if point.binding is not None and hasattr(point.binding, "object_type")
    }
    assert len(expected) == 2397
    assert found == expected


def test_a_reference_that_is_broken_on_purpose_is_found(turtle: Path) -> None:
    text = turtle.read_text(encoding="utf-8")
    broken = text.replace('bacnet:object-identifier "analog-input,', 'bacnet:object-identifier "analog-inputs ', 1)
    assert broken != text
    assert violations(broken) != ()


def test_the_brick_model_comes_back_as_the_same_register(
    turtle: Path, pristine: Path, tmp_path: Path, gatehouse
) -> None:
    site = tmp_path / "site"
    shutil.copytree(pristine, site)
    with sqlite3.connect(site / "gatehouse.db") as database:
        database.execute("DELETE FROM point WHERE kind = 'temperature'")
    done = gatehouse("twin", "import-points", turtle, "--site", site)
    assert done.returncode == 0, done.stderr
    assert (site / "points.csv").read_bytes() == (pristine / "points.csv").read_bytes()


def test_ede_files_bring_back_every_bacnet_point_and_keep_the_addresses(
    pristine: Path, tmp_path: Path, gatehouse
) -> None:
    site = tmp_path / "site"
    shutil.copytree(pristine, site)
    done = gatehouse("twin", "export", "ede", "-o", tmp_path / "vilnius_EDE.csv", "--site", site)
    assert "2563 points that are not on BACnet" in done.stderr
    with sqlite3.connect(site / "gatehouse.db") as database:
        database.execute("DELETE FROM point WHERE binding LIKE '%bacnet%'")
    done = gatehouse("bms", "import-ede", tmp_path / "vilnius_EDE.csv", "--site", site)
    assert done.returncode == 0, done.stderr
    assert "2397 points taken; the register has 4960" in done.stdout
    assert (site / "points.csv").read_bytes() == (pristine / "points.csv").read_bytes()


def test_the_workbook_opens_with_a_row_for_every_space_door_and_piece_of_equipment(
    pristine: Path, tmp_path: Path, gatehouse
) -> None:
    path = tmp_path / "vilnius.xlsx"
    assert gatehouse("twin", "export", "cobie", "-o", path, "--site", pristine).returncode == 0
    book = openpyxl.load_workbook(path, read_only=True)
    rows = {sheet.title: list(sheet.iter_rows(values_only=True))[1:] for sheet in book}
    with open_database(pristine / "gatehouse.db") as store:
        facility = load_facility(store)
        points, devices = load_points(store), load_devices(store)
    assert (len(points), len(devices)) == (4960, 48)
    assert [len(rows[name]) for name in ("Facility", "Space", "Zone", "System")] == [
        1,
        len(facility.spaces),
        len(facility.zones),
        len(facility.systems),
    ]
    assert len(rows["Component"]) == len(facility.doors) + len(facility.equipment)


def test_every_room_has_a_data_sheet(pristine: Path, tmp_path: Path, gatehouse) -> None:
    path = tmp_path / "rooms.html"
    assert gatehouse("twin", "export", "rooms", "-o", path, "--site", pristine).returncode == 0
    page = path.read_text(encoding="utf-8")
    with open_database(pristine / "gatehouse.db") as store:
        facility = load_facility(store)
    assert all(space.code in page for space in facility.spaces)


@pytest.mark.parametrize("name", ["points.ttl", "nowhere/points.csv"])
def test_an_export_to_a_wrong_place_is_a_usage_error(pristine: Path, tmp_path: Path, gatehouse, name: str) -> None:
    done = gatehouse("twin", "export", "points", "-o", tmp_path / name, "--site", pristine)
    assert done.returncode == 2
    assert not (tmp_path / name).exists()
