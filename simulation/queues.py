"""Queues in front of doors, read from the record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.graph import CompiledBuilding
from simulation.record import EventRecord, Kind
from twin.model.ids import GlobalId


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorQueue:
    """Waits in front of one door over all passages [s], at locks and interlocks included."""

    door: GlobalId
    code: str
    passages: int
    mean_wait_s: float
    longest_wait_s: float


def door_queues(record: EventRecord, building: CompiledBuilding) -> tuple[DoorQueue, ...]:
    """Queue figures of every door that anybody passed, the greatest total wait first."""
    passed = record.kind == Kind.PASS
    ways, waits_s = record.way[passed], record.aux[passed]
    counts = np.bincount(ways, minlength=len(building.ways))
    totals_s = np.bincount(ways, weights=waits_s, minlength=len(building.ways))
    longest_s = np.zeros(len(building.ways))
    np.maximum.at(longest_s, ways, waits_s)
    queues = []
    for way in np.argsort(-totals_s, kind="stable"):
        door = building.door(int(way))
        if door is not None and counts[way]:
            queues.append(
                DoorQueue(
                    door=door.global_id,
                    code=door.code,
                    passages=int(counts[way]),
                    mean_wait_s=float(totals_s[way] / counts[way]),
                    longest_wait_s=float(longest_s[way]),
                )
            )
    return tuple(queues)
