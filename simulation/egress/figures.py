"""What one evacuation of a building came to: totals and their parts, locks, goals, queues, and who stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from simulation.egress.doors import is_cell_door
from simulation.egress.escape_ways import EscapeWays
from simulation.egress.parts import PARTS, Out, out_of
from simulation.egress.peak import peak_queue
from simulation.egress.playing import Played
from simulation.egress.staying import Stay, code_of_way, stays_of
from simulation.record import EventRecord, Kind
from twin.model.ids import is_outside

Measure = Callable[[NDArray[np.float64]], float]
TOLD = ("total", *PARTS)
"""A person's total and its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """When the first and the last came to a goal, by the door that led there [s], and how many."""

    first_s: float
    last_s: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One evacuation. Times are seconds after the alarm; NaN where there is nothing to measure.

    ``mean``, ``p95``, ``last``: by total and part, over persons and of the last one out. ``cells_unlocked_s``: of the
    cells with somebody to evacuate that were locked; infinite if one never was unlocked. ``queues``: longest queue.
    """

    people: int
    out: int
    total_s: float
    mean: dict[str, float]
    p95: dict[str, float]
    last: dict[str, float]
    cells_locked: int
    cells_unlocked_s: float
    reached: dict[str, Reached]
    queues: dict[str, int]
    staying: Counter[Stay]


def figures_of(played: Played, ways: EscapeWays) -> Figures:
    """Read the figures of one evacuation from its record."""
    out = out_of(played)
    cells = _cells_to_open(played, ways)
    return Figures(
        people=len(played.leaving),
        out=len(out.entity),
        total_s=float(out.total_s.max()) if len(out.total_s) else nan,
        mean=_told(out, lambda values: float(values.mean())),
        p95=_told(out, lambda values: float(np.quantile(values, 0.95, method="inverted_cdf"))),
        last=_last(out),
        cells_locked=len(cells),
        cells_unlocked_s=_unlocked_s(played.record, cells),
        reached=_reached(out, ways),
        queues=_queues(played, ways),
        staying=Counter(stays_of(played, out, ways)),
    )


def _columns(out: Out) -> dict[str, NDArray[np.float64]]:
    return {"total": out.total_s, **{part: out.parts_s[:, at] for at, part in enumerate(PARTS)}}


def _told(out: Out, measure: Measure) -> dict[str, float]:
    return {name: measure(values) if len(values) else nan for name, values in _columns(out).items()}


def _last(out: Out) -> dict[str, float]:
    if not len(out.total_s):
        return dict.fromkeys(TOLD, nan)
    last = int(out.total_s.argmax())
    return {name: float(values[last]) for name, values in _columns(out).items()}


def _cells_to_open(played: Played, ways: EscapeWays) -> set[int]:
    """Locked doors of cells in which somebody is to be evacuated."""
    record = played.record
    spawned = record.kind == Kind.SPAWN
    where = dict(zip(record.entity[spawned].tolist(), record.space[spawned].tolist(), strict=True))
    rooms = {ways.effective.nodes[where[leaving.person]] for leaving in played.leaving}
    doors = (door for door in ways.facility.doors if door.is_route and is_cell_door(door, ways.facility))
    indexed = ((ways.effective.way_index[door.global_id], set(door.joins or ())) for door in doors)
    return {way for way, sides in indexed if way in played.held and sides & rooms}


def _unlocked_s(record: EventRecord, cells: set[int]) -> float:
    if not cells:
        return nan
    unlocked = record.kind == Kind.UNLOCK
    at_s = dict(zip(record.way[unlocked].tolist(), record.t_s[unlocked].tolist(), strict=True))
    return max(float(at_s.get(way, inf)) for way in cells)


def _reached(out: Out, ways: EscapeWays) -> dict[str, Reached]:
    """By muster space, or by the last door or stair where people go outdoors."""
    found: dict[str, list[float]] = {}
    for goal, way, total_s in zip(out.goal.tolist(), out.last_way.tolist(), out.total_s.tolist(), strict=True):
        node = ways.effective.nodes[goal]
        name = code_of_way(ways, way) if is_outside(node) else ways.facility.node_label(node)
        found.setdefault(name, []).append(total_s)
    return {
        name: Reached(first_s=min(times), last_s=max(times), count=len(times)) for name, times in sorted(found.items())
    }


def _queues(played: Played, ways: EscapeWays) -> dict[str, int]:
    """Of those who leave: an officer at a lock with its key is no queue."""
    record = played.record
    leaving = np.isin(record.entity, [each.person for each in played.leaving])
    came = np.isin(record.kind, (Kind.PASS, Kind.WAIT)) & leaving
    peaks = {}
    for way in np.unique(record.way[came]).tolist():
        own = came & (record.way == way)
        went_s = np.where(record.kind[own] == Kind.PASS, record.t_s[own], np.inf)
        peak = peak_queue(record.t_s[own] - record.aux[own], went_s)
        if peak:
            peaks[code_of_way(ways, way)] = peak
    return peaks
