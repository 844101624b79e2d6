"""Heat, air and moisture of the rooms: one balance each per space, all spaces at once.

Temperature: a single-zone RC balance, ``C dT/dt = UA (T_out − T) + Q_heat + Q_people + ṁc (T_supply − T)`` [1].
CO₂: a well-mixed volume, ``V dc/dt = G − q (c − c_out)`` [2]; water vapour likewise [3].

Sources:
    [1] EN ISO 13790:2008, simple hourly method reduced to one node; capacity class *medium*, 165 kJ/(K·m²) (table 12).
    [2] EN 16798-1:2019, annex B; generation 20 l/h awake, 13.6 l/h asleep (domain reference, section 3.2);
        supply air 7 l/s a person at capacity + 0.35 l/(s·m²), category II, very low-polluting building.
    [3] Magnus formula of the saturation pressure over water (WMO-No. 8, annex 4.B); a person gives off 50 g/h awake and
        30 g/h asleep (assumption in the range of EN ISO 13788, annex A); outdoor air at 85 % (assumption).
    Envelope loss 0.6 W/(K·m² floor), radiator 60 W/m² and its band are assumptions for a new building.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

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
OUTDOOR_HUMIDITY = 0.85
VAPOUR_AWAKE_G_S = 50.0 / 3600
VAPOUR_ASLEEP_G_S = 30.0 / 3600
START_HUMIDITY = 0.40
MUSEUM_HUMIDITY = 0.50
"""Kept by a humidifier of the room itself (assumption, in the middle of 45 to 55 %)."""
Floats = npt.NDArray[np.float64]
_SETPOINTS_C = {SpaceUse.WORKSHOP: 18.0, SpaceUse.SPORT: 17.0, SpaceUse.STAIR: 17.0, SpaceUse.TECHNICAL: 21.0}
_DEFAULT_SETPOINT_C = 21.0


class Climate:
    """Temperatures [°C], CO₂ [ppm] and vapour [g/m³] of indoor spaces, advanced by steps of at most 60 s.

    ``supply_c`` and ``air_share`` (how much of its design flow a room gets, 0 to 1) are one number, or one a row of
    `spaces`.
    """

    def __init__(self, spaces: Sequence[Space], outdoor_c: float) -> None:
        indoor = [space for space in spaces if space.use is not SpaceUse.YARD and space.area_m2 > 0]
        self.spaces = tuple(indoor)
        self._row = {space.global_id: row for row, space in enumerate(indoor)}
        self.outdoor_c = outdoor_c
        self.supply_c: float | Floats = 19.0
        self.air_share: float | Floats = 1.0
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
        self.heat_share = np.full(len(indoor), 0.5)
        self.vapour = START_HUMIDITY * saturation_g_m3(self.temperature)
        self._humidified = np.array([space.use is SpaceUse.MUSEUM for space in indoor], dtype=bool)
        self._humidify()

    def __contains__(self, space: GlobalId) -> bool:
        return space in self._row

    def temp_c(self, space: GlobalId) -> float:
        """Air temperature of a space."""
        return float(self.temperature[self._row[space]])

    def co2_ppm(self, space: GlobalId) -> float:
        """CO₂ concentration of a space."""
        return float(self.co2[self._row[space]])

    def humidity_percent(self, space: GlobalId) -> float:
        """Relative humidity of a space."""
        row = self._row[space]
        return min(100.0, 100.0 * float(self.vapour[row] / saturation_g_m3(self.temperature[row])))

    def valve_percent(self, space: GlobalId) -> float:
        """Opening of the radiator valves of a space."""
        return 100.0 * float(self.heat_share[self._row[space]])

    def mean_temp_c(self, rows: npt.NDArray[np.intp] | None = None) -> float:
        """Area-weighted mean of some rows, or of all: what an extract duct would show."""
        area = self._area if rows is None else self._area[rows]
        temperature = self.temperature if rows is None else self.temperature[rows]
        return float(np.average(temperature, weights=area)) if len(area) else self.outdoor_c

    @property
    def heat_w_per_m2(self) -> float:
        """What the radiators give off, over the whole area."""
        return RADIATOR_W_PER_M2 * float(np.average(self.heat_share, weights=self._area)) if len(self._area) else 0.0

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
        flow = self._flow_l_s * self.air_share
        self.heat_share = np.clip(0.5 + (self._setpoint - self.temperature) / RADIATOR_BAND_K, 0, 1)
        heat = RADIATOR_W_PER_M2 * self._area * self.heat_share
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
        keep = np.exp(-exchange * dt_s / self._volume_l)
        settled = OUTDOOR_CO2_PPM + generation / exchange
        self.co2 = settled + (self.co2 - settled) * keep
        given_off = self._people * (VAPOUR_ASLEEP_G_S if self.asleep else VAPOUR_AWAKE_G_S) * 1000
        outdoor_vapour = OUTDOOR_HUMIDITY * float(saturation_g_m3(np.array(self.outdoor_c)))
        damp = outdoor_vapour + given_off / exchange
        self.vapour = damp + (self.vapour - damp) * keep
        self._humidify()

    def _humidify(self) -> None:
        self.vapour[self._humidified] = MUSEUM_HUMIDITY * saturation_g_m3(self.temperature[self._humidified])


def saturation_g_m3(temp_c: Floats) -> Floats:
    """Water vapour that air can hold at a temperature [g/m³] (Magnus formula and the gas law)."""
    pressure_pa = 611.2 * np.exp(17.62 * temp_c / (243.12 + temp_c))
    density: Floats = 1000 * pressure_pa / (461.5 * (temp_c + 273.15))
    return density
