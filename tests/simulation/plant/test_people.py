from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from simulation.plant.people import KEY_S, BuildingPeople
from simulation.plant.plant import Plant
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.regime import Regime

NIGHT = Regime(name="night", start=time(21), end=time(6))


@pytest.fixture
def plant(plant_facility: Facility) -> Plant:
    plant = Plant(plant_facility, [], start=datetime(2026, 5, 4, 2, tzinfo=UTC), regime=NIGHT)
    plant.people = BuildingPeople(plant_facility, plant.doors, plant.fire, base="POST", refuge="DAY", officers=2)
    return plant


def run(plant: Plant, seconds: float, until=lambda: False) -> float:
    begun = plant.elapsed_s
    while plant.elapsed_s - begun < seconds and not until():
        plant.advance(0.25)
    return plant.elapsed_s - begun


def count(plant: Plant, code: str) -> int:
    return plant.people.counts().get(GlobalId(code), 0)


def unlock(plant: Plant, *codes: str) -> None:
    for code in codes:
        plant.doors[GlobalId(code)].order(1.0)


def test_everybody_is_in_the_cell_and_the_team_at_its_base(plant):
    assert [count(plant, code) for code in ("C1", "C2", "C3", "POST")] == [1, 1, 1, 2]
    assert plant.people.response_at == "base"


def test_the_team_reports_when_it_has_arrived_and_not_before(plant):
    assert plant.people.dispatch("LAND") == ""
    walked = run(plant, 60, until=lambda: plant.people.response_at == "LAND")
    assert 2.0 < walked < 10.0
    assert count(plant, "LAND") == 2


def test_a_locked_door_costs_the_team_a_key_and_shows_on_its_contacts(plant):
    plant.people.dispatch("LAND2")
    seen = set()
    door = plant.doors[GlobalId("D.F")]

    def there() -> bool:
        seen.update(word for word, now in (("key", door.key_override), ("open", not door.is_closed)) if now)
        return plant.people.response_at == "LAND2"

    assert run(plant, 90, until=there) > KEY_S
    assert seen == {"key", "open"}
    run(plant, 10)
    assert door.is_secured


def test_nobody_leaves_a_cell_that_was_not_unlocked(plant):
    plant.people.dispatch("LAND")
    run(plant, 120)
    assert [count(plant, code) for code in ("C1", "C2")] == [1, 1]


def test_people_stand_before_a_door_that_was_not_opened_for_them_and_go_on_when_it_is(plant):
    plant.people.dispatch("LAND")
    run(plant, 20)
    unlock(plant, "D.C1", "D.C2")
    run(plant, 60)
    assert count(plant, "LAND") == 4, "two officers and two people in front of the cross-corridor door"
    assert plant.people.response_count == 0
    unlock(plant, "D.F", "D.DAY")
    run(plant, 120)
    assert count(plant, "DAY") == 4
    assert plant.people.response_count == 2
    assert plant.people.response_at == "DAY"


def test_only_cells_of_the_compartment_are_emptied(plant):
    plant.people.dispatch("LAND")
    run(plant, 20)
    unlock(plant, "D.C1", "D.C3", "D.F", "D.DAY")
    run(plant, 120)
    assert (count(plant, "C1"), count(plant, "C3")) == (0, 1)
    assert plant.people.response_count == 1


def test_people_are_conserved(plant):
    total = sum(plant.people.counts().values())
    plant.people.dispatch("LAND")
    unlock(plant, "D.C1", "D.C2", "D.F", "D.DAY")
    for _ in range(200):
        plant.advance(0.5)
        assert sum(plant.people.counts().values()) == total


def test_an_unknown_destination_is_refused(plant):
    assert "NOWHERE" in plant.people.dispatch("NOWHERE")
