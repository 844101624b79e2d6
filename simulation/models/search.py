"""Search portals: everybody who enters a search space without keys passes one of its portals."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

from simulation.people import Person
from simulation.record import Kind
from simulation.streams import stream
from simulation.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTimes:
    """``portals`` side by side; ``mean_s`` per person; ``alarm_rate`` of people who are searched by hand, `hand_s`."""

    portals: int = 2
    mean_s: float = 6.0
    alarm_rate: float = 0.1
    hand_s: float = 40.0


class SearchHall:
    """FIFO portals of one search space; a checkpoint of the world. Durations are drawn in advance per person."""

    def __init__(self, world: World, space: int, times: SearchTimes, seed: int) -> None:
        self._world = world
        self._space = space
        self._times = times
        self._seed = seed
        self._free_at_s = [0.0] * times.portals
        self._durations: dict[int, list[float]] = {}
        world.checkpoints[space] = self

    def __call__(self, person: Person) -> float:
        """Seconds that the search costs a person entering now (0 for staff)."""
        if person.has_keys or not self._free_at_s:
            return 0.0
        now = self._world.env.now
        starts_s = max(now, heapq.heappop(self._free_at_s))
        ends_s = starts_s + self._duration_s(person)
        heapq.heappush(self._free_at_s, ends_s)
        self._world.recorder.add(now, Kind.SEARCH, person.number, space=self._space, aux=starts_s - now)
        return ends_s - now

    def _duration_s(self, person: Person) -> float:
        drawn = self._durations.get(person.number)
        if not drawn:
            source = stream(self._seed, person.name, f"search/{self._space}")
            alarms = source.random(16) < self._times.alarm_rate
            drawn = [self._times.mean_s + (self._times.hand_s if alarm else 0.0) for alarm in alarms]
            self._durations[person.number] = drawn
        drawn.append(drawn[0])
        return drawn.pop(0)
