"""Heat and air of the rooms: one thermal and one CO₂ balance per space, all spaces at once.

Temperature: a single-zone RC balance, ``C dT/dt = UA (T_out − T) + Q_heat + Q_people + ṁc (T_supply − T)`` [1].
CO₂: a well-mixed volume, ``V dc/dt = G − q (c − c_out)`` [2].

Sources:
    [1] EN ISO 13790:2008, simple hourly method reduced to one node; capacity class *medium*, 165 kJ/(K·m²) (table 12).
    [2] EN 16798-1:2019, annex B; generation 20 l/h awake, 13.6 l/h asleep (domain reference, section 3.2);
        supply air 7 l/s a person at capacity + 0.35 l/(s·m²), category II, very low-polluting building.
    Envelope loss 0.6 W/(K·m² floor), radiator 60 W/m² and its band are assumptions for a new building.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from twin.model.ids import GlobalId
from twin.model.spaces import Space
from twin.model.vocabulary import SpaceUse

CAPACITY_J_PER_K_M2 = 165_000.0
LOSS_W_PER_K_M2 = 0.6
RADIATOR_W_PER_M2 = 60.0
RADIATOR_BAND_K = 1.0
PERSON_W = 80.0
AIR_J_PER_K_L = 1.2
OUTDOOR_CO2_PPM = 420.0
CO2_AWAKE_L_S = 20.0 / 3600
CO2_ASLEEP_L_S = 13.6 / 3600
_SETPOINTS_C = {SpaceUse.WORKSHOP: 18.0, SpaceUse.SPORT: 17.0, SpaceUse.STAIR: 17.0, SpaceUse.TECHNICAL: 21.0}
_DEFAULT_SETPOINT_C = 21.0


class Climate:
    """Temperatures [°C] and CO₂ [ppm] of indoor spaces, advanced by explicit steps of at most 60 s."""

    def __init__(self, spaces: Sequence[Space], outdoor_c: float) -> None:
        indoor = [space for space in spaces if space.use is not SpaceUse.YARD and space.area_m2 > 0]
        self._row = {space.global_id: row for row, space in enumerate(indoor)}
        self.outdoor_c = outdoor_c
        self.supply_c = 19.0
        self.fans_run = True
        self.asleep = False
        self._area = np.array([space.area_m2 for space in indoor])
        self._volume_l = self._area * np.array([max(space.height_m, 2.0) for space in indoor]) * 1000
        self._flow_l_s = 0.35 * self._area + 7.0 * np.array([space.capacity for space in indoor])
        self._setpoint = np.array([_SETPOINTS_C.get(space.use, _DEFAULT_SETPOINT_C) for space in indoor])
        self._people = np.zeros(len(indoor))
        # Equal set-points would give equal rooms; façade rooms differ by orientation. A fixed spread of ±0.6 K stands
        # for it (assumption), taken from the position so that a rebuild gives the same building.
        spread = np.array([0.6 * np.sin(sum(space.centre)) for space in indoor])
        self.temperature = self._setpoint + spread
        self._setpoint = self._setpoint + spread
        self.co2 = np.full(len(indoor), OUTDOOR_CO2_PPM + 60.0)

    def __contains__(self, space: GlobalId) -> bool:
        return space in self._row

    def temp_c(self, space: GlobalId) -> float:
        """Air temperature of a space."""
        return float(self.temperature[self._row[space]])

    def co2_ppm(self, space: GlobalId) -> float:
        """CO₂ concentration of a space."""
        return float(self.co2[self._row[space]])

    def mean_temp_c(self) -> float:
        """Area-weighted mean: what an extract duct would show."""
        return float(np.average(self.temperature, weights=self._area)) if len(self._area) else self.outdoor_c

    def set_people(self, counts: Mapping[GlobalId, int]) -> None:
        """Who is where now."""
        self._people[:] = 0
        for space, count in counts.items():
            if space in self._row:
                self._people[self._row[space]] = count

    def advance(self, dt_s: float) -> None:
        """Move the balances on by some seconds."""
        while dt_s > 0:
            step = min(dt_s, 60.0)
            self._step(step)
            dt_s -= step

    def _step(self, dt_s: float) -> None:
        flow = self._flow_l_s if self.fans_run else 0.0 * self._flow_l_s
        error = self._setpoint - self.temperature
        heat = RADIATOR_W_PER_M2 * self._area * np.clip(0.5 + error / RADIATOR_BAND_K, 0, 1)
        gain = (
            LOSS_W_PER_K_M2 * self._area * (self.outdoor_c - self.temperature)
            + heat
            + PERSON_W * self._people
            + AIR_J_PER_K_L * flow * (self.supply_c - self.temperature)
        )
        self.temperature += gain * dt_s / (CAPACITY_J_PER_K_M2 * self._area)
        # The CO₂ balance is stiff in small rooms: its exact solution over the step, not an explicit one.
        generation = self._people * (CO2_ASLEEP_L_S if self.asleep else CO2_AWAKE_L_S) * 1e6
        exchange = flow + 0.02 * self._volume_l / 3600  # 0.02 air changes an hour leak through a new envelope
        settled = OUTDOOR_CO2_PPM + generation / exchange
        self.co2 = settled + (self.co2 - settled) * np.exp(-exchange * dt_s / self._volume_l)
