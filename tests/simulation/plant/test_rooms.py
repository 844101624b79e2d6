from __future__ import annotations

from simulation.plant.rooms import assumed_people, is_night, noise_db
from twin.model.ids import GlobalId


def test_more_people_are_louder_and_sleepers_are_as_quiet_as_an_empty_room():
    empty, one, twenty = (noise_db(n, asleep=False, fan_share=1.0) for n in (0, 1, 20))
    assert 29 < empty < one < twenty < 70
    assert noise_db(20, asleep=True, fan_share=1.0) == empty
    assert noise_db(0, asleep=False, fan_share=0.0) < empty
    assert noise_db(4, asleep=False, fan_share=1.0, machines=True) > 74


def test_cells_are_full_at_night_and_rooms_half_full_by_day(plant_facility):
    night, day = (assumed_people(plant_facility.spaces, hour) for hour in (2, 10))
    assert is_night(2)
    assert not is_night(10)
    assert night == {GlobalId("C1"): 1, GlobalId("C2"): 1, GlobalId("C3"): 1}
    assert day == {GlobalId("DAY"): 5}
