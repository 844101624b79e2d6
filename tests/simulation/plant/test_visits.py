"""Portals, kiosks and tools follow the people of the building."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from simulation.plant.signals import Signals
from simulation.plant.visits import Visits
from twin.model.equipment import Equipment
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.vocabulary import SpaceUse


@pytest.fixture
def employment(plant_facility: Facility) -> Facility:
    """The block with its first two rooms as workshop and kiosk room, two kiosks and two portals."""
    shop, kiosks, *others = plant_facility.spaces
    spaces = (replace(shop, use=SpaceUse.WORKSHOP), replace(kiosks, use=SpaceUse.KIOSK), *others)
    things = [
        Equipment(
            global_id=GlobalId(name), code=name, ifc_class="IfcUnitaryControlElement", name=name, storey=shop.storey,
            space=room.global_id,
        )
        for name, room in (("K1", kiosks), ("K2", kiosks), ("M1", others[0]), ("M2", others[0]))
    ]  # fmt: skip
    return replace(plant_facility, spaces=spaces, equipment=tuple(things))


def points_of(facility: Facility) -> list[Point]:
    kinds = {"K": ("kiosk_session", "kiosk_queue"), "M": ("portal_in", "portal_out")}
    return [
        Point(id=PointId(f"{thing.code}/{kind}"), kind=kind, element=thing.global_id)
        for thing in facility.equipment
        for kind in kinds[thing.code[0]]
    ]


def shown(signals: Signals, kind: str, *names: str) -> list[float]:
    return [signals.value(PointId(f"{name}/{kind}")) for name in names]


def test_kiosks_are_used_and_queued_for(employment: Facility) -> None:
    points = points_of(employment)
    signals, visits = Signals(employment, points, datetime(2026, 5, 4, 9, tzinfo=UTC)), Visits(employment, points)
    room = employment.spaces[1].global_id
    visits.follow({room: 1}, signals)
    assert shown(signals, "kiosk_session", "K1", "K2") == [1.0, 0.0]
    visits.follow({room: 5}, signals)
    assert shown(signals, "kiosk_session", "K1", "K2") == [1.0, 1.0]
    assert shown(signals, "kiosk_queue", "K1", "K2") == [2.0, 1.0]
    visits.follow({}, signals)
    assert shown(signals, "kiosk_queue", "K1", "K2") == [0.0, 0.0]


def test_every_passage_into_and_out_of_the_workshops_is_counted_once(employment: Facility) -> None:
    points = points_of(employment)
    signals, visits = Signals(employment, points, datetime(2026, 5, 4, 9, tzinfo=UTC)), Visits(employment, points)
    shop = employment.spaces[0].global_id
    for people in (0, 7, 7, 4, 6, 0):
        visits.follow({shop: people}, signals)
    assert sum(shown(signals, "portal_in", "M1", "M2")) == 9
    assert sum(shown(signals, "portal_out", "M1", "M2")) == 9


def test_the_people_who_are_inside_at_the_start_have_passed_no_portal(employment: Facility) -> None:
    points = points_of(employment)
    signals, visits = Signals(employment, points, datetime(2026, 5, 4, 9, tzinfo=UTC)), Visits(employment, points)
    visits.follow({employment.spaces[0].global_id: 12}, signals)
    assert sum(shown(signals, "portal_in", "M1", "M2")) == 0


def test_what_a_trainer_has_set_stays(employment: Facility) -> None:
    points = points_of(employment)
    signals, visits = Signals(employment, points, datetime(2026, 5, 4, 9, tzinfo=UTC)), Visits(employment, points)
    signals.set(PointId("K1/kiosk_queue"), 9.0)
    visits.follow({employment.spaces[1].global_id: 1}, signals)
    assert shown(signals, "kiosk_queue", "K1") == [9.0]


def test_the_tool_crib_counts_the_tools_of_the_workshops_of_its_building(employment: Facility) -> None:
    points = points_of(employment)
    signals, visits = Signals(employment, points, datetime(2026, 5, 4, 9, tzinfo=UTC)), Visits(employment, points)
    shop, crib = employment.spaces[0].global_id, employment.spaces[2].global_id
    assert visits.tools_out(crib, {shop: 6}, signals) == 6.0
    assert visits.tools_out(shop, {shop: 6}, signals) == 6.0
