"""A service point: people come, wait in one queue for one of several servers, are served, or leave (G/G/c with losses).

The model is that of the queueing textbooks (Gross & Harris, Fundamentals of Queueing Theory; Kendall's A/S/c/K): one
queue in order of arrival, equal servers, places for K people in all, patience that ends. Escorts, search portals,
kiosks, phones and operators are such points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from simpy import Environment, Resource

from simulation.people import Steps
from simulation.streams import stream

HOUR_MIN = 60.0
DAY_H = 24
_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Amount = Annotated[_Finite, Field(ge=0)]
_Measure = Annotated[_Finite, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServiceTime(_Strict):
    """How long one service takes: exponential, always the same, or a gamma with a coefficient of variation."""

    distribution: Literal["exponential", "fixed", "gamma"]
    mean_min: _Measure
    cv: _Measure = 1.0

    def draw(self, random: np.random.Generator, count: int) -> np.ndarray:
        """Service times of `count` people [min]."""
        match self.distribution:
            case "exponential":
                return random.exponential(self.mean_min, count)
            case "gamma":
                shape = 1.0 / self.cv**2
                return random.gamma(shape, self.mean_min / shape, count)
            case _:
                return np.full(count, self.mean_min)


class ServiceTerms(_Strict):
    """A service point as a person writes it. ``arrivals_per_h``: one number, or one for each hour of the day.

    ``capacity``: people waiting and served at once, above which nobody is let in; ``patience_min``: mean of an
    exponential patience. Waits count from ``warmup_h`` on, of those who came before ``horizon_h``.
    """

    kind: Literal["service"]
    name: str = ""
    servers: Annotated[int, Field(ge=1)]
    arrivals_per_h: _Amount | Annotated[list[_Amount], Field(min_length=DAY_H, max_length=DAY_H)]
    service: ServiceTime
    capacity: Annotated[int, Field(ge=1)] | None = None
    patience_min: _Measure | None = None
    report_wait_over_min: list[_Amount] = []
    horizon_h: _Measure = 24.0
    warmup_h: _Amount = 0.0

    @model_validator(mode="after")
    def _fits(self) -> ServiceTerms:
        if self.capacity is not None and self.capacity < self.servers:
            raise ValueError(f"capacity {self.capacity} is less than the {self.servers} servers")
        if self.warmup_h >= self.horizon_h:
            raise ValueError("warmup_h is not before horizon_h")
        if not max(self.rates_per_h):
            raise ValueError("arrivals_per_h: nobody ever comes")
        return self

    @property
    def rates_per_h(self) -> list[float]:
        """Arrivals by hour of the day."""
        return self.arrivals_per_h if isinstance(self.arrivals_per_h, list) else [self.arrivals_per_h] * DAY_H


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """One replication: mean wait [min] of those who were served, shares, and how many came."""

    wait_mean_min: float
    p_wait_over: tuple[float, ...]
    utilisation: float
    blocking: float
    left: float
    arrived: int


def simulate_service(terms: ServiceTerms, seed: int) -> ServiceFigures:
    """Play a service point once."""
    point = _Point(terms, seed)
    point.env.process(point.arrivals())
    point.env.run()
    return point.figures()


class _Point:
    """The point while its clock runs; times are minutes."""

    def __init__(self, terms: ServiceTerms, seed: int) -> None:
        self.env = Environment()
        self._terms = terms
        self._servers = Resource(self.env, terms.servers)
        self._present = 0
        self._came_min = _arrivals(terms, stream(seed, "service", "arrival"))
        count = len(self._came_min)
        self._service_min = terms.service.draw(stream(seed, "service", "duration"), count)
        patience = stream(seed, "service", "patience")
        self._patience_min = patience.exponential(terms.patience_min, count) if terms.patience_min else None
        self._waits: list[float] = []
        self._busy_min = 0.0
        self._arrived = self._blocked = self._left = 0

    def arrivals(self) -> Steps:
        for number, came_min in enumerate(self._came_min):
            yield self.env.timeout(came_min - self.env.now)
            counts = came_min >= self._terms.warmup_h * HOUR_MIN
            self._arrived += counts
            if self._terms.capacity is not None and self._present >= self._terms.capacity:
                self._blocked += counts
            else:
                self.env.process(self._visit(number, counts))
        self._came_min = self._came_min[:0]

    def _visit(self, number: int, counts: bool) -> Steps:
        self._present += 1
        came_min = self.env.now
        with self._servers.request() as turn:
            if self._patience_min is None:
                yield turn
            else:
                yield turn | self.env.timeout(self._patience_min[number])
                if not turn.triggered:
                    self._present -= 1
                    self._left += counts
                    return
            if counts:
                self._waits.append(self.env.now - came_min)
            self._serve(self._service_min[number])
            yield self.env.timeout(self._service_min[number])
        self._present -= 1

    def _serve(self, minutes: float) -> None:
        """Count the part of a service that lies between warm-up and horizon."""
        begin, end = self._terms.warmup_h * HOUR_MIN, self._terms.horizon_h * HOUR_MIN
        self._busy_min += max(0.0, min(self.env.now + minutes, end) - max(self.env.now, begin))

    def figures(self) -> ServiceFigures:
        waits = np.array(self._waits)
        observed_min = (self._terms.horizon_h - self._terms.warmup_h) * HOUR_MIN
        over = [float(np.mean(waits > limit)) if len(waits) else 0.0 for limit in self._terms.report_wait_over_min]
        return ServiceFigures(
            wait_mean_min=float(waits.mean()) if len(waits) else float("nan"),
            p_wait_over=tuple(over),
            utilisation=self._busy_min / (observed_min * self._terms.servers),
            blocking=self._blocked / self._arrived if self._arrived else float("nan"),
            left=self._left / self._arrived if self._arrived else float("nan"),
            arrived=self._arrived,
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
        "left": [each.left for each in figures],
    }
