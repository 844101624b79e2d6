"""What has changed is found, all of it, within one round, and doors at once."""

from __future__ import annotations

from simulation.plant.drain import TURNS
from twin.model.ids import GlobalId, PointId


def settled(plant_with):
    plant = plant_with()
    plant.drain_changed()
    for _ in range(TURNS):
        plant.drain_changed()
    return plant


def test_the_first_time_everything_is_told_and_then_nothing(plant_with):
    plant = plant_with()
    assert set(plant.drain_changed()) == set(plant.services.points)
    assert [plant.drain_changed() for _ in range(TURNS)] == [[]] * TURNS


def test_a_door_that_moves_by_itself_is_told_at_once(plant_with):
    plant = settled(plant_with)
    plant.doors[GlobalId("D.C1")].turn_key(unlock=True)
    assert {PointId("D.C1/key_override"), PointId("D.C1/door_mode")} <= set(plant.drain_changed())


def test_whatever_changed_is_told_once_within_a_round(plant_with):
    plant = settled(plant_with)
    before = {name: plant.value(name) for name in plant.services.points}
    plant.services.power.failed.add(GlobalId("B"))  # by itself: nobody says that something was done
    plant.doors[GlobalId("D.C1")].force()
    plant.advance(600.0)
    changed = {name for name in before if plant.value(name) != before[name]}
    told = [name for _ in range(TURNS) for name in plant.drain_changed()]
    assert set(told) == changed
    assert len(told) == len(changed) > 10


def test_after_something_was_done_everything_is_looked_at_at_once(plant_with):
    plant = settled(plant_with)
    plant.inject("signal", "C1/leak")
    assert plant.drain_changed() == [PointId("C1/leak")]
    plant.write(PointId("C1/light"), 0.0)
    assert plant.drain_changed() == [PointId("C1/light")]


def test_the_clock_is_told_every_time(plant_with):
    plant = settled(plant_with)
    plant.advance(1.0)
    assert {PointId("DDC/exercise_second"), PointId("DDC/heartbeat")} <= set(plant.drain_changed())
