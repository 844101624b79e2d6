"""Intervals and comparisons over replications: each says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, nan, sqrt
from statistics import fmean, stdev

from scipy import stats

from twin.model.runs import Interval


def t_interval(values: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Student's t interval of the mean of independent replications.

    Values that are no numbers (nothing to measure that day) are left out; one value alone bounds nothing, so its limits
    are infinite; without any value all three are NaN.
    """
    known = [value for value in values if isfinite(value)]
    if not known:
        return Interval(mean=nan, low=nan, high=nan)
    mean = fmean(known)
    if len(known) == 1:
        return Interval(mean=mean, low=-inf, high=inf)
    half = _t(confidence, len(known) - 1) * stdev(known) / sqrt(len(known))
    return Interval(mean=mean, low=mean - half, high=mean + half)


def paired_difference(first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Student interval of first − second, replication by replication: the comparison under common random numbers.

    Raises:
        ValueError: the two have different lengths.
    """
    return t_interval([a - b for a, b in zip(first, second, strict=True)], confidence=confidence)


def replications_needed(values: Sequence[float], half_width: float, *, confidence: float = 0.95) -> int:
    """Smallest n with t(n−1)·s/√n ≤ `half_width`, from the spread of the replications at hand (two or more)."""
    spread = stdev(values)
    count = 2
    while _t(confidence, count - 1) * spread / sqrt(count) > half_width:
        count += 1
    return count


def quantile_ranks(count: int, quantile: float, *, confidence: float = 0.95) -> tuple[int, int, float]:
    """Ranks (1-based) of the order statistics that bound a quantile, and the true coverage of that interval.

    Ranks from the binomial distribution, equal tails. The upper rank is at most `count`: with too few replications the
    coverage says so by staying below `confidence`.
    """
    low = max(1, int(stats.binom.ppf((1 - confidence) / 2, count, quantile)))
    high = min(count, int(stats.binom.ppf((1 + confidence) / 2, count, quantile)) + 1)
    coverage = stats.binom.cdf(high - 1, count, quantile) - stats.binom.cdf(low - 1, count, quantile)
    return low, high, float(coverage)


def _t(confidence: float, freedom: int) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, freedom))
