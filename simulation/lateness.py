"""Appointments that were reached late or not at all, and what held people up most on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulation.graph import CompiledBuilding
from simulation.record import EventRecord, Kind
from twin.model.vocabulary import SLEEPING


class Cause(StrEnum):
    """What took most of the waiting on a late way."""

    CELL_DOOR = "cell door not unlocked"
    SALLY_PORT = "sally port"
    GATE = "gate on request"
    SEARCH = "search"
    DOOR_QUEUE = "queue at a door"
    DISTANCE = "set out too late for the distance"


LEAST_WAIT_S = 30.0
"""Assumed: below this total wait the way itself was too long for the time given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Appointments planned, reached late, missed (too late to set out, or never arrived); causes of the late ones."""

    planned: int
    late: int
    missed: int
    causes: Counter[Cause]


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
        record: the day.
        building: the building it was played in.
        goals: indices of the spaces that count (activities, yards).
        late_after_s: tolerance [s].
        on_request: door types that the control room opens.
    """
    wanted = np.isin(record.space, list(goals))
    due, arrived = ((record.kind == kind) & wanted for kind in (Kind.DUE, Kind.ARRIVE))
    missed = (record.kind == Kind.MISSED) & wanted
    late_rows = np.flatnonzero(arrived & (record.aux > late_after_s))
    causes: Counter[Cause] = Counter()
    cause_of_way = _causes_of_ways(building, on_request)
    for row in late_rows:
        person = np.flatnonzero(record.entity[:row] == record.entity[row])
        trip = person[np.flatnonzero(record.kind[person] == Kind.DUE)[-1] <= np.arange(len(person))]
        causes[_cause(record, trip, cause_of_way)] += 1
    planned = int(due.sum() + missed.sum())
    return Punctuality(planned=planned, late=len(late_rows), missed=planned - int(arrived.sum()), causes=causes)


def _cause(record: EventRecord, trip: np.typing.NDArray[np.intp], cause_of_way: list[Cause]) -> Cause:
    waits: Counter[Cause] = Counter()
    for row in trip:
        if record.kind[row] == Kind.PASS:
            waits[cause_of_way[record.way[row]]] += record.aux[row]
        elif record.kind[row] == Kind.SEARCH:
            waits[Cause.SEARCH] += record.aux[row]
    if sum(waits.values()) < LEAST_WAIT_S:
        return Cause.DISTANCE
    return max(waits, key=lambda cause: (waits[cause], cause))


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
