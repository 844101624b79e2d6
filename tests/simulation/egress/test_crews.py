"""Officers walk from door to door by the shortest line, in the order of their list, and never two to one door."""

from __future__ import annotations

import sys
from math import hypot
from pathlib import Path
from typing import Any

import pytest

from simulation.egress.opening import opening_of_table
from simulation.egress.plan_study import Source, prepare
from simulation.egress.playing import play
from simulation.flow import AS_EQUALS
from simulation.record import Kind
from twin.model.facility import Facility

sys.path.insert(0, str(Path(__file__).parent))
from short_plans import people, plan_of


def unlocked(facility: Facility, *crews: dict[str, Any]) -> dict[str, float]:
    """Doors in the order in which they were unlocked, with the second."""
    plan = plan_of(people=people(COR=1), crew=[{"officers": 1, "speed_m_s": 1.0, "cell_s": 8.0, **c} for c in crews])
    setting = prepare(plan, Source(facility=facility, where="plan.toml"))
    record = play(setting, opening_of_table(plan.people, facility), 1, is_effective=True, manner=AS_EQUALS).record
    rows = record.kind == Kind.UNLOCK
    ways = setting.ways.effective.ways
    return {ways[way]: t for way, t in zip(record.way[rows].tolist(), record.t_s[rows].tolist(), strict=True)}


def test_the_list_is_kept_and_within_a_group_the_nearest_is_next(prison: Facility) -> None:
    done = unlocked(prison, {"name": "a", "start": "LANDA", "unlocks": ["A3", "RG-A", "gA"]})
    assert list(done) == ["cA3", "cA2", "cA1", "gA"]


def test_the_way_to_another_space_is_walked_from_the_door_where_one_stands(prison: Facility) -> None:
    done = unlocked(prison, {"name": "a", "start": "LANDA", "unlocks": ["cA3", "s1"]})
    # cA3 (8, 4) to fA (10, 1), which is not locked, and from there to s1 (15, 0)
    assert done["s1"] - done["cA3"] == pytest.approx(hypot(2, 3) + hypot(5, 1) + 8)


def test_a_locked_door_on_the_way_costs_the_key_and_stays_locked_behind(prison: Facility) -> None:
    done = unlocked(prison, {"name": "a", "start": "CORE", "unlocks": ["cB1"]})
    # the middle of CORE (15, 2) to gB (20, 2), 4 s at its lock, then to cB1 (21.5, 4)
    assert done == {"cB1": pytest.approx(5 + 4 + hypot(1.5, 2) + 8)}


def test_two_crews_with_the_same_list_share_it(prison: Facility) -> None:
    alone = unlocked(prison, {"name": "a", "start": "LANDA", "unlocks": ["RG-A"]})
    both = unlocked(
        prison,
        {"name": "a", "start": "LANDA", "unlocks": ["RG-A"]},
        {"name": "b", "start": "LANDA", "unlocks": ["RG-A"]},
    )
    assert set(both) == set(alone) == {"cA1", "cA2", "cA3"}
    assert max(both.values()) < max(alone.values())


def test_a_crew_sets_out_when_it_is_told_to(prison: Facility) -> None:
    crew = {"name": "a", "start": "LANDA", "unlocks": ["cA1"]}
    assert unlocked(prison, {**crew, "sets_out_s": 60.0})["cA1"] == pytest.approx(unlocked(prison, crew)["cA1"] + 60)
