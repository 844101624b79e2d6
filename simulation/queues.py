"""Queues in front of doors, read from the record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.graph import CompiledBuilding
from simulation.record import EventRecord, Kind
from twin.model.ids import GlobalId


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorQueue:
    """Waits in front of one door [s], at locks and interlocks included.

    ``standing``: people who had not passed when the record ended; their waits so far count too.
    """

    door: GlobalId
    code: str
    passages: int
    standing: int
    total_wait_s: float
    longest_wait_s: float

    @property
    def mean_wait_s(self) -> float:
        """Mean over everybody who came to the door."""
        return self.total_wait_s / (self.passages + self.standing)


def door_queues(record: EventRecord, building: CompiledBuilding) -> tuple[DoorQueue, ...]:
    """Queue figures of every door that anybody came to, the greatest total wait first."""
    came = (record.kind == Kind.PASS) | (record.kind == Kind.WAIT)
    ways, waits_s = record.way[came], record.aux[came]
    counts = np.bincount(ways, minlength=len(building.ways))
    standing = np.bincount(record.way[record.kind == Kind.WAIT], minlength=len(building.ways))
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
                    passages=int(counts[way] - standing[way]),
                    standing=int(standing[way]),
                    total_wait_s=float(totals_s[way]),
                    longest_wait_s=float(longest_s[way]),
                )
            )
    return tuple(queues)
