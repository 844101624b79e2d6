"""Heating circuits after a weather curve, and hot water stores that are loaded between two temperatures.

Sources:
    Store 55 to 60 °C, return 50 °C or more, mixed outlet 43 °C at most: point templates of the domain reference,
    section 6.2. Weather curve, lags and draw-off are assumptions for a new building with radiators.
"""

from __future__ import annotations

import math

COLD_C, COLD_SUPPLY_C = -15.0, 55.0
MILD_C, MILD_SUPPLY_C = 15.0, 35.0
HEATING_LIMIT_C = 17.0
"""Above this outdoor temperature the circuits stand still."""
DESIGN_SPREAD_K = 15.0
LAG_S = 600.0
COLD_FILL_BAR, BAR_PER_K = 1.4, 0.005
ROOM_C = 21.0
STORE_LOW_C, STORE_HIGH_C = 57.0, 60.0
DRAW_K_PER_H, LOAD_K_PER_H = 1.0, 6.0
RETURN_LOSS_K = 5.0
MIXED_C = 42.0


def weather_curve_c(outdoor_c: float) -> float:
    """Supply temperature of a heating circuit at an outdoor temperature [°C]."""
    slope = (COLD_SUPPLY_C - MILD_SUPPLY_C) / (MILD_C - COLD_C)
    return min(COLD_SUPPLY_C, max(MILD_SUPPLY_C, MILD_SUPPLY_C + slope * (MILD_C - outdoor_c)))


class HeatingCircuit:
    """One circuit with its pump."""

    def __init__(self, outdoor_c: float) -> None:
        self.outdoor_c = outdoor_c
        self.runs = outdoor_c < HEATING_LIMIT_C
        self.supply_c = self._target_c
        self.return_c = self.supply_c - DESIGN_SPREAD_K / 2

    @property
    def _target_c(self) -> float:
        return weather_curve_c(self.outdoor_c) if self.runs else ROOM_C

    @property
    def pressure_bar(self) -> float:
        """Pressure of the closed circuit: it rises with the mean temperature of its water."""
        return COLD_FILL_BAR + BAR_PER_K * ((self.supply_c + self.return_c) / 2 - ROOM_C)

    def advance(self, dt_s: float, *, heat_share: float, has_power: bool) -> None:
        """Move the circuit on; ``heat_share``: how much of the radiators' heat the rooms take, 0 to 1."""
        self.runs = has_power and self.outdoor_c < HEATING_LIMIT_C
        near = 1 - math.exp(-dt_s / LAG_S)
        self.supply_c += (self._target_c - self.supply_c) * near
        self.return_c += (max(ROOM_C, self.supply_c - DESIGN_SPREAD_K * heat_share) - self.return_c) * near


class HotWaterStore:
    """One store: people draw from it, the boiler loads it between two temperatures."""

    def __init__(self) -> None:
        self.store_c = (STORE_LOW_C + STORE_HIGH_C) / 2
        self.is_loaded = False

    @property
    def return_c(self) -> float:
        """Circulation return."""
        return self.store_c - RETURN_LOSS_K

    @property
    def mixed_c(self) -> float:
        """Behind the thermostatic mixing valve."""
        return min(MIXED_C, self.store_c)

    def advance(self, dt_s: float, *, has_power: bool) -> None:
        """Draw and load."""
        if self.store_c <= STORE_LOW_C or self.store_c >= STORE_HIGH_C:
            self.is_loaded = self.store_c <= STORE_LOW_C
        loading = LOAD_K_PER_H if self.is_loaded and has_power else 0.0
        self.store_c = max(ROOM_C, self.store_c + (loading - DRAW_K_PER_H) * dt_s / 3600)
