"""The people of the virtual building: the same persons on the same graph as in a study, in front of the real doors.

Prisoners are in their cells and go only where they are led. A response team of officers is sent by order, walks with
keys, opens cells whose bolt is back, brings the people to the refuge and counts them. Doors are the plant's mechanisms:
who opens one shows on its contacts, who stands before a locked one waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simpy import Environment, Event

from simulation.graph import compile_building
from simulation.people import Person, PersonKind
from simulation.plant.doors import HAND_S, DoorMechanism
from simulation.plant.fire import FirePanel
from simulation.world import World
from twin.model.errors import GatehouseError
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import CELLS

KEY_S = 8.0
"""Opening with a mechanical key (project's simulation defaults: 8–12 s)."""
BADGE_S = 2.0
"""Opening with an access card (assumption)."""
LOOK_S = 4.0
"""View panel and door touch before a cell is opened (assumption; cell-fire procedure)."""
COUNT_S = 2.0
"""Seconds to count one person (assumption)."""
SHUT_AFTER_S = 3.0
_POLL_S = 1.0


class MechanicalPassage:
    """A monitored door as people meet it: key, wait, open, pass, shut."""

    def __init__(self, env: Environment, mechanism: DoorMechanism) -> None:
        self._env = env
        self._mechanism = mechanism
        self._waiting: dict[int, Event] = {}
        self._users = 0

    def passing(self, person: Person, hop: int) -> Any:  # noqa: ARG002 - same shape for every passage
        """Get `person` through the door; a generator of SimPy events."""
        door = self._mechanism
        self._users += 1
        with_key = False
        try:
            if not door.is_passable and person.has_keys:
                yield self._env.timeout(BADGE_S if door.door.lock_type.startswith("RFID") else KEY_S)
                door.turn_key(unlock=True)
                with_key = True
                yield self._env.timeout(door.hardware.bolt_s)
            while not door.is_passable:
                self._waiting[person.number] = turn = self._env.event()
                yield turn
                if person.number not in self._waiting:
                    return
                del self._waiting[person.number]
            if door.is_closed and door.swing(open_it=True):
                yield self._env.timeout(HAND_S)
        finally:
            self._users -= 1
        self._env.process(self._shut(with_key=with_key))

    def give_up(self, person: Person) -> None:
        """Leave the place in front of the door."""
        turn = self._waiting.pop(person.number, None)
        if turn is not None:
            turn.succeed()

    def wake(self) -> None:
        """Let those who wait look again, now that the door can be passed."""
        if self._waiting and self._mechanism.is_passable:
            for turn in self._waiting.values():
                if not turn.triggered:
                    turn.succeed()

    def _shut(self, *, with_key: bool) -> Any:
        yield self._env.timeout(SHUT_AFTER_S)
        if self._users:
            return
        self._mechanism.swing(open_it=False)
        if with_key:
            yield self._env.timeout(HAND_S)
            self._mechanism.turn_key(unlock=False)


class BuildingPeople:
    """Prisoners and the response team; fits `simulation.plant.plant.People`."""

    def __init__(
        self,
        facility: Facility,
        mechanisms: Mapping[GlobalId, DoorMechanism],
        panel: FirePanel,
        *,
        base: str,
        refuge: str,
        officers: int,
    ) -> None:
        self._facility = facility
        self._mechanisms = mechanisms
        self._panel = panel
        self._env = Environment()
        self._world = World(compile_building(facility), self._env)
        self._passages = [
            self._passage(door.global_id)
            for door in facility.doors
            if door.is_route and door.global_id in mechanisms and door.lock_type
        ]
        self._refuge = facility.space(refuge).global_id
        self._at, self._counted = "base", 0
        self._orders = 0
        self._cell_of: dict[GlobalId, list[Person]] = {}
        for cell in (space for space in facility.spaces if space.certified_places):
            self._cell_of[cell.global_id] = [
                self._world.spawn(f"P-{number:04d}", PersonKind.PRISONER, cell.global_id)
                for number in range(self._next_slot(), self._next_slot() + cell.capacity)
            ]
        home = facility.space(base).global_id
        self._team = [self._world.spawn(f"R-{n + 1}", PersonKind.STAFF, home) for n in range(officers)]

    def advance(self, until_s: float, /) -> None:
        """Let people act until this exercise second."""
        for passage in self._passages:
            passage.wake()
        if until_s > self._env.now:
            self._env.run(until=until_s)

    def counts(self) -> Mapping[GlobalId, int]:
        """People per space."""
        return self._world.counts()

    def dispatch(self, destination: str, /) -> str:
        """Send the response team; the empty text, or why it cannot go."""
        if destination == "base":
            return "the team returns when it has counted"
        try:
            goal = self._facility.space(destination).global_id
        except GatehouseError as error:
            return str(error)
        self._orders += 1
        self._env.process(self._respond(goal, destination, self._orders))
        return ""

    @property
    def response_at(self) -> str:
        """Where the team last reported from: ``base`` or a space code."""
        return self._at

    @property
    def response_count(self) -> int:
        """People counted at the refuge; 0 before."""
        return self._counted

    # --- inside --------------------------------------------------------------------------------------------------

    def _next_slot(self) -> int:
        return 1 + sum(len(people) for people in self._cell_of.values())

    def _passage(self, door: GlobalId) -> MechanicalPassage:
        passage = MechanicalPassage(self._env, self._mechanisms[door])
        self._world.set_passage(self._world.building.way_index[door], passage)
        return passage

    def _respond(self, goal: GlobalId, code: str, order: int) -> Any:
        walks = [self._world.move(officer, goal) for officer in self._team]
        yield from walks
        if order != self._orders:
            return
        self._at = code
        yield from self._evacuate(goal, order)

    def _evacuate(self, landing: GlobalId, order: int) -> Any:
        brought: list[Person] = []
        idle_s = 0.0
        while order == self._orders:
            cell = next(self._released_cells(landing), None)
            if cell is None:
                yield self._env.timeout(_POLL_S)
                idle_s += _POLL_S
                if brought and idle_s > 5 * _POLL_S and self._all_there(brought):
                    break
                continue
            idle_s = 0.0
            yield self._env.timeout(LOOK_S)
            self._cell_door(cell).swing(open_it=True)
            yield self._env.timeout(HAND_S)
            for person in self._cell_of[cell]:
                self._world.move(person, self._refuge)
            brought += self._cell_of.pop(cell)
        if order != self._orders:
            return
        walks = [self._world.move(officer, self._refuge) for officer in self._team]
        yield from walks
        yield self._env.timeout(COUNT_S * len(brought))
        refuge = self._world.building.node_index[self._refuge]
        self._counted = sum(person.space == refuge for person in brought)
        self._at = self._facility.space_by_id[self._refuge].code

    def _all_there(self, people: Sequence[Person]) -> bool:
        refuge = self._world.building.node_index[self._refuge]
        return all(person.space == refuge for person in people)

    def _released_cells(self, landing: GlobalId) -> Iterator[GlobalId]:
        zone = self._panel.zone_of(landing)
        cells = (
            cell
            for cell in self._cell_of
            if self._panel.zone_of(cell) == zone and self._facility.space_by_id[cell].use in CELLS
        )
        return (cell for cell in cells if self._cell_door(cell).is_passable)

    def _cell_door(self, cell: GlobalId) -> DoorMechanism:
        (door, *_others) = self._facility.doors_of[cell]
        return self._mechanisms[door.global_id]
