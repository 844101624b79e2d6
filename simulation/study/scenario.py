"""The scenario file: one plan of one regime day, as a person writes it in TOML (`simulation.models.terms`)."""

from __future__ import annotations

from pathlib import Path

from simulation.models.terms import Scenario
from twin.files.toml import read_toml


def load_scenario(path: Path | str) -> Scenario:
    """Read a scenario file.

    Raises:
        ConfigError: it is missing, is not TOML, or a key is unknown, missing or wrong; every fault with file and key.
    """
    return read_toml(path, Scenario)
