"""Ways out: the nearest goal on foot, stairs as slow as their steps, and no way through what is locked for good."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.egress import sfpe
from simulation.egress.escape_ways import EscapeWays, escape_ways, pace, too_narrow
from simulation.egress.plan_study import Source, prepare
from twin.model.doors import Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Storey
from twin.model.vocabulary import LinkKind

sys.path.insert(0, str(Path(__file__).parent))
from short_plans import people, plan_of

LOCKABLE = ("gA", "gB", "yA", "yB", "s1", "s2")


def reached(ways: EscapeWays) -> set[str]:
    return {ways.effective.nodes[node] for node in ways.to_goal}


def ways_with(facility: Facility, released: set[str]) -> EscapeWays:
    plan = plan_of(people=people(COR=1), doors={"released": sorted(released)})
    return prepare(plan, Source(facility=facility, where="plan.toml")).ways


@given(st.sets(st.sampled_from(LOCKABLE)), st.sets(st.sampled_from(LOCKABLE)))
def test_a_locked_door_never_opens_a_route(prison: Facility, some: set[str], more: set[str]) -> None:
    fewer, all_of_them = ways_with(prison, some), ways_with(prison, some | more)
    assert reached(fewer) <= reached(all_of_them)
    for node, (_, path) in fewer.to_goal.items():
        assert all_of_them.to_goal[node][1].length_m <= path.length_m + 1e-9


def test_of_two_goals_the_nearer_one_on_foot_is_taken(prison: Facility) -> None:
    found = ways_with(prison, {"D-GATE", "D-SP"})
    index = found.effective.node_index
    goal, path = found.to_goal[index[GlobalId("SRCH")]]
    assert found.effective.nodes[goal] == outside_id("L0")
    assert [found.effective.ways[way] for way, *_ in path.hops] == ["h", "x"]


def test_stairs_take_as_long_and_let_through_as_many_as_their_steps_allow(block: Facility) -> None:
    upper = Storey(global_id=GlobalId("L1"), name="L1", building=GlobalId("B"), elevation_m=3.3)
    stair = Link(
        global_id=GlobalId("S"),
        code="S",
        kind=LinkKind.STAIR,
        joins=(GlobalId("COR"), GlobalId("UP")),
        width_m=1.2,
        rise_m=3.3,
        riser_mm=165.0,
        tread_mm=280.0,
        length_m=7.0,
    )
    up = replace(block.space("COR"), global_id=GlobalId("UP"), code="UP", storey=upper.global_id)
    tall = replace(block, storeys=(*block.storeys, upper), spaces=(*block.spaces, up), links=(stair,))
    ways = escape_ways(tall, muster=[], outdoors=True, escape=lambda _: True, unlocked=lambda _: True, flow_p_s_m=1.3)
    k_m_s = sfpe.stair_k_m_s(165.0, 280.0)
    index = ways.effective.node_index
    _, path = ways.to_goal[index[GlobalId("UP")]]
    assert sum(hop[3] for hop in path.hops) == pytest.approx(7.0 * 1.40 / k_m_s)
    way = ways.effective.way_index[GlobalId("S")]
    assert ways.effective.headway_s[way] == pytest.approx(1 / (sfpe.most_flow_p_s_m(k_m_s) * 0.9))
    assert ways.full.headway_s[way] == pytest.approx(1 / (sfpe.most_flow_p_s_m(k_m_s) * 1.2))


def test_a_door_that_lets_nobody_pass_is_found(block: Facility) -> None:
    assert too_narrow(block) == ()
    narrow = replace(block, doors=tuple(replace(d, clear_width_m=0.3) if d.code == "k" else d for d in block.doors))
    assert [door.code for door in too_narrow(narrow)] == ["k"]


def test_pace_falls_with_density_and_the_densest_crowd_still_creeps() -> None:
    assert pace(0.0) == pace(0.54) == pytest.approx(1.0)
    assert pace(2.0) == pytest.approx(0.6552 / 1.1989, rel=1e-3)
    assert pace(9.0) == pace(3.5) == pytest.approx(0.0966 / 1.1989, rel=1e-2)
