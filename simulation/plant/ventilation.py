"""All air handling units and fans of a building, and which rooms get whose air.

A unit serves the rooms of the HVAC zones that its systems serve. Rooms that no unit serves, and whole buildings without
equipment, get the air of one default unit.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulation.plant.air import AirHandlingUnit
from simulation.plant.climate import Climate
from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId

UNIT_CLASS, FAN_CLASS = "IfcUnitaryEquipment", "IfcFan"
L_S_PER_M2 = 1.0
"""Design flow for the power of fans and coils: 0.35 l/(s·m²) and people at a usual density (assumption)."""
FAN_W_PER_L_S = 1.6
"""Specific fan power of supply and extract together, 1.6 kW/(m³/s) (assumption: EN 16798-3, class SFP 3)."""
AIR_W_PER_L_S_K = 1.2


class Ventilation:
    """Units by GlobalId; the default unit stands under `NO_ID`."""

    def __init__(self, facility: Facility, climate: Climate) -> None:
        self.climate = climate
        self.outdoor_c = climate.outdoor_c
        self.units: dict[GlobalId, AirHandlingUnit] = {NO_ID: AirHandlingUnit(climate.outdoor_c)}
        for thing in facility.equipment:
            if thing.ifc_class in (UNIT_CLASS, FAN_CLASS):
                self.units[thing.global_id] = AirHandlingUnit(climate.outdoor_c)
        unit_of_zone = {
            zone: thing.global_id
            for thing in facility.equipment
            if thing.ifc_class == UNIT_CLASS
            for system in facility.systems
            if thing.global_id in system.members
            for zone in system.serves
        }
        order = {id_: number for number, id_ in enumerate(self.units)}
        self._unit_of_row = np.array(
            [order[unit_of_zone.get(space.hvac_zone, NO_ID)] for space in climate.spaces], dtype=np.intp
        )
        units = list(self.units.values())
        self._unit_of_space = {
            space.global_id: units[number] for space, number in zip(climate.spaces, self._unit_of_row, strict=True)
        }
        self._rows = {id_: np.flatnonzero(self._unit_of_row == number) for id_, number in order.items()}

    @property
    def is_alone(self) -> bool:
        """Whether the default unit is all there is, and so takes the orders for any."""
        return len(self.units) == 1

    def unit(self, element: GlobalId) -> AirHandlingUnit:
        """The unit of this GlobalId; the default one for everything that is no unit."""
        return self.units.get(element) or self.units[NO_ID]

    def id_of(self, element: GlobalId) -> GlobalId:
        """The id under which the unit of an element stands."""
        return element if element in self.units else NO_ID

    def share_in(self, space: GlobalId) -> float:
        """Share of its design flow that a room gets; 0 outdoors."""
        unit = self._unit_of_space.get(space)
        return 0.0 if unit is None else unit.share

    def advance(
        self, dt_s: float, is_stopped: Callable[[GlobalId], bool], has_power: Callable[[GlobalId], bool]
    ) -> None:
        """Move every unit on, then hand its air to its rooms."""
        for id_, unit in self.units.items():
            unit.outdoor_c = self.outdoor_c
            unit.fire_stop, unit.has_power = is_stopped(id_), has_power(id_)
            unit.extract_c = self.climate.mean_temp_c(self._rows[id_]) if self._rows[id_].size else self._mean_c
            unit.advance(dt_s)
        units = list(self.units.values())
        self.climate.supply_c = np.array([unit.supply_c for unit in units])[self._unit_of_row]
        self.climate.air_share = np.array([unit.share for unit in units])[self._unit_of_row]

    @property
    def _mean_c(self) -> float:
        return self.climate.mean_temp_c()

    @property
    def fan_w_per_m2(self) -> float:
        """Power of the fans, over the whole area."""
        return FAN_W_PER_L_S * L_S_PER_M2 * self._mean([unit.share for unit in self.units.values()])

    @property
    def coil_w_per_m2(self) -> float:
        """Heat that the coils take, over the whole area."""
        return AIR_W_PER_L_S_K * L_S_PER_M2 * self._mean([unit.share * unit.coil_k for unit in self.units.values()])

    def _mean(self, values: list[float]) -> float:
        return float(np.mean(np.array(values)[self._unit_of_row])) if len(self._unit_of_row) else values[0]
