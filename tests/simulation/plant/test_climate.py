from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.plant.climate import CO2_AWAKE_L_S, OUTDOOR_CO2_PPM, Climate, saturation_g_m3
from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import SpaceUse

ROOM = GlobalId("r")


def room(area_m2: float = 16.0, use: SpaceUse = SpaceUse.CELL_DOUBLE) -> Space:
    return Space(
        global_id=ROOM,
        code="R",
        name="R",
        use=use,
        storey=GlobalId("L"),
        polygon=((0, 0), (4, 0), (4, 4), (0, 4)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=area_m2,
        capacity=2,
    )


def test_co2_settles_where_generation_over_supply_puts_it():
    climate = Climate([room()], outdoor_c=5.0)
    climate.set_people({ROOM: 2})
    climate.advance(24 * 3600)
    supply_l_s = 0.35 * 16 + 7 * 2
    leak_l_s = 0.02 * 16 * 2700 * 1000 / 1000 / 3600
    expected = OUTDOOR_CO2_PPM + 2 * CO2_AWAKE_L_S * 1e6 / (supply_l_s + leak_l_s)
    assert climate.co2_ppm(ROOM) == pytest.approx(expected, rel=1e-6)


def test_a_stopped_fan_lets_co2_rise_and_an_empty_room_lets_it_fall():
    climate = Climate([room()], outdoor_c=5.0)
    climate.set_people({ROOM: 2})
    climate.air_share = 0.0
    climate.advance(2 * 3600)
    high = climate.co2_ppm(ROOM)
    assert high > 1500
    climate.air_share = 1.0
    climate.set_people({})
    climate.advance(3600)
    assert climate.co2_ppm(ROOM) < high


def test_a_heated_room_holds_its_set_point_and_a_cold_start_comes_back_to_it():
    climate = Climate([room()], outdoor_c=-10.0)
    climate.temperature[:] = 15.0
    climate.advance(3 * 24 * 3600)
    assert 19.0 < climate.temp_c(ROOM) < 22.5


def test_long_and_short_steps_agree():
    ends = []
    for step_s in (1.0, 60.0, 1800.0):
        climate = Climate([room()], outdoor_c=0.0)
        climate.set_people({ROOM: 2})
        for _ in range(int(7200 / step_s)):
            climate.advance(step_s)
        ends.append((climate.temp_c(ROOM), climate.co2_ppm(ROOM)))
    assert ends[0] == pytest.approx(ends[1], rel=2e-3)
    assert ends[1] == pytest.approx(ends[2], rel=1e-9)


def test_a_yard_has_no_climate():
    assert ROOM not in Climate([room(use=SpaceUse.YARD)], outdoor_c=5.0)


def test_people_make_a_room_damper_and_winter_air_makes_it_dry():
    climates = [Climate([room()], outdoor_c=5.0) for _ in range(2)]
    climates[1].set_people({ROOM: 2})
    for climate in climates:
        climate.advance(24 * 3600)
    empty, full = (climate.humidity_percent(ROOM) for climate in climates)
    assert 25 < empty < 35 < full < 60


def test_saturated_air_is_what_the_tables_say():
    assert saturation_g_m3(np.array([0.0, 20.0])) == pytest.approx([4.85, 17.3], rel=0.01)


def test_a_museum_keeps_its_humidity_whoever_comes():
    climate = Climate([room(use=SpaceUse.MUSEUM)], outdoor_c=5.0)
    climate.set_people({ROOM: 2})
    climate.advance(24 * 3600)
    assert climate.humidity_percent(ROOM) == pytest.approx(50.0)


def test_the_radiator_valve_opens_in_a_cold_room_and_shuts_in_a_warm_one():
    climate = Climate([room()], outdoor_c=5.0)
    for start_c, percent in ((15.0, 100.0), (26.0, 0.0)):
        climate.temperature[:] = start_c
        climate.advance(60)
        assert climate.valve_percent(ROOM) == pytest.approx(percent)


def test_rooms_may_have_air_of_their_own():
    rooms = [room(), replace(room(), global_id=GlobalId("other"))]
    climate = Climate(rooms, outdoor_c=5.0)
    climate.set_people({ROOM: 2, GlobalId("other"): 2})
    climate.air_share = np.array([1.0, 0.0])
    climate.advance(3600)
    assert climate.co2_ppm(ROOM) < climate.co2_ppm(GlobalId("other")) - 300
