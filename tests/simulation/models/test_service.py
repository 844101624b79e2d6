"""A service point keeps the laws of queueing, and its terms are checked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from simulation.models.service import ServiceTerms, simulate_service


def terms(**more: Any) -> ServiceTerms:
    return ServiceTerms.model_validate(
        {
            "kind": "service",
            "servers": 2,
            "arrivals_per_h": 30,
            "service": {"distribution": "exponential", "mean_min": 3},
            "horizon_h": 24,
            **more,
        }
    )


def test_services_that_are_always_free_make_nobody_wait() -> None:
    figures = simulate_service(terms(servers=500), 1)
    assert (figures.wait_mean_min, figures.blocking, figures.left) == (0.0, 0.0, 0.0)


def test_the_same_seed_gives_the_same_day_and_another_another() -> None:
    assert simulate_service(terms(), 5) == simulate_service(terms(), 5) != simulate_service(terms(), 6)


def test_more_servers_never_make_the_same_people_wait_longer() -> None:
    """The draws of everybody are the same under every number of servers."""
    waits = [simulate_service(terms(servers=n), 3).wait_mean_min for n in (2, 3, 4, 6)]
    assert waits == sorted(waits, reverse=True)
    assert len({simulate_service(terms(servers=n), 3).arrived for n in (2, 3, 4)}) == 1


def test_hours_without_arrivals_have_none() -> None:
    office = [0.0] * 8 + [60.0] * 8 + [0.0] * 8
    figures = simulate_service(terms(arrivals_per_h=office, warmup_h=17, horizon_h=24), 1)
    assert figures.arrived == 0
    assert simulate_service(terms(arrivals_per_h=office), 1).arrived == pytest.approx(480, rel=0.15)


def test_who_has_no_patience_leaves_and_who_finds_it_full_is_turned_away() -> None:
    crowded = {"servers": 1, "arrivals_per_h": 120}
    assert simulate_service(terms(**crowded, patience_min=1), 1).left > 0.3
    assert simulate_service(terms(**crowded, capacity=2), 1).blocking > 0.5


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4), st.floats(5, 40), st.integers(0, 1000))
def test_the_servers_are_as_busy_as_the_work_that_came(servers: int, per_h: float, seed: int) -> None:
    """Little's law of the servers: people in service = arrivals a minute times minutes of service."""
    one = terms(servers=servers, arrivals_per_h=per_h, horizon_h=200, service={"distribution": "fixed", "mean_min": 1})
    figures = simulate_service(one, seed)
    assert figures.utilisation * servers == pytest.approx(figures.arrived / (200 * 60), rel=0.02)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"servers": 0}, "servers"),
        ({"arrivals_per_h": [1.0] * 23}, "arrivals_per_h"),
        ({"arrivals_per_h": 0}, "nobody ever comes"),
        ({"capacity": 1}, "less than the 2 servers"),
        ({"warmup_h": 24}, "warmup_h is not before horizon_h"),
        ({"service": {"distribution": "weibull", "mean_min": 3}}, "distribution"),
        ({"patience_min": -1}, "patience_min"),
        ({"server": 2}, "server"),
    ],
)
def test_terms_that_make_no_sense_are_refused(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        terms(**change)
