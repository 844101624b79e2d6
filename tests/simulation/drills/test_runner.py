from __future__ import annotations

from datetime import time

import pytest

from simulation.drills.runner import DrillRun, opening_plant
from twin.model.errors import ScenarioError, UnknownIdError
from twin.model.regime import Regime

NIGHT = Regime(name="night", start=time(21), end=time(6))


def test_the_opening_has_the_scripts_time_regime_and_people(script, plant_facility):
    plant = opening_plant(script, plant_facility, [], [NIGHT])
    assert plant.now.time() == time(2, 10)
    assert sum(plant.people.counts().values()) == 3 + 2
    assert all(door.is_secured for door in plant.doors.values())


def test_injects_are_given_at_their_second_and_not_before_the_start(script, plant_facility):
    plant = opening_plant(script, plant_facility, [], [NIGHT])
    drill = DrillRun(script, plant)
    plant.advance(120)
    drill.advance()
    assert drill.given == []
    drill.begin()
    drill.advance()
    assert [given.number for given in drill.given] == [1]
    assert plant.fire.in_alarm
    for _ in range(130):
        plant.advance(0.5)
        drill.advance()
    assert [(given.number, given.at_s) for given in drill.given] == [(1, 0.0), (2, 60.0)]
    assert not drill.is_over
    plant.advance(600)
    assert drill.is_over


def test_an_unknown_regime_space_or_inject_is_named_before_the_drill_starts(script, plant_facility):
    with pytest.raises(ScenarioError, match="night"):
        opening_plant(script, plant_facility, [], [])
    elsewhere = script.model_copy(update={"opening": script.opening.model_copy(update={"fire_in": "C9"})})
    with pytest.raises(UnknownIdError, match="C9"):
        opening_plant(elsewhere, plant_facility, [], [NIGHT])
    odd = script.model_copy(update={"inject": [script.inject[0].model_copy(update={"do": "explode"})]})
    with pytest.raises(ScenarioError, match="explode"):
        DrillRun(odd, opening_plant(script, plant_facility, [], [NIGHT]))
