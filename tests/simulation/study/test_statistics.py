from math import inf, isnan, nan

import pytest

from simulation.study.statistics import t_interval
from twin.model.runs import Interval

X = [12.3, 11.8, 13.1, 12.6, 12.0, 12.9, 11.5, 12.4, 12.8, 12.2]


def test_the_interval_of_case_d10() -> None:
    interval = t_interval(X)
    assert interval.mean == pytest.approx(12.36)
    assert interval.high - interval.mean == pytest.approx(0.3619, abs=5e-5)
    assert interval.mean - interval.low == pytest.approx(0.3619, abs=5e-5)


def test_one_value_bounds_nothing_and_no_value_says_nothing() -> None:
    assert (t_interval([3.0]).low, t_interval([3.0]).high) == (-inf, inf)
    assert isnan(t_interval([nan]).mean)
    assert t_interval([1.0, nan, 3.0]) == t_interval([1.0, 3.0])


def test_one_day_without_any_officer_is_not_forgotten() -> None:
    assert t_interval([12.0, inf, nan, 9.0]) == Interval(mean=inf, low=9.0, high=inf)
    assert t_interval([inf, inf]) == Interval(mean=inf, low=inf, high=inf)
