from dataclasses import replace

import pytest

from simulation.measures import MEASURES
from simulation.models.regime import compile_for
from simulation.models.terms import Scenario
from simulation.study.block import FacilityFile, run_block, run_days, write_facility
from simulation.study.replicate import run_study
from simulation.study.statistics import t_interval
from twin.model.errors import ScenarioError
from twin.model.facility import Facility


def test_workers_and_order_do_not_change_a_study(block: Facility, scenario: Scenario) -> None:
    alone, shared = (run_study(block, scenario, 11, 5, workers=workers) for workers in (1, 2))
    assert alone.digests == shared.digests
    assert alone == shared


def test_days_of_a_study_differ_and_studies_with_other_seeds_too(block: Facility, scenario: Scenario) -> None:
    first, second = (run_study(block, scenario, seed, 3) for seed in (1, 2))
    assert len({*first.digests, *second.digests}) == 6
    assert first.run != second.run


def test_a_study_of_a_changed_building_has_a_name_of_its_own(block: Facility, scenario: Scenario) -> None:
    doors = tuple(replace(door, clear_width_m=0.6) if door.code == "wA" else door for door in block.doors)
    one, again, changed, piped = (
        run_study(facility, scenario, 1, 1).run
        for facility in (block, replace(block), replace(block, doors=doors), replace(block, zones=()))
    )
    assert one == again == piped
    assert changed != one


def test_a_longer_study_begins_with_the_shorter_one(block: Facility, scenario: Scenario) -> None:
    short, long = (run_study(block, scenario, 1, count) for count in (2, 4))
    assert long.digests[:2] == short.digests


def test_intervals_and_queues_are_made_of_the_rows(block: Facility, scenario: Scenario) -> None:
    steps: list[tuple[int, int]] = []
    study = run_study(block, scenario, 1, 4, on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len(study.rows) == 4 * len(MEASURES)
    values = [row.value for row in study.rows if row.measure == "out_of_cell"]
    assert study.measures["out_of_cell"] == t_interval(values)
    totals = [waits.mean_wait.mean * waits.passages_per_day for waits in study.door_queues]
    assert totals[0] == max(totals)
    assert {waits.code for waits in study.door_queues} <= {door.code for door in block.doors}


def test_a_narrower_door_changes_its_own_figures_in_the_study(block: Facility, scenario: Scenario) -> None:
    doors = tuple(replace(door, clear_width_m=0.4) if door.code == "wA" else door for door in block.doors)
    wide, narrow = (
        {waits.code: waits for waits in run_study(facility, scenario, 1, 3).door_queues}["wA"]
        for facility in (block, replace(block, doors=doors))
    )
    assert narrow.mean_wait.mean > wide.mean_wait.mean
    assert narrow.longest_wait_s > wide.longest_wait_s


def test_a_worker_refuses_a_facility_file_that_was_changed(block: Facility, scenario: Scenario, tmp_path) -> None:  # type: ignore[no-untyped-def]
    source = write_facility(block, tmp_path)
    with pytest.raises(ScenarioError, match="is not the facility"):
        run_block(FacilityFile(path=source.path, digest="0" * 64), scenario, 1, [0])
    assert run_block(source, scenario, 1, [0]) == run_days(compile_for(block, scenario), scenario, 1, [0])


def test_a_study_needs_a_replication(block: Facility, scenario: Scenario) -> None:
    with pytest.raises(ValueError, match="at least one"):
        run_study(block, scenario, 1, 0)
