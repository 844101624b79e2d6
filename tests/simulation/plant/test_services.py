"""Causes and their effects: fire and mains failure, as the table of a site has them, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from equipped_block import element_of, upon_fire, upon_mains

from simulation.plant.doors import UNLOCK
from simulation.plant.plant import Plant
from twin.model.cause_effect import Effect
from twin.model.ids import GlobalId, PointId

FIRE = (
    upon_fire(Effect.CLOSE_DOOR, "D.F"),
    upon_fire(Effect.UNLOCK_DOOR, "D.DAY", 5.0),
    upon_fire(Effect.ARM_RELEASE, "RZ-N"),
    upon_fire(Effect.ENABLE_OVERRIDE, "", code="IL-1"),
    upon_fire(Effect.STOP_AIR, "AHU1"),
    upon_fire(Effect.CLOSE_DAMPER, "FD1"),
    upon_fire(Effect.RECALL_LIFT, "LIFT-1", 10.0),
)
MAINS = (
    upon_mains(Effect.CARRY_ON_BATTERY, "UPS"),
    upon_mains(Effect.START_GENERATOR, "GEN", 15.0),
)
ON_FIRE = {
    "fire_zone": 2.0,
    "fire_panel": 2.0,
    "smoke_detector": 2.0,
    "release_armed": 1.0,
    "override_enabled": 1.0,
    "fire_stop": 1.0,
    "fan_run": 0.0,
    "damper_position": 1.0,
    "lift_recall": 1.0,
}
QUIET = {**dict.fromkeys(ON_FIRE, 0.0), "fan_run": 1.0}


def shown(plant: Plant, *kinds: str) -> dict[str, float | None]:
    return {kind: plant.value(PointId(f"{element_of(kind)}/{kind}")) for kind in kinds}


def run(plant: Plant, seconds: int) -> None:
    for _ in range(seconds * 2):
        plant.advance(0.5)


def test_a_fire_does_what_the_table_says_after_its_delay(plant_with):
    plant = plant_with(*FIRE)
    plant.doors[GlobalId("D.F")].settle(locked=False, leaf_open=True)
    assert shown(plant, *ON_FIRE) == QUIET
    plant.inject("fire", "C1")
    at_once = {"fire_zone": 2.0, "release_armed": 1.0, "fire_stop": 1.0}
    assert shown(plant, *at_once) == at_once
    run(plant, 4)
    assert shown(plant, "damper_position", "lift_recall") == {"damper_position": 2.0, "lift_recall": 0.0}
    assert plant.doors[GlobalId("D.DAY")].is_locked
    run(plant, 20)
    assert shown(plant, *ON_FIRE) == ON_FIRE
    assert plant.doors[GlobalId("D.F")].is_closed
    assert not plant.doors[GlobalId("D.DAY")].is_locked


def test_arming_and_enabling_move_no_bolt(plant_with):
    plant = plant_with(*FIRE)
    plant.inject("fire", "C1")
    run(plant, 30)
    for code in ("D.C1", "D.C2", "D.C3", "D.SP.1", "D.SP.2", "D.POST"):
        assert plant.doors[GlobalId(code)].is_secured, code


def test_an_enabled_override_lets_control_order_the_second_door(plant_with):
    plant = plant_with(*FIRE)
    first, second = plant.doors[GlobalId("D.SP.1")], plant.doors[GlobalId("D.SP.2")]
    interlock = plant.services.interlocks["IL-1"]
    first.order(UNLOCK)
    assert "D.SP.1 is not secured" in interlock.refusal(second, UNLOCK)
    plant.inject("fire", "C1")
    assert interlock.refusal(second, UNLOCK) == ""
    second.order(UNLOCK)
    run(plant, 3)
    assert shown(plant, "interlock_state") == {"interlock_state": 2.0}


def test_a_release_zone_may_be_named_instead_of_told_by_its_id(plant_with):
    plant = plant_with(upon_fire(Effect.ARM_RELEASE, "", code="RG-N"))
    plant.inject("fire", "C1")
    assert shown(plant, "release_armed") == {"release_armed": 1.0}


def test_the_reset_takes_back_what_hardware_takes_back_and_leaves_doors_as_they_are(plant_with):
    plant = plant_with(*FIRE)
    plant.doors[GlobalId("D.F")].settle(locked=False, leaf_open=True)
    plant.inject("fire", "C1")
    run(plant, 30)
    plant.inject("fire-reset", "")
    run(plant, 30)
    assert shown(plant, *ON_FIRE) == QUIET
    assert plant.doors[GlobalId("D.F")].is_closed
    assert not plant.doors[GlobalId("D.DAY")].is_locked


def test_a_fire_after_a_reset_is_a_new_fire(plant_with):
    plant = plant_with(*FIRE)
    for _ in range(2):
        plant.inject("fire", "C1")
        run(plant, 30)
        assert shown(plant, *ON_FIRE) == ON_FIRE
        plant.inject("fire-reset", "")
        run(plant, 30)


def test_a_fire_outside_every_compartment_has_rows_of_its_own(plant_with):
    services = plant_with().services
    yard = next(s for s in services.facility.spaces if services.fire.zone_of(s.global_id) is None)
    plant = plant_with(replace(upon_fire(Effect.CLOSE_DOOR, "D.F"), source=yard.global_id, source_code=yard.code))
    plant.doors[GlobalId("D.F")].settle(locked=False, leaf_open=True)
    plant.inject("fire", yard.code)
    run(plant, 30)
    assert plant.doors[GlobalId("D.F")].is_closed


def test_a_pre_alarm_sets_nothing_going(plant_with):
    plant = plant_with(*FIRE)
    plant.inject("smoke", "C1")
    run(plant, 30)
    assert shown(plant, "smoke_detector", "fire_zone", "fire_panel", "fire_stop") == {
        "smoke_detector": 1.0,
        "fire_zone": 1.0,
        "fire_panel": 1.0,
        "fire_stop": 0.0,
    }


def test_when_the_mains_fail_the_battery_carries_until_the_generator_runs(plant_with):
    kinds = ("mains", "ups_on_battery", "generator", "pump_run", "fan_run")
    plant = plant_with(*MAINS)
    assert tuple(shown(plant, *kinds).values()) == (0.0, 0.0, 1.0, 1.0, 1.0)
    plant.inject("mains", "B")
    run(plant, 10)
    assert tuple(shown(plant, *kinds).values()) == (1.0, 1.0, 1.0, 0.0, 0.0)
    assert shown(plant, "ups_autonomy")["ups_autonomy"] == pytest.approx(60 - 10 / 60, abs=0.02)
    assert shown(plant, "electrical_power") == {"electrical_power": 0.0}
    run(plant, 20)
    assert tuple(shown(plant, *kinds).values()) == (1.0, 0.0, 2.0, 1.0, 1.0)
    plant.inject("mains", "B", on=0.0)
    run(plant, 5)
    assert tuple(shown(plant, *kinds).values()) == (0.0, 0.0, 1.0, 1.0, 1.0)


def test_a_generator_that_will_not_start_leaves_the_battery_to_it(plant_with):
    plant = plant_with(*MAINS)
    plant.inject("signal", "GEN/generator", value=3.0)
    plant.inject("mains", "B")
    run(plant, 60)
    assert shown(plant, "generator", "ups_on_battery") == {"generator": 3.0, "ups_on_battery": 1.0}


def test_a_door_that_fails_safe_is_released_by_the_loss_of_power_and_does_not_lock_itself_again(plant_with):
    plant = plant_with(upon_mains(Effect.RELEASE_DOOR, "D.POST", 3.0))
    door = plant.doors[GlobalId("D.POST")]
    plant.inject("mains", "B")
    run(plant, 5)
    assert not door.powered
    plant.inject("mains", "B", on=0.0)
    run(plant, 5)
    assert door.powered


def test_a_door_released_by_two_causes_gets_its_power_back_when_both_are_gone(plant_with):
    rows = (upon_mains(Effect.RELEASE_DOOR, "D.POST"), upon_fire(Effect.RELEASE_DOOR, "D.POST"))
    plant = plant_with(*rows)
    plant.inject("mains", "B")
    plant.inject("fire", "C1")
    plant.inject("mains", "B", on=0.0)
    assert not plant.doors[GlobalId("D.POST")].powered
    plant.inject("fire-reset", "")
    assert plant.doors[GlobalId("D.POST")].powered


def test_a_mains_failure_without_a_table_is_seen_and_nothing_takes_over(plant_with):
    plant = plant_with()
    plant.inject("mains", "B")
    run(plant, 60)
    assert shown(plant, "mains", "generator", "ups_on_battery") == {
        "mains": 1.0,
        "generator": 1.0,
        "ups_on_battery": 0.0,
    }
