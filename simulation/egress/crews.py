"""Who unlocks: officers who walk from door to door, and the control room that releases groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import dist

from simulation.egress.escape_ways import EscapeWays
from simulation.people import Person, Steps
from simulation.routing import Path
from simulation.world import World
from twin.model.doors import Door
from twin.model.ids import is_outside
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS, SLEEPING


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockTimes:
    """Seconds at one lock, to arm and confirm a release, and doors released a second."""

    cell_s: float
    arm_s: float
    doors_per_s: float


@dataclass(slots=True, kw_only=True)
class Work:
    """Doors to unlock, list after list, and the ways that somebody is on the way to: nobody else goes there."""

    lists: Sequence[Sequence[Door]]
    claimed: set[int] = field(default_factory=set)


class Officer:
    """One officer at work.

    It takes the nearest door of the first list that has any left to unlock. It knows at which door it stands, so that
    a row of cells is walked from door to door.
    """

    def __init__(self, world: World, ways: EscapeWays, person: Person, walk_m_s: float) -> None:
        self._world = world
        self._ways = ways
        self._building = ways.effective
        self._person = person
        self._walk_m_s = walk_m_s
        self._at: tuple[float, float] | None = None

    def unlock(self, work: Work, sets_out_s: float, times: UnlockTimes) -> Steps:
        """The process of the officer; it ends when nothing is left that nobody else is on the way to."""
        env = self._world.env
        yield env.timeout(sets_out_s)
        while (door := self._next(work)) is not None:
            way = self._building.way_index[door.global_id]
            work.claimed.add(way)
            yield from self._go_to(door)
            if self._world.is_locked(way):
                yield env.timeout(times.cell_s)
                self._world.set_locked(way, False)

    def _next(self, work: Work) -> Door | None:
        for doors in work.lists:
            left = [door for door in doors if self._is_left(self._building.way_index[door.global_id], work)]
            if left:
                return min(left, key=lambda door: (self._metres_to(door), door.code))
        return None

    def _is_left(self, way: int, work: Work) -> bool:
        return way not in work.claimed and self._world.is_locked(way)

    def _go_to(self, door: Door) -> Steps:
        side = self._side(door)
        if side == self._person.space:
            yield self._world.env.timeout(self._metres_to(door) / self._walk_m_s)
        else:
            yield from self._world.walk(self._person, side, path=self._path_to(door, side))
        self._at = door.centre

    def _metres_to(self, door: Door) -> float:
        side = self._side(door)
        if side == self._person.space:
            return dist(self._here, door.centre)
        return self._path_to(door, side).length_m

    def _path_to(self, door: Door, side: int) -> Path:
        """The way from where the officer stands to a door; which way is decided from middle to middle of the spaces."""
        path = self._ways.staff_path(self._person.space, side)
        (way, to, _, stair_m), *others = path.hops
        first = (way, to, dist(self._here, self._place(way, self._person.space)), stair_m)
        last_m = dist(self._place(path.hops[-1][0], side), door.centre)
        return Path((first, *others), last_m, path.final_stair_m)

    def _place(self, way: int, node: int) -> tuple[float, float]:
        """Where a way is met in a space: a door at its leaf, a stair at the middle of its shaft."""
        door = self._building.door(way)
        return door.centre if door is not None else self._middle(node)

    @property
    def _here(self) -> tuple[float, float]:
        return self._at or self._middle(self._person.space)

    def _middle(self, node: int) -> tuple[float, float]:
        space = self._building.space(node)
        assert space is not None
        return space.centre

    def _side(self, door: Door) -> int:
        """The side of a door from which it is unlocked: the nearer one, never a cell's inside or the outdoors.

        Outdoors nothing is measured, so that nobody may take a way through it.
        """
        index = self._building.node_index
        sides = [index[node] for node in door.joins or () if not is_outside(node)]
        free = [side for side in sides if not _is_cell(self._building.space(side))]
        if self._person.space in free:
            return self._person.space
        return min(free or sides, key=lambda side: (self._ways.staff_path(self._person.space, side).length_m, side))


def release(world: World, doors: Sequence[int], at_s: float, times: UnlockTimes) -> Steps:
    """Unlock doors from the control room, in their order."""
    yield world.env.timeout(at_s + times.arm_s)
    for number, way in enumerate(doors):
        if number:
            yield world.env.timeout(1.0 / times.doors_per_s)
        world.set_locked(way, False)


def _is_cell(space: Space | None) -> bool:
    return space is not None and space.use in SLEEPING | CELLS
