from __future__ import annotations

from dataclasses import replace
from math import inf, isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.models.terms import Scenario
from simulation.study.block import Replication
from simulation.study.compare import compare
from simulation.study.replicate import run_study
from simulation.study.statistics import half_width, paired_interval, welch_interval
from simulation.study.summary import StudyRun, summarise
from simulation.targets import MEASURES
from twin.model.facility import Facility

X = [12.3, 11.8, 13.1, 12.6, 12.0, 12.9, 11.5, 12.4, 12.8, 12.2]
Y = [11.1, 10.9, 12.2, 11.5, 11.3, 11.7, 10.6, 11.2, 11.9, 11.4]


def study(scenario: Scenario, values: list[float], **others: list[float]) -> StudyRun:
    days = [
        Replication(
            index=index,
            seed=index,
            values={**dict.fromkeys(MEASURES, value), **{key: column[index] for key, column in others.items()}},
            queues=(),
            digest="",
        )
        for index, value in enumerate(values)
    ]
    return summarise(scenario, "key", 1, days, None, len(days))


def test_two_plans_are_compared_as_in_case_d10(scenario: Scenario) -> None:
    found = compare([study(scenario, Y), study(scenario, X)])
    (difference,) = found.differences["contact"]
    assert found.confidence == 0.95
    assert (difference.plan, difference.pairs, difference.verdict) == (1, 10, "higher")
    assert difference.paired.mean == pytest.approx(0.98)
    assert half_width(difference.paired) == pytest.approx(0.1297, abs=1e-4)
    assert half_width(difference.independent) == pytest.approx(0.4603, abs=2e-4)
    assert difference.variance_reduction == pytest.approx((0.4603 / 2.1009) ** 2 / (0.1297 / 2.2622) ** 2, rel=2e-3)


def test_three_plans_share_what_the_confidence_leaves(scenario: Scenario) -> None:
    worse = [value - 2 for value in Y]
    found = compare([study(scenario, Y), study(scenario, X), study(scenario, worse)])
    assert found.confidence == pytest.approx(0.975)
    higher, lower = found.differences["late"]
    assert higher.paired == paired_interval(X, Y, confidence=found.confidence)
    assert higher.independent == welch_interval(X, Y, confidence=found.confidence)
    assert (higher.verdict, lower.verdict) == ("higher", "lower")
    assert lower.variance_reduction > 1e6 or lower.variance_reduction == inf


def test_a_measure_is_left_out_where_a_plan_has_no_number_and_days_without_one_do_not_pair(scenario: Scenario) -> None:
    one = study(scenario, Y, contact=[nan] * 10, late=[nan, *Y[1:]], missed=[inf, *Y[1:]])
    found = compare([one, study(scenario, X)])
    assert found.left_out == {
        "contact": "without numbers in two replications or more of every plan",
        "missed": "infinite in some replication",
    }
    assert set(found.differences) | set(found.left_out) == set(MEASURES)
    (late,) = found.differences["late"]
    assert late.pairs == 9
    assert late.paired == paired_interval(X[1:], Y[1:])


def test_a_plan_compared_with_itself_is_the_same(scenario: Scenario) -> None:
    (difference,) = compare([study(scenario, X), study(scenario, X)]).differences["contact"]
    assert difference.verdict == "same"
    assert (difference.correlation, difference.variance_reduction) == (pytest.approx(1.0), inf)
    (still,) = compare([study(scenario, [1.0] * 3), study(scenario, [1.0] * 3)]).differences["contact"]
    assert isnan(still.correlation)
    assert isnan(still.variance_reduction)


NUMBERS = st.floats(-1e3, 1e3).map(lambda value: round(value, 3))


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=12))
def test_exchanging_two_plans_turns_the_difference_round(scenario: Scenario, pairs: list[tuple[float, float]]) -> None:
    one, other = (study(scenario, list(column)) for column in zip(*pairs, strict=True))
    ((there,), (back,)) = (compare(plans).differences["contact"] for plans in ([one, other], [other, one]))
    assert there.paired.mean == -back.paired.mean
    assert there.paired.low == pytest.approx(-back.paired.high, abs=1e-9)
    assert {there.verdict, back.verdict} in ({"higher", "lower"}, {"uncertain"}, {"same"})


def test_studies_that_do_not_pair_are_refused(scenario: Scenario) -> None:
    whole = study(scenario, X)
    for others in ([], [study(scenario, X[:-1])], [replace(whole, seed=2)]):
        with pytest.raises(ValueError, match=r"needs two plans|no days in common"):
            compare([whole, *others])


def test_common_random_numbers_make_a_small_change_visible(block: Facility, scenario: Scenario) -> None:
    slower = scenario.model_copy(update={"people": scenario.people.model_copy(update={"speed_m_s": 0.78})})
    (wait,) = compare([run_study(block, plan, 1, 8) for plan in (scenario, slower)]).differences["door_wait"]
    assert wait.verdict == "lower"
    assert wait.correlation > 0.9
    assert half_width(wait.paired) < half_width(wait.independent) / 10
