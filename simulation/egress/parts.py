"""The time of every person as the record has it: notification, pre-movement, waiting for locks, walking, queueing.

The parts of one person are times between events of that person, so that they add up to its total, whatever happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.egress.playing import Leaving, Played
from simulation.record import EventRecord, Kind

PARTS = ("notification", "pre_movement", "unlocking", "travel", "queue")
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """Those who reached a goal, one row a person: entity, total [s], parts [s] by column as `PARTS`, goal, last way."""

    entity: NDArray[np.int32]
    total_s: NDArray[np.float64]
    parts_s: NDArray[np.float64]
    goal: NDArray[np.int32]
    last_way: NDArray[np.int32]


def out_of(played: Played) -> Out:
    """Split the times of everybody who reached a goal."""
    record = played.record
    locked = locked_spells(record)
    rows_of = _rows_by_entity(record)
    rows = []
    for leaving in played.leaving:
        row = _split(record, rows_of.get(leaving.person, ()), leaving, locked)
        if row is not None:
            rows.append(row)
    entity, total, parts, goal, way = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return Out(
        entity=np.array(entity, dtype=np.int32),
        total_s=np.array(total, dtype=np.float64),
        parts_s=np.array(parts, dtype=np.float64).reshape(-1, len(PARTS)),
        goal=np.array(goal, dtype=np.int32),
        last_way=np.array(way, dtype=np.int32),
    )


def locked_spells(record: EventRecord) -> dict[int, list[tuple[float, float]]]:
    """From when to when each way was locked; to infinity where it still is at the end."""
    spells: dict[int, list[tuple[float, float]]] = {}
    for row in np.flatnonzero(np.isin(record.kind, (Kind.LOCK, Kind.UNLOCK))):
        own = spells.setdefault(int(record.way[row]), [])
        if record.kind[row] == Kind.LOCK:
            own.append((float(record.t_s[row]), np.inf))
        else:
            own[-1] = (own[-1][0], float(record.t_s[row]))
    return spells


def _rows_by_entity(record: EventRecord) -> dict[int, Sequence[int]]:
    own = np.flatnonzero(np.isin(record.kind, (Kind.DUE, Kind.PASS, Kind.ARRIVE)))
    found: dict[int, list[int]] = {}
    for row in own:
        found.setdefault(int(record.entity[row]), []).append(int(row))
    return dict(found)


def _split(
    record: EventRecord, rows: Sequence[int], leaving: Leaving, locked: dict[int, list[tuple[float, float]]]
) -> tuple[int, float, tuple[float, ...], int, int] | None:
    if not rows or record.kind[rows[-1]] != Kind.ARRIVE:
        return None
    travel_s = unlocking_s = queue_s = 0.0
    at_s = float(record.t_s[rows[0]])
    last_way = -1
    for row in rows[1:]:
        now_s, waited_s = float(record.t_s[row]), 0.0
        if record.kind[row] == Kind.PASS:
            last_way, waited_s = int(record.way[row]), float(record.aux[row])
        came_s = now_s - waited_s
        behind_lock_s = sum(
            max(0.0, min(now_s, until_s) - max(came_s, from_s)) for from_s, until_s in locked.get(last_way, ())
        )
        behind_lock_s = min(behind_lock_s, waited_s)
        travel_s += came_s - at_s
        unlocking_s += behind_lock_s
        queue_s += waited_s - behind_lock_s
        at_s = now_s
    parts = (leaving.notification_s, leaving.pre_movement_s, unlocking_s, travel_s, queue_s)
    return leaving.person, at_s, parts, int(record.space[rows[-1]]), last_way
