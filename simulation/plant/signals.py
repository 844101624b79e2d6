"""Signals without physics: contacts and counts that show their normal value until a trainer or an order sets them.

Orders that nothing but the room obeys (lamps, sockets, water, machines) are kept here as well: they hold what was
written last.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.vocabulary import CIRCULATION, DETAINED, Access

DAY_FROM_H, DAY_TO_H = 6, 22
"""Hours in which lamps are on (assumption)."""
WORK_FROM_H, WORK_TO_H = 8, 16
"""Hours in which machines are enabled (assumption)."""

NORMAL: Mapping[str, float] = {
    # Rooms.
    "window_contact": 0.0,
    "leak": 0.0,
    "camera": 0.0,
    "duress": 0.0,
    "emergency_stop": 0.0,
    "mist_flow": 0.0,
    # Portals, kiosks and sign-in, while nobody comes; a search portal alarms on 5 to 20 % of people (domain, 6.2).
    "portal_in": 0.0,
    "portal_out": 0.0,
    "portal_alarm_rate": 8.0,
    "portal_alarm": 0.0,
    "portal_fault": 0.0,
    "kiosk_online": 1.0,
    "kiosk_session": 0.0,
    "kiosk_queue": 0.0,
    "signed_out": 0.0,
    "late_returns": 0.0,
    "next_return": 0.0,
    # The fence, and what is done once a week.
    "perimeter_alarm": 0.0,
    "perimeter_tamper": 0.0,
    "legionella_cycle": 1.0,
}
"""Kind → value that a trainer may change by the inject ``signal``."""

ORDERED = frozenset({"light", "night_light", "socket_power", "water_inhibit", "machine_enable"})
"""Kinds that hold what was written."""


class Signals:
    """Values of the simple signals of a building, by point."""

    def __init__(self, facility: Facility, points: Iterable[Point], start: datetime) -> None:
        self._values: dict[PointId, float] = {}
        self._machines: dict[GlobalId, PointId] = {}
        self._lamps: list[PointId] = []
        self._set_by_hand: set[PointId] = set()
        for point in points:
            if point.kind in NORMAL:
                self._values[point.id] = NORMAL[point.kind]
            elif point.kind in ORDERED:
                self._values[point.id] = _first_order(facility, point, start.hour)
            if point.kind == "machine_enable":
                self._machines[point.element] = point.id
            elif point.kind == "light":
                self._lamps.append(point.id)

    def __contains__(self, point: PointId) -> bool:
        return point in self._values

    def value(self, point: PointId) -> float:
        """What the signal shows."""
        return self._values[point]

    def set(self, point: PointId, value: float) -> None:
        """Let it show something else, whatever goes on in the building."""
        self._set_by_hand.add(point)
        self._values[point] = value

    def follow(self, point: PointId, value: float) -> None:
        """Let it show what goes on in the building, unless somebody has set it."""
        if point not in self._set_by_hand:
            self._values[point] = value

    def has_machines(self, space: GlobalId) -> bool:
        """Whether a point enables machines in this space."""
        return space in self._machines

    def machines_run(self, space: GlobalId) -> bool:
        """Whether the machines of a workshop are enabled; where nothing enables them they run as they like."""
        point = self._machines.get(space)
        return point is None or self._values[point] == 1.0

    @property
    def lamp_share(self) -> float:
        """Share of the lamps that burn, 0 to 1; 1 where no point switches them."""
        return sum(self._values[lamp] for lamp in self._lamps) / len(self._lamps) if self._lamps else 1.0


def problem_with(point: Point, value: float) -> str:
    """Why a signal of this kind cannot have this value; the empty text if it can."""
    if point.kind not in NORMAL:
        by_order = point.meaning.access is Access.COMMAND
        return f"{point.id} is set by orders" if by_order else f"{point.id} follows the building and cannot be set"
    return problem_with_state(point, value)


def problem_with_state(point: Point, value: float) -> str:
    """Why the point cannot show this value: no state of it, or no number at all; the empty text if it can."""
    states = point.states or point.meaning.states
    if states and value not in range(len(states)):
        return f"{value:g} is not one of the {len(states)} states of {point.id}"
    return "" if math.isfinite(value) else f"{value} is no value for {point.id}"


def _first_order(facility: Facility, point: Point, hour: int) -> float:
    space = facility.space_by_id.get(point.element)
    is_day = DAY_FROM_H <= hour < DAY_TO_H
    match point.kind:
        case "light":
            return float(is_day or (space is not None and space.use in CIRCULATION))
        case "night_light":
            return float(not is_day and space is not None and space.use in DETAINED)
        case "socket_power":
            return 1.0
        case "machine_enable":
            return float(WORK_FROM_H <= hour < WORK_TO_H)
        case _:
            return 0.0
