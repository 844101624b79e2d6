"""Which doors hold people back at the alarm, read from what the model says of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from simulation.egress.doors import door_plan, doors_named, is_held_on_alarm
from twin.model.facility import Facility
from twin.model.vocabulary import DoorState, FailMode, FireAction

sys.path.insert(0, str(Path(__file__).parent))
from short_plans import people, plan_of


@pytest.mark.parametrize(
    ("fire_action", "fail_mode", "state", "held"),
    [
        (FireAction.STAYS_LOCKED, FailMode.FAIL_SECURE, None, True),
        (FireAction.STAYS_LOCKED, FailMode.FAIL_SECURE, DoorState.CLOSED, False),
        (FireAction.STAYS_LOCKED, FailMode.FAIL_SECURE, DoorState.UNKNOWN, True),
        (FireAction.UNLOCKS, FailMode.FAIL_SAFE, DoorState.LOCKED, False),
        (FireAction.CLOSES, FailMode.FAIL_SECURE, DoorState.OPEN, True),
        (FireAction.CLOSES, FailMode.FAIL_SAFE, DoorState.OPEN, False),
        (FireAction.NONE, FailMode.NONE, None, False),
        (FireAction.NONE, FailMode.NONE, DoorState.LOCKED, True),
    ],
)
def test_a_door_holds_people_back_by_what_it_does_on_alarm(
    block: Facility, fire_action: FireAction, fail_mode: FailMode, state: DoorState | None, held: bool
) -> None:
    door = replace(block.doors[0], fire_action=fire_action, fail_mode=fail_mode, lock_type="KEY")
    assert is_held_on_alarm(door, state) is held


def test_a_lock_with_a_free_handle_inside_keeps_nobody_in(block: Facility) -> None:
    door = replace(block.doors[0], fire_action=FireAction.NONE, lock_type="RFID+EM-FS")
    assert not is_held_on_alarm(door, DoorState.LOCKED)


def test_a_name_is_a_release_group_a_door_or_a_space(prison: Facility) -> None:
    assert [door.code for door in doors_named("RG-A", prison)] == ["cA1", "cA2", "cA3"]
    assert [door.code for door in doors_named("gA", prison)] == ["gA"]
    assert [door.code for door in doors_named("A2", prison)] == ["cA2"]
    assert doors_named("nothing", prison) == ()


def test_people_may_hope_for_doors_that_somebody_opens_and_for_no_others(prison: Facility) -> None:
    plan = plan_of(people=people(COR=1), doors={"released": ["D-SP"]}, release=[{"unlocks": ["gA"]}])
    passable = door_plan(plan, prison, {}).escape_ways(prison)
    assert [door.code for door in prison.doors if not passable(door)] == ["gB", "yA", "yB"]
