from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twin.model.corrections import Correctable, Correction, corrected, faults_of
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Space, Storey, Zone
from twin.model.vocabulary import Confidence, JoinSource, Role, SpaceUse

GROUND = GlobalId("L0")


def _space(code: str) -> Space:
    return Space(
        global_id=GlobalId(code), code=code, name=code, use=SpaceUse.UNKNOWN, storey=GROUND, polygon=(), floor_m=0.0,
        height_m=2.7, area_m2=10.0, release_group="RG",
    )  # fmt: skip


@pytest.fixture
def facility() -> Facility:
    """Rooms A, B, C in one release group; a door of which the model says A and B."""
    door = Door(
        global_id=GlobalId("d"), code="d", type="", storey=GROUND, joins=(GlobalId("A"), GlobalId("B")),
        centre=(0.0, 0.0), along=(1.0, 0.0), clear_width_m=0.9, clear_height_m=2.1, confidence=Confidence.GUESS,
    )  # fmt: skip
    return Facility(
        code="T",
        name="T",
        buildings=(Building(global_id=GlobalId("b"), name="b"),),
        storeys=(Storey(global_id=GROUND, name="L0", building=GlobalId("b"), elevation_m=0.0, is_ground=True),),
        spaces=tuple(map(_space, "ABC")),
        doors=(door,),
        zones=(
            Zone(global_id=GlobalId("z"), name="RG", purpose="release", members=tuple(map(GlobalId, "ABC"))),
            Zone(global_id=GlobalId("h"), name="H", purpose="hvac", members=(GlobalId("A"),)),
        ),
    )


def saying(element: str, fact: Correctable, *value: str) -> Correction:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Correction(
        element=GlobalId(element), fact=fact, value=value, reason="seen on site", role=Role.ENGINEER, at=at
    )


def test_without_corrections_the_facility_is_the_same_object(facility: Facility) -> None:
    assert corrected(facility, []).facility is facility


def test_a_door_joins_what_a_person_says_and_is_sure(facility: Facility) -> None:
    outside = outside_id(GROUND)
    door = corrected(facility, [saying("d", Correctable.JOINS, "C", outside)]).facility.doors[0]
    assert (door.joins, door.source, door.confidence) == (("C", outside), JoinSource.MANUAL, Confidence.SURE)


def test_name_use_and_places_of_a_space(facility: Facility) -> None:
    said = [
        saying("A", Correctable.NAME, "Cell 1"),
        saying("A", Correctable.USE, "CELL-S"),
        saying("A", Correctable.CAPACITY, "1"),
    ]
    result = corrected(facility, said).facility
    assert (result.spaces[0].name, result.spaces[0].use, result.certified_places) == (
        "Cell 1",
        SpaceUse.CELL_SINGLE,
        1,
    )


def test_a_zone_is_left_when_another_of_its_purpose_is_entered(facility: Facility) -> None:
    said = [saying("A", Correctable.RELEASE, "NEW"), saying("B", Correctable.RELEASE, "")]
    result = corrected(facility, said).facility
    assert result.zone_members("release") == {"RG": ("C",), "NEW": ("A",)}
    assert result.zone_members("hvac") == {"H": ("A",)}
    assert [space.release_group for space in result.spaces] == ["NEW", "", "RG"]


@pytest.mark.parametrize(
    ("correction", "reason"),
    [
        (saying("d", Correctable.JOINS, "A", "nowhere"), "there is no"),
        (saying("d", Correctable.JOINS, "A"), "not enough values"),
        (saying("x", Correctable.JOINS, "A", "B"), "there is no door x"),
        (saying("x", Correctable.NAME, "N"), "there is no space x"),
        (saying("A", Correctable.USE, "PALACE"), "there is no use 'PALACE'"),
        (saying("A", Correctable.CAPACITY, "-1"), "no whole number"),
        (saying("A", Correctable.CAPACITY, "²"), "no whole number"),
        (saying("A", Correctable.NAME, ""), "the name is empty"),
    ],
)
def test_what_does_not_fit_is_left_out_and_told_and_the_rest_is_done(
    facility: Facility, correction: Correction, reason: str
) -> None:
    assert reason in faults_of(facility, correction)
    result = corrected(facility, [correction, saying("B", Correctable.NAME, "Bath")])
    assert [one.correction for one in result.waiting] == [correction]
    assert result.facility.spaces[1].name == "Bath"
    assert result.facility.doors == facility.doors
