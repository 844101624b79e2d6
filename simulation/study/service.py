"""A study of a service point: replications side by side, intervals over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from joblib import Parallel, delayed

from simulation.models.service import ServiceTerms, as_columns, simulate_service
from simulation.streams import replication_seed
from simulation.study.statistics import t_interval
from twin.model.runs import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStudy:
    """Intervals of a service point; ``p_wait_over`` by the limit [min].

    ``balked``, ``left``: shares that did not join the queue, and whose patience ended in it.
    """

    wait_mean_min: Interval
    p_wait_over: Mapping[float, Interval]
    utilisation: Interval
    blocking: Interval
    balked: Interval
    left: Interval
    replications: int


def study_service(
    terms: ServiceTerms, *, seed: int, replications: int, workers: int = 1, confidence: float = 0.95
) -> ServiceStudy:
    """Play it so many times; the result depends on seed and number alone, not on the workers."""
    seeds = [replication_seed(seed, index) for index in range(replications)]
    figures = Parallel(n_jobs=workers)(delayed(simulate_service)(terms, each) for each in seeds)
    columns = as_columns(figures)
    over = columns.pop("p_wait_over")
    return ServiceStudy(
        p_wait_over={
            limit: t_interval(values, confidence=confidence)
            for limit, values in zip(terms.report_wait_over_min, over, strict=True)
        },
        replications=replications,
        **{name: t_interval(values, confidence=confidence) for name, values in columns.items()},
    )
