"""What people decide about the twin, in a database with the journal's line beside it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from block import block

from tui.wiring.decisions import correct, decide, take_back
from tui.wiring.register_file import register_in
from twin.model.carrying import LOST, Hanging, Unresolved
from twin.model.corrections import Correctable, Correction
from twin.model.errors import ModelError, RefusedError, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId, outside_id
from twin.model.points import BacnetBinding, Device, Point, Protocol
from twin.model.register import Register
from twin.model.vocabulary import JoinSource, Role
from twin.store import journal
from twin.store.corrections import load_corrections, load_unresolved
from twin.store.database import open_database
from twin.store.facilities import ModelImport, load_facility
from twin.store.imports import Replacement, save_import

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GONE = GlobalId("0GoneGoneGoneGoneGoneG")
WHO = {"role": Role.ENGINEER, "reason": "seen on site"}


@pytest.fixture
def facility() -> Facility:
    return block(cells=2)


@pytest.fixture
def database(facility: Facility, tmp_path: Path) -> Path:
    """The block with one point and two corrections that lost what they are about."""
    device = Device(name="RC", protocol=Protocol.BACNET, host="127.0.0.1", port=47808, instance=7)
    binding = BacnetBinding(device="RC", object_type="analog-input", object_instance=1)
    point = Point(id=PointId("P/1"), kind="temperature", element=GlobalId(LOST + GONE), binding=binding)
    door = facility.doors[0].global_id

    def said(element: str, fact: Correctable, *value: str) -> Correction:
        return Correction(element=GlobalId(element), fact=fact, value=value, reason="r", role=Role.ENGINEER, at=NOW)

    def waits(hanging: Hanging, subject: str) -> Unresolved:
        return Unresolved(hanging=hanging, subject=subject, element=GONE, was="IfcSpace X", reason="gone")

    path = tmp_path / "block.db"
    with open_database(path, create=True) as store:
        save_import(
            store,
            Replacement(
                facility=facility,
                register=Register(points=(point,), devices=(device,)),
                elements=(),
                origin=ModelImport(model="block.ifc", imported_at=NOW),
                corrections=[
                    said(LOST + GONE, Correctable.NAME, "Closet"),
                    said(door, Correctable.JOINS, LOST + GONE, facility.spaces[1].global_id),
                ],
                unresolved=[
                    waits(Hanging.POINT, "P/1"),
                    waits(Hanging.CORRECTION, f"name of {GONE}"),
                    waits(Hanging.CORRECTION, f"joins of {door}"),
                ],
            ),
        )
    return path


def kinds(database: Path) -> list[str]:
    with open_database(database) as store:
        return [row.entry.kind for row in journal.rows(store)]


def test_a_door_is_corrected_by_codes_and_the_outdoors(database: Path, facility: Facility) -> None:
    door, room = facility.doors[1], facility.spaces[0]
    correct(database, door.code, Correctable.JOINS, (room.code, "OUTSIDE"), **WHO)
    with open_database(database) as store:
        known = load_facility(store).door(door.code)
    assert (known.joins, known.source) == ((room.global_id, outside_id(door.storey)), JoinSource.MANUAL)
    assert kinds(database) == ["twin.corrected"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.PLANNER, Role.TRAINER])
def test_not_everybody_says_what_the_building_is(database: Path, facility: Facility, role: Role) -> None:
    with pytest.raises(RefusedError, match="may not"):
        correct(database, facility.spaces[0].code, Correctable.NAME, ("N",), role=role, reason="x")
    assert kinds(database) == []


def test_what_makes_no_sense_is_refused_and_nothing_is_kept(database: Path, facility: Facility) -> None:
    room = facility.spaces[0].code
    with pytest.raises(ModelError, match="there is no use"):
        correct(database, room, Correctable.USE, ("PALACE",), **WHO)
    with pytest.raises(ModelError, match="joins two spaces"):
        correct(database, facility.doors[0].code, Correctable.JOINS, (room, room), **WHO)
    with open_database(database) as store:
        assert len(load_corrections(store)) == 2
    assert kinds(database) == []


def test_a_correction_is_taken_back(database: Path, facility: Facility) -> None:
    room = facility.spaces[0]
    correct(database, room.code, Correctable.NAME, ("Bath",), **WHO)
    take_back(database, room.code, Correctable.NAME, **WHO)
    with open_database(database) as store:
        assert load_facility(store).spaces[0].name == room.name
    with pytest.raises(UnknownIdError):
        take_back(database, room.code, Correctable.NAME, **WHO)


def test_a_point_that_waits_is_hung_on_another_element_or_dropped(database: Path, facility: Facility) -> None:
    decide(database, "P/1", to=facility.spaces[2].code, **WHO)
    with open_database(database) as store:
        assert register_in(store).points[0].element == facility.spaces[2].global_id
        assert "P/1" not in {one.subject for one in load_unresolved(store)}
    with pytest.raises(UnknownIdError):
        decide(database, "P/1", to="", **WHO)


def test_a_dropped_point_takes_its_device_along_if_that_has_no_other(database: Path) -> None:
    decide(database, "P/1", to="", **WHO)
    with open_database(database) as store:
        assert register_in(store) == Register()


def test_a_correction_that_lost_its_space_is_about_another_one(database: Path, facility: Facility) -> None:
    decide(database, f"name of {GONE}", to=facility.spaces[3].code, **WHO)
    with open_database(database) as store:
        assert load_facility(store).spaces[3].name == "Closet"


def test_a_correction_of_a_door_stays_that_of_the_door_when_its_space_is_decided(
    database: Path, facility: Facility
) -> None:
    door = facility.doors[0]
    decide(database, f"joins of {door.global_id}", to=facility.spaces[0].code, **WHO)
    with open_database(database) as store:
        known = load_facility(store).door(door.code)
    assert set(known.joins or ()) == {facility.spaces[0].global_id, facility.spaces[1].global_id}


def test_a_decision_never_overwrites_another_correction(database: Path, facility: Facility) -> None:
    room = facility.spaces[3].code
    correct(database, room, Correctable.NAME, ("Known",), **WHO)
    with pytest.raises(ModelError, match="of its own"):
        decide(database, f"name of {GONE}", to=room, **WHO)
    with open_database(database) as store:
        assert load_facility(store).spaces[3].name == "Known"
        assert f"name of {GONE}" in {one.subject for one in load_unresolved(store)}
