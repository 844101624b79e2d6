"""The relief factor of the handbook."""

from __future__ import annotations

import pytest

from simulation.models.relief import relief_factor


def test_a_post_of_eight_hours_a_day_takes_1_72_officers() -> None:
    assert relief_factor(post_h=2920, gross_h=2080, absent_h=382) == pytest.approx(1.7197, abs=1e-4)


def test_who_is_always_absent_relieves_nobody() -> None:
    with pytest.raises(ValueError, match="net annual work hours"):
        relief_factor(post_h=2920, gross_h=2080, absent_h=2080)
