"""A regime day on the imported building: the IFC decides what happens at a door."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from simulation.models.regime import compile_for, simulate_day
from simulation.record import record_digest
from simulation.study.replicate import run_study
from simulation.study.scenario import load_scenario
from site_models.author.write import write_ifc
from site_models.brief import read_brief
from site_models.catalogue import site_folder
from twin.ifc.reader import read_facility
from twin.model.facility import Facility

NARROWED = "D.VIL-L01-A-DAY.1"


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(site_folder("vilnius") / "scenarios" / "closed-day.toml")


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> Facility:
    return _imported(site_folder("vilnius"), tmp_path_factory.mktemp("wide") / "model.ifc")


def _imported(brief: Path, path: Path) -> Facility:
    write_ifc(read_brief(brief), path)
    return read_facility(path).facility


def test_one_seed_gives_one_record_and_another_seed_another(imported, scenario):
    building = compile_for(imported, scenario)
    first, again, other = (record_digest(simulate_day(building, scenario, seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_narrower_landing_door_in_the_ifc_makes_longer_queues_at_that_door(imported, scenario, tmp_path):
    brief = tmp_path / "brief"
    shutil.copytree(site_folder("vilnius"), brief)
    lines = list(csv.DictReader((brief / "doors.csv").open(encoding="utf-8")))
    for line in lines:
        if line["code"] == NARROWED:
            line["clear_width_m"] = "0.60"
    with (brief / "doors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    narrow = _imported(brief, tmp_path / "model.ifc")
    waits = {}
    for name, facility in (("wide", imported), ("narrow", narrow)):
        study = run_study(facility, scenario, seed=7, replications=3)
        waits[name] = next(door for door in study.door_queues if door.code == NARROWED)
    assert waits["narrow"].mean_wait.mean > 3 * waits["wide"].mean_wait.mean
    assert waits["narrow"].longest_wait_s > waits["wide"].longest_wait_s


def test_two_hundred_prisoners_are_back_in_their_cells_at_midnight(imported, scenario):
    study = run_study(imported, scenario, seed=3, replications=2)
    mean = {key: interval.mean for key, interval in study.measures.items()}
    assert mean["not_locked_up"] == 0
    assert 0 < mean["lock_up"] < 60
    assert mean["out_of_cell"] == pytest.approx(13.5, abs=0.5)
    assert 1.0 <= mean["open_air"] < 1.2
    # Two sessions of 3.5 h and 3.25 h; whoever has a seat in one of them or in both.
    assert 3.25 < mean["purposeful_engaged"] < 6.75
    assert mean["engaged"] == pytest.approx(93, abs=5)
