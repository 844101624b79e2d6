from __future__ import annotations

import pytest

from simulation.plant.power import AUTONOMY_MIN, FAILED, RUNNING, STAND_BY, Power
from twin.model.ids import GlobalId

B1, B2, GEN, UPS, PUMP = map(GlobalId, ("B1", "B2", "GEN", "UPS", "PUMP"))


@pytest.fixture
def started() -> set[GlobalId]:
    return set()


@pytest.fixture
def power(started: set[GlobalId]) -> Power:
    buildings = {UPS: B1, PUMP: B2}
    return Power(
        [UPS],
        lambda element: buildings.get(element, B1),
        lambda building: [GEN] if building == B1 else [],
        lambda generator: generator in started,
    )


def advance(power: Power, seconds: float) -> None:
    power.advance(seconds, lambda _ups: True)


def test_a_ups_empties_while_nothing_feeds_it_and_fills_again(power, started):
    power.failed.add(B1)
    advance(power, 600)
    assert power.upses[UPS].on_battery
    assert power.upses[UPS].autonomy_min == pytest.approx(AUTONOMY_MIN - 10)
    started.add(GEN)
    advance(power, 600)
    assert not power.upses[UPS].on_battery
    assert power.upses[UPS].autonomy_min == pytest.approx(AUTONOMY_MIN - 9)


def test_a_battery_is_never_less_than_empty_nor_more_than_full(power):
    power.failed.add(B1)
    advance(power, 2 * 3600)
    assert power.upses[UPS].autonomy_min == 0.0
    power.failed.clear()
    advance(power, 24 * 3600)
    assert power.upses[UPS].autonomy_min == AUTONOMY_MIN


def test_a_failure_is_that_of_one_building(power):
    power.failed.add(B2)
    assert power.feeds(UPS)
    assert not power.feeds(PUMP)
    assert power.mains_failed(PUMP)
    assert not power.mains_failed(UPS)


def test_a_defective_generator_feeds_nobody(power, started):
    assert power.generator(GEN) == STAND_BY
    power.failed.add(B1)
    started.add(GEN)
    assert power.generator(GEN) == RUNNING
    power.defects.add(GEN)
    assert power.generator(GEN) == FAILED
    assert not power.feeds(UPS)
