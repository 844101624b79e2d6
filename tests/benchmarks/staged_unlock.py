"""An evacuation of the whole block on the kernel: cells unlocked one by one, everybody out by the nearest exit."""

from __future__ import annotations

from simpy import Environment

from simulation.graph import compile_building
from simulation.people import Person, PersonKind, Steps
from simulation.record import EventRecord
from simulation.streams import stream
from simulation.world import World
from twin.model.errors import UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import outside_id
from twin.model.vocabulary import SpaceUse

POSTS = 30
UNLOCK_S = 8.0
"""An officer needs so long for a cell (project's simulation defaults); each storey has one who unlocks."""
PRE_MOVEMENT_S = (10.0, 60.0)
"""Between alarm and first step, drawn evenly (assumption)."""


class StagedUnlock:
    """The block compiled once, with everybody's way out; each replication draws who starts when."""

    def __init__(self, facility: Facility) -> None:
        self.building = building = compile_building(facility)
        exits = [building.node_index[outside_id(s.global_id)] for s in facility.storeys if s.is_ground]
        beds = [space for space in facility.spaces for _ in range(space.certified_places)]
        posts = [
            space for space in facility.spaces if space.use in (SpaceUse.LANDING, SpaceUse.DAYROOM, SpaceUse.CONTROL)
        ]
        self.homes = [building.node_index[space.global_id] for space in beds]
        self.posts = [building.node_index[posts[number % len(posts)].global_id] for number in range(POSTS)]
        self.way_out = {home: self._nearest(home, exits) for home in {*self.homes, *self.posts}}
        self.rounds: dict[str, list[int]] = {}
        for cell in dict.fromkeys(beds):
            (door,) = (door for door in facility.doors_of[cell.global_id] if door.is_route)
            self.rounds.setdefault(cell.storey, []).append(building.way_index[door.global_id])

    @property
    def people(self) -> int:
        """Prisoners and posts."""
        return len(self.homes) + len(self.posts)

    def replicate(self, seed: int) -> EventRecord:
        """One evacuation, until everybody is out."""
        env = Environment()
        world = World(self.building, env)
        for doors in self.rounds.values():
            for door in doors:
                world.set_locked(door, True)
            env.process(_unlock(world, doors))
        starts_s = stream(seed, "block", "pre-movement").uniform(*PRE_MOVEMENT_S, self.people).tolist()
        for number, home in enumerate((*self.homes, *self.posts)):
            kind = PersonKind.PRISONER if number < len(self.homes) else PersonKind.STAFF
            person = world.spawn(f"P-{number:04d}", kind, home)
            env.process(_leave(world, person, starts_s[number], self.way_out[home]))
        env.run()
        return world.finish()

    def _nearest(self, home: int, exits: list[int]) -> int:
        found = []
        for goal in exits:
            try:
                path = self.building.routes.path(home, goal)
            except UnreachableSpaceError:
                continue
            found.append((sum(level_m + stair_m for _, _, level_m, stair_m in path.hops), goal))
        return min(found)[1]


def _unlock(world: World, doors: list[int]) -> Steps:
    for door in doors:
        yield world.env.timeout(UNLOCK_S)
        world.set_locked(door, False)


def _leave(world: World, person: Person, after_s: float, goal: int) -> Steps:
    yield world.env.timeout(after_s)
    yield from world.walk(person, goal)
