"""Meters: a power, and the energy that it has added up since the meter was installed with the building."""

from __future__ import annotations

ELECTRICAL_BASE_W_PER_M2 = 4.0
"""Standing load of building systems, refrigerators and security (assumption)."""
LIGHT_W_PER_M2 = 5.0
"""Lighting where all lamps burn (assumption: LED, EN 12464-1 levels)."""


class Meter:
    """One meter over an area; electricity and heat are metered alike."""

    def __init__(self, area_m2: float) -> None:
        self.area_m2 = area_m2
        self.power_kw = 0.0
        self.energy_kwh = 0.0

    def advance(self, dt_s: float, w_per_m2: float) -> None:
        """Take the present load and add it up."""
        self.power_kw = self.area_m2 * w_per_m2 / 1000
        self.energy_kwh += self.power_kw * dt_s / 3600
