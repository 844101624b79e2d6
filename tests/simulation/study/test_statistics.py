from math import inf, isnan, nan

import pytest

from simulation.study.statistics import paired_difference, quantile_ranks, replications_needed, t_interval

X = [12.3, 11.8, 13.1, 12.6, 12.0, 12.9, 11.5, 12.4, 12.8, 12.2]
Y = [11.1, 10.9, 12.2, 11.5, 11.3, 11.7, 10.6, 11.2, 11.9, 11.4]


def test_the_interval_of_case_d10() -> None:
    interval = t_interval(X)
    assert interval.mean == pytest.approx(12.36)
    assert interval.high - interval.mean == pytest.approx(0.3619, abs=5e-5)
    assert interval.mean - interval.low == pytest.approx(0.3619, abs=5e-5)


def test_the_paired_difference_of_case_d10() -> None:
    interval = paired_difference(X, Y)
    assert interval.mean == pytest.approx(0.98)
    assert interval.high - interval.mean == pytest.approx(0.1297, abs=5e-5)


def test_one_value_bounds_nothing_and_no_value_says_nothing() -> None:
    assert (t_interval([3.0]).low, t_interval([3.0]).high) == (-inf, inf)
    assert isnan(t_interval([nan]).mean)
    assert t_interval([1.0, nan, 3.0]) == t_interval([1.0, 3.0])


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_difference([1.0, 2.0], [1.0])


def test_the_replications_needed_are_the_fewest_that_suffice() -> None:
    count = replications_needed(X, 0.2)
    spread = t_interval(X * 4)
    assert replications_needed(X, 0.3620) == 10
    assert count > 10
    assert spread.high - spread.mean < 0.2


@pytest.mark.parametrize(
    ("count", "quantile", "ranks", "coverage"),
    [(100, 0.5, (40, 61), 0.9648), (100, 0.9, (84, 96), 0.9557), (200, 0.95, (184, 197), 0.9672)],
)
def test_the_quantile_ranks_of_case_d11(count: int, quantile: float, ranks: tuple[int, int], coverage: float) -> None:
    low, high, found = quantile_ranks(count, quantile)
    assert (low, high) == ranks
    assert found == pytest.approx(coverage, abs=5e-5)
