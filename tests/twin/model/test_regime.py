from __future__ import annotations

from datetime import time

import pytest

from twin.model.regime import Regime, regime_at
from twin.model.vocabulary import DoorState

NIGHT = Regime(name="night", start=time(21, 45), end=time(6, 45))
DAY = Regime(
    name="day", start=time(6, 45), end=time(21, 45), unlocked=frozenset({"D-CELL"}), open=frozenset({"D-FIRE"})
)


@pytest.mark.parametrize(
    ("moment", "name"), [(time(0, 0), "night"), (time(6, 44), "night"), (time(6, 45), "day"), (time(21, 45), "night")]
)
def test_a_period_may_run_over_midnight(moment, name):
    assert regime_at([DAY, NIGHT], moment).name == name


def test_a_site_without_a_table_has_no_regime():
    assert regime_at([], time(12)) is None


def test_more_secure_than_the_regime_asks_is_no_deviation_and_looser_is():
    assert DAY.allows("D-CELL", DoorState.LOCKED)
    assert DAY.allows("D-CELL", DoorState.CLOSED)
    assert not DAY.allows("D-CELL", DoorState.OPEN)
    assert DAY.allows("D-FIRE", DoorState.OPEN)
    assert not NIGHT.allows("D-CELL", DoorState.CLOSED)


@pytest.mark.parametrize("state", [DoorState.FORCED, DoorState.FAULT, DoorState.UNKNOWN])
def test_forced_faulty_and_unknown_always_deviate(state):
    assert not DAY.allows("D-FIRE", state)
