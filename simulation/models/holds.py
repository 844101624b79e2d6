"""What keeps people from setting out: a roll count that stops all movement, tools that are not counted yet."""

from __future__ import annotations

import numpy as np
from simpy import Event

from simulation.models.terms import ToolTerms
from simulation.people import Person, Steps
from simulation.record import Hold, Kind
from simulation.streams import stream
from simulation.world import World

COUNTED_FOR_S = 3600.0
"""Assumed: whoever leaves within the hour after a tool count leaves with that count."""


class Freeze:
    """Movement stopped for a roll count: people on their way arrive, nobody else sets out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lifted: Event | None = None

    @property
    def is_on(self) -> bool:
        """Whether movement is stopped."""
        return self._lifted is not None

    def begin(self) -> None:
        """Stop movement."""
        if self._lifted is None:
            self._lifted = self._world.env.event()
            self._world.recorder.add(self._world.env.now, Kind.FREEZE)

    def lift(self, *, is_correct: bool) -> None:
        """Movement goes on."""
        if self._lifted is not None:
            self._world.recorder.add(self._world.env.now, Kind.CLEAR, aux=float(is_correct))
            self._lifted.succeed()
            self._lifted = None

    def passed(self, person: Person) -> Steps:
        """Wait until movement goes on; the record says for how long."""
        env, since_s = self._world.env, self._world.env.now
        person.held = (Kind.HELD, Hold.ROLL_COUNT, since_s)
        while self._lifted is not None:
            yield self._lifted
        person.held = None
        if env.now > since_s:
            held(self._world, person, Hold.ROLL_COUNT, env.now - since_s)


class ToolCounts:
    """The tools of each room: counted when the first one wants to leave after a session, all wait for the result."""

    def __init__(self, world: World, rooms: tuple[int, ...], terms: ToolTerms, seed: int) -> None:
        self._world = world
        self._terms = terms
        self._recounts = {room: stream(seed, f"tools/{world.building.nodes[room]}", "recount") for room in rooms}
        self._counted_s = dict.fromkeys(rooms, -np.inf)

    def passed(self, person: Person) -> Steps:
        """Wait for the count of the room one is in, if its tools are counted at all."""
        room, env = person.space, self._world.env
        if room not in self._recounts:
            return
        if env.now > self._counted_s[room] + COUNTED_FOR_S:
            length_s = self._length_s(room)
            self._counted_s[room] = env.now + length_s
            self._world.recorder.add(env.now, Kind.TOOLS, space=room, aux=length_s)
        wait_s = self._counted_s[room] - env.now
        if wait_s > 0:
            person.held = (Kind.HELD, Hold.TOOL_COUNT, env.now)
            yield env.timeout(wait_s)
            person.held = None
            held(self._world, person, Hold.TOOL_COUNT, wait_s)

    def _length_s(self, room: int) -> float:
        is_wrong = self._recounts[room].random() < self._terms.recount_rate
        return 60 * (self._terms.count_min + (self._terms.recount_min if is_wrong else 0.0))


def held(world: World, person: Person, hold: Hold, wait_s: float) -> None:
    """Write down that somebody could not set out."""
    world.recorder.add(world.env.now, Kind.HELD, person.number, int(hold), person.space, wait_s)
