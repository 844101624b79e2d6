"""The longest queue is that of people who stood there together."""

from __future__ import annotations

import numpy as np

from simulation.egress.peak import peak_queue


def test_people_who_stand_together_are_a_queue_and_who_passes_at_once_is_none() -> None:
    assert peak_queue(np.array([0.0, 0.0, 0.0, 9.0]), np.array([0.0, 1.0, 2.0, 9.0])) == 2


def test_who_leaves_makes_room_before_the_next_comes() -> None:
    assert peak_queue(np.array([0.0, 1.0]), np.array([1.0, 2.0])) == 1


def test_a_wait_of_rounding_is_no_queue() -> None:
    assert peak_queue(np.array([0.1 + 0.2]), np.array([0.30000000000000010])) == 0


def test_nobody_is_no_queue() -> None:
    assert peak_queue(np.array([]), np.array([])) == 0
