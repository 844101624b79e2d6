from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from equipped_block import NIGHT, START, point, with_equipment

from simulation.plant.plant import Plant
from twin.model.cause_effect import CauseEffect
from twin.model.facility import Facility
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import Point


@pytest.fixture
def equipped(plant_facility: Facility) -> Facility:
    return with_equipment(plant_facility)


@pytest.fixture
def all_points() -> list[Point]:
    """A point of every kind, and the main ones of AHU2 and the fan."""
    others = [(kind, unit) for unit in ("AHU2", "FAN") for kind in ("fan_run", "fire_stop", "supply_temperature")]
    return [*(point(kind) for kind in POINT_KINDS), *(point(kind, unit) for kind, unit in others)]


@pytest.fixture
def plant_with(equipped: Facility, all_points: list[Point]) -> Callable[..., Plant]:
    """``plant_with(row, …)``: the equipped block, whose hardware follows these rows."""

    def make(*effects: CauseEffect, start: datetime = START) -> Plant:
        return Plant(equipped, all_points, start=start, regime=NIGHT, effects=effects)

    return make
