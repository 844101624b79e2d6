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
