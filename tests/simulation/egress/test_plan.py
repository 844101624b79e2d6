"""Pre-movement times are drawn as the plan says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.egress.plan import PreMovement


def drawn(**terms: Any) -> np.ndarray:
    times = PreMovement.model_validate({"source": "test", **terms})
    random = np.random.default_rng(1)
    return np.array([times.draw_s(random) for _ in range(4000)])


def test_a_fixed_time_is_everybodys() -> None:
    assert set(drawn(distribution="fixed", median_s=12.0)) == {12.0}


def test_a_uniform_time_lies_between_its_two_limits() -> None:
    times = drawn(distribution="uniform", low_s=10.0, high_s=40.0)
    assert (times.min() >= 10.0, times.max() <= 40.0) == (True, True)
    assert times.mean() == pytest.approx(25.0, abs=0.5)


def test_a_lognormal_time_has_its_median_and_its_variation() -> None:
    times = drawn(distribution="lognormal", median_s=60.0, cv=0.6)
    assert np.median(times) == pytest.approx(60.0, rel=0.05)
    assert times.std() / times.mean() == pytest.approx(0.6, rel=0.1)


def test_what_is_longer_than_the_most_is_drawn_again_and_not_cut_to_it() -> None:
    times = drawn(distribution="lognormal", median_s=60.0, cv=0.6, most_s=100.0)
    assert times.max() <= 100.0
    assert (times == 100.0).sum() == 0
