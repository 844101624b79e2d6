"""The virtual building behind the points of one register: values out, orders in, injects, time.

It fits `bms_connectors.ports.PointHost` without importing it. What moves is in `simulation.plant.services`, what a
point shows in `simulation.plant.values`, what a trainer may do to it in `simulation.plant.injects`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from simulation.plant.climate import Climate
from simulation.plant.doors import LOCK, PULSE, UNLOCK, DoorMechanism
from simulation.plant.drain import Drain
from simulation.plant.fire import FirePanel
from simulation.plant.injects import INJECTS
from simulation.plant.services import People, Services
from simulation.plant.signals import problem_with_state
from simulation.plant.values import value_of
from simulation.plant.weather import Weather
from twin.model.cause_effect import CauseEffect
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.regime import Regime
from twin.model.vocabulary import DoorState

_PANEL_KINDS = frozenset({"fire_zone", "fire_panel", "smoke_detector"})


class Plant:
    """Behaviour behind the points. Time moves only by `advance`; all times are exercise seconds.

    ``effects`` is the site's cause-and-effect table; without it a fire alarm is shown and nothing else happens.
    ``weather`` is the outdoor air; without it, that of a mean November day.
    """

    def __init__(
        self,
        facility: Facility,
        points: Sequence[Point],
        *,
        start: datetime,
        regime: Regime | None = None,
        effects: Sequence[CauseEffect] = (),
        weather: Weather | None = None,
    ) -> None:
        self.facility = facility
        self.services = Services(facility, points, start=start, effects=effects, weather=weather)
        self._orders: dict[PointId, float] = {}
        true = {point.id: self._getter(point) for point in points}
        self._getters = {id_: partial(self.services.faults.shown, id_, true) for id_ in true}
        self.services.shown = self.value
        self._drain = Drain(self.services, self._getters)
        if regime is not None:
            self.adopt(regime)

    # --- parts that others meet ----------------------------------------------------------------------------------

    @property
    def doors(self) -> Mapping[GlobalId, DoorMechanism]:
        """Doors by GlobalId."""
        return self.services.doors

    @property
    def fire(self) -> FirePanel:
        """The fire panel."""
        return self.services.fire

    @property
    def climate(self) -> Climate:
        """Heat and air of the rooms."""
        return self.services.climate

    @property
    def people(self) -> People | None:
        """The simulated people, where there are any."""
        return self.services.people

    @people.setter
    def people(self, people: People) -> None:
        self.services.people = people

    # --- the host's side -----------------------------------------------------------------------------------------

    def value(self, point: PointId, /) -> float | None:
        """Present value of a point, None while the building does not know it."""
        getter = self._getters.get(point)
        return None if getter is None else getter()

    def write(self, point: PointId, value: float, /) -> str:
        """Take an order as the controller would; the empty text, or why the controller refuses."""
        known = self.services.points.get(point)
        if known is None:
            return f"{point} is not a point of this building"
        if not known.is_writable:
            return f"{point} is not writable"
        if hangs := self.services.faults.refusal(point):
            return hangs
        order = ORDERS.get(known.kind, _order_signal)
        refused = order(self.services, known, value)
        if not refused:
            self._orders[point] = value
            self.services.is_stirred = True
        return refused

    def operate_life_safety(self, point: PointId, operation: str, /) -> str:
        """Silence or reset the fire panel, as its key or a fire brigade's tableau does; the empty text, or why not.

        A reset takes the whole panel back and leaves its faults (EN 54-2, clause 7); silencing ends sounders, which
        this building shows as no points. `operation` is a name of BACnetLifeSafetyOperation (ASHRAE 135, clause 21).
        """
        known = self.services.points.get(point)
        if known is None or known.kind not in _PANEL_KINDS:
            return f"{point} is no detector and no zone of the fire panel"
        if operation == "reset-fault":
            return "a fault is mended where it is, not at the panel"
        if operation.startswith("reset"):
            self.services.reset_fire()
            self.services.is_stirred = True
        return ""

    def drain_changed(self) -> list[PointId]:
        """Points whose value differs from what was last drained; what changes slowly is looked at in turn."""
        return self._drain.changed()

    # --- time ----------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """Exercise time."""
        return self.services.now

    @property
    def elapsed_s(self) -> float:
        """Exercise seconds since the start."""
        return self.services.elapsed_s

    @property
    def speed(self) -> float:
        """Exercise seconds a wall second, as published."""
        return self.services.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.services.speed = speed

    def advance(self, dt_s: float) -> None:
        """Move everything on by some exercise seconds."""
        self.services.advance(dt_s)

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
            ScenarioError: an unknown word, or a value that the subject cannot have.
            UnknownIdError: a subject that is not in this building.
        """
        if what not in INJECTS:
            text = f"unknown inject; known are {', '.join(sorted(INJECTS))}"
            raise ScenarioError([Fault("inject", what, text)])
        INJECTS[what](self.services, subject, details)
        self.services.is_stirred = True

    def _getter(self, point: Point) -> Callable[[], float | None]:
        if point.kind == "response_dispatch":
            return lambda: self._orders.get(point.id, 0.0)
        return value_of(self.services, point)


def _order_door(services: Services, point: Point, value: float) -> str:
    if value not in (LOCK, UNLOCK, PULSE):
        return f"{value:g} is no door command"
    mechanism = services.doors.get(point.element)
    if mechanism is None:
        return f"{point.id} has no door"
    interlock = services.interlocks.get(mechanism.door.interlock_group)
    refused = interlock.refusal(mechanism, value) if interlock else ""
    if not refused:
        mechanism.order(value)
    return refused


def _order_setpoint(services: Services, point: Point, value: float) -> str:
    refused = problem_with_state(point, value)
    if not refused:
        services.ventilation.unit(point.element).setpoint_c = value
    return refused


def _order_response(services: Services, point: Point, value: float) -> str:
    if services.people is None or value not in range(len(point.states)):
        return "there is no response team in this building"
    return services.people.dispatch(point.states[int(value)])


def _order_signal(services: Services, point: Point, value: float) -> str:
    refused = problem_with_state(point, value)
    if not refused:
        services.signals.set(point.id, value)
    return refused


ORDERS: Mapping[str, Callable[[Services, Point, float], str]] = {
    "door_command": _order_door,
    "supply_setpoint": _order_setpoint,
    "response_dispatch": _order_response,
}
"""How the kinds are ordered that something else obeys; every other order is held as a signal."""
