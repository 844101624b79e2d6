"""Signals without physics: how they begin, and that orders are held."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from equipped_block import point

from simulation.plant.plant import Plant
from simulation.plant.signals import NORMAL, ORDERED
from twin.model.ids import PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.vocabulary import Access

ROOMS = ("C1", "LAND")


def plant_at(equipped, hour: int) -> Plant:
    points = [point(kind, room) for room in ROOMS for kind in sorted(ORDERED)]
    return Plant(equipped, points, start=datetime(2026, 5, 4, hour, 0, tzinfo=UTC))


def test_every_signal_is_a_kind_with_this_state_and_only_orders_are_writable():
    for kind, normal in NORMAL.items():
        states = POINT_KINDS[kind].states
        assert not states or normal in range(len(states)), kind
        assert POINT_KINDS[kind].access is Access.READ, kind
    assert all(POINT_KINDS[kind].access is Access.COMMAND for kind in ORDERED)


@pytest.mark.parametrize(("hour", "light", "night_light"), [(2, [0.0, 1.0], [1.0, 0.0]), (10, [1.0, 1.0], [0.0, 0.0])])
def test_at_night_cells_are_dark_but_for_the_night_light_and_landings_are_lit(equipped, hour, light, night_light):
    plant = plant_at(equipped, hour)
    assert [plant.value(PointId(f"{room}/light")) for room in ROOMS] == light
    assert [plant.value(PointId(f"{room}/night_light")) for room in ROOMS] == night_light
    assert plant.value(PointId("C1/socket_power")) == 1.0
    assert plant.value(PointId("C1/water_inhibit")) == 0.0


@pytest.mark.parametrize("kind", sorted(ORDERED))
def test_an_order_is_held_until_the_next(equipped, kind):
    plant = plant_at(equipped, 10)
    name = PointId(f"C1/{kind}")
    for value in (1.0, 0.0, 1.0):
        assert plant.write(name, value) == ""
        plant.advance(3600.0)
        assert plant.value(name) == value
    assert "states" in plant.write(name, 2.0)
    assert "states" in plant.write(name, float("nan"))
    assert plant.value(name) == 1.0


def test_the_extraction_runs_while_machines_are_enabled(equipped):
    kinds = ("machine_enable", "extraction_run", "dust_pressure")
    plant = Plant(equipped, [point(kind, "C1") for kind in kinds], start=datetime(2026, 5, 4, 10, 0, tzinfo=UTC))
    assert [plant.value(PointId(f"C1/{kind}")) for kind in kinds] == [1.0, 1.0, 120.0]
    plant.write(PointId("C1/machine_enable"), 0.0)
    assert [plant.value(PointId(f"C1/{kind}")) for kind in kinds] == [0.0, 0.0, 0.0]
