"""Plans compared under common random numbers: the same people on the same days, so that only the plan differs.

Each plan is compared with the first. The difference of a pair of days has an interval of its own, narrower than that of
independent samples by as much as the pairs have in common; the correlation and what it saves are shown as proof. With
more than one comparison the confidence of each is raised after Bonferroni, so that all of a measure's intervals hold
together with 95 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isinf, isnan, nan
from statistics import variance

from simulation.study.statistics import pair_correlation, paired_interval, t_interval, welch_interval
from simulation.study.summary import StudyRun
from simulation.targets import MEASURES
from twin.model.runs import Interval

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One plan's measure minus the first plan's.

    ``pairs``: days on which both have a number; ``means``: first and this plan, over these days; ``paired``: interval
    of the difference under common random numbers; ``independent``: what it would be without (Welch);
    ``variance_reduction``: how many times smaller the variance of the difference is, infinite if it never varies, NaN
    if neither plan does.
    """

    plan: int
    pairs: int
    means: tuple[Interval, Interval]
    paired: Interval
    independent: Interval
    correlation: float
    variance_reduction: float

    @property
    def verdict(self) -> str:
        """``higher`` or ``lower`` than the first plan, ``same`` where no pair differs, ``uncertain`` otherwise."""
        if self.paired.low == self.paired.high == 0:
            return "same"
        return "higher" if self.paired.low > 0 else "lower" if self.paired.high < 0 else "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Differences by measure, in the order of plans from the second on; measures that cannot be compared, and why.

    ``confidence``: of each interval of a difference.
    """

    confidence: float
    differences: dict[str, tuple[Difference, ...]]
    left_out: dict[str, str]


def compare(studies: Sequence[StudyRun]) -> Comparison:
    """Compare studies of the same seed and number of replications, each with the first.

    Raises:
        ValueError: fewer than two studies, fewer than two replications, or days that do not pair.
    """
    first, *others = studies
    if not others or first.replications < 2:
        raise ValueError("a comparison needs two plans and two replications of each")
    if any((study.seed, study.replications) != (first.seed, first.replications) for study in others):
        raise ValueError("studies of different seeds or lengths have no days in common")
    confidence = 1 - (1 - CONFIDENCE) / len(others)
    differences, left_out = {}, {}
    for measure in MEASURES:
        columns = [study.values(measure) for study in studies]
        why = _why_not(columns)
        if why:
            left_out[measure] = why
        else:
            differences[measure] = tuple(_differences(columns, confidence))
    return Comparison(confidence=confidence, differences=differences, left_out=left_out)


def _why_not(columns: Sequence[Sequence[float]]) -> str:
    if any(isinf(value) for column in columns for value in column):
        return "infinite in some replication"
    if any(len(_pairs(columns[0], column)) < 2 for column in columns[1:]):
        return "without numbers in two replications or more of every plan"
    return ""


def _pairs(one: Sequence[float], other: Sequence[float]) -> list[tuple[float, float]]:
    return [pair for pair in zip(one, other, strict=True) if not any(map(isnan, pair))]


def _differences(columns: Sequence[Sequence[float]], confidence: float) -> Iterator[Difference]:
    for plan, column in enumerate(columns[1:], start=1):
        first, this = zip(*_pairs(columns[0], column), strict=True)
        yield Difference(
            plan=plan,
            pairs=len(this),
            means=(t_interval(first), t_interval(this)),
            paired=paired_interval(this, first, confidence=confidence),
            independent=welch_interval(this, first, confidence=confidence),
            correlation=pair_correlation(first, this),
            variance_reduction=_reduction(first, this),
        )


def _reduction(first: Sequence[float], this: Sequence[float]) -> float:
    """Variance of the difference of independent means over that of the mean of paired differences."""
    together = variance([a - b for a, b in zip(this, first, strict=True)])
    apart = variance(first) + variance(this)
    if together:
        return apart / together
    return inf if apart else nan
