"""The house keeps every rule; one fault in it is found by its rule and by no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from twin.checks.findings import CheckReport
from twin.checks.rules import RULES, check_facility
from twin.model.facility import Facility
from twin.model.vocabulary import FailMode, FireAction, LinkKind, SpaceUse, UseCondition

Changed = Callable[..., Facility]


def found(facility: Facility) -> set[tuple[str, str]]:
    """(Rule, code of the element) of every finding."""
    return {(finding.rule, finding.code) for finding in check_facility(facility).findings}


def checked(report: CheckReport) -> dict[str, int]:
    return {rule.key: rule.checked for rule in report.rules}


def test_a_house_that_keeps_every_rule_has_no_findings(house: Facility) -> None:
    report = check_facility(house)
    assert report.findings == ()
    assert report.passed
    assert report.notes == ()


def test_no_rule_passes_for_want_of_anything_to_look_at(house: Facility) -> None:
    assert checked(check_facility(house)) == {
        "R1": 3,
        "R2": 3,
        "R3": 3,
        "R4": 1,
        "R5": 3,
        "R6": 2,
        "R7": 2,
        "R8": 1,
        "R9": 3,
        "R10": 4,
        "F1": 1,
        "E1": 13,
        "E2": 3,
    }


def test_every_rule_names_its_source() -> None:
    assert [rule.key for rule in RULES if not rule.source or not rule.title] == []
    assert len({rule.key for rule in RULES}) == len(RULES)


def test_a_finding_carries_rule_source_element_value_and_limit(changed: Changed) -> None:
    (finding,) = check_facility(changed("C1", height_m=2.4)).findings
    assert (finding.rule, finding.source, finding.element, finding.code) == ("R3", "CPT/Inf (2015) 44", "C1", "C1")
    assert (finding.value, finding.limit, finding.unit) == (2.4, 2.5, "m")
    assert finding.text == "height is 2.40 m, at least 2.50 m is asked"


def test_a_double_cell_for_four_has_too_little_living_area(changed: Changed) -> None:
    assert found(changed("C2", capacity=4)) == {("R1", "C2")}


def test_a_single_cell_needs_six_square_metres_without_its_annex(changed: Changed) -> None:
    assert found(changed("C1", area_m2=7.8)) == set()
    assert found(changed("C1", area_m2=7.7)) == {("R1", "C1")}


def test_a_narrow_cell_is_found(changed: Changed) -> None:
    assert found(changed("C1", polygon=((0, 4), (1.9, 4), (1.9, 10), (0, 10)))) == {("R2", "C1")}


def test_a_cell_without_outline_is_not_wide(changed: Changed) -> None:
    assert found(changed("C1", polygon=())) == {("R2", "C1")}


def test_a_low_cell_is_found(changed: Changed) -> None:
    assert found(changed("C1", height_m=2.4)) == {("R3", "C1")}


def test_rounding_of_an_imported_model_is_no_finding(changed: Changed) -> None:
    assert found(changed("C1", height_m=2.4999)) == set()


@pytest.mark.parametrize("values", [{"has_partitioned_annex": False}, {"annex_m2": 0.0}], ids=str)
def test_a_shared_cell_without_partitioned_annex_is_found(changed: Changed, values: dict[str, object]) -> None:
    assert found(changed("C2", **values)) == {("R4", "C2")}


def test_a_single_cell_needs_no_partition(changed: Changed) -> None:
    assert found(changed("C1", has_partitioned_annex=False, annex_m2=0.0)) == set()


def test_a_cell_without_window_is_found(changed: Changed) -> None:
    assert found(changed("C1", window_m2=0.0)) == {("R5", "C1")}


def test_a_window_may_be_a_tenth_of_the_floor(changed: Changed) -> None:
    assert found(changed("ROOM", window_m2=1.6)) == set()
    assert found(changed("ROOM", window_m2=1.5)) == {("R5", "ROOM")}


def test_a_cell_without_cell_call_is_found(house: Facility) -> None:
    assert found(replace(house, equipment=house.equipment[1:])) == {("R6", "C1")}


def test_other_equipment_is_no_cell_call(changed: Changed) -> None:
    assert found(changed("CALL1", ifc_class="IfcSensor")) == {("R6", "C1")}


def test_a_unit_without_day_room_is_found_by_its_zone(changed: Changed) -> None:
    report = check_facility(changed("DAY", use=SpaceUse.STAFF))
    (finding,) = report.findings
    assert (finding.rule, finding.code, finding.element) == ("R7", "U1", "Z-U1")
    assert (finding.value, finding.limit) == (0.0, 2.0)


def test_a_unit_without_a_day_room_of_its_own_shares_those_of_no_unit(changed: Changed) -> None:
    assert found(changed("DAY", regime_zone="COMMON")) == set()
    assert found(changed("DAY", regime_zone="COMMON", area_m2=5.0)) == {("R7", "U1")}


def test_places_of_no_unit_have_no_day_room_of_their_own(changed: Changed) -> None:
    assert found(changed("ROOM", regime_zone="")) == set(), "LIVING is then of no unit and may be shared"
    assert found(changed("ROOM", "LIVING", regime_zone="")) == {("R7", "ROOM")}


def test_a_small_yard_is_found(changed: Changed) -> None:
    assert found(changed("YARD", capacity=11)) == {("R8", "YARD")}


def test_a_cell_in_no_compartment_is_found(changed: Changed) -> None:
    assert found(changed("C1", smoke_compartment="")) == {("R9", "C1")}


def test_a_unit_from_which_only_the_yard_and_a_stair_lead_on_has_no_second_compartment(house: Facility) -> None:
    doors = tuple(replace(door, joins=("LAND", "ST0")) if door.code == "g" else door for door in house.doors)
    assert found(replace(house, doors=doors)) == {("R9", "C1"), ("R9", "C2")}


def test_a_second_compartment_may_not_lie_behind_a_third_space_of_none(changed: Changed) -> None:
    assert found(changed("CORE", smoke_compartment="")) == {("R9", "C1"), ("R9", "C2"), ("R9", "ROOM")}


def test_a_sally_port_whose_doors_are_in_no_group_is_found(changed: Changed) -> None:
    assert found(changed("s1", "s2", interlock_group="")) == {("R10", "s1"), ("R10", "s2"), ("R10", "SP")}


def test_a_group_of_one_door_is_found(changed: Changed) -> None:
    assert found(changed("d", interlock_group="IL-2")) == {("R10", "d")}


def test_an_exit_of_an_open_zone_that_fails_secure_is_found(changed: Changed) -> None:
    assert found(changed("x", fail_mode=FailMode.FAIL_SECURE)) == {("F1", "x")}


def test_an_exit_of_a_secure_zone_may_fail_secure(changed: Changed) -> None:
    zone = ("HALL", "ROOM", "LIVING")
    secure = changed(*zone, use_condition=UseCondition.IMPEDED)
    doors = tuple(replace(d, fail_mode=FailMode.FAIL_SECURE) if d.code == "x" else d for d in secure.doors)
    assert found(replace(secure, doors=doors)) == set()


def test_a_lift_is_no_way_out(changed: Changed) -> None:
    assert found(changed("ST", kind=LinkKind.LIFT)) == {("E1", "ST1"), ("E1", "OFFICE")}


def test_a_building_without_exit_has_one_finding(house: Facility) -> None:
    doors = tuple(door for door in house.doors if not door.is_final_exit)
    assert ("E1", "H") in found(replace(house, doors=doors))
    assert {code for rule, code in found(replace(house, doors=doors)) if rule == "E1"} == {"H"}


def test_an_open_zone_whose_exits_stay_locked_on_fire_alarm_is_found(changed: Changed) -> None:
    locked_in = {("E2", "HALL"), ("E2", "ROOM"), ("E2", "LIVING")}
    assert found(changed("x", fire_action=FireAction.STAYS_LOCKED)) == locked_in


def test_an_exit_that_closes_on_fire_alarm_is_a_way_out_unless_it_falls_into_a_lock(changed: Changed) -> None:
    closes = changed("x", fire_action=FireAction.CLOSES, fail_mode=FailMode.FAIL_SAFE)
    assert found(closes) == set()
    locks = changed("x", fire_action=FireAction.CLOSES, fail_mode=FailMode.FAIL_SECURE)
    assert {("E2", "HALL"), ("E2", "ROOM"), ("E2", "LIVING")} <= found(locks)


def test_a_secure_zone_may_be_left_by_doors_that_stay_locked_on_fire_alarm(changed: Changed) -> None:
    free = changed("C1", "C2", "LAND", use_condition=UseCondition.FREE_EGRESS)
    assert found(free) == {("E2", "C1"), ("E2", "C2"), ("E2", "LAND")}, "c1, c2, g and y stay locked"
    assert found(changed("C1", "C2", "LAND", use_condition=UseCondition.CONTAINED)) == set()


def test_a_space_without_any_way_out_is_found_once(house: Facility) -> None:
    doors = tuple(door for door in house.doors if door.code not in ("x", "h"))
    facility = replace(house, doors=doors)
    assert {finding for finding in found(facility) if finding[0] != "R9"} == {
        ("E1", "HALL"),
        ("E1", "ROOM"),
        ("E1", "LIVING"),
    }


def test_a_model_that_does_not_say_what_its_spaces_are_for_gets_a_note_and_no_findings(changed: Changed) -> None:
    codes = [space.code for space in changed().spaces]
    facility = changed(*codes, use=SpaceUse.UNKNOWN, use_condition=UseCondition.UNKNOWN)
    report = check_facility(facility)
    assert report.findings == ()
    assert report.notes == (
        "not checked: the model does not say what its spaces are for (R1, R2, R3, R4, R5, R6, R7, R8, R9)",
        "not checked: the model does not say how freely people may move in its spaces (F1, E2)",
    )
    assert {key for key, count in checked(report).items() if count} == {"R10", "E1"}
