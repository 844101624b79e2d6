from __future__ import annotations

import math

import pytest

from simulation.plant.air import CLEAN_FILTER_PA, DESIGN_PRESSURE_PA, LAG_S, AirHandlingUnit


def test_supply_air_follows_its_set_point_with_the_units_lag():
    unit = AirHandlingUnit(outdoor_c=5.0)
    unit.setpoint_c = 23.0
    for _ in range(int(LAG_S)):
        unit.advance(1.0)
    assert unit.supply_c == pytest.approx(23.0 - 4.0 * math.exp(-1), abs=0.02)


def test_a_fire_stop_takes_fan_pressure_and_filter_drop_to_nothing():
    unit = AirHandlingUnit(outdoor_c=5.0)
    assert unit.pressure_pa == pytest.approx(DESIGN_PRESSURE_PA)
    unit.fire_stop = True
    unit.advance(120)
    assert not unit.runs
    assert unit.fan_percent < 0.1
    assert unit.pressure_pa < 0.1
    assert unit.filter_drop_pa < 0.1


def test_a_filter_loads_only_while_the_fan_runs():
    unit = AirHandlingUnit(outdoor_c=5.0)
    unit.fire_stop = True
    unit.advance(3600)
    assert unit.filter_pa == CLEAN_FILTER_PA
    unit.fire_stop = False
    unit.advance(3600)
    assert unit.filter_pa > CLEAN_FILTER_PA


def test_without_power_the_fan_stands_and_the_damper_shuts_within_a_minute():
    unit = AirHandlingUnit(outdoor_c=5.0)
    unit.has_power = False
    unit.advance(30)
    assert unit.damper_percent == pytest.approx(50.0)
    unit.advance(30)
    assert (unit.damper_percent, unit.recovery_percent, unit.coil_k) == (0.0, 0.0, 0.0)
    assert not unit.fire_stop


def test_the_heat_recovery_gives_what_is_needed_and_no_more_than_it_can():
    unit = AirHandlingUnit(outdoor_c=5.0)
    assert unit.recovery_percent == pytest.approx(78.0)
    mild = AirHandlingUnit(outdoor_c=18.0)
    assert mild.recovery_percent == pytest.approx(100 / 3)
    assert AirHandlingUnit(outdoor_c=25.0).recovery_percent == 0.0


def test_the_frost_thermostat_trips_when_cold_air_comes_through():
    unit = AirHandlingUnit(outdoor_c=-20.0)
    assert not unit.is_frosty
    unit.has_power = False
    unit.advance(600)
    assert unit.is_frosty
