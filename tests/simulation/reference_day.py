"""A day without SimPy and without `World`: a bare heapq loop over generators, doors as FIFO functions of time.

It is told who is where, how fast everybody walks and what everybody intends; paths come from the compiled building,
and the hours in which a door is shut from a table. Nothing else is shared with the kernel;
`agreed` compares the two.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from math import inf

import numpy as np

from simulation.record import EventRecord, Kind
from simulation.routing import RouteTable

KEY_S = 4.0
"""Somebody with keys opens a locked door and shuts it again."""
AS_GOOD_AS_S = 1e-7
"""Times that differ by less are the same moment: a table of hours is made of rounded sums."""

Stretch = tuple[float, float]
Side = tuple[int, int]
"""(way, space behind it)."""


@dataclass(frozen=True, slots=True)
class Intention:
    """Go to `goal` at `from_s`, or once the walk before has ended; not any more from `until_s` on."""

    from_s: float
    goal: int
    until_s: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Somebody who is in `space` and has intentions in order of time."""

    space: int
    speed_m_s: float
    stair_speed_m_s: float
    intentions: Sequence[Intention]
    has_keys: bool = False


class Door:
    """FIFO, one person per headway, nobody in the stretches when it is shut (in order of time, apart)."""

    def __init__(self, headway_s: float, shut: Sequence[Stretch] = (), *, opens_by_key: bool = True) -> None:
        self.headway_s = headway_s
        self.opens_by_key = opens_by_key
        self.free_at_s = 0.0
        self._from_s = [stretch[0] for stretch in shut]
        self._to_s = [stretch[1] for stretch in shut]

    def turn_s(self, came_s: float, has_keys: bool) -> float:
        """When somebody who comes now is through."""
        if has_keys and self.opens_by_key and self._open_from(came_s) > came_s:
            return came_s + KEY_S
        turn_s = self._open_from(max(came_s, self.free_at_s))
        self.free_at_s = turn_s + self.headway_s
        return turn_s

    def _open_from(self, t_s: float) -> float:
        at = bisect_right(self._from_s, t_s + AS_GOOD_AS_S) - 1
        return t_s if at < 0 or self._to_s[at] <= t_s + AS_GOOD_AS_S else self._to_s[at]


class Portals:
    """Search portals side by side: FIFO; each person who is searched has durations of its own."""

    def __init__(self, number: int, durations_s: Mapping[int, Iterator[float]]) -> None:
        self._durations_s = durations_s
        self._free_at_s = [0.0] * number

    def through_s(self, walker: int, came_s: float) -> float:
        """When somebody who comes now has been searched."""
        ends_s = max(came_s, self._free_at_s[0]) + next(self._durations_s[walker])
        heapq.heapreplace(self._free_at_s, ends_s)
        return ends_s


Moments = Generator[float, float, None]
"""Yields when it wants to be woken [s]; is sent that moment."""
Passage = tuple[float, int, int, float]
"""(time [s], walker, way, seconds waited in front of it)."""


class ReferenceDay:
    """The day of all `walkers` from time 0; `shut` and `sided` are the hours of locked and of interlocked doors."""

    def __init__(
        self,
        routes: RouteTable,
        headway_s: Sequence[float],
        walkers: Sequence[Walker],
        *,
        shut: Mapping[int, Sequence[Stretch]] | None = None,
        sided: Mapping[Side, Sequence[Stretch]] | None = None,
        portals: Mapping[int, Portals] | None = None,
    ) -> None:
        self.passages: list[Passage] = []
        self.trips = 0
        self._routes = routes
        self._headway_s = headway_s
        self._walkers = walkers
        self._free_at_s = [0.0] * len(headway_s)
        self._doors = {way: Door(headway_s[way], hours) for way, hours in (shut or {}).items()}
        self._sided = {
            side: Door(headway_s[side[0]], hours, opens_by_key=False) for side, hours in (sided or {}).items()
        }
        self._ways = {way for way, _ in self._sided}
        self._portals = portals or {}

    def run(self, until_s: float) -> None:
        """Let the clock run; what happens at `until_s` or later does not."""
        order = count()
        processes = [self._day(number, walker) for number, walker in enumerate(self._walkers)]
        events = [(next(process), next(order), process) for process in processes]
        heapq.heapify(events)
        while events and events[0][0] < until_s:
            now_s, _, process = heapq.heappop(events)
            try:
                wakes_s = process.send(now_s)
            except StopIteration:
                continue
            heapq.heappush(events, (wakes_s, next(order), process))

    def _day(self, number: int, walker: Walker) -> Moments:
        now_s = yield 0.0
        space = walker.space
        for intention in walker.intentions:
            if intention.from_s > now_s:
                now_s = yield intention.from_s
            if space == intention.goal or now_s >= intention.until_s:
                continue
            self.trips += 1
            path = self._routes.path(space, intention.goal)
            space = intention.goal
            for way, to, level_m, stair_m in path.hops:
                came_s = yield now_s + (level_m / walker.speed_m_s + stair_m / walker.stair_speed_m_s)
                turn_s = self._turn_s(way, to, came_s, walker.has_keys)
                now_s = came_s if turn_s <= came_s else (yield turn_s)
                self.passages.append((now_s, number, way, now_s - came_s))
                if to in self._portals and not walker.has_keys:
                    now_s = yield self._portals[to].through_s(number, now_s)
            now_s = yield now_s + (path.final_level_m / walker.speed_m_s + path.final_stair_m / walker.stair_speed_m_s)

    def _turn_s(self, way: int, to: int, came_s: float, has_keys: bool) -> float:
        door = self._doors.get(way) or (self._sided[way, to] if way in self._ways else None)
        if door is not None:
            return door.turn_s(came_s, has_keys)
        turn_s = max(came_s, self._free_at_s[way])
        self._free_at_s[way] = turn_s + self._headway_s[way]
        return turn_s


def hours_shut(changes: Iterable[tuple[float, bool]]) -> list[Stretch]:
    """Stretches when a door is shut, from the moments at which it is locked (True) or unlocked, in order of time."""
    steps = [*changes, (inf, False)]
    return [(at_s, until_s) for (at_s, is_locked), (until_s, _) in pairwise(steps) if is_locked]


def hours_between(windows: Sequence[Stretch]) -> list[Stretch]:
    """The other way round: shut but for these windows."""
    ends = [-inf, *(end for _, end in windows)]
    starts = [*(start for start, _ in windows), inf]
    return list(zip(ends, starts, strict=True))


def agreed(reference: ReferenceDay, record: EventRecord) -> bool:
    """Whether a record tells the same passages as the reference, person by person, times and waits within 1 µs."""
    rows = np.flatnonzero(record.kind == Kind.PASS)
    rows = rows[np.argsort(record.entity[rows], kind="stable")]
    told = np.array(sorted(reference.passages, key=lambda passage: passage[1])).reshape(-1, 4)
    kernel = np.column_stack([record.t_s[rows], record.entity[rows], record.way[rows], record.aux[rows]])
    return told.shape == kernel.shape and bool(np.allclose(told, kernel, rtol=0.0, atol=1e-6))
