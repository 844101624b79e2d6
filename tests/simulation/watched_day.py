"""The kernel with notes taken beside it, so that the reference day can be told the same.

Two days: `watch_day` is a scenario as it is, and the hours of locks and interlocks are read off its record;
`walking_world` is the same people with the same intentions and nothing else: every door is two floats.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, groupby
from math import inf
from operator import itemgetter
from typing import Any

import numpy as np
from reference_day import Intention, Portals, ReferenceDay, Side, Stretch, Walker, hours_between, hours_shut
from simpy import Environment, Event

from simulation.graph import CompiledBuilding
from simulation.models.regime import populate
from simulation.models.terms import Scenario
from simulation.people import Person, PersonKind, Steps
from simulation.record import EventRecord, Kind
from simulation.routing import Path
from simulation.streams import stream
from simulation.world import Ways, World
from twin.model.vocabulary import SpaceUse

TIE_S = 1e-10
"""People who set out at the same moment do so in one order, which decides who is first at a door: far below 1 µs."""

Walk = tuple[float, int, int]
"""(time [s] at which it began, person, goal)."""


class WatchedWorld(World):
    """The kernel's world; notes which walks were begun."""

    def __init__(self, building: Ways, env: Environment) -> None:
        super().__init__(building, env)
        self.walks: list[Walk] = []

    def stride(
        self, person: Person, goal: int, sets_out_s: float, *, path: Path | None = None
    ) -> Generator[Event, Any, float]:
        self.walks.append((sets_out_s, person.number, goal))
        return super().stride(person, goal, sets_out_s, path=path)


@dataclass(frozen=True, kw_only=True)
class WatchedDay:
    """A day that was played: its record, who was there and what each of them set out to do."""

    building: CompiledBuilding
    scenario: Scenario
    seed: int
    record: EventRecord
    walks: Sequence[Walk]
    walkers: Sequence[Walker]

    def reference(self) -> ReferenceDay:
        """The same day for the bare loop, with the hours of the doors as the record tells them."""
        return ReferenceDay(
            self.building.routes,
            self.building.headway_s,
            self.walkers,
            shut=_locked(self.record),
            sided=_interlocked(self.record, self.scenario.doors.sally_port_cycle_s),
            portals=self._portals(),
        )

    def _portals(self) -> dict[int, Portals]:
        halls = self.building.spaces_of({SpaceUse.SEARCH}) if self.scenario.search.portals else ()
        return {hall: Portals(self.scenario.search.portals, self._searches(hall)) for hall in halls}

    def _searches(self, hall: int) -> dict[int, Iterator[float]]:
        terms = self.scenario.search
        return {
            number: cycle(
                terms.mean_s + terms.hand_s * alarm
                for alarm in (stream(self.seed, name, f"search/{hall}").random(16) < terms.alarm_rate).tolist()
            )
            for number, (name, walker) in enumerate(zip(self.record.entities, self.walkers, strict=True))
            if not walker.has_keys
        }


def watch_day(building: CompiledBuilding, scenario: Scenario, seed: int) -> WatchedDay:
    """Play a day as `simulate_day` does, and take notes."""
    world = WatchedWorld(building, Environment(initial_time=scenario.begins_s))
    populate(world, building, scenario, seed)
    world.env.run(until=scenario.horizon_s)
    record = world.finish()
    intends: list[list[Intention]] = [[] for _ in world.people]
    for at_s, together in groupby(sorted(world.walks, key=itemgetter(0)), key=itemgetter(0)):
        for rank, (_, person, goal) in enumerate(together):
            intends[person].append(Intention(at_s + rank * TIE_S, goal))
    spawned = record.kind == Kind.SPAWN
    spaces = record.space[spawned][np.argsort(record.entity[spawned])].tolist()
    walkers = [
        Walker(
            space=space,
            speed_m_s=person.speed_m_s,
            stair_speed_m_s=person.stair_speed_m_s,
            has_keys=person.has_keys,
            intentions=intentions,
        )
        for person, space, intentions in zip(world.people, spaces, intends, strict=True)
    ]
    return WatchedDay(
        building=building, scenario=scenario, seed=seed, record=record, walks=world.walks, walkers=walkers
    )


def walking_world(building: Ways, walkers: Sequence[Walker], env: Environment) -> WatchedWorld:
    """A world of these people, ready to run."""
    world = WatchedWorld(building, env)
    for number, walker in enumerate(walkers):
        person = world.spawn(
            f"P-{number + 1:04d}",
            PersonKind.PRISONER,
            walker.space,
            speed_m_s=walker.speed_m_s,
            stair_speed_m_s=walker.stair_speed_m_s,
            has_keys=walker.has_keys,
        )
        env.process(_follow(world, person, walker.intentions))
    return world


def _follow(world: World, person: Person, intentions: Sequence[Intention]) -> Steps:
    free_s = world.env.now
    for intention in intentions:
        sets_out_s = max(intention.from_s, free_s)
        if sets_out_s < intention.until_s and person.space != intention.goal:
            free_s = yield from world.stride(person, intention.goal, sets_out_s)


def _locked(record: EventRecord) -> dict[int, list[Stretch]]:
    changes: dict[int, list[tuple[float, bool]]] = {}
    rows = np.isin(record.kind, (Kind.LOCK, Kind.UNLOCK))
    for t_s, way, kind in zip(record.t_s[rows].tolist(), record.way[rows].tolist(), record.kind[rows], strict=True):
        changes.setdefault(way, []).append((t_s, kind == Kind.LOCK))
    return {way: hours_shut(steps) for way, steps in changes.items()}


def _interlocked(record: EventRecord, cycle_s: float) -> dict[Side, list[Stretch]]:
    """Hours in which nobody passes a side of an interlocked door: all but from half a cycle after it opened to half a
    cycle before it was secured again.
    """
    rows = np.isin(record.kind, (Kind.OPEN, Kind.SHUT))
    windows: dict[Side, list[Stretch]] = {}
    for t_s, way, space, kind in zip(
        *(column[rows].tolist() for column in (record.t_s, record.way, record.space, record.kind)), strict=True
    ):
        mine = windows.setdefault((way, space), [])
        if kind == Kind.OPEN:
            mine.append((t_s + cycle_s / 2, inf))
        else:
            mine[-1] = (mine[-1][0], t_s - cycle_s / 2)
    return {side: hours_between(stretches) for side, stretches in windows.items()}
