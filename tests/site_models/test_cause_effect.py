"""Cause and effect of every site: which door, damper, unit, lift and group a fire or a mains failure reaches."""

from __future__ import annotations

import pytest

from site_models.brief import read_brief
from site_models.catalogue import site_folder, site_names
from site_models.cause_effect import cause_effect_of
from site_models.layout import Layout, declared_facility, layout_of
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.facility import Facility
from twin.model.vocabulary import FireAction, SpaceUse

Rows = tuple[CauseEffect, ...]


@pytest.fixture(scope="module", params=site_names())
def any_facility(request: pytest.FixtureRequest) -> Facility:
    return declared_facility(read_brief(site_folder(request.param)))


@pytest.fixture(scope="module")
def rows(layout: Layout) -> Rows:
    """Of Vilnius."""
    return cause_effect_of(layout.facility)


@pytest.fixture(scope="module")
def open_prison() -> Rows:
    return cause_effect_of(declared_facility(read_brief(site_folder("olaine-open-prison"))))


def targets(rows: Rows, source: str, effect: Effect) -> set[str]:
    return {row.target_code for row in rows if (row.source_code, row.effect) == (source, effect)}


def test_every_compartment_and_every_building_is_a_cause(any_facility: Facility) -> None:
    rows = cause_effect_of(any_facility)
    fires = {row.source for row in rows if row.cause is Cause.FIRE_ALARM}
    shafts = {space.global_id for space in any_facility.spaces if space.use in {SpaceUse.STAIR, SpaceUse.LIFT}}
    assert fires == {zone.global_id for zone in any_facility.zones if zone.purpose == "smoke"} | shafts
    mains = {row.source for row in rows if row.cause is Cause.MAINS_FAILURE}
    assert mains == {building.global_id for building in any_facility.buildings}


def test_every_target_is_in_the_building_and_every_row_stands_once_with_its_basis(any_facility: Facility) -> None:
    rows = cause_effect_of(any_facility)
    parts = (any_facility.doors, any_facility.equipment, any_facility.zones, any_facility.links)
    known = {item.global_id for part in parts for item in part}
    groups = {door.interlock_group for door in any_facility.doors}
    for row in rows:
        assert row.target in known or row.target_code in groups, row
        assert row.basis, row
    assert len({(row.source, row.effect, row.target_code) for row in rows}) == len(rows)


def test_every_hold_open_door_closes_on_a_fire_on_either_side(any_facility: Facility) -> None:
    rows = cause_effect_of(any_facility)
    closing = {(row.source_code, row.target_code) for row in rows if row.effect is Effect.CLOSE_DOOR}
    for door in any_facility.doors:
        if door.fire_action is FireAction.CLOSES:
            sides = [any_facility.space_by_id.get(node) for node in door.joins or ()]
            for side in sides:
                if side is not None and side.smoke_compartment:
                    assert (side.smoke_compartment, door.code) in closing


def test_no_cell_or_gate_of_a_closed_block_opens_by_itself(rows: Rows) -> None:
    assert {row.effect for row in rows} & {Effect.UNLOCK_DOOR, Effect.RELEASE_DOOR} == set()


def test_a_fire_enables_the_release_of_its_compartment_and_the_next_but_opens_nothing(rows: Rows) -> None:
    armed = targets(rows, "SC-VIL-L02-A1", Effect.ARM_RELEASE)
    assert {"RG-VIL-L02-A", "RG-VIL-L02-A-N", "RG-VIL-L02-A-S"} == armed
    assert targets(rows, "SC-VIL-L00-C", Effect.ENABLE_OVERRIDE) == {"IL-VIL-1"}


def test_a_fire_stops_the_air_of_its_zone_and_closes_its_dampers(rows: Rows) -> None:
    assert targets(rows, "SC-VIL-L02-A1", Effect.STOP_AIR) == {"AHU-VIL-01", "EF-VIL-A"}
    assert targets(rows, "SC-VIL-L02-A1", Effect.CLOSE_DAMPER) == {"FD.SC-VIL-L02-A1.Z-L02-A"}
    assert targets(rows, "SC-VIL-L01-U2", Effect.STOP_AIR) == {"AHU-VIL-05"}


def test_the_lift_goes_down_on_a_fire_in_its_building_only(rows: Rows) -> None:
    assert targets(rows, "SC-VIL-L03-B2", Effect.RECALL_LIFT) == {"L.VIL-L00-C-LIFT"}
    assert targets(rows, "SC-VIL-L01-U1", Effect.RECALL_LIFT) == set()
    # The link to the employment centre is a part of both buildings' compartment.
    assert targets(rows, "SC-VIL-L00-U", Effect.RECALL_LIFT) == {"L.VIL-L00-C-LIFT"}


def test_a_fire_in_a_stair_shuts_its_doors_on_every_storey_and_recalls_the_lift(rows: Rows, layout: Layout) -> None:
    stairs = {space.global_id: space.code for space in layout.facility.spaces if space.use is SpaceUse.STAIR}
    shaft = {code for code in stairs.values() if code.endswith("-C-ST1")}
    assert len(shaft) > 2
    hold_open = {
        door.code
        for door in layout.facility.doors
        if door.fire_action is FireAction.CLOSES and shaft & {stairs.get(node) for node in door.joins or ()}
    }
    assert len(hold_open) > 2
    for code in shaft:
        assert targets(rows, code, Effect.CLOSE_DOOR) == hold_open
        assert targets(rows, code, Effect.RECALL_LIFT) == {"L.VIL-L00-C-LIFT"}


def test_without_mains_no_magnet_holds_a_fire_door_open(any_facility: Facility) -> None:
    rows = [row for row in cause_effect_of(any_facility) if row.cause is Cause.MAINS_FAILURE]
    closing = {row.target for row in rows if row.effect is Effect.CLOSE_DOOR}
    assert closing == {door.global_id for door in any_facility.doors if "MAG" in door.lock_type}
    assert closing.isdisjoint(row.target for row in rows if row.effect is Effect.RELEASE_DOOR)


def test_all_exits_of_the_open_prison_unlock_on_any_fire_and_without_mains(open_prison: Rows) -> None:
    exits = {"D.OAC-L00-W-COR.1", "D.OAC-L00-E-COR.1", "D.OAC-L01-W-COR.1", "D.OAC-L01-E-COR.1"}
    assert exits <= targets(open_prison, "SC-OAC-L00-C", Effect.UNLOCK_DOOR)
    assert exits <= targets(open_prison, "SC-OAC-L01-W", Effect.UNLOCK_DOOR)
    assert exits <= targets(open_prison, "OAC-A", Effect.RELEASE_DOOR)


def test_without_mains_batteries_carry_on_and_the_generator_starts_after_its_delay(rows: Rows) -> None:
    assert targets(rows, "VIL-K", Effect.CARRY_ON_BATTERY) == {"UPS-VIL-01"}
    (generator,) = (row for row in rows if row.source_code == "VIL-K" and row.effect is Effect.START_GENERATOR)
    assert generator.delay_s > 0


def test_the_same_building_gives_the_same_table(any_facility: Facility, layout: Layout) -> None:
    assert cause_effect_of(any_facility) == cause_effect_of(any_facility)
    assert cause_effect_of(layout_of(layout.brief).facility) == cause_effect_of(layout.facility)
