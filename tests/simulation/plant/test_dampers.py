from __future__ import annotations

from simulation.plant.dampers import CLOSED, MOVING, OPEN, TRAVEL_S, Dampers
from twin.model.ids import GlobalId

D1, D2 = GlobalId("D1"), GlobalId("D2")


def test_a_damper_takes_its_time_and_shows_that_it_is_between_its_ends():
    dampers = Dampers([D1])
    shown = []
    for _ in range(int(TRAVEL_S) + 1):
        shown.append(dampers.position(D1))
        dampers.advance(1.0, lambda _damper: True)
    shown.append(dampers.position(D1))
    assert (shown[0], shown[1], shown[-2], shown[-1]) == (OPEN, MOVING, CLOSED, CLOSED)


def test_only_the_damper_that_is_to_close_moves_and_it_opens_again():
    dampers = Dampers([D1, D2])
    dampers.advance(TRAVEL_S, lambda damper: damper == D1)
    assert (dampers.position(D1), dampers.position(D2)) == (CLOSED, OPEN)
    dampers.advance(1.0, lambda _damper: False)
    assert dampers.position(D1) == MOVING
    dampers.advance(TRAVEL_S, lambda _damper: False)
    assert dampers.position(D1) == OPEN
