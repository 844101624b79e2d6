"""Intervals over replications: each says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isinf, isnan, nan, sqrt
from statistics import fmean, stdev

from scipy import stats

from twin.model.runs import Interval


def t_interval(values: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Student's t interval of the mean of independent replications.

    Values that are no numbers (nothing to measure that day) are left out. An infinite value (people and no officer)
    makes mean and upper limit infinite; the lower limit is then the least value of all. One value alone bounds nothing,
    so its limits are infinite; without any value all three are NaN.
    """
    known = [value for value in values if not isnan(value)]
    if not known:
        return Interval(mean=nan, low=nan, high=nan)
    if any(isinf(value) for value in known):
        return Interval(mean=inf, low=min(known), high=inf)
    mean = fmean(known)
    if len(known) == 1:
        return Interval(mean=mean, low=-inf, high=inf)
    half = _t(confidence, len(known) - 1) * stdev(known) / sqrt(len(known))
    return Interval(mean=mean, low=mean - half, high=mean + half)


def paired_interval(one: Sequence[float], other: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Student's t interval of the mean difference of replications under common random numbers."""
    return t_interval([a - b for a, b in zip(one, other, strict=True)], confidence=confidence)


def welch_interval(one: Sequence[float], other: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Welch's interval of the difference of two means whose samples have nothing in common (at least two values each).

    Degrees of freedom by Welch and Satterthwaite.
    """
    parts = [(stdev(values) ** 2 / len(values), len(values) - 1) for values in (one, other)]
    total = sum(part for part, _ in parts)
    freedom = total**2 / sum(part**2 / free for part, free in parts)
    difference = fmean(one) - fmean(other)
    half = _t(confidence, freedom) * sqrt(total)
    return Interval(mean=difference, low=difference - half, high=difference + half)


def quantile_ranks(count: int, share: float, *, confidence: float = 0.95) -> tuple[int, int, float]:
    """Ranks (from 1) of the two order statistics that bound a quantile, and the coverage they really have.

    Equal tails: on either side the chance that the quantile lies beyond is at most half of what the confidence leaves
    (binomial distribution of the number of values below the quantile).

    Raises:
        ValueError: so few values bound nothing with this confidence.
    """
    tail = (1 - confidence) / 2
    below = stats.binom.cdf(range(count + 1), count, share)
    lows = [rank for rank in range(1, count + 1) if below[rank - 1] <= tail]
    highs = [rank for rank in range(1, count + 1) if 1 - below[rank - 1] <= tail]
    if not lows or not highs:
        raise ValueError(f"{count} values bound no {share:.0%} quantile with {confidence:.0%} confidence")
    low, high = lows[-1], highs[0]
    return low, high, float(below[high - 1] - below[low - 1])


def _t(confidence: float, freedom: float) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, freedom))
