"""Rows that a study leaves behind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One measure of one replication. ``unit`` as in the measure's definition."""

    run: str
    scenario: str
    seed: int
    replication: int
    measure: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Mean and confidence limits of a measure over replications."""

    mean: float
    low: float
    high: float
