from __future__ import annotations

import pytest

from simulation.plant.meters import Meter


def test_a_meter_adds_up_its_power():
    meter = Meter(2000.0)
    for w_per_m2 in (10.0, 0.0, 20.0):
        meter.advance(1800.0, w_per_m2)
    assert meter.power_kw == pytest.approx(40.0)
    assert meter.energy_kwh == pytest.approx(10.0 + 0.0 + 20.0)
