from __future__ import annotations

from datetime import time

import pytest

from simulation.drills.runner import DrillRun, opening_plant
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.errors import ScenarioError, UnknownIdError
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
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


@pytest.mark.parametrize(
    ("do", "subject", "is_there"),
    [
        *(("smoke", "C1", True), ("smoke", "C9", False), ("fire-reset", "", True)),
        *(("mains", "B", True), ("mains", "B9", False), ("jam", "D.C1", True), ("jam", "C1", False)),
        *(("signal", "C1/duress", True), ("signal", "C9/duress", False)),
    ],
)
def test_a_subject_is_looked_for_among_what_its_inject_is_done_to(script, plant_facility, do, subject, is_there):
    other = script.inject[0].model_copy(update={"do": do, "subject": subject})
    changed = script.model_copy(update={"inject": [other]})
    duress = Point(id=PointId("C1/duress"), kind="duress", element=GlobalId("C1"))
    plant = opening_plant(script, plant_facility, [duress], [NIGHT])
    if is_there:
        run = DrillRun(changed, plant)
        run.begin()
        run.advance()
        assert len(run.given) == 1
        return
    with pytest.raises(ScenarioError, match=subject):
        DrillRun(changed, plant)


def test_the_hardware_of_a_drill_follows_the_sites_table(script, plant_facility):
    row = CauseEffect(
        cause=Cause.FIRE_ALARM,
        source=GlobalId("SC-1"),
        source_code="SC-1",
        effect=Effect.RECALL_LIFT,
        target=GlobalId("LIFT"),
        target_code="LIFT",
    )
    lift = Point(id=PointId("LIFT/RECALL"), kind="lift_recall", element=GlobalId("LIFT"))
    plant = opening_plant(script, plant_facility, [lift], [NIGHT], [row])
    plant.inject("fire", "C1")
    assert plant.value(lift.id) == 1.0
