from dataclasses import replace

import numpy as np
import pytest
from simpy import Environment

from simulation.measures import measure_day
from simulation.models.regime import compile_for, populate, simulate_day
from simulation.models.terms import Scenario
from simulation.queues import door_queues
from simulation.record import Kind, record_digest
from simulation.targets import MEASURES
from simulation.world import World
from twin.model.facility import Facility
from twin.model.ids import GlobalId


def with_width(block: Facility, code: str, width_m: float) -> Facility:
    doors = (replace(door, clear_width_m=width_m) if door.code == code else door for door in block.doors)
    return replace(block, doors=tuple(doors))


def test_the_same_seed_gives_the_same_record_and_another_seed_another(block: Facility, scenario: Scenario) -> None:
    digests = [record_digest(simulate_day(compile_for(block, scenario), scenario, seed)) for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


def test_everybody_is_in_the_own_cell_behind_a_locked_door_at_midnight(block: Facility, scenario: Scenario) -> None:
    building = compile_for(block, scenario)
    world = World(building, Environment())
    population = populate(world, building, scenario, 3)
    world.env.run(until=86_400)
    for prisoner, person in zip(population.prisoners, population.people, strict=True):
        assert person.space == prisoner.cell.space
        assert world.is_locked(prisoner.cell.door)


def test_nobody_leaves_a_cell_before_the_unlock(block: Facility, scenario: Scenario) -> None:
    record = simulate_day(compile_for(block, scenario), scenario, 3)
    moved_s = record.t_s[(record.kind == Kind.PASS) & ~record.is_staff[record.entity]]
    assert moved_s.min() > 6.75 * 3600


def test_the_interlock_holds_all_day(block: Facility, scenario: Scenario) -> None:
    record = simulate_day(compile_for(block, scenario), scenario, 4)
    change = np.where(record.kind == Kind.OPEN, 1, np.where(record.kind == Kind.SHUT, -1, 0))
    assert set(np.cumsum(change).tolist()) == {0, 1}


def test_rows_are_in_order_of_time(block: Facility, scenario: Scenario) -> None:
    record = simulate_day(compile_for(block, scenario), scenario, 4)
    assert (np.diff(record.t_s) >= 0).all()


def test_a_narrower_landing_door_makes_its_own_queue_longer(block: Facility, scenario: Scenario) -> None:
    def mean_wait_s(facility: Facility, code: str) -> float:
        compiled = compile_for(facility, scenario)
        queues = [door_queues(simulate_day(compiled, scenario, seed), compiled) for seed in range(3)]
        return sum(queue.mean_wait_s for day in queues for queue in day if queue.code == code)

    wide, narrow = (mean_wait_s(with_width(block, "wA", width_m), "wA") for width_m in (1.2, 0.4))
    assert narrow > 2 * wide
    assert mean_wait_s(with_width(block, "wA", 0.4), "wB") < narrow / 2


def test_the_day_is_what_the_timetable_says(block: Facility, scenario: Scenario) -> None:
    compiled = compile_for(block, scenario)
    values = measure_day(simulate_day(compiled, scenario, 6), compiled, scenario)
    assert set(values) == set(MEASURES)
    # Five of eight set out at 08:15 for a seat until 12:00; all are out 07:00–08:15 and 12:00–20:00.
    assert values["engaged"] == pytest.approx(100 * 5 / 8)
    assert 3.3 < values["purposeful_engaged"] <= 3.5
    assert values["out_of_cell"] == pytest.approx(9.25 + 3.75 * 5 / 8, abs=0.1)
    assert values["open_air"] == pytest.approx(1.0, abs=0.1)
    assert values["post_cover"] == pytest.approx(100.0)
    assert values["not_locked_up"] == 0.0
    assert 0 < values["lock_up"] < 15
    # Two officers, one per unit, eight prisoners.
    assert values["landing_ratio"] < 8


def test_group_release_unlocks_faster_than_an_officer(block: Facility, scenario: Scenario) -> None:
    def last_unlock_s(mode: str) -> float:
        plan = scenario.model_copy(update={"unlock": scenario.unlock.model_copy(update={"mode": mode})})
        compiled = compile_for(block, plan)
        record = simulate_day(compiled, plan, 1)
        cells = [compiled.way_index[GlobalId(door.code)] for door in block.doors if door.type == "D-CELL"]
        morning = (record.kind == Kind.UNLOCK) & np.isin(record.way, cells) & (record.t_s < 7 * 3600)
        assert int(morning.sum()) == len(cells)
        return float(record.t_s[morning].max())

    assert last_unlock_s("group-release") < last_unlock_s("officer")


def test_without_officers_the_cells_stay_locked_and_everything_is_missed(block: Facility, scenario: Scenario) -> None:
    staff = scenario.staff.model_copy(update={"absence": 1.0})
    plan = scenario.model_copy(update={"staff": staff})
    compiled = compile_for(block, plan)
    values = measure_day(simulate_day(compiled, plan, 1), compiled, plan)
    assert values["out_of_cell"] == 0.0
    assert values["post_cover"] == 0.0
    assert np.isnan(values["landing_ratio_worst"])
    # Set out at 07:00 at the latest half a minute later, two metres to the door; they stand there until midnight.
    assert values["longest_wait"] == pytest.approx(17 * 3600, abs=60)
