"""Sensors and controllers that tell the wrong thing, while the building goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from simulation.plant.plant import Plant
from twin.model.errors import ScenarioError, UnknownIdError
from twin.model.ids import PointId
from twin.model.points import BacnetBinding

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

TEMP, CO2 = PointId("C1/temperature"), PointId("C1/co2")


def test_a_stuck_sensor_shows_one_value_while_the_room_changes(plant_with):
    plant = plant_with()
    before = plant.value(TEMP)
    plant.inject("stick", TEMP)
    plant.climate.temperature += 3.0
    assert plant.value(TEMP) == before
    plant.inject("stick", TEMP, value=99.0)
    assert plant.value(TEMP) == 99.0
    plant.inject("stick", TEMP, on=0.0)
    assert plant.value(TEMP) == pytest.approx(before + 3.0)


def test_a_drifting_sensor_leaves_the_truth_at_its_rate(plant_with):
    plant = plant_with()
    plant.inject("drift", TEMP, per_hour=2.0)
    plant.services.elapsed_s += 1800
    true = plant.climate.temp_c(plant.services.points[TEMP].element)
    assert plant.value(TEMP) == pytest.approx(true + 1.0)
    plant.inject("drift", TEMP, on=0.0)
    assert plant.value(TEMP) == pytest.approx(true)
    with pytest.raises(ScenarioError, match="per_hour"):
        plant.inject("drift", TEMP)


def test_exchanged_wires_show_each_others_values_and_only_where_that_can_be(plant_with, all_points):
    plant = plant_with()
    runs = [point.id for point in all_points if point.kind == "fan_run"][:2]
    plant.inject("stick", runs[1], value=0.0)
    plant.inject("stick", runs[1], on=0.0)
    unit = plant.services.ventilation.unit(plant.services.points[runs[1]].element)
    unit.has_power = False
    assert [plant.value(point) for point in runs] == [1.0, 0.0]
    plant.inject("swap", f"{runs[0]}|{runs[1]}")
    assert [plant.value(point) for point in runs] == [0.0, 1.0]
    plant.inject("swap", f"{runs[0]}|{runs[1]}", on=0.0)
    assert [plant.value(point) for point in runs] == [1.0, 0.0]
    with pytest.raises(ScenarioError, match="no such exchange"):
        plant.inject("swap", f"{TEMP}|{CO2}")
    with pytest.raises(ScenarioError, match="names one point"):
        plant.inject("swap", TEMP)


def test_a_controller_that_hangs_shows_what_it_knew_its_uptime_too_and_takes_no_order(equipped, all_points):
    place = BacnetBinding(device="RC-1", object_type="analog-input", object_instance=1)
    kinds = ("temperature", "heartbeat", "supply_setpoint")
    on_it = [replace(point, binding=place) for point in all_points if point.kind in kinds]
    ids = [point.id for point in on_it]
    plant = Plant(equipped, [*on_it, *(point for point in all_points if point.id not in ids)], start=START)
    before = {point: plant.value(point) for point in ids}
    plant.inject("freeze", "RC-1")
    plant.climate.temperature += 5.0
    plant.advance(30.0)
    assert {point: plant.value(point) for point in ids} == before
    order = next(point for point in on_it if point.is_writable)
    assert plant.write(order.id, 20.0) == "its controller hangs"
    plant.inject("silence", "RC-1")
    assert {plant.value(point) for point in ids} == {None}
    plant.inject("silence", "RC-1", on=0.0)
    plant.inject("freeze", "RC-1", on=0.0)
    assert plant.value(next(point.id for point in on_it if point.kind == "heartbeat")) == 30.0
    with pytest.raises(UnknownIdError):
        plant.inject("freeze", "nobody")
