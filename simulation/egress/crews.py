"""Who unlocks: officers who walk from door to door, and the control room that releases groups."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import dist

from simulation.egress.escape_ways import EscapeWays
from simulation.people import Person, Steps
from simulation.world import World
from twin.model.doors import Door
from twin.model.spaces import Space
from twin.model.vocabulary import CELLS, SLEEPING


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockTimes:
    """Seconds at one lock, to arm and confirm a release, and doors released a second."""

    cell_s: float
    arm_s: float
    doors_per_s: float


class Officer:
    """One officer at work. It knows where in its space it stands, so that a row of cells is walked door by door.

    The way to another space is counted from the middle of the space it leaves, and back to it first: a few metres more
    than the shortest line, never less.
    """

    def __init__(self, world: World, ways: EscapeWays, person: Person, walk_m_s: float) -> None:
        self._world = world
        self._ways = ways
        self._person = person
        self._walk_m_s = walk_m_s
        self._at: tuple[float, float] | None = None

    def unlock(self, doors: deque[Door], sets_out_s: float, times: UnlockTimes) -> Steps:
        """Take the next door of the list that is still locked, until there is none."""
        env = self._world.env
        yield env.timeout(sets_out_s)
        while doors:
            door = doors.popleft()
            way = self._ways.effective.way_index[door.global_id]
            if not self._world.is_locked(way):
                continue
            yield from self._go_to(door)
            yield env.timeout(times.cell_s)
            self._world.set_locked(way, False)

    def _go_to(self, door: Door) -> Steps:
        env, person = self._world.env, self._person
        side = self._side(door)
        if side != person.space:
            here = self._ways.effective.space(person.space)
            if self._at is not None and here is not None:
                yield env.timeout(dist(self._at, here.centre) / self._walk_m_s)
            yield from self._world.walk(person, side, path=self._ways.staff_path(person.space, side))
            self._at = None
        space = self._ways.effective.space(person.space)
        start = self._at or (space.centre if space is not None else door.centre)
        yield env.timeout(dist(start, door.centre) / self._walk_m_s)
        self._at = door.centre

    def _side(self, door: Door) -> int:
        """The side of a door from which it is unlocked: never a cell's inside, else the nearer one."""
        index = self._ways.effective.node_index
        sides = [index[node] for node in door.joins or ()]
        free = [side for side in sides if not _is_cell(self._ways.effective.space(side))]
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
