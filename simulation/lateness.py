"""Appointments that were reached late or not at all, and what held people up most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulation.graph import CompiledBuilding
from simulation.record import EventRecord, Hold, Kind
from twin.model.vocabulary import SLEEPING


class Cause(StrEnum):
    """What took most of the waiting."""

    CELL_DOOR = "cell door not unlocked"
    SALLY_PORT = "sally port"
    GATE = "gate on request"
    SEARCH = "search"
    DOOR_QUEUE = "queue at a door"
    ROLL_COUNT = "roll count"
    TOOL_COUNT = "tool count"
    ESCORT = "no officer to escort"
    SERVICE = "queue at a service point"
    DISTANCE = "set out too late for the distance"


HELD_BY = {Hold.ROLL_COUNT: Cause.ROLL_COUNT, Hold.TOOL_COUNT: Cause.TOOL_COUNT, Hold.ESCORT: Cause.ESCORT}
LEAST_WAIT_S = 30.0
"""Assumed: below this total wait the way itself was too long for the time given."""
_TOLD = (Kind.DUE, Kind.ARRIVE, Kind.MISSED)
_WAITED = (Kind.PASS, Kind.WAIT, Kind.SEARCH, Kind.HELD, Kind.SERVE, Kind.TURNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Appointments planned, and those reached late and missed (over before one could go, or never reached) by cause."""

    planned: int
    late: Counter[Cause]
    missed: Counter[Cause]


def punctuality(
    record: EventRecord,
    building: CompiledBuilding,
    *,
    goals: Collection[int],
    late_after_s: float,
    on_request: Collection[str] = (),
) -> Punctuality:
    """How punctual appointments in the spaces `goals` were.

    Args:
        record: the days.
        building: the building they were played in.
        goals: indices of the spaces that count (activities, yards).
        late_after_s: tolerance [s].
        on_request: door types that the control room opens.
    """
    told = np.isin(record.kind, _TOLD)
    rows = np.flatnonzero(told | (np.isin(record.kind, _WAITED) & (record.aux > 0)))
    rows = rows[np.argsort(record.entity[rows], kind="stable")]
    reader = _Reader(frozenset(goals), late_after_s, _causes_of_ways(building, on_request))
    columns = (record.t_s, record.entity, record.kind, record.way, record.space, record.aux)
    for t_s, entity, kind, way, space, aux in zip(*(column[rows].tolist() for column in columns), strict=True):
        reader.read(t_s, entity, kind, way, space, aux)
    reader.close()
    return Punctuality(planned=reader.planned, late=reader.late, missed=reader.missed)


class _Reader:
    """Goes through the rows of one person after the other; waits since the last setting out are what held it up.

    Who sets out after the time it was due has been held up before: then those waits count too.
    """

    def __init__(self, goals: frozenset[int], late_after_s: float, cause_of_way: list[Cause]) -> None:
        self._goals = goals
        self._late_after_s = late_after_s
        self._cause_of_way = cause_of_way
        self._entity = -1
        self._going: int | None = None
        self._waits: dict[Cause, float] = {}
        self.planned = 0
        self.late: Counter[Cause] = Counter()
        self.missed: Counter[Cause] = Counter()

    def read(self, t_s: float, entity: int, kind: int, way: int, space: int, aux: float) -> None:
        """Take the next row."""
        if entity != self._entity:
            self.close()
            self._entity = entity
        if kind == Kind.DUE:
            self._going = space
            self.planned += space in self._goals
            if t_s <= aux:
                self._waits.clear()
        elif kind == Kind.ARRIVE:
            self._going = None
            if space in self._goals and aux > self._late_after_s:
                self.late[self._cause()] += 1
            if aux <= self._late_after_s:
                self._waits.clear()
        elif kind == Kind.MISSED:
            self.planned += space in self._goals and self._going is None
            self._going = None
            if space in self._goals:
                self.missed[self._cause()] += 1
        else:
            cause = self._cause_of(kind, way)
            self._waits[cause] = self._waits.get(cause, 0.0) + aux

    def close(self) -> None:
        """The end of somebody's rows: whoever was on the way has not arrived."""
        if self._going in self._goals:
            self.missed[self._cause()] += 1
        self._going = None
        self._waits.clear()

    def _cause(self) -> Cause:
        if sum(self._waits.values()) < LEAST_WAIT_S:
            return Cause.DISTANCE
        return max(self._waits, key=lambda cause: (self._waits[cause], cause))

    def _cause_of(self, kind: int, way: int) -> Cause:
        match kind:
            case Kind.SEARCH:
                return Cause.SEARCH
            case Kind.HELD:
                return HELD_BY[Hold(way)]
            case Kind.SERVE | Kind.TURNED:
                return Cause.SERVICE
            case _:
                return self._cause_of_way[way]


def _causes_of_ways(building: CompiledBuilding, on_request: Collection[str]) -> list[Cause]:
    interlocked = {way for group in building.interlocks for way in group.ways}
    sleeping = {building.nodes[node] for node in building.spaces_of(SLEEPING)}
    causes = []
    for way in range(len(building.ways)):
        door = building.door(way)
        if way in interlocked:
            causes.append(Cause.SALLY_PORT)
        elif door is not None and door.joins is not None and sleeping.intersection(door.joins):
            causes.append(Cause.CELL_DOOR)
        elif door is not None and door.type in on_request:
            causes.append(Cause.GATE)
        else:
            causes.append(Cause.DOOR_QUEUE)
    return causes
