"""Roll counts, services, escorts and searches, read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from simulation.record import EventRecord, Hold, Kind

NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCounts:
    """Times [s] from the freeze of each count: until the first comparison, and until the roll was correct.

    ``comparisons``: 1 where the first one was right; ``given_up``: counts that never came out, infinite in `clear_s`.
    """

    first_s: NDArray[np.float64]
    clear_s: NDArray[np.float64]
    comparisons: NDArray[np.int64]
    given_up: int

    @property
    def recounted(self) -> float:
        """Share of counts that needed a second one, in %; NaN without counts."""
        return 100 * float(np.mean(self.comparisons > 1)) if len(self.comparisons) else NAN


def roll_counts(record: EventRecord) -> RollCounts:
    """Every roll count of the record; one that is under way at its end never came out."""
    rows = np.flatnonzero(np.isin(record.kind, (Kind.FREEZE, Kind.RESULT, Kind.CLEAR)))
    first_s, clear_s, comparisons = [], [], []
    results: list[float] = []
    began_s, given_up = 0.0, 0
    for t_s, kind, aux in zip(
        *(column[rows].tolist() for column in (record.t_s, record.kind, record.aux)), strict=True
    ):
        if kind == Kind.FREEZE:
            began_s, results = t_s, []
        elif kind == Kind.RESULT:
            results.append(t_s)
        else:
            first_s += [result_s - began_s for result_s in results[:1]]
            clear_s.append(t_s - began_s if aux else inf)
            comparisons.append(len(results))
            given_up += not aux
    if len(rows) and record.kind[rows[-1]] != Kind.CLEAR:
        first_s += [result_s - began_s for result_s in results[:1]]
        clear_s.append(inf)
        comparisons.append(len(results))
        given_up += 1
    return RollCounts(
        first_s=np.array(first_s), clear_s=np.array(clear_s), comparisons=np.array(comparisons, int), given_up=given_up
    )


def service_waits_s(record: EventRecord) -> NDArray[np.float64]:
    """Waits of those who were served at a service point [s]."""
    waits_s: NDArray[np.float64] = record.aux[record.kind == Kind.SERVE]
    return waits_s


def turned_away_share(record: EventRecord) -> float:
    """People who came to a service point and went unserved, in %; NaN without any."""
    served, turned = (int((record.kind == kind).sum()) for kind in (Kind.SERVE, Kind.TURNED))
    return 100 * turned / (served + turned) if served + turned else NAN


def escort_waits_s(record: EventRecord) -> NDArray[np.float64]:
    """Waits of those who could not be fetched at once [s]."""
    waits_s: NDArray[np.float64] = record.aux[(record.kind == Kind.HELD) & (record.way == Hold.ESCORT)]
    return waits_s


def search_waits_s(record: EventRecord) -> NDArray[np.float64]:
    """Waits for a search portal [s]."""
    waits_s: NDArray[np.float64] = record.aux[record.kind == Kind.SEARCH]
    return waits_s
