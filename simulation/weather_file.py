"""Weather from a file: EnergyPlus weather (``.epw``, whose rows are hours of a typical year), or CSV of time and °C."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from simulation.plant.weather import Weather
from twin.files.csv import read_rows
from twin.files.toml import read_text
from twin.model.errors import ConfigError, Fault

_EPW_HEADS = 8
_EPW_DRY_BULB = 6
"""Column of the dry-bulb temperature (EnergyPlus, Auxiliary Programs, EPW format: N1 year … N6 dry bulb)."""
_COLDEST_C, _WARMEST_C = -70.0, 60.0


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    time: datetime
    temperature_c: Annotated[float, Field(ge=_COLDEST_C, le=_WARMEST_C)]


def read_weather(path: Path) -> Weather:
    """Read a weather file.

    Raises:
        ConfigError: every fault with its row: no number, a temperature that no weather has, times that do not rise.
    """
    rows = list(_epw(path)) if path.suffix.lower() == ".epw" else list(_csv(path))
    if len(rows) < 2:
        raise ConfigError([Fault(str(path), "", "has fewer than two rows of weather")])
    faults = [
        Fault(str(path), f"row {number}", "is not later than the row before")
        for (_, before, _), (number, moment, _) in pairwise(rows)
        if moment <= before
    ]
    if faults:
        raise ConfigError(faults)
    start = rows[0][1]
    return Weather(
        start=start,
        at_s=tuple((moment - start).total_seconds() for _, moment, _ in rows),
        temp_c=tuple(temperature for _, _, temperature in rows),
    )


def _csv(path: Path) -> Iterator[tuple[int, datetime, float]]:
    for number, row in read_rows(path, _Row):
        moment = row.time if row.time.tzinfo else row.time.replace(tzinfo=UTC)
        yield number, moment, row.temperature_c


def _epw(path: Path) -> Iterator[tuple[int, datetime, float]]:
    """Hours of a typical year: the years of its months differ, so they are counted from its first hour."""
    lines = read_text(path).splitlines()
    faults: list[Fault] = []
    hours: list[tuple[int, float]] = []
    for number, cells in enumerate(csv.reader(lines[_EPW_HEADS:]), start=_EPW_HEADS + 1):
        temperature = _number(cells)
        if temperature is None:
            faults.append(Fault(str(path), f"row {number}", "has no dry-bulb temperature that weather can have"))
        else:
            hours.append((number, temperature))
    if faults:
        raise ConfigError(faults)
    start = datetime(2001, 1, 1, tzinfo=UTC)  # a year of 365 days, as these files have
    for hour, (number, temperature) in enumerate(hours):
        yield number, start + timedelta(hours=hour), temperature


def _number(cells: Sequence[str]) -> float | None:
    try:
        temperature = float(cells[_EPW_DRY_BULB])
    except (IndexError, ValueError):
        return None
    return temperature if _COLDEST_C <= temperature <= _WARMEST_C else None
