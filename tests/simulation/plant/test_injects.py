"""What a trainer may do to the building, and what is refused."""

from __future__ import annotations

import pytest

from simulation.plant.injects import INJECTS
from twin.model.errors import ScenarioError, UnknownIdError
from twin.model.ids import GlobalId, PointId

OTHER_WORDS = {"smoke", "fire", "fire-reset", "mains", "signal", "stick", "drift", "swap", "silence", "freeze"}
DOOR_WORDS = sorted(set(INJECTS) - OTHER_WORDS)


@pytest.mark.parametrize("word", DOOR_WORDS)
def test_every_door_inject_changes_the_door_it_names_and_no_other(plant_with, word):
    plant = plant_with()
    door, other = plant.doors[GlobalId("D.C1")], plant.doors[GlobalId("D.C2")]
    if word == "swing":
        door.settle(locked=False, leaf_open=False)
    if word == "repair":
        plant.inject("force", "D.C1")
    before, beside = dict(vars(door)), dict(vars(other))
    plant.inject(word, "D.C1", on=0.0 if word == "power" else 1.0)
    assert vars(door) != before
    assert vars(other) == beside


@pytest.mark.parametrize(("name", "value"), [("C1/duress", 1.0), ("C1/leak", 1.0), ("KIOSK/kiosk_queue", 4.0)])
def test_a_signal_shows_what_it_was_set_to(plant_with, name, value):
    plant = plant_with()
    before = plant.value(PointId(name))
    plant.inject("signal", name, value=value)
    plant.advance(60.0)
    assert plant.value(PointId(name)) == value
    assert PointId(name) in plant.drain_changed()
    plant.inject("signal", name, value=before)
    assert plant.value(PointId(name)) == before


def test_a_signal_without_a_value_is_set_to_its_first_abnormal_state(plant_with):
    plant = plant_with()
    plant.inject("signal", "C1/camera")
    assert plant.value(PointId("C1/camera")) == 1.0


def test_a_detector_is_set_like_a_signal_and_its_zone_and_panel_follow(plant_with):
    plant = plant_with()
    plant.inject("signal", "C1/smoke_detector", value=3.0)
    assert [plant.value(PointId(name)) for name in ("SC-1/fire_zone", "PANEL/fire_panel")] == [3.0, 3.0]
    plant.inject("signal", "C1/smoke_detector", value=0.0)
    assert plant.value(PointId("SC-1/fire_zone")) == 0.0


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("C1/duress", 2.0, "not one of the 2 states"),
        ("C1/duress", 0.5, "not one of the 2 states"),
        ("C1/smoke_detector", 4.0, "not one of the 4 states"),
        ("C1/light", 1.0, "set by orders"),
        ("D.C1/door_command", 1.0, "set by orders"),
        ("C1/temperature", 30.0, "follows the building"),
        ("D.C1/lock_status", 1.0, "follows the building"),
    ],
)
def test_what_is_no_simple_signal_or_no_state_of_it_is_refused(plant_with, name, value, why):
    plant = plant_with()
    before = plant.value(PointId(name))
    with pytest.raises(ScenarioError, match=why):
        plant.inject("signal", name, value=value)
    assert plant.value(PointId(name)) == before


@pytest.mark.parametrize(
    ("word", "subject"), [("signal", "C9/duress"), ("mains", "B9"), ("fire", "D.C1"), ("smoke", "C9"), ("jam", "C1")]
)
def test_a_subject_that_is_not_in_the_building_is_named(plant_with, word, subject):
    with pytest.raises(UnknownIdError, match=subject):
        plant_with().inject(word, subject)


def test_the_building_of_the_mains_is_told_by_name_or_id(plant_with):
    plant = plant_with()
    plant.inject("mains", plant.facility.buildings[0].name)
    assert plant.value(PointId("METER/mains")) == 1.0
    plant.inject("mains", plant.facility.buildings[0].global_id, on=0.0)
    assert plant.value(PointId("METER/mains")) == 0.0
