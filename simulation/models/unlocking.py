"""Cells unlocked and locked: rounds at the boundaries of the day, and single doors in between.

By officers, one cell after the other (each face seen when locking), or unlocked by group release from the control room:
armed and confirmed once, then a few doors a second against the inrush current.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulation.graph import CompiledBuilding
from simulation.models.calendar import Slot
from simulation.models.plans import Prisoner
from simulation.models.staffing import Duty, Job, Officer, Work, go_to_cell
from simulation.models.terms import Scenario
from simulation.models.units import Cell, Unit
from simulation.people import Person, Steps
from simulation.world import World

LET_THROUGH_S = 10.0
"""Assumed time a cell stays open for somebody who is let in or out on request."""


class Cells:
    """The cell doors of one group, who lives behind them, and whether its timetable wants them locked."""

    def __init__(
        self,
        world: World,
        building: CompiledBuilding,
        scenario: Scenario,
        slots: Sequence[Slot],
        units: Sequence[Unit],
        residents: Sequence[tuple[Prisoner, Person]],
        duty: Duty,
    ) -> None:
        self._world = world
        self._building = building
        self._scenario = scenario
        now = [slot for slot in slots if slot.start_s <= world.env.now]
        self._slots = slots[len(now) :]
        self._duty = duty
        self._units = tuple(units)
        self._unit_of = {cell.door: unit for unit in units for cell in unit.cells}
        self._cell_at = {cell.door: cell for unit in units for cell in unit.cells}
        self._residents: dict[int, list[tuple[Prisoner, Person]]] = {}
        for prisoner, person in residents:
            if prisoner.cell is not None:
                self._residents.setdefault(prisoner.cell.door, []).append((prisoner, person))
        self._wants_locked = not now or now[-1].block.locked
        self._asked: set[int] = set()
        self._locked_out_of_time: set[int] = set()
        for door in sorted(self._cell_at):
            world.set_locked(door, self._wants_locked)

    @property
    def doors(self) -> frozenset[int]:
        """Indices of the cell doors."""
        return frozenset(self._cell_at)

    def timetable(self) -> Steps:
        """The process that starts the rounds when the day asks for them."""
        env = self._world.env
        for slot in self._slots:
            if slot.start_s > env.now:
                yield env.timeout(slot.start_s - env.now)
            if slot.block.locked:
                self._wants_locked = True
                self._send(locked=True, until_s=slot.end_s)
            elif self._wants_locked:
                self._wants_locked = False
                if self._scenario.unlock.mode == "group-release" and self._duty.operators(env.now):
                    env.process(self._group_release())
                else:
                    self._send(locked=False, until_s=slot.end_s)

    def set_state(self, door: int, *, locked: bool) -> None:
        """Lock or unlock a door whatever the timetable says; somebody who stands at it is let through."""
        self._world.set_locked(door, locked)
        if locked and not self._wants_locked:
            self._locked_out_of_time.add(door)

    def called(self, door: int, _: Person, /) -> None:
        """Somebody stands at a locked cell door: an officer of the unit lets them through."""
        if (self._wants_locked or door in self._locked_out_of_time) and door not in self._asked:
            self._asked.add(door)
            self._call(self._unit_of[door], self._let_through(door))

    def _call(self, unit: Unit, work: Work) -> None:
        self._duty.call(Job(unit=unit, work=work), self._world.env.now)

    def _send(self, *, locked: bool, until_s: float) -> None:
        for unit in self._units:
            shares = len(self._duty.for_unit(unit, self._world.env.now)) or 1
            for number in range(shares):
                first = len(unit.cells) * number // shares
                last = len(unit.cells) * (number + 1) // shares
                self._call(unit, self._round(unit, unit.cells[first:last], locked=locked, until_s=until_s))

    def _round(self, unit: Unit, cells: Sequence[Cell], *, locked: bool, until_s: float) -> Work:
        def job(officer: Officer) -> Steps:
            missing = []
            before: Cell | None = None
            for cell in cells:
                if self._wants_locked is not locked:
                    return
                if self._world.is_locked(cell.door) is locked:
                    continue
                yield from go_to_cell(self._world, self._building, officer, cell, before)
                before = cell
                if locked and not self._all_in(cell):
                    missing.append(cell)
                    continue
                times = self._scenario.unlock
                yield self._world.env.timeout(times.lock_cell_s if locked else times.unlock_cell_s)
                if self._wants_locked is locked:
                    self._world.set_locked(cell.door, locked)
            if missing:
                self._send_again(unit, missing, until_s)

        return job

    def _send_again(self, unit: Unit, missing: Sequence[Cell], until_s: float) -> None:
        """Cells that were not complete are looked at again later; the officer is free for other jobs meanwhile."""
        recheck_s = self._scenario.unlock.recheck_s
        if self._world.env.now + recheck_s >= until_s:
            return
        timeout = self._world.env.timeout(recheck_s)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _: self._call(unit, self._round(unit, missing, locked=True, until_s=until_s)))

    def _let_through(self, door: int) -> Work:
        def job(officer: Officer) -> Steps:
            yield from go_to_cell(self._world, self._building, officer, self._cell_at[door], None)
            yield self._world.env.timeout(self._scenario.unlock.unlock_cell_s)
            self._asked.discard(door)
            self._locked_out_of_time.discard(door)
            self._world.set_locked(door, False)
            yield self._world.env.timeout(LET_THROUGH_S)
            if self._wants_locked:
                self._world.set_locked(door, True)

        return job

    def _all_in(self, cell: Cell) -> bool:
        now = self._world.env.now
        return all(
            person.space == cell.space
            for prisoner, person in self._residents.get(cell.door, ())
            if prisoner.goal_at(now) == cell.space
        )

    def _group_release(self) -> Steps:
        env = self._world.env
        times = self._scenario.unlock
        for unit in self._units:
            yield env.timeout(times.group_release_s)
            for cell in unit.cells:
                if self._wants_locked:
                    return
                self._world.set_locked(cell.door, False)
                yield env.timeout(1.0 / times.doors_per_s)
