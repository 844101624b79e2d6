"""Who was where, from when to when: the record read as stays, for measures that are hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.record import EventRecord, Kind

_PLACED = (Kind.SPAWN, Kind.PASS, Kind.BUSY, Kind.LEAVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """Rows (entity, space, from, to) [s]; ``busy`` where a post was on an exclusive task."""

    entity: NDArray[np.int32]
    space: NDArray[np.int32]
    from_s: NDArray[np.float64]
    to_s: NDArray[np.float64]
    busy: NDArray[np.bool_]

    @property
    def hours(self) -> NDArray[np.float64]:
        """Length of each stay [h]."""
        return (self.to_s - self.from_s) / 3600.0

    def only(self, mask: NDArray[np.bool_]) -> Stays:
        """The stays where `mask` is true."""
        return Stays(
            entity=self.entity[mask],
            space=self.space[mask],
            from_s=self.from_s[mask],
            to_s=self.to_s[mask],
            busy=self.busy[mask],
        )

    def between(self, from_s: float, to_s: float) -> Stays:
        """The parts of the stays that lie between two times."""
        cut = Stays(
            entity=self.entity,
            space=self.space,
            from_s=np.maximum(self.from_s, from_s),
            to_s=np.minimum(self.to_s, to_s),
            busy=self.busy,
        )
        return cut.only(cut.to_s > cut.from_s)


def stays_of(record: EventRecord, *, until_s: float) -> Stays:
    """Read the stays of everybody; whoever is still there at the end stays until `until_s`."""
    rows = np.flatnonzero(np.isin(record.kind, _PLACED))
    rows = rows[np.argsort(record.entity[rows], kind="stable")]
    entity, kind = record.entity[rows], record.kind[rows]
    last = np.append(entity[1:] != entity[:-1], True)
    ends_s = np.append(record.t_s[rows][1:], until_s)
    ends_s[last] = until_s
    change = np.where(kind == Kind.BUSY, np.where(record.aux[rows] > 0, 1, -1), 0)
    running = np.cumsum(change)
    first = np.flatnonzero(np.append(True, last[:-1])) if len(rows) else np.zeros(0, dtype=np.intp)
    before = running[first] - change[first]
    busy = running - np.repeat(before, np.diff(np.append(first, len(rows)))) > 0
    stays = Stays(
        entity=entity, space=record.space[rows], from_s=record.t_s[rows], to_s=np.minimum(ends_s, until_s), busy=busy
    )
    return stays.only((kind != Kind.LEAVE) & (stays.to_s > stays.from_s))


def shared_hours(stays: Stays, presence: Stays) -> float:
    """Hours of `stays` during which at least one of `presence` was in the same space."""
    total = 0.0
    for space in np.intersect1d(stays.space, presence.space):
        here, there = stays.only(stays.space == space), presence.only(presence.space == space)
        times_s, covered_s = _coverage(there)
        total += float(
            np.sum(np.interp(here.to_s, times_s, covered_s) - np.interp(here.from_s, times_s, covered_s)) / 3600.0
        )
    return total


def _coverage(stays: Stays) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times, and up to each of them the seconds in which the space was occupied."""
    times_s = np.concatenate([stays.from_s, stays.to_s])
    steps = np.concatenate([np.ones(len(stays.from_s)), -np.ones(len(stays.to_s))])
    order = np.argsort(times_s, kind="stable")
    times_s, count = times_s[order], np.cumsum(steps[order])
    covered_s = np.concatenate([[0.0], np.cumsum(np.diff(times_s) * (count[:-1] > 0.5))])
    return times_s, covered_s
