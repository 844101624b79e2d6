"""Every kind of point lives: it has a value, a sensible one, and moves with what it stands for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from equipped_block import START, element_of, point, upon_fire

from simulation.plant.plant import Plant
from twin.model.cause_effect import Effect
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS

# Ranges of the point templates (domain reference, section 6.2); states are checked against the kinds themselves.
RANGES = {
    "temperature": (18, 27),
    "co2": (400, 1500),
    "humidity": (15, 70),
    "noise": (20, 70),
    "radiator_valve": (0, 100),
    "dust_pressure": (50, 250),
    "portal_alarm_rate": (5, 20),
    "supply_temperature": (16, 20),
    "extract_temperature": (18, 27),
    "supply_setpoint": (16, 20),
    "static_pressure": (150, 300),
    "filter_pressure": (1, 200),
    "fan_speed": (1, 100),
    "heat_recovery": (50, 100),
    "outdoor_damper": (100, 100),
    "circuit_supply": (35, 55),
    "circuit_return": (25, 50),
    "circuit_pressure": (1.2, 2.0),
    "hot_water_store": (55, 60),
    "hot_water_return": (50, 60),
    "hot_water_mixed": (38, 43),
    "ups_autonomy": (60, 60),
    "electrical_power": (0.1, 50),
    "heat_power": (0.1, 50),
}


def value(plant: Plant, kind: str, element: str = "") -> float | None:
    return plant.value(PointId(f"{element or element_of(kind)}/{kind}"))


@pytest.mark.parametrize("hour", [2, 10])
@pytest.mark.parametrize("kind", sorted(POINT_KINDS))
def test_every_kind_has_a_sensible_value_at_once_and_after_an_hour(plant_with, kind, hour):
    plant = plant_with(start=datetime(2026, 5, 4, hour, 0, tzinfo=UTC))
    for _ in range(2):
        shown = value(plant, kind)
        assert shown is not None
        states = POINT_KINDS[kind].states
        if states:
            assert shown in range(len(states))
        if kind in RANGES and (kind != "dust_pressure" or value(plant, "extraction_run")):
            low, high = RANGES[kind]
            assert low <= shown <= high
        plant.advance(3600.0)


@pytest.mark.parametrize(
    "kind", ["fire_zone", "temperature", "humidity", "door_mode", "interlock_state", "override_enabled"]
)
def test_what_the_building_does_not_have_is_unknown_and_no_number(equipped, kind):
    plant = Plant(equipped, [point(kind, "nowhere")], start=START)
    assert value(plant, kind, "nowhere") is None


def test_a_door_counts_how_often_and_how_long_it_is_open(plant_with):
    plant = plant_with()
    door = plant.doors[GlobalId("D.C1")]
    assert value(plant, "door_mode") == 1.0
    door.settle(locked=False, leaf_open=False)
    assert value(plant, "door_mode") == 0.0
    door.swing(open_it=True)
    for _ in range(10):
        plant.advance(1.0)
    assert (value(plant, "cycle_count"), value(plant, "open_time")) == (1.0, 10.0)
    door.swing(open_it=False)
    plant.advance(5.0)
    assert (value(plant, "cycle_count"), value(plant, "open_time")) == (1.0, 0.0)
    door.turn_key(unlock=True)
    assert value(plant, "door_mode") == 3.0


def test_people_show_in_presence_noise_and_in_the_interlock_they_stand_in(plant_with):
    class Two:
        response_at, response_count = "base", 0

        def advance(self, until_s: float, /) -> None: ...

        def counts(self) -> dict[GlobalId, int]:
            return {GlobalId("C1"): 2, GlobalId("SP"): 1}

        def dispatch(self, destination: str, /) -> str:
            return destination

    plant = plant_with()
    before = [value(plant, kind) for kind in ("presence", "interlock_occupancy", "noise", "tool_count")]
    plant.people = Two()
    plant.advance(1.0)
    after = [value(plant, kind) for kind in ("presence", "interlock_occupancy", "noise", "tool_count")]
    assert before[:2] == [0.0, 0.0]
    assert after[:2] == [1.0, 1.0]
    assert after[2] > before[2] + 10
    assert after[3] == 2.0


def test_a_unit_that_stops_stops_its_own_rooms_only(plant_with):
    plant = plant_with(upon_fire(Effect.STOP_AIR, "AHU1"))
    plant.inject("fire", "C1")
    plant.advance(60.0)
    plant.advance(60.0)
    shown = {unit: (value(plant, "fan_run", unit), value(plant, "fire_stop", unit)) for unit in ("AHU1", "AHU2", "FAN")}
    assert shown == {"AHU1": (0.0, 1.0), "AHU2": (1.0, 0.0), "FAN": (1.0, 0.0)}
    for kind in ("static_pressure", "fan_speed", "heat_recovery", "outdoor_damper"):
        assert value(plant, kind) == pytest.approx(0.0, abs=0.1)


def test_meters_add_up_and_lamps_cost_power(plant_with):
    plant = plant_with()
    for _ in range(60):
        plant.advance(60.0)
    assert value(plant, "electrical_energy") == pytest.approx(value(plant, "electrical_power"), rel=0.05)
    assert value(plant, "heat_energy") > 0
    lit = value(plant, "electrical_power")
    assert plant.write(PointId("C1/light"), 0.0) == ""
    plant.advance(1.0)
    assert value(plant, "electrical_power") < lit
