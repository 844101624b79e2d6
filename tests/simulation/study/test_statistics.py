from math import inf, isnan, nan

import numpy as np
import pytest

from simulation.study.statistics import (
    Quantile,
    fewest_values,
    half_width,
    pair_correlation,
    paired_interval,
    precision_percent,
    quantile,
    quantile_ranks,
    t_interval,
    welch_interval,
)
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


X = [12.3, 11.8, 13.1, 12.6, 12.0, 12.9, 11.5, 12.4, 12.8, 12.2]
Y = [11.1, 10.9, 12.2, 11.5, 11.3, 11.7, 10.6, 11.2, 11.9, 11.4]


def test_common_random_numbers_make_a_difference_narrower_than_independent_ones():
    paired, welch = paired_interval(X, Y), welch_interval(X, Y)
    assert paired.mean == pytest.approx(welch.mean) == pytest.approx(0.98)
    assert paired.high - paired.mean == pytest.approx(0.1297, abs=1e-4)
    assert welch.high - welch.mean == pytest.approx(0.4603, abs=2e-4)


@pytest.mark.parametrize(
    ("count", "share", "ranks", "coverage"),
    [(100, 0.5, (40, 61), 0.9648), (100, 0.9, (84, 96), 0.9557), (200, 0.95, (184, 197), 0.9672)],
)
def test_order_statistics_bound_a_quantile(count, share, ranks, coverage):
    low, high, covered = quantile_ranks(count, share)
    assert (low, high) == ranks
    assert covered == pytest.approx(coverage, abs=1e-4)


def test_too_few_values_bound_no_quantile():
    with pytest.raises(ValueError, match="bound no 95% quantile"):
        quantile_ranks(20, 0.95)


def test_a_quantile_is_a_value_that_occurred_and_lies_between_two_that_did():
    values = [float(value) for value in range(100, 0, -1)]
    assert quantile([*values, nan], 0.5) == Quantile(
        share=0.5, bounded_from=6, value=50.0, low=40.0, high=61.0, coverage=quantile_ranks(100, 0.5)[2]
    )
    assert quantile(values, 0.95).value == 95.0


def test_a_quantile_of_too_few_values_has_no_limits():
    assert quantile([3.0, 1.0, 2.0], 0.9) == Quantile(share=0.9, bounded_from=36, value=3.0)
    assert quantile([nan], 0.9) == Quantile(share=0.9, bounded_from=36)


def test_an_order_statistic_interval_covers_the_quantile_as_often_as_it_says():
    random = np.random.default_rng(5)
    found = [quantile(list(random.random(100)), 0.9) for _ in range(1500)]
    covered = sum(one.low <= 0.9 <= one.high for one in found) / len(found)
    assert covered == pytest.approx(found[0].coverage, abs=3 * (0.05 * 0.95 / 1500) ** 0.5)


@pytest.mark.parametrize(
    ("interval", "half", "percent"),
    [
        ((10.0, 9.5, 10.5), 0.5, 5.0),
        ((-10.0, -10.5, -9.5), 0.5, 5.0),
        ((0.0, 0.0, 0.0), 0.0, 0.0),
        ((0.0, -1.0, 1.0), 1.0, inf),
        ((3.0, -inf, inf), inf, inf),
        ((inf, 2.0, inf), inf, inf),
    ],
)
def test_precision_is_half_of_the_interval_over_the_mean(interval, half, percent):
    mean, low, high = interval
    assert half_width(Interval(mean=mean, low=low, high=high)) == half
    assert precision_percent(Interval(mean=mean, low=low, high=high)) == percent


def test_values_that_never_vary_differ_by_exactly_what_they_differ_and_have_no_correlation():
    assert welch_interval([3.0, 3.0], [1.0, 1.0, 1.0]) == Interval(mean=2.0, low=2.0, high=2.0)
    assert isnan(pair_correlation([3.0, 3.0], [1.0, 2.0]))
    assert pair_correlation(X, Y) == pytest.approx(0.9335, abs=1e-3)


@pytest.mark.parametrize(
    ("share", "confidence", "fewest"), [(0.5, 0.95, 6), (0.9, 0.95, 36), (0.95, 0.95, 72), (0.05, 0.9, 59)]
)
def test_so_many_values_bound_a_quantile_and_one_less_does_not(share, confidence, fewest):
    assert fewest_values(share, confidence=confidence) == fewest
    quantile_ranks(fewest, share, confidence=confidence)
    with pytest.raises(ValueError, match="bound no"):
        quantile_ranks(fewest - 1, share, confidence=confidence)
