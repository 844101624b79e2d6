"""The virtual building: doors, interlocks, climate, air, fire and people behind the points of one register.

It fits `bms_connectors.ports.PointHost` without importing it: values out, orders in, nothing else. Faults and fires
come in by `inject`, the trainer's way, which is no command path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from simulation.plant.air import AirHandlingUnit
from simulation.plant.climate import Climate
from simulation.plant.doors import LOCK, PULSE, DoorMechanism
from simulation.plant.fire import FirePanel
from simulation.plant.interlocks import Interlock
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.regime import Regime
from twin.model.vocabulary import DoorState, FireAction, SafetyClass

OUTDOOR_C = 5.0
"""Outdoor temperature until a weather file is given (assumption: mean of a Vilnius November)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class People(Protocol):
    """The simulated people of the building: they see the doors, breathe the air, follow the response orders."""

    def advance(self, until_s: float, /) -> None: ...
    def counts(self) -> Mapping[GlobalId, int]: ...
    def dispatch(self, destination: str, /) -> str: ...
    @property
    def response_at(self) -> str: ...
    @property
    def response_count(self) -> int: ...


class Plant:
    """Behaviour behind the points. Time moves only by `advance`; all times are exercise seconds."""

    def __init__(
        self, facility: Facility, points: Sequence[Point], *, start: datetime, regime: Regime | None = None
    ) -> None:
        self.facility = facility
        self.start = start
        self.elapsed_s = 0.0
        self.speed = 1.0
        self.doors = {door.global_id: DoorMechanism(door) for door in facility.doors}
        self.interlocks = _interlocks(self.doors)
        self.climate = Climate(facility.spaces, OUTDOOR_C)
        self.air = AirHandlingUnit(OUTDOOR_C)
        self.fire = FirePanel({z.global_id: z.members for z in facility.zones if z.purpose == "smoke"})
        self.people: People | None = None
        self._points = {point.id: point for point in points}
        self._getters = {point.id: self._getter(point) for point in points}
        self._commands: dict[PointId, float] = {}
        self._shown: dict[PointId, float | None] = {}
        if regime is not None:
            self.adopt(regime)

    # --- the host's side -----------------------------------------------------------------------------------------

    def value(self, point: PointId, /) -> float | None:
        """Present value of a point, None while the building does not know it."""
        getter = self._getters.get(point)
        return None if getter is None else getter()

    def write(self, point: PointId, value: float, /) -> str:
        """Take an order as the controller would; the empty text, or why the controller refuses."""
        known = self._points.get(point)
        if known is None:
            return f"{point} is not a point of this building"
        if known.meaning.safety is SafetyClass.LIFE_SAFETY or not known.is_writable:
            return f"{point} is not writable"
        if known.kind == "door_command":
            return self._order_door(self.doors[known.element], value)
        if known.kind == "supply_setpoint":
            self.air.setpoint_c = value
        elif known.kind == "response_dispatch":
            if self.people is None or not 0 <= value < len(known.states):
                return "there is no response team in this building"
            refused = self.people.dispatch(known.states[int(value)])
            if refused:
                return refused
        self._commands[point] = value
        return ""

    def drain_changed(self) -> list[PointId]:
        """Points whose value differs from what was last drained."""
        changed = []
        for point, getter in self._getters.items():
            value = getter()
            if point not in self._shown or self._shown[point] != value:
                self._shown[point] = value
                changed.append(point)
        return changed

    # --- time ----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """Exercise time."""
        return self.start + timedelta(seconds=self.elapsed_s)

    def advance(self, dt_s: float) -> None:
        """Move everything on by some exercise seconds."""
        self.elapsed_s += dt_s
        for door in self.doors.values():
            if not door.at_rest:
                door.advance(dt_s)
        if self.people is not None:
            self.people.advance(self.elapsed_s)
            self.climate.set_people(self.people.counts())
        self.air.advance(dt_s)
        self.climate.fans_run = self.air.runs
        self.climate.supply_c = self.air.supply_c
        self.climate.advance(dt_s)

    def adopt(self, regime: Regime) -> None:
        """Begin with every monitored door as the regime has it; doors never change state by themselves later."""
        for mechanism in self.doors.values():
            normal = regime.normal_state(mechanism.door.type)
            holds = mechanism.hardware.holds_open and normal is DoorState.OPEN
            mechanism.settle(locked=normal is DoorState.LOCKED, leaf_open=holds)

    # --- what a trainer or a test does to it -----------------------------------------------------------------------

    def inject(self, what: str, subject: str, **details: float) -> None:
        """Do something to the building: see `INJECTS` for the words.

        Raises:
            ScenarioError: an unknown word.
            UnknownIdError: a subject that is not in this facility.
        """
        try:
            action = INJECTS[what]
        except KeyError:
            text = f"unknown inject; known are {', '.join(sorted(INJECTS))}"
            raise ScenarioError([Fault("inject", what, text)]) from None
        action(self, subject, details)

    def ignite(self, space_code: str) -> None:
        """A detector sees fire; panel and hardware do what they do without us."""
        self.fire.detect(self.facility.space(space_code).global_id)
        self._fire_actions()

    def _fire_actions(self) -> None:
        alarmed = self.fire.in_alarm
        self.air.fire_stop = bool(alarmed)
        for mechanism in self.doors.values():
            zones = {self.fire.zone_of(node) for node in mechanism.door.joins or ()}
            if not zones & alarmed:
                continue
            if mechanism.door.fire_action is FireAction.CLOSES:
                mechanism.let_go()
            elif mechanism.door.fire_action is FireAction.UNLOCKS:
                mechanism.order(1.0)

    def _order_door(self, mechanism: DoorMechanism, value: float) -> str:
        if value not in (LOCK, 1.0, PULSE):
            return f"{value:g} is no door command"
        interlock = self.interlocks.get(mechanism.door.interlock_group)
        refused = interlock.refusal(mechanism, value) if interlock else ""
        if not refused:
            mechanism.order(value)
        return refused

    def _getter(self, point: Point) -> Callable[[], float | None]:
        door = self.doors.get(point.element)
        if door is not None and point.kind in _DOOR_GETTERS:
            read = _DOOR_GETTERS[point.kind]
            return lambda: read(door)
        if door is not None and point.kind == "interlock_state":
            return lambda: self.interlocks[door.door.interlock_group].state
        if point.kind in _ROOM_GETTERS and point.element in self.climate:
            of_room = _ROOM_GETTERS[point.kind]
            return lambda: of_room(self.climate, point.element)
        if point.kind == "fire_zone":
            return lambda: self.fire.state.get(point.element)
        if point.kind in _PLANT_GETTERS:
            of_plant = _PLANT_GETTERS[point.kind]
            return lambda: of_plant(self)
        if point.kind in _RESPONSE_GETTERS:
            of_people = _RESPONSE_GETTERS[point.kind]
            return lambda: of_people(self.people, point, self._commands.get(point.id, 0.0))
        return lambda: None


