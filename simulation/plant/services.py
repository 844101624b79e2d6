"""The building behind the points: its doors and building services, and how time and causes move them.

Parts do not know one another. Here the fire panel sets the cause-and-effect table going, the table stops air and shuts
dampers, people warm the rooms, the mains feed the fans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from simulation.plant.climate import RADIATOR_W_PER_M2, Climate
from simulation.plant.dampers import Dampers
from simulation.plant.doors import UNLOCK, DoorMechanism
from simulation.plant.faults import PointFaults
from simulation.plant.fire import FirePanel
from simulation.plant.heat import HeatingCircuit, HotWaterStore
from simulation.plant.interlocks import interlocks_of
from simulation.plant.matrix import Matrix
from simulation.plant.meters import ELECTRICAL_BASE_W_PER_M2, LIGHT_W_PER_M2, Meter
from simulation.plant.power import Power
from simulation.plant.rooms import assumed_people, is_night
from simulation.plant.signals import Signals
from simulation.plant.ventilation import Ventilation
from simulation.plant.visits import Visits
from simulation.plant.weather import Weather
from twin.model.cause_effect import Cause, CauseEffect, Effect
from twin.model.facility import Facility
from twin.model.ids import NO_ID, GlobalId, PointId
from twin.model.points import Point

OUTDOOR_C = 5.0
"""Outdoor temperature where no weather file is given (assumption: mean of a Vilnius November)."""
SLOW_STEP_S = 1.0
"""Exercise seconds between two steps of heat, air and power; doors, fire and dampers move at every step."""
BOARD_CLASS = "IfcElectricDistributionBoard"
CIRCUIT_KINDS = ("circuit_supply", "circuit_return", "circuit_pressure", "pump_run")
STORE_KINDS = ("hot_water_store", "hot_water_return", "hot_water_mixed")
ELECTRICITY_KINDS = ("electrical_energy", "electrical_power")
HEAT_KINDS = ("heat_energy", "heat_power")
UPS_KINDS = ("ups_on_battery", "ups_autonomy")


class People(Protocol):
    """The simulated people of the building: they see the doors, breathe the air, follow the response orders."""

    def advance(self, until_s: float, /) -> None: ...
    def counts(self) -> Mapping[GlobalId, int]: ...
    def dispatch(self, destination: str, /) -> str: ...
    @property
    def response_at(self) -> str: ...
    @property
    def response_count(self) -> int: ...


class Services:
    """All parts of one building. ``speed`` and ``start`` are the clock's, published as points."""

    def __init__(
        self,
        facility: Facility,
        points: Sequence[Point],
        *,
        start: datetime,
        effects: Sequence[CauseEffect],
        weather: Weather | None = None,
    ) -> None:
        self.facility = facility
        self.start = start
        self.elapsed_s = 0.0
        self.speed = 1.0
        self.points = {point.id: point for point in points}
        self.faults = PointFaults(lambda: self.elapsed_s)
        self.shown: Callable[[PointId], float | None] = lambda _point: None
        self._weather = weather
        self._name_of_zone = {zone.global_id: zone.name for zone in facility.zones}
        self._building_of = _buildings(facility)
        self._first_building = next((building.global_id for building in facility.buildings), NO_ID)
        self.doors = {door.global_id: DoorMechanism(door) for door in facility.doors}
        self.interlocks = interlocks_of(self.doors.values())
        self.fire = FirePanel({z.global_id: z.members for z in facility.zones if z.purpose == "smoke"})
        self.matrix = Matrix(effects)
        self.dampers = Dampers(_elements(points, "damper_position"))
        self.climate = Climate(facility.spaces, self.outdoor_c)
        self.ventilation = Ventilation(facility, self.climate)
        self.power = Power(
            _elements(points, *UPS_KINDS),
            self.building_of,
            self._generators_of,
            lambda generator: self.matrix.holds(Effect.START_GENERATOR, generator),
        )
        self.circuits = {element: HeatingCircuit(self.outdoor_c) for element in _elements(points, *CIRCUIT_KINDS)}
        self.stores = {element: HotWaterStore() for element in _elements(points, *STORE_KINDS)}
        self.electricity = {e: Meter(self._area_m2(e)) for e in _elements(points, *ELECTRICITY_KINDS)}
        self.heat = {e: Meter(self._area_m2(e)) for e in _elements(points, *HEAT_KINDS)}
        self.signals = Signals(facility, points, start)
        self.visits = Visits(facility, points)
        self.people: People | None = None
        self.counts: Mapping[GlobalId, int] = {}
        self.is_stirred = True
        self._slow_s = 0.0
        self._look_at_people()
        self._meter(0.0)

    @property
    def now(self) -> datetime:
        """Exercise time."""
        return self.start + timedelta(seconds=self.elapsed_s)

    @property
    def outdoor_c(self) -> float:
        """Temperature of the outdoor air now."""
        return OUTDOOR_C if self._weather is None else self._weather.outdoor_c(self.now)

    # --- time ----------------------------------------------------------------------------------------------------

    def advance(self, dt_s: float) -> None:
        """Move everything on by some exercise seconds."""
        self.elapsed_s += dt_s
        for door in self.doors.values():
            if not (door.at_rest and door.is_closed):
                door.advance(dt_s)
        if self.people is not None:
            self.people.advance(self.elapsed_s)
        self.follow_table()
        self.dampers.advance(dt_s, lambda damper: self.matrix.holds(Effect.CLOSE_DAMPER, damper))
        self._slow_s += dt_s
        if self._slow_s >= SLOW_STEP_S:
            self._advance_services(self._slow_s)
            self._slow_s = 0.0

    def _advance_services(self, dt_s: float) -> None:
        self._look_at_people()
        outdoor_c = self.outdoor_c
        self.climate.outdoor_c = self.ventilation.outdoor_c = outdoor_c
        self.power.advance(dt_s, lambda ups: self.matrix.holds(Effect.CARRY_ON_BATTERY, ups))
        self.ventilation.advance(dt_s, self.air_is_stopped, self.power.feeds)
        self.climate.advance(dt_s)
        heat_share = self.climate.heat_w_per_m2 / RADIATOR_W_PER_M2
        for element, circuit in self.circuits.items():
            circuit.outdoor_c = outdoor_c
            circuit.advance(dt_s, heat_share=heat_share, has_power=self.power.feeds(element))
        for element, store in self.stores.items():
            store.advance(dt_s, has_power=self.power.feeds(element))
        self._meter(dt_s)

    def _look_at_people(self) -> None:
        if self.people is not None:
            self.counts = self.people.counts()
        else:
            self.counts = assumed_people(self.climate.spaces, self.now.hour)
            self.climate.asleep = is_night(self.now.hour)
        self.climate.set_people(self.counts)
        self.visits.follow(self.counts, self.signals)

    def _meter(self, dt_s: float) -> None:
        lamps = LIGHT_W_PER_M2 * self.signals.lamp_share
        electricity = ELECTRICAL_BASE_W_PER_M2 + lamps + self.ventilation.fan_w_per_m2
        for element, meter in self.electricity.items():
            meter.advance(dt_s, electricity if self.power.feeds(element) else 0.0)
        heat = self.climate.heat_w_per_m2 + self.ventilation.coil_w_per_m2
        for meter in self.heat.values():
            meter.advance(dt_s, heat)

    # --- causes and effects --------------------------------------------------------------------------------------

    def detect(self, space: GlobalId, state: float) -> None:
        """The detector of a space shows a state; panel and hardware do what they do without us."""
        self.fire.detect(space, state)
        for place in self.fire.in_alarm:
            self.matrix.trigger(Cause.FIRE_ALARM, place, self.elapsed_s)
        self.follow_table()

    def reset_fire(self) -> None:
        """The key at the panel: air starts, dampers open, releases and overrides are taken back; doors stay."""
        places = self.fire.in_alarm
        self.fire.reset()
        for place in places:
            self._withdraw(Cause.FIRE_ALARM, place)

    def fail_mains(self, building: GlobalId, *, on: bool) -> None:
        """The mains of a building fail, or come back."""
        if on:
            self.power.failed.add(building)
            self.matrix.trigger(Cause.MAINS_FAILURE, building, self.elapsed_s)
            self.follow_table()
        else:
            self.power.failed.discard(building)
            self._withdraw(Cause.MAINS_FAILURE, building)

    def follow_table(self) -> None:
        """Carry out every row that is due."""
        for row in self.matrix.due(self.elapsed_s):
            self.is_stirred = True
            self._move_door(row)
            self._enable_overrides()

    def _withdraw(self, cause: Cause, source: GlobalId) -> None:
        for row in self.matrix.withdraw(cause, source):
            door = self.doors.get(row.target)
            if row.effect is Effect.RELEASE_DOOR and door and not self.matrix.holds(row.effect, row.target):
                door.set_power(on=True)
        self._enable_overrides()

    def _move_door(self, row: CauseEffect) -> None:
        door = self.doors.get(row.target)
        if door is None:
            return
        match row.effect:
            case Effect.CLOSE_DOOR:
                door.let_go()
            case Effect.UNLOCK_DOOR:
                door.order(UNLOCK)
            case Effect.RELEASE_DOOR:
                door.set_power(on=False)
            case _:
                pass

    def _enable_overrides(self) -> None:
        for name, interlock in self.interlocks.items():
            interlock.override_enabled = self.matrix.holds(Effect.ENABLE_OVERRIDE, name)

    def air_is_stopped(self, unit: GlobalId) -> bool:
        """Whether fire stops this unit; a default unit that is alone obeys every stop."""
        if unit == NO_ID:
            return self.ventilation.is_alone and self.matrix.holds(Effect.STOP_AIR)
        return self.matrix.holds(Effect.STOP_AIR, unit)

    def is_armed(self, zone: GlobalId) -> bool:
        """Whether a release zone is enabled for staff, by its GlobalId or its name."""
        return self.matrix.holds(Effect.ARM_RELEASE, zone, self._name_of_zone.get(zone, zone))

    # --- places --------------------------------------------------------------------------------------------------

    def building_of(self, element: GlobalId) -> GlobalId:
        """The building of equipment or a room; the first one for everything else."""
        return self._building_of.get(element, self._first_building)

    def _generators_of(self, building: GlobalId) -> Iterable[GlobalId]:
        rows = self.matrix.rows(Cause.MAINS_FAILURE, building)
        return [row.target for row in rows if row.effect is Effect.START_GENERATOR]

    def _area_m2(self, element: GlobalId) -> float:
        """What a meter or board measures: its storey for a board, its building for a meter, else the site."""
        thing = next((thing for thing in self.facility.equipment if thing.global_id == element), None)
        spaces = self.climate.spaces
        if thing is not None and thing.ifc_class == BOARD_CLASS:
            spaces = tuple(space for space in spaces if space.storey == thing.storey)
        elif element in self._building_of:
            building = self.building_of(element)
            spaces = tuple(space for space in spaces if self.building_of(space.global_id) == building)
        return sum(space.area_m2 for space in spaces)


def _elements(points: Iterable[Point], *kinds: str) -> list[GlobalId]:
    return list(dict.fromkeys(point.element for point in points if point.kind in kinds))


def _buildings(facility: Facility) -> Mapping[GlobalId, GlobalId]:
    storeys = facility.storey_by_id
    placed = {building.global_id: building.global_id for building in facility.buildings}
    placed.update((thing.global_id, storeys[thing.storey].building) for thing in facility.equipment)
    placed.update((space.global_id, storeys[space.storey].building) for space in facility.spaces)
    return placed
