"""A population without limit is Poisson, whatever the distribution of the stays."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.record import Kind
from simulation.verification.population import PopulationTerms, days_by_count, play_population, population_interval

SMALL = PopulationTerms(arrivals_per_d=2.0, mean_stay_d=5.0, warmup_d=50, horizon_d=3000, over=15)


def test_time_by_number_is_read_from_the_record_after_the_warm_up() -> None:
    shares = days_by_count(play_population(SMALL, 1), SMALL)
    assert shares.sum() == pytest.approx(1.0)
    assert shares @ np.arange(len(shares)) == pytest.approx(10.0, abs=1.0)


def test_everybody_who_goes_has_come() -> None:
    record = play_population(SMALL, 3)
    assert (np.cumsum(np.where(record.kind == Kind.SPAWN, 1, -1)) >= 0).all()


@pytest.mark.parametrize("cv", [0.3, 1.0, 2.0])
def test_the_mean_does_not_depend_on_the_distribution_of_the_stays(cv: float) -> None:
    terms = SMALL.model_copy(update={"stay_cv": cv})
    interval = population_interval(terms, "mean", seed=5, replications=10, confidence=0.99)
    assert interval.low <= 10.0 <= interval.high


def test_a_wrong_arrival_rate_is_noticed() -> None:
    terms = SMALL.model_copy(update={"arrivals_per_d": 2.2})
    interval = population_interval(terms, "mean", seed=5, replications=10, confidence=0.99)
    assert interval.low > 10.0