def _interlocks(doors: Mapping[GlobalId, DoorMechanism]) -> dict[str, Interlock]:
    groups: dict[str, list[DoorMechanism]] = {}
    for mechanism in doors.values():
        if mechanism.door.interlock_group:
            groups.setdefault(mechanism.door.interlock_group, []).append(mechanism)
    return {name: Interlock(name, members) for name, members in groups.items()}


def _index(states: Sequence[str], code: str) -> float | None:
    return float(states.index(code)) if code in states else None


_DOOR_GETTERS: Mapping[str, Callable[[DoorMechanism], float | None]] = {
    "door_position": lambda door: 0.0 if door.is_closed else 1.0,
    "lock_status": lambda door: 0.0 if door.is_locked else 1.0,
    "deadlock": lambda door: float(door.is_deadlocked),
    "tamper": lambda door: float(door.tamper),
    "door_fault": lambda door: float(door.fault),
    "key_override": lambda door: float(door.key_override),
    "night_lock": lambda door: float(door.night_lock),
    "cell_call": lambda door: float(door.call),
    "door_command": lambda door: door.command,
}
_ROOM_GETTERS: Mapping[str, Callable[[Climate, GlobalId], float]] = {
    "temperature": lambda climate, space: climate.temp_c(space),
    "co2": lambda climate, space: climate.co2_ppm(space),
}
_PLANT_GETTERS: Mapping[str, Callable[[Plant], float]] = {
    "supply_temperature": lambda plant: plant.air.supply_c,
    "extract_temperature": lambda plant: plant.climate.mean_temp_c(),
    "supply_setpoint": lambda plant: plant.air.setpoint_c,
    "static_pressure": lambda plant: plant.air.pressure_pa,
    "filter_pressure": lambda plant: plant.air.filter_drop_pa,
    "fan_speed": lambda plant: plant.air.fan_percent,
    "fan_run": lambda plant: float(plant.air.runs),
    "fire_stop": lambda plant: float(plant.air.fire_stop),
    "heartbeat": lambda plant: float(int(plant.elapsed_s)),
    "exercise_day": lambda plant: float((plant.now - _EPOCH).days),
    "exercise_second": lambda plant: (plant.now - _EPOCH).total_seconds() % 86400.0,
    "exercise_speed": lambda plant: plant.speed,
}
_RESPONSE_GETTERS: Mapping[str, Callable[[People | None, Point, float], float | None]] = {
    "response_dispatch": lambda _people, _point, ordered: ordered,
    "response_position": lambda people, point, _ordered: (
        0.0 if people is None else _index(point.states, people.response_at)
    ),
    "response_count": lambda people, _point, _ordered: 0.0 if people is None else float(people.response_count),
}


def _on_door(action: Callable[[DoorMechanism, bool], object]) -> Callable[[Plant, str, Mapping[str, float]], None]:
    def inject(plant: Plant, subject: str, details: Mapping[str, float]) -> None:
        action(plant.doors[plant.facility.door(subject).global_id], bool(details.get("on", 1.0)))

    return inject


def _call(door: DoorMechanism, on: bool) -> None:
    door.call = on


def _tamper(door: DoorMechanism, on: bool) -> None:
    door.tamper = on


def _jam(door: DoorMechanism, on: bool) -> None:
    door.jammed = on


def _false_secure(door: DoorMechanism, on: bool) -> None:
    door.false_secure = on


def _reset_fire(plant: Plant, _subject: str, _details: Mapping[str, float]) -> None:
    plant.fire.reset()
    plant.air.fire_stop = False


INJECTS: Mapping[str, Callable[[Plant, str, Mapping[str, float]], None]] = {
    "force": _on_door(lambda door, _on: door.force()),
    "repair": _on_door(lambda door, _on: door.repair()),
    "swing": _on_door(lambda door, on: door.swing(open_it=on)),
    "prop": _on_door(lambda door, on: setattr(door, "propped", on)),
    "jam": _on_door(_jam),
    "tamper": _on_door(_tamper),
    "false-secure": _on_door(_false_secure),
    "power": _on_door(lambda door, on: door.set_power(on=on)),
    "call": _on_door(_call),
    "fire": lambda plant, subject, _details: plant.ignite(subject),
    "fire-reset": _reset_fire,
}
"""Words of `Plant.inject`: subjects are door codes, for ``fire`` a space code; ``on=0`` takes a state back."""
