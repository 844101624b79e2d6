from __future__ import annotations

import pytest

from simulation.plant.doors import HAND_S, HARDWARE, LOCK, PULSE, PULSE_S, UNLOCK, DoorMechanism
from twin.model.doors import Door
from twin.model.ids import GlobalId
from twin.model.vocabulary import FailMode


def mechanism(kind: str = "D-CELL", fail_mode: FailMode = FailMode.FAIL_SECURE) -> DoorMechanism:
    return DoorMechanism(
        Door(
            global_id=GlobalId("d"),
            code="D",
            type=kind,
            storey=GlobalId("L"),
            joins=None,
            centre=(0.0, 0.0),
            along=(1.0, 0.0),
            clear_width_m=0.9,
            clear_height_m=2.1,
            fail_mode=fail_mode,
        )
    )


def run(door: DoorMechanism, seconds: float, dt_s: float = 0.05) -> None:
    for _ in range(round(seconds / dt_s)):
        door.advance(dt_s)


def test_a_bolt_takes_its_time_and_the_contact_breaks_only_when_it_is_back():
    door = mechanism()
    door.order(UNLOCK)
    run(door, HARDWARE["D-CELL"].bolt_s - 0.1)
    assert door.is_locked
    run(door, 0.2)
    assert not door.is_locked
    assert door.is_closed


def test_a_locked_door_does_not_open_by_hand_and_an_unlocked_one_does():
    door = mechanism()
    assert not door.swing(open_it=True)
    door.order(UNLOCK)
    run(door, 2)
    assert door.swing(open_it=True)
    run(door, HAND_S + 0.1)
    assert not door.is_closed


def test_a_slam_lock_throws_its_bolt_only_into_a_shut_frame_and_dead_locks_then():
    door = mechanism()
    door.settle(locked=False, leaf_open=True)
    door.order(LOCK)
    run(door, 5)
    assert not door.is_locked
    door.swing(open_it=False)
    run(door, 5)
    assert (door.is_closed, door.is_locked, door.is_deadlocked) == (True, True, True)


def test_a_pulse_relocks_by_itself_after_its_time():
    door = mechanism()
    door.order(PULSE)
    run(door, PULSE_S - 0.5)
    assert not door.is_locked
    run(door, 2)
    assert door.is_locked


def test_a_forced_door_is_open_while_its_bolt_contact_says_thrown():
    door = mechanism()
    door.force()
    run(door, 3)
    assert (door.is_closed, door.is_locked) == (False, True)
    door.repair()
    run(door, 3)
    assert door.is_secured


def test_a_jammed_door_accepts_the_order_does_not_follow_and_reports_a_fault():
    door = mechanism()
    door.jammed = True
    door.order(UNLOCK)
    run(door, 5)
    assert door.command == UNLOCK
    assert door.is_locked
    assert door.fault


def test_without_power_a_fail_secure_door_stays_locked_and_a_fail_safe_one_unlocks():
    secure, safe = mechanism(), mechanism("D-EXIT", FailMode.FAIL_SAFE)
    for door in (secure, safe):
        door.set_power(on=False)
        door.order(UNLOCK)
        run(door, 3)
    assert secure.is_locked
    assert not safe.is_locked
    assert secure.fault


def test_a_key_works_without_power_and_shows():
    door = mechanism()
    door.set_power(on=False)
    door.turn_key(unlock=True)
    run(door, 2)
    assert not door.is_locked
    assert door.key_override


def test_false_secure_is_bolt_without_deadlock():
    door = mechanism()
    door.false_secure = True
    door.order(UNLOCK)
    run(door, 2)
    door.order(LOCK)
    run(door, 3)
    assert (door.is_locked, door.is_deadlocked, door.is_secured) == (True, False, False)


def test_a_hold_open_door_shuts_when_the_magnet_lets_go_unless_something_is_in_the_way():
    door, propped = mechanism("D-FIRE"), mechanism("D-FIRE")
    propped.propped = True
    for each in (door, propped):
        each.settle(locked=False, leaf_open=True)
        each.let_go()
        run(each, 5)
    assert door.is_closed
    assert not propped.is_closed


@pytest.mark.parametrize("kind", sorted(HARDWARE))
def test_the_step_does_not_change_where_a_door_ends(kind):
    ends = []
    for dt_s in (0.01, 0.5):
        door = mechanism(kind)
        door.order(UNLOCK)
        run(door, 20, dt_s)
        door.order(LOCK)
        run(door, 40, dt_s)
        ends.append((door.is_closed, door.is_locked, door.is_deadlocked, door.at_rest))
    assert ends[0] == ends[1] == (True, True, True, True)
