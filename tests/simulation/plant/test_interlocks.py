from __future__ import annotations

from itertools import product

from simulation.plant.doors import LOCK, UNLOCK, DoorMechanism
from simulation.plant.interlocks import IDLE, IN_USE, OVERRIDE, VIOLATION, Interlock
from twin.model.doors import Door
from twin.model.ids import GlobalId


def group(count: int) -> Interlock:
    doors = [
        DoorMechanism(
            Door(
                global_id=GlobalId(f"d{n}"),
                code=f"D{n}",
                type="D-SP",
                storey=GlobalId("L"),
                joins=None,
                centre=(0.0, 0.0),
                along=(1.0, 0.0),
                clear_width_m=1.1,
                clear_height_m=2.1,
                interlock_group="IL",
            )
        )
        for n in range(count)
    ]
    return Interlock("IL", doors)


def order(interlock: Interlock, door: DoorMechanism, value: float) -> str:
    refused = interlock.refusal(door, value)
    if not refused:
        door.order(value)
    return refused


def settle(interlock: Interlock) -> None:
    for _ in range(200):
        for door in interlock.doors:
            door.advance(0.05)


def test_whatever_is_asked_never_are_two_doors_unsecured():
    for orders in product(range(3), (UNLOCK, LOCK), range(3), (UNLOCK, LOCK), range(3), (UNLOCK, LOCK)):
        interlock = group(3)
        for number, value in zip(orders[::2], orders[1::2], strict=True):
            order(interlock, interlock.doors[number], value)
            settle(interlock)
            assert interlock.state in (IDLE, IN_USE)


def test_the_second_door_is_refused_by_name_even_before_the_first_bolt_has_moved():
    interlock = group(2)
    assert order(interlock, interlock.doors[0], UNLOCK) == ""
    assert "D0 is not secured" in order(interlock, interlock.doors[1], UNLOCK)


def test_locking_is_always_allowed():
    interlock = group(2)
    interlock.doors[0].force()
    assert interlock.refusal(interlock.doors[1], LOCK) == ""


def test_a_second_door_broken_open_is_a_violation():
    interlock = group(2)
    order(interlock, interlock.doors[0], UNLOCK)
    settle(interlock)
    assert interlock.state == IN_USE
    interlock.doors[1].force()
    assert interlock.state == VIOLATION


def test_an_enabled_override_opens_nothing_and_lets_a_second_door_be_ordered():
    interlock = group(2)
    interlock.override_enabled = True
    settle(interlock)
    assert interlock.state == IDLE
    assert all(door.is_secured for door in interlock.doors)
    for door in interlock.doors:
        assert order(interlock, door, UNLOCK) == ""
    settle(interlock)
    assert interlock.state == OVERRIDE


def test_an_override_that_ends_with_two_doors_loose_leaves_a_violation():
    interlock = group(2)
    interlock.override_enabled = True
    for door in interlock.doors:
        order(interlock, door, UNLOCK)
    settle(interlock)
    interlock.override_enabled = False
    assert interlock.state == VIOLATION
    assert "not secured" in interlock.refusal(interlock.doors[0], UNLOCK)
