"""Replications of one evacuation put together: means with intervals, goals, queues, and who stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from simulation.egress.figures import TOLD, Figures
from simulation.egress.plan import UNLOCK_WITHIN_S
from simulation.egress.staying import Stay
from simulation.flow import Manner
from simulation.study.statistics import quantile_ranks, t_interval
from twin.model.runs import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalReached:
    """Means over the replications in which anybody came there [s]; ``count`` over all of them."""

    first_s: float
    last_s: float
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evacuated:
    """One width, in the base manner. Intervals are Student's, 95 %; None where nothing was measured.

    ``total_median_s`` and ``total_p95_s``: order-statistic limits of these quantiles over replications, None where so
    few do not bound them. ``cells_within``: share of the replications that met the planning criterion. ``queues``: mean
    and greatest of the longest queues by code; ``staying``: mean number of people.
    """

    people: float
    out: float
    total: Interval | None
    total_median_s: tuple[float, float] | None
    total_p95_s: tuple[float, float] | None
    mean: dict[str, Interval | None]
    p95: dict[str, Interval | None]
    last: dict[str, Interval | None]
    cells_locked: float
    cells_unlocked: Interval | None
    cells_within: float | None
    reached: dict[str, GoalReached]
    queues: dict[str, tuple[float, int]]
    staying: dict[Stay, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """Totals of one combination of the declared sensitivities."""

    width: str
    officer_priority: bool
    slowing: float
    total: Interval | None
    cells_unlocked: Interval | None


def _interval(values: Sequence[float]) -> Interval | None:
    known = [value for value in values if not isnan(value)]
    return t_interval(known) if known else None


def _limits(values: Sequence[float], share: float) -> tuple[float, float] | None:
    known = sorted(value for value in values if not isnan(value))
    try:
        low, high, _ = quantile_ranks(len(known), share)
    except ValueError:
        return None
    return known[low - 1], known[high - 1]


def summary_of(figures: Sequence[Figures]) -> Evacuated:
    """Intervals over the replications of one width and manner."""
    count = len(figures)
    totals = [each.total_s for each in figures]
    cells = [each.cells_unlocked_s for each in figures]
    measured = [value for value in cells if not isnan(value)]
    return Evacuated(
        people=sum(each.people for each in figures) / count,
        out=sum(each.out for each in figures) / count,
        total=_interval(totals),
        total_median_s=_limits(totals, 0.5),
        total_p95_s=_limits(totals, 0.95),
        mean={name: _interval([each.mean[name] for each in figures]) for name in TOLD},
        p95={name: _interval([each.p95[name] for each in figures]) for name in TOLD},
        last={name: _interval([each.last[name] for each in figures]) for name in TOLD},
        cells_locked=sum(each.cells_locked for each in figures) / count,
        cells_unlocked=_interval(cells),
        cells_within=sum(value <= UNLOCK_WITHIN_S for value in measured) / len(measured) if measured else None,
        reached=_goals(figures),
        queues=_queues(figures),
        staying=_staying(figures),
    )


def _goals(figures: Sequence[Figures]) -> dict[str, GoalReached]:
    found = {}
    for name in sorted({name for each in figures for name in each.reached}):
        own = [each.reached[name] for each in figures if name in each.reached]
        found[name] = GoalReached(
            first_s=sum(each.first_s for each in own) / len(own),
            last_s=sum(each.last_s for each in own) / len(own),
            count=sum(each.count for each in own) / len(figures),
        )
    return found


def _queues(figures: Sequence[Figures]) -> dict[str, tuple[float, int]]:
    """Mean and greatest of the longest queues, the greatest mean first."""
    names = {name for each in figures for name in each.queues}
    peaks = {name: [each.queues.get(name, 0) for each in figures] for name in names}
    told = {name: (sum(values) / len(values), max(values)) for name, values in peaks.items()}
    return dict(sorted(told.items(), key=lambda item: (-item[1][0], item[0])))


def _staying(figures: Sequence[Figures]) -> dict[Stay, float]:
    counted: Counter[Stay] = Counter()
    for each in figures:
        counted.update(each.staying)
    return {stay: number / len(figures) for stay, number in sorted(counted.items())}


def sensitive_of(width: str, manner: Manner, figures: Sequence[Figures]) -> Sensitive:
    """The totals of one combination."""
    return Sensitive(
        width=width,
        officer_priority=manner.officer_priority,
        slowing=manner.slowing,
        total=_interval([each.total_s for each in figures]),
        cells_unlocked=_interval([each.cells_unlocked_s for each in figures]),
    )
