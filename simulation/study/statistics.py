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


def _t(confidence: float, freedom: int) -> float:
    return float(stats.t.ppf((1 + confidence) / 2, freedom))
