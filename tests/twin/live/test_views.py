"""What is expected of a door whose lock nobody watches."""

from __future__ import annotations

from datetime import time

import pytest

from twin.live.doors import Observed
from twin.live.views import door_view
from twin.model.doors import Door
from twin.model.ids import GlobalId
from twin.model.regime import Regime
from twin.model.vocabulary import DoorState

STORE = Door(
    global_id=GlobalId("D"),
    code="D",
    type="D-PLANT",
    storey=GlobalId("L00"),
    joins=None,
    centre=(0.0, 0.0),
    along=(1.0, 0.0),
    clear_width_m=0.9,
    clear_height_m=2.1,
)
LOCKED_UP = Regime(name="night", start=time(0), end=time(0))


@pytest.mark.parametrize(
    ("state", "has_lock", "expected"),
    [
        (DoorState.CLOSED, False, True),
        (DoorState.CLOSED, True, False),
        (DoorState.OPEN, False, False),
        (DoorState.LOCKED, True, True),
        (DoorState.UNKNOWN, False, False),
        (DoorState.UNMONITORED, False, True),
    ],
)
def test_a_shut_door_is_all_that_can_be_asked_where_nothing_tells_of_the_lock(
    state: DoorState, has_lock: bool, expected: bool
) -> None:
    view = door_view(STORE, state, Observed(state), [], LOCKED_UP, has_lock=has_lock)
    assert view.expected is expected
