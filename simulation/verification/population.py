"""A population without limit (M/G/∞): people come at random, stay for a time of their own, and go; how many are there?

The classical model of an institution's population (Gross & Harris, Fundamentals of Queueing Theory): with Poisson
arrivals the number of people is Poisson with mean λ·E[S], whatever the distribution of the stay. Played on the same
clock, streams and record as a day in a building; the figures are read from the record.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from simpy import Environment

from simulation.people import Steps
from simulation.record import EventRecord, Kind, Recorder
from simulation.streams import replication_seed, stream
from simulation.study.statistics import t_interval
from twin.model.runs import Interval

_Days = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PopulationTerms(BaseModel):
    """Arrivals a day, mean stay [days] with its coefficient of variation (gamma), and what is watched of it [days].

    It starts empty: ``warmup_d`` must be many mean stays, or the fill-up counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    arrivals_per_d: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    mean_stay_d: _Days
    stay_cv: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    warmup_d: _Days
    horizon_d: _Days
    over: int


Quantity = Literal["mean", "p_over", "p95"]


def play_population(terms: PopulationTerms, seed: int) -> EventRecord:
    """One history: `SPAWN` and `LEAVE` rows, times in days."""
    env, recorder = Environment(), Recorder()
    random = stream(seed, "population", "stay")
    gaps = stream(seed, "population", "arrival")
    shape = 1.0 / terms.stay_cv**2

    def stays(number: int, stay_d: float) -> Steps:
        recorder.add(env.now, Kind.SPAWN, number)
        yield env.timeout(stay_d)
        recorder.add(env.now, Kind.LEAVE, number)

    def arrivals() -> Steps:
        number = 0
        while True:
            yield env.timeout(float(gaps.exponential(1.0 / terms.arrivals_per_d)))
            env.process(stays(number, float(random.gamma(shape, terms.mean_stay_d / shape))))
            number += 1

    env.process(arrivals())
    env.run(until=terms.horizon_d)
    return recorder.finish((), ())


def days_by_count(record: EventRecord, terms: PopulationTerms) -> NDArray[np.float64]:
    """Share of the watched time with 0, 1, 2, … people."""
    count = np.cumsum(np.where(record.kind == Kind.SPAWN, 1, -1))
    until_d = np.append(record.t_s[1:], terms.horizon_d)
    spent_d = np.maximum(until_d, terms.warmup_d) - np.maximum(record.t_s, terms.warmup_d)
    days = np.bincount(count, weights=spent_d).astype(np.float64)
    return np.asarray(days / days.sum())


def population_interval(
    terms: PopulationTerms, quantity: Quantity, *, seed: int, replications: int, confidence: float
) -> Interval:
    """Mean number of people, share of time with more than `over` of them, or the 95 % quantile, over replications."""
    histories = [_history(terms, replication_seed(seed, index)) for index in range(replications)]
    return t_interval([_figure(shares, quantity, terms.over) for shares in histories], confidence=confidence)


@lru_cache(maxsize=256)
def _history(terms: PopulationTerms, seed: int) -> NDArray[np.float64]:
    """Played once for all quantities that are asked of it."""
    return days_by_count(play_population(terms, seed), terms)


def _figure(shares: NDArray[np.float64], quantity: Quantity, over: int) -> float:
    match quantity:
        case "mean":
            return float(shares @ np.arange(len(shares)))
        case "p_over":
            return float(shares[over + 1 :].sum())
        case "p95":
            return float(np.searchsorted(np.cumsum(shares), 0.95))
