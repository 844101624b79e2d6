"""Every person's parts add up to its total, and none of them is less than nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.egress.opening import opening_of_table
from simulation.egress.parts import PARTS, out_of
from simulation.egress.plan_study import Source, prepare
from simulation.egress.playing import play
from simulation.flow import AS_EQUALS, Manner
from simulation.record import Kind
from twin.model.facility import Facility

sys.path.insert(0, str(Path(__file__).parent))
from short_plans import people, plan_of

COUNTS = st.fixed_dictionaries({"A1": st.integers(0, 1), "A3": st.integers(0, 2), "DAYA": st.integers(0, 4)})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COUNTS, st.integers(1, 3), st.floats(0, 60), st.integers(1, 2**30), st.sampled_from([1.0, 2.0]), st.booleans())
def test_the_parts_add_up_to_the_total_of_everybody(
    prison: Facility, counts: dict[str, int], officers: int, notified_s: float, seed: int, slowing: float, full: bool
) -> None:
    plan = plan_of(
        people=people(COR=2, **{space: count for space, count in counts.items() if count}),
        notification={"after_s": notified_s},
        pre_movement={"distribution": "lognormal", "median_s": 20.0, "cv": 0.8, "source": "test"},
        movement={"speed_spread": 0.2},
        crew=[{"name": "c", "officers": officers, "start": "LANDA", "unlocks": ["RG-A", "s1", "s2"]}],
    )
    setting = prepare(plan, Source(facility=prison, where="plan.toml"))
    manner = AS_EQUALS if slowing == 1.0 else Manner(slowing=slowing)
    opening = opening_of_table(plan.people, prison)
    played = play(setting, opening, seed, is_effective=not full, manner=manner)
    out = out_of(played)
    assert len(out.entity) == len(played.leaving) == 2 + sum(counts.values())
    record = played.record
    arrived = {
        int(entity): float(t_s)
        for entity, t_s in zip(
            record.entity[record.kind == Kind.ARRIVE], record.t_s[record.kind == Kind.ARRIVE], strict=True
        )
    }
    for entity, total_s, parts_s in zip(out.entity, out.total_s, out.parts_s, strict=True):
        assert total_s == arrived[int(entity)]
        assert parts_s.sum() == pytest.approx(total_s, abs=1e-9)
    assert (out.parts_s >= -1e-9).all()


def test_walking_is_the_metres_over_the_speed_however_long_the_wait(prison: Facility) -> None:
    plan = plan_of(
        people=people(A1=1),
        release=[{"unlocks": ["RG-A", "s1", "s2"], "at_s": 500.0, "arm_s": 0.0, "doors_per_s": 1.0}],
    )
    setting = prepare(plan, Source(facility=prison, where="plan.toml"))
    start = setting.ways.effective.node_index[prison.space("A1").global_id]
    played = play(setting, opening_of_table(plan.people, prison), 1, is_effective=True, manner=AS_EQUALS)
    (parts_s,) = out_of(played).parts_s
    found = dict(zip(PARTS, parts_s.tolist(), strict=True))
    assert found["travel"] == pytest.approx(setting.ways.to_goal[start][1].length_m / 1.0)
    # behind cA1 from 12 s on; cA1, cA2, cA3, s1, s2 are unlocked a second apart from 500 s on
    assert found["unlocking"] == pytest.approx(500 - 12)
    assert np.isclose(found["queue"], 0.0)
