from __future__ import annotations

import pytest

from simulation.plant.heat import ROOM_C, STORE_HIGH_C, STORE_LOW_C, HeatingCircuit, HotWaterStore, weather_curve_c


def test_the_colder_it_is_outside_the_warmer_is_the_circuit_within_its_ends():
    assert [weather_curve_c(c) for c in (-30.0, -15.0, 0.0, 15.0, 25.0)] == pytest.approx([55, 55, 45, 35, 35])


def test_a_circuit_runs_at_its_curve_and_the_return_is_the_cooler_the_more_heat_is_taken():
    circuits = [HeatingCircuit(5.0) for _ in range(2)]
    for circuit, share in zip(circuits, (0.2, 0.8), strict=True):
        circuit.advance(6 * 3600, heat_share=share, has_power=True)
    idle, busy = circuits
    assert idle.supply_c == pytest.approx(weather_curve_c(5.0))
    assert busy.return_c < idle.return_c < idle.supply_c
    assert 1.2 < busy.pressure_bar < idle.pressure_bar < 2.0


def test_a_circuit_stands_still_without_power_and_in_summer():
    circuit = HeatingCircuit(5.0)
    circuit.advance(24 * 3600, heat_share=0.5, has_power=False)
    assert not circuit.runs
    assert circuit.supply_c == pytest.approx(ROOM_C, abs=0.1)
    assert not HeatingCircuit(20.0).runs


def test_a_store_stays_between_its_two_temperatures_for_days():
    store = HotWaterStore()
    seen = []
    for _ in range(3 * 24 * 60):
        store.advance(60.0, has_power=True)
        seen.append(store.store_c)
    assert STORE_LOW_C - 0.1 < min(seen) < STORE_LOW_C + 0.1
    assert STORE_HIGH_C - 0.1 < max(seen) < STORE_HIGH_C + 0.1
    assert store.return_c >= 50
    assert store.mixed_c <= 43


def test_a_store_without_power_cools():
    store = HotWaterStore()
    store.advance(8 * 3600, has_power=False)
    assert store.store_c < 55
