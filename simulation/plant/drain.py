"""Which points have changed, found cheaply: thousands of points are asked for twenty times a second.

Doors are compared by what their contacts show; few kinds are waited for and looked at every time; all others are looked
at in turn, each once in `TURNS` calls, and all of them at once after something was done to the building.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from simulation.plant.doors import DoorMechanism
from simulation.plant.services import Services
from simulation.plant.values import OF_DOOR, PROMPT
from twin.model.ids import PointId

TURNS = 20
"""At 20 calls a second every slow point is looked at once a second."""
_RUNNING = frozenset({"open_time"})
"""Kinds of doors that change while no contact does."""

Getter = Callable[[], float | None]


class Drain:
    """Remembers what was last told of every point."""

    def __init__(self, services: Services, getters: Mapping[PointId, Getter]) -> None:
        self._services = services
        self._getters = getters
        self._shown: dict[PointId, float | None] = {}
        self._contacts: dict[str, tuple[object, ...]] = {}
        self._of_door: list[tuple[DoorMechanism, list[PointId]]] = []
        self._prompt: list[PointId] = []
        slow: list[PointId] = []
        of_door: dict[str, list[PointId]] = {}
        for point in services.points.values():
            if point.kind in PROMPT:
                self._prompt.append(point.id)
            elif point.kind in OF_DOOR and point.kind not in _RUNNING and point.element in services.doors:
                of_door.setdefault(point.element, []).append(point.id)
            else:
                slow.append(point.id)
        self._of_door = [(door, of_door[id_]) for id_, door in services.doors.items() if id_ in of_door]
        self._slow = [slow[turn::TURNS] for turn in range(TURNS)]
        self._turn = 0

    def changed(self) -> list[PointId]:
        """Points that show something else than when they were last told."""
        if self._services.is_stirred:
            self._services.is_stirred = False
            return self._compare(self._getters)
        self._turn = (self._turn + 1) % TURNS
        moved = (points for door, points in self._of_door if self._has_moved(door))
        return [
            *self._compare(self._prompt),
            *self._compare(point for points in moved for point in points),
            *self._compare(self._slow[self._turn]),
        ]

    def _has_moved(self, door: DoorMechanism) -> bool:
        contacts = door.contacts
        if self._contacts.get(door.door.global_id) == contacts:
            return False
        self._contacts[door.door.global_id] = contacts
        return True

    def _compare(self, points: Iterable[PointId]) -> list[PointId]:
        changed = []
        for point in points:
            value = self._getters[point]()
            if point not in self._shown or self._shown[point] != value:
                self._shown[point] = value
                changed.append(point)
        return changed
