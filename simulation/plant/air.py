"""One air handling unit or fan: fan, supply air, pressure, filter, heat recovery; stopped by fire or without power."""

from __future__ import annotations

import math

LAG_S = 120.0
"""Time constant of the supply air temperature (assumption)."""
FAN_LAG_S = 10.0
DAMPER_S = 60.0
"""Full travel of the outdoor air damper (assumption: an ordinary damper actuator)."""
DESIGN_PRESSURE_PA = 220.0
CLEAN_FILTER_PA = 80.0
FILTER_LOADING_PA_PER_H = 0.05
RECOVERY_LIMIT = 0.78
"""Thermal efficiency of the heat recovery at most; Regulation (EU) 1253/2014, annex III, asks for 73 % or more."""
FROST_C = 5.0
"""Supply air below this trips the frost thermostat (assumption: its usual setting)."""


class AirHandlingUnit:
    """State and physics of the unit; ``extract_c`` is what comes back from the rooms it serves."""

    def __init__(self, outdoor_c: float) -> None:
        self.setpoint_c = 19.0
        self.supply_c = 19.0
        self.extract_c = 21.0
        self.filter_pa = CLEAN_FILTER_PA
        self.fire_stop = False
        self.has_power = True
        self.outdoor_c = outdoor_c
        self._fan = self._damper = 1.0

    @property
    def runs(self) -> bool:
        """Whether the fan is to run."""
        return self.has_power and not self.fire_stop

    @property
    def share(self) -> float:
        """Share of the design flow that it moves, 0 to 1."""
        return self._fan

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

    @property
    def damper_percent(self) -> float:
        """Position of the outdoor air damper, which a spring shuts when the fan stops."""
        return 100.0 * self._damper

    @property
    def recovery_percent(self) -> float:
        """Heat recovery: as much as the set-point needs, at most what the exchanger can; 0 while the fan stands."""
        return 100.0 * self._recovery if self.runs else 0.0

    @property
    def _recovery(self) -> float:
        spread = self.extract_c - self.outdoor_c
        wanted = (self.setpoint_c - self.outdoor_c) / spread if spread > 0 else 0.0
        return min(max(wanted, 0.0), RECOVERY_LIMIT)

    @property
    def coil_k(self) -> float:
        """What the heating coil adds to the air behind the heat recovery [K]."""
        recovered_c = self.outdoor_c + self._recovery * (self.extract_c - self.outdoor_c)
        return max(0.0, self.supply_c - recovered_c) if self.runs else 0.0

    @property
    def is_frosty(self) -> bool:
        """Whether the frost thermostat has tripped."""
        return self.supply_c < FROST_C

    def advance(self, dt_s: float) -> None:
        """Move the unit on."""
        goal = 1.0 if self.runs else 0.0
        self._fan += (goal - self._fan) * (1 - math.exp(-dt_s / FAN_LAG_S))
        step = dt_s / DAMPER_S
        self._damper += min(step, max(-step, goal - self._damper))
        target = self.setpoint_c if self.runs else self.outdoor_c + 5.0
        self.supply_c += (target - self.supply_c) * (1 - math.exp(-dt_s / LAG_S))
        if self.runs:
            self.filter_pa += FILTER_LOADING_PA_PER_H * dt_s / 3600
