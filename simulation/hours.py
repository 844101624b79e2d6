"""Hour by hour: how many people are where, and how many stand in which queue, on the mean of each hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.graph import CompiledBuilding
from simulation.record import EventRecord, Hold, Kind
from simulation.stays import stays_of

HOUR_S = 3600.0
OUTSIDE = "outside"
HOLDS = {Hold.ROLL_COUNT: "roll count", Hold.TOOL_COUNT: "tool count", Hold.ESCORT: "escort"}
Series = NDArray[np.float64]
"""One figure for each hour from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """``people``: by use of the space they are in; ``queues``: by what they wait for (door, room, procedure).

    Posts are not among the people. Only what is not zero all the time is there.
    """

    people: dict[str, Series]
    queues: dict[str, Series]


def hours_of(record: EventRecord, building: CompiledBuilding, horizon_s: float, errands: tuple[str, ...] = ()) -> Hours:
    """Read the hours of a record.

    Args:
        record: the days.
        building: the building they were played in.
        horizon_s: where they end.
        errands: names of the errands with a service point, by number.
    """
    count = int(np.ceil(horizon_s / HOUR_S))
    stays = stays_of(record, until_s=horizon_s)
    people = stays.only(~record.is_staff[stays.entity]) if len(stays.entity) else stays
    uses, of_space = np.unique([_use(building, node) for node in range(len(building.nodes))], return_inverse=True)
    where = of_space[people.space]
    return Hours(
        people=_not_empty(
            {str(use): _means(people.from_s[where == n], people.to_s[where == n], count) for n, use in enumerate(uses)}
        ),
        queues=_queues(record, building, errands, count),
    )


def _queues(record: EventRecord, building: CompiledBuilding, errands: tuple[str, ...], count: int) -> dict[str, Series]:
    """Every wait ends at its row, or (in front of a search portal) begins at it."""
    spans: dict[str, list[tuple[float, float]]] = {}
    codes = {door.global_id: door.code for door in building.facility.doors}
    codes.update({link.global_id: link.code for link in building.facility.links})
    ways = [codes[way] for way in building.ways]
    kinds = (Kind.PASS, Kind.WAIT, Kind.SEARCH, Kind.HELD, Kind.SERVE, Kind.TURNED)
    rows = np.flatnonzero(np.isin(record.kind, kinds) & (record.aux > 0))
    rows = rows[(record.entity[rows] >= 0) & ~record.is_staff[record.entity[rows]]]
    columns = (record.t_s, record.kind, record.way, record.space, record.aux)
    for t_s, kind, way, space, aux in zip(*(column[rows].tolist() for column in columns), strict=True):
        if kind == Kind.SEARCH:
            spans.setdefault(f"search {_code(building, space)}", []).append((t_s, t_s + aux))
        elif kind == Kind.HELD:
            spans.setdefault(HOLDS[Hold(way)], []).append((t_s - aux, t_s))
        elif kind in (Kind.SERVE, Kind.TURNED):
            spans.setdefault(f"{errands[way]} {_code(building, space)}", []).append((t_s - aux, t_s))
        else:
            spans.setdefault(ways[way], []).append((t_s - aux, t_s))
    ends = {name: np.array(spans[name]) for name in sorted(spans)}
    return _not_empty({name: _means(pairs[:, 0], pairs[:, 1], count) for name, pairs in ends.items()})


def _means(from_s: Series, to_s: Series, count: int) -> Series:
    """Mean number present in each hour: what the cumulated presence grows by, over the hour."""
    edges_s = np.arange(count + 1) * HOUR_S
    total = np.zeros(count + 1)
    for at_s, sign in ((np.sort(from_s), 1.0), (np.sort(to_s), -1.0)):
        # Sum over all of max(0, edge − at): those before the edge, times the edge, less the sum of their times.
        before = np.searchsorted(at_s, edges_s, side="right")
        sums_s = np.concatenate([[0.0], np.cumsum(at_s)])
        total += sign * (before * edges_s - sums_s[before])
    return np.maximum(np.diff(total) / HOUR_S, 0.0)  # sums of many times leave less than nothing behind


def _not_empty(series: dict[str, Series]) -> dict[str, Series]:
    return {name: values for name, values in series.items() if np.any(values > 1e-9)}


def _use(building: CompiledBuilding, node: int) -> str:
    space = building.space(node)
    return OUTSIDE if space is None else str(space.use)


def _code(building: CompiledBuilding, node: int) -> str:
    space = building.space(node)
    return OUTSIDE if space is None else space.code
