"""One air handling unit: fan, supply air temperature, pressure, filter; stopped by the fire panel."""

from __future__ import annotations

import math

LAG_S = 120.0
"""Time constant of the supply air temperature (assumption)."""
DESIGN_PRESSURE_PA = 220.0
CLEAN_FILTER_PA = 80.0
FILTER_LOADING_PA_PER_H = 0.05


class AirHandlingUnit:
    """State and physics of the unit."""

    def __init__(self, outdoor_c: float) -> None:
        self.setpoint_c = 19.0
        self.supply_c = 19.0
        self.filter_pa = CLEAN_FILTER_PA
        self.fire_stop = False
        self._outdoor_c = outdoor_c
        self._fan = 1.0

    @property
    def runs(self) -> bool:
        """Whether the fan is to run."""
        return not self.fire_stop

    @property
    def fan_percent(self) -> float:
        """Fan speed."""
        return 70.0 * self._fan

    @property
    def pressure_pa(self) -> float:
        """Static pressure in the supply duct; follows the square of the fan speed (fan laws)."""
        return DESIGN_PRESSURE_PA * self._fan**2

    @property
    def filter_drop_pa(self) -> float:
        """Pressure drop of the filter at the present flow."""
        return self.filter_pa * self._fan**2

    def advance(self, dt_s: float) -> None:
        """Move the unit on."""
        goal = 1.0 if self.runs else 0.0
        self._fan += (goal - self._fan) * (1 - math.exp(-dt_s / 10.0))
        target = self.setpoint_c if self.runs else self._outdoor_c + 5.0
        self.supply_c += (target - self.supply_c) * (1 - math.exp(-dt_s / LAG_S))
        if self.runs:
            self.filter_pa += FILTER_LOADING_PA_PER_H * dt_s / 3600
