import pytest

from simulation.graph import compile_building
from simulation.models.staffing import post_plan
from simulation.models.terms import PostTerms, Scenario
from simulation.models.units import living_units
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.vocabulary import SpaceUse


def plan_with(scenario: Scenario, absence: float = 0.0, *posts: PostTerms) -> Scenario:
    terms = {"absence": absence, "post": (*scenario.staff.post, *posts)}
    return scenario.model_copy(update={"staff": scenario.staff.model_copy(update=terms)})


def test_a_post_without_a_place_to_stand_is_named(block: Facility, scenario: Scenario) -> None:
    building = compile_building(block)
    nurse = PostTerms(name="nurse", count=1, start=0, end=3600, scope="site", uses=(SpaceUse.HEALTH,))
    with pytest.raises(ScenarioError, match="nurse: finds no HEALTH in its site"):
        post_plan(building, plan_with(scenario, 0.0, nurse), living_units(building), 1)


def test_a_unit_is_unlocked_by_its_own_officer_else_by_the_nearest_wider_scope(
    block: Facility, scenario: Scenario
) -> None:
    building = compile_building(block)
    units = living_units(building)
    floor = PostTerms(
        name="floor", count=1, start=0, end=86_400, scope="storey", uses=(SpaceUse.LANDING,), unlocks=True
    )
    duty = post_plan(building, plan_with(scenario, 0.0, floor), units, 1)
    noon, night = 43_200.0, 3_600.0
    assert [officer.name for officer in duty.for_unit(units[1], noon)] == ["unit officer 2"]
    assert [officer.name for officer in duty.for_unit(units[1], night)] == ["floor 1"]


def test_absence_leaves_posts_empty_at_the_rate_asked_for(block: Facility, scenario: Scenario) -> None:
    building = compile_building(block)
    units = living_units(building)
    cover = [
        duty.filled_h / duty.required_h
        for duty in (post_plan(building, plan_with(scenario, 0.2), units, seed) for seed in range(300))
    ]
    assert sum(cover) / len(cover) == pytest.approx(0.8, abs=0.05)
    assert duty_hours(building, scenario) == 2 * 15 + 24


def duty_hours(building, scenario: Scenario) -> float:  # type: ignore[no-untyped-def]
    return post_plan(building, scenario, living_units(building), 1).required_h
