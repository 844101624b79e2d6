import numpy as np
import pytest
from simpy import Environment

from simulation.graph import compile_building
from simulation.models.regime import compile_for, simulate_day
from simulation.models.staffing import Job, Officer, do_duty, post_plan
from simulation.models.terms import PostTerms, Scenario
from simulation.models.units import living_units
from simulation.people import Steps
from simulation.record import Kind
from simulation.world import World
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import SpaceUse


def plan_with(scenario: Scenario, absence: float = 0.0, *posts: PostTerms) -> Scenario:
    terms = {"absence": absence, "post": (*scenario.staff.post, *posts)}
    return scenario.model_copy(update={"staff": scenario.staff.model_copy(update=terms)})


def test_a_post_without_a_place_to_stand_is_named(block: Facility, scenario: Scenario) -> None:
    building = compile_building(block)
    nurse = PostTerms(name="nurse", count=1, start=0.0, end=3600.0, scope="site", uses=(SpaceUse.HEALTH,))
    with pytest.raises(ScenarioError, match=r"staff\.post nurse 1: finds no HEALTH in its site"):
        post_plan(building, plan_with(scenario, 0.0, nurse), living_units(building), 1)


def test_a_unit_is_unlocked_by_its_own_officer_else_by_the_nearest_wider_scope(
    block: Facility, scenario: Scenario
) -> None:
    building = compile_building(block)
    units = living_units(building)
    floor = PostTerms(
        name="floor", count=1, start=0.0, end=86_400.0, scope="storey", uses=(SpaceUse.LANDING,), unlocks=True
    )
    duty = post_plan(building, plan_with(scenario, 0.0, floor), units, 1)
    noon, night = 43_200.0, 3_600.0
    assert [officer.name for officer in duty.for_unit(units[1], noon)] == ["unit officer 2"]
    assert [officer.name for officer in duty.for_unit(units[1], night)] == ["floor 1"]


def test_absence_leaves_posts_empty_at_the_rate_asked_for(block: Facility, scenario: Scenario) -> None:
    building = compile_building(block)
    units = living_units(building)
    plan = plan_with(scenario, 0.2)
    filled = [len(post_plan(building, plan, units, seed).officers) for seed in range(300)]
    assert sum(filled) / (300 * 3) == pytest.approx(0.8, abs=0.05)
    assert len(post_plan(building, scenario, units, 1).officers) == 3


def test_a_post_may_have_an_absence_of_its_own(block: Facility, scenario: Scenario) -> None:
    building = compile_building(block)
    never = scenario.staff.post[1].model_copy(update={"absence": 0.0, "name": "never empty"})
    plan = plan_with(scenario, 0.9, never)
    filled = [
        {o.terms.name for o in post_plan(building, plan, living_units(building), seed).officers} for seed in range(30)
    ]
    assert all("never empty" in names for names in filled)
    assert sum("control" in names for names in filled) < 15


FIRST_S, SECOND_S = 3600.0, 7200.0


def played(block: Facility, scenario: Scenario, *shifts: tuple[str, float, float], job_at_s: float) -> list[str]:
    """Who did each of two jobs of a quarter of an hour that unit B was given at a time, and when they began."""
    world = World(compile_building(block), Environment())
    units = living_units(world.building)
    posts = [
        PostTerms(
            name=name, count=1, start=start, end=end, scope="site", uses=(SpaceUse.LANDING,), unlocks=True, round_min=5
        )
        for name, start, end in shifts
    ]
    staff = scenario.staff.model_copy(update={"absence": 0.0, "post": tuple(posts)})
    plan = scenario.model_copy(update={"staff": staff})
    duty = post_plan(world.building, plan, units, 1)
    done: list[str] = []

    def work(officer: Officer) -> Steps:
        done.append(f"{officer.name} at {world.env.now:.0f}")
        yield world.env.timeout(900.0)

    def give() -> Steps:
        yield world.env.timeout(job_at_s)
        for _ in range(2):
            duty.call(Job(unit=units[1], work=work), world.env.now)

    for officer in duty.officers:
        world.env.process(do_duty(world, officer, duty, plan))
    world.env.process(give())
    world.env.run(until=86_400)
    return done


def test_jobs_left_at_the_end_of_a_duty_go_to_the_relief(block: Facility, scenario: Scenario) -> None:
    shifts = (("early", 0.0, FIRST_S), ("late", FIRST_S, SECOND_S))
    done = played(block, scenario, *shifts, job_at_s=FIRST_S - 600)
    assert done == ["early 1 at 3000", "late 1 at 3900"]


def test_a_job_waits_while_nobody_is_on_duty(block: Facility, scenario: Scenario) -> None:
    shifts = (("early", 0.0, FIRST_S), ("late", SECOND_S, SECOND_S + 3600))
    done = played(block, scenario, *shifts, job_at_s=FIRST_S - 600)
    assert done == ["early 1 at 3000", "late 1 at 7200"]
    assert played(block, scenario, *shifts, job_at_s=FIRST_S + 60) == ["late 1 at 7200", "late 1 at 8100"]


def test_an_unlock_round_that_nobody_could_begin_is_begun_by_whoever_comes_on_duty(
    block: Facility, scenario: Scenario
) -> None:
    # Unit officers until 09:00, who lock in whoever has no seat; the session ends at 12:00, the relief comes at 13:00.
    first, control = scenario.staff.post
    second = first.model_copy(update={"start": 13 * 3600.0, "name": "relief"})
    posts = (first.model_copy(update={"end": 9 * 3600.0}), second, control)
    plan = scenario.model_copy(update={"staff": scenario.staff.model_copy(update={"post": posts})})
    compiled = compile_for(block, plan)
    record = simulate_day(compiled, plan, 1)
    cells = [compiled.way_index[GlobalId(door.code)] for door in block.doors if door.type == "D-CELL"]
    noon = (record.kind == Kind.UNLOCK) & np.isin(record.way, cells) & (record.t_s > 12 * 3600)
    assert int(noon.sum()) > 0
    assert 0 < record.t_s[noon].min() - 13 * 3600 < 120
