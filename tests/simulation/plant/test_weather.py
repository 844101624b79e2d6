from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulation.plant.weather import Weather

START = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = Weather(start=START, at_s=(0.0, 3600.0, 7200.0), temp_c=(-10.0, 0.0, -4.0))


def test_between_two_hours_the_temperature_moves_in_a_straight_line():
    assert HOURS.outdoor_c(START) == -10.0
    assert HOURS.outdoor_c(START + timedelta(minutes=30)) == pytest.approx(-5.0)
    assert HOURS.outdoor_c(START + timedelta(minutes=90)) == pytest.approx(-2.0)


def test_a_record_that_is_over_or_has_not_begun_begins_again():
    assert HOURS.outdoor_c(START + timedelta(hours=2, minutes=30)) == pytest.approx(-5.0)
    assert HOURS.outdoor_c(START - timedelta(minutes=90)) == pytest.approx(-5.0)


def test_the_building_feels_its_weather(plant_with, equipped, all_points):
    from simulation.plant.plant import Plant

    cold = Weather(start=START, at_s=(0.0, 86400.0), temp_c=(-25.0, -25.0))
    mild, frosty = plant_with(), Plant(equipped, all_points, start=START, weather=cold)
    for plant in (mild, frosty):
        for _ in range(120):
            plant.advance(60.0)
    assert frosty.climate.outdoor_c == -25.0
    assert frosty.climate.mean_temp_c() < mild.climate.mean_temp_c()
    circuits = [next(iter(plant.services.circuits.values())).supply_c for plant in (mild, frosty)]
    assert circuits[0] < circuits[1], "the weather curve asks for warmer water"
    assert frosty.services.ventilation.unit(next(iter(frosty.services.ventilation.units))).coil_k > 0
