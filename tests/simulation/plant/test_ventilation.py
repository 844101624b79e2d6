from __future__ import annotations

import numpy as np
import pytest

from simulation.plant.climate import Climate
from simulation.plant.ventilation import Ventilation
from twin.model.ids import NO_ID, GlobalId

AHU1, AHU2, FAN = map(GlobalId, ("AHU1", "AHU2", "FAN"))


def air_of(facility) -> tuple[Climate, Ventilation]:
    climate = Climate(facility.spaces, 5.0)
    return climate, Ventilation(facility, climate)


def advance(ventilation: Ventilation, seconds: float, *stopped: GlobalId, dead: bool = False) -> None:
    ventilation.advance(seconds, lambda unit: unit in stopped, lambda _unit: not dead)


def test_each_room_gets_the_air_of_the_unit_that_serves_its_zone(equipped):
    climate, ventilation = air_of(equipped)
    ventilation.unit(AHU1).setpoint_c = 23.0
    ventilation.unit(AHU2).setpoint_c = 17.0
    advance(ventilation, 3600.0, AHU1)
    supply = dict(zip((space.code for space in climate.spaces), np.broadcast_to(climate.supply_c, 8), strict=True))
    share = {space.code: ventilation.share_in(space.global_id) for space in climate.spaces}
    assert supply["C1"] == pytest.approx(10.0)  # stopped: outdoor air and what the duct adds
    assert supply["DAY"] == pytest.approx(17.0)
    assert supply["LAND"] == pytest.approx(19.0)  # no zone: the default unit
    assert (share["C1"], share["DAY"], share["LAND"]) == pytest.approx((0.0, 1.0, 1.0))


def test_a_fan_is_stopped_by_itself_and_serves_no_room(equipped):
    _, ventilation = air_of(equipped)
    advance(ventilation, 600.0, FAN)
    assert not ventilation.unit(FAN).runs
    assert ventilation.unit(AHU1).runs
    assert ventilation.share_in(GlobalId("C1")) == pytest.approx(1.0)


def test_a_building_without_equipment_has_one_unit_for_all(plant_facility):
    climate, ventilation = air_of(plant_facility)
    assert ventilation.is_alone
    assert ventilation.unit(GlobalId("anything")) is ventilation.unit(NO_ID)
    advance(ventilation, 600.0, NO_ID)
    assert np.allclose(climate.air_share, 0.0, atol=1e-6)


def test_without_power_no_fan_runs_and_no_heat_is_taken(equipped):
    _, ventilation = air_of(equipped)
    assert ventilation.fan_w_per_m2 > 0
    advance(ventilation, 600.0, dead=True)
    assert ventilation.fan_w_per_m2 == pytest.approx(0.0, abs=1e-6)
    assert ventilation.coil_w_per_m2 == pytest.approx(0.0, abs=1e-6)


def test_the_extract_air_of_a_unit_is_that_of_its_rooms(equipped):
    climate, ventilation = air_of(equipped)
    climate.temperature[[space.code == "DAY" for space in climate.spaces]] = 30.0
    advance(ventilation, 1.0)
    assert ventilation.unit(AHU2).extract_c == pytest.approx(30.0)
    assert ventilation.unit(AHU1).extract_c < 25.0
