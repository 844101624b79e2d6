"""Intervals over replications: each says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, inf, isinf, isnan, log, nan, sqrt
from statistics import StatisticsError, correlation, fmean, stdev

from scipy import stats

from twin.model.runs import Interval

ROUNDING = 1e-9
"""``100 × 0.95`` is a little more than 95 in binary."""


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


def half_width(interval: Interval) -> float:
    """Half of what lies between the limits; NaN where there is no interval, infinite where it has no end."""
    return (interval.high - interval.low) / 2


def precision_percent(interval: Interval) -> float:
    """Half-width over the size of the mean [%]; 0 for a value that never varies, infinite round a mean of 0."""
    half = half_width(interval)
    if isnan(half) or not half:
        return half
    return 100 * half / abs(interval.mean) if interval.mean and not isinf(half) else inf


def paired_interval(one: Sequence[float], other: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Student's t interval of the mean difference of replications under common random numbers."""
    return t_interval([a - b for a, b in zip(one, other, strict=True)], confidence=confidence)


def welch_interval(one: Sequence[float], other: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """Welch's interval of the difference of two means whose samples have nothing in common (at least two values each).

    Degrees of freedom by Welch and Satterthwaite. Values that never vary give an interval without width.
    """
    parts = [(stdev(values) ** 2 / len(values), len(values) - 1) for values in (one, other)]
    total = sum(part for part, _ in parts)
    difference = fmean(one) - fmean(other)
    if not total:
        return Interval(mean=difference, low=difference, high=difference)
    freedom = total**2 / sum(part**2 / free for part, free in parts)
    half = _t(confidence, freedom) * sqrt(total)
    return Interval(mean=difference, low=difference - half, high=difference + half)


def pair_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Pearson's correlation of pairs: how much common random numbers have in common; NaN where one never varies."""
    try:
        return correlation(one, other)
    except StatisticsError:
        return nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """A quantile over replications: the value below or at which `share` of them lie, and what bounds it.

    ``coverage``: the confidence that ``low`` and ``high`` really have; all three are None where there are too few
    values to bound the quantile; ``bounded_from``: how many it takes. ``value``: None without any value.
    """

    share: float
    bounded_from: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None


def quantile(values: Sequence[float], share: float, *, confidence: float = 0.95) -> Quantile:
    """A quantile with its order-statistic interval; values that are no numbers are left out.

    The value is the order statistic of rank ⌈n·share⌉, one that occurred; its limits are order statistics too
    (`quantile_ranks`), so nothing is assumed of the distribution.
    """
    known = sorted(value for value in values if not isnan(value))
    fewest = fewest_values(share, confidence=confidence)
    if not known:
        return Quantile(share=share, bounded_from=fewest)
    value = known[max(1, ceil(len(known) * share - ROUNDING)) - 1]
    if len(known) < fewest:
        return Quantile(share=share, bounded_from=fewest, value=value)
    low, high, coverage = quantile_ranks(len(known), share, confidence=confidence)
    return Quantile(
        share=share,
        bounded_from=fewest,
        value=value,
        low=known[low - 1],
        high=known[high - 1],
        coverage=coverage,
    )


@cache
def fewest_values(share: float, *, confidence: float = 0.95) -> int:
    """How many values it takes to bound a quantile on both sides.

    All values lie above the quantile with the chance ``(1 - share)**n``, all below it with ``share**n``: neither may be
    more than half of what the confidence leaves.
    """
    return ceil(log((1 - confidence) / 2) / log(max(share, 1 - share)) - ROUNDING)


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
