"""A service point alone: people come by the hour of the day, and a study asks how long they wait and who goes away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator
from simpy import Environment

from simulation.models.notation import Minutes, Window, Words
from simulation.models.rota import Breaks
from simulation.models.service_point import Outcome, ServicePoint, ServiceTime
from simulation.people import Steps
from simulation.streams import stream

HOUR_MIN = 60.0
DAY_H = 24
MOST_ARRIVALS = 5_000_000
"""More would not fit into memory."""
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ServiceTerms(Words):
    """A service point as a person writes it. ``arrivals_per_h``: one number, or one for each hour of the day.

    ``capacity``: people waiting and served at once, above which nobody is let in; ``patience_min``: mean of an
    exponential patience; ``balk_at``: people waiting, from which on nobody joins; ``breaks``: times of day when no
    service begins. Waits count from ``warmup_h`` on, of those who came before ``horizon_h``.
    """

    kind: Literal["service"]
    name: str = ""
    servers: Annotated[int, Field(ge=1)]
    arrivals_per_h: _Amount | Annotated[list[_Amount], Field(min_length=DAY_H, max_length=DAY_H)]
    service: ServiceTime
    capacity: Annotated[int, Field(ge=1)] | None = None
    patience_min: Minutes | None = None
    balk_at: Annotated[int, Field(ge=1)] | None = None
    breaks: tuple[Window, ...] = ()
    report_wait_over_min: tuple[_Amount, ...] = ()
    horizon_h: Minutes = 24.0
    warmup_h: _Amount = 0.0

    @model_validator(mode="after")
    def _fits(self) -> ServiceTerms:
        if self.capacity is not None and self.capacity < self.servers:
            raise ValueError(f"capacity {self.capacity} is less than the {self.servers} servers")
        if self.warmup_h >= self.horizon_h:
            raise ValueError("warmup_h is not before horizon_h")
        if not max(self.rates_per_h):
            raise ValueError("arrivals_per_h: nobody ever comes")
        if max(self.rates_per_h) * self.horizon_h > MOST_ARRIVALS:
            raise ValueError(f"arrivals_per_h and horizon_h: more than {MOST_ARRIVALS:,} people would come")
        return self

    @property
    def load(self) -> float:
        """Work that comes, over what the servers can do; from 1 on the queue grows as long as it is watched."""
        return sum(self.rates_per_h) / DAY_H * self.service.mean_min / HOUR_MIN / self.servers

    @property
    def rates_per_h(self) -> list[float]:
        """Arrivals by hour of the day."""
        return self.arrivals_per_h if isinstance(self.arrivals_per_h, list) else [self.arrivals_per_h] * DAY_H


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """One replication: mean wait [min] of those who were served, shares of those who came, and how many came."""

    wait_mean_min: float
    p_wait_over: tuple[float, ...]
    utilisation: float
    blocking: float
    balked: float
    left: float
    arrived: int


def simulate_service(terms: ServiceTerms, seed: int) -> ServiceFigures:
    """Play a service point once."""
    run = _Run(terms, seed)
    run.env.process(run.arrivals())
    run.env.run()
    return run.figures()


class _Run:
    """The point while its clock runs; times are minutes."""

    def __init__(self, terms: ServiceTerms, seed: int) -> None:
        self.env = Environment()
        self._terms = terms
        self._point = ServicePoint(
            self.env,
            Breaks(terms.servers, [(start / 60, end / 60) for start, end in terms.breaks], DAY_H * HOUR_MIN),
            capacity=terms.capacity or inf,
            balk_at=terms.balk_at or inf,
        )
        self._came_min = _arrivals(terms, stream(seed, "service", "arrival"))
        count = len(self._came_min)
        self._service_min = terms.service.draw(stream(seed, "service", "duration"), count)
        patience = stream(seed, "service", "patience")
        self._patience_min = (
            patience.exponential(terms.patience_min, count) if terms.patience_min else np.full(count, inf)
        )
        self._waits: list[float] = []
        self._busy_min = 0.0
        self._outcomes: Counter[Outcome] = Counter()

    def arrivals(self) -> Steps:
        for number, came_min in enumerate(self._came_min):
            yield self.env.timeout(came_min - self.env.now)
            self.env.process(self._visit(number, came_min >= self._terms.warmup_h * HOUR_MIN))

    def _visit(self, number: int, counts: bool) -> Steps:
        service_min = self._service_min[number]
        visit = yield from self._point.visit(
            service_min, patience=self._patience_min[number], begins=lambda _: self._serve(service_min)
        )
        if counts:
            self._outcomes[visit.outcome] += 1
            if visit.outcome is Outcome.SERVED:
                self._waits.append(visit.wait)

    def _serve(self, minutes: float) -> None:
        """Count the part of a service that lies between warm-up and horizon."""
        begin, end = self._terms.warmup_h * HOUR_MIN, self._terms.horizon_h * HOUR_MIN
        self._busy_min += max(0.0, min(self.env.now + minutes, end) - max(self.env.now, begin))

    def figures(self) -> ServiceFigures:
        waits, arrived = np.array(self._waits), self._outcomes.total()
        observed_min = (self._terms.horizon_h - self._terms.warmup_h) * HOUR_MIN
        over = [
            float(np.mean(waits > limit)) if len(waits) else float("nan") for limit in self._terms.report_wait_over_min
        ]
        blocking, balked, left = (
            self._outcomes[outcome] / arrived if arrived else float("nan")
            for outcome in (Outcome.BLOCKED, Outcome.BALKED, Outcome.LEFT)
        )
        return ServiceFigures(
            wait_mean_min=float(waits.mean()) if len(waits) else float("nan"),
            p_wait_over=tuple(over),
            utilisation=self._busy_min / (observed_min * self._terms.servers),
            blocking=blocking,
            balked=balked,
            left=left,
            arrived=arrived,
        )


def _arrivals(terms: ServiceTerms, random: np.random.Generator) -> np.ndarray:
    """Moments of arrival [min] until the horizon: a Poisson process whose rate follows the hours (by thinning)."""
    rates = np.array(terms.rates_per_h)
    horizon_min, most_per_min = terms.horizon_h * HOUR_MIN, rates.max() / HOUR_MIN
    moments: list[np.ndarray] = []
    at_min = 0.0
    block = max(64, int(horizon_min * most_per_min * 1.2))
    while at_min < horizon_min:
        moments.append(at_min + np.cumsum(random.exponential(1 / most_per_min, block)))
        at_min = float(moments[-1][-1])
    came = np.concatenate(moments)
    came = came[came < horizon_min]
    hour = (came // HOUR_MIN).astype(int) % DAY_H
    kept: np.ndarray = came[random.random(len(came)) * rates.max() < rates[hour]]
    return kept


def as_columns(figures: Sequence[ServiceFigures]) -> dict[str, Any]:
    """Measures by name over replications; ``p_wait_over`` is a list of columns, one for each limit."""
    return {
        "wait_mean_min": [each.wait_mean_min for each in figures],
        "p_wait_over": [list(column) for column in zip(*(each.p_wait_over for each in figures), strict=True)],
        "utilisation": [each.utilisation for each in figures],
        "blocking": [each.blocking for each in figures],
        "balked": [each.balked for each in figures],
        "left": [each.left for each in figures],
    }
