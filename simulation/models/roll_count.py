"""The roll count as a procedure: freeze, counts by unit, out-counts, comparison, recount, roll correct.

Officers go from cell to cell and see each face; what is in the common rooms they count at the end of their round, posts
elsewhere report theirs. Whoever walks meanwhile may be missed or counted twice, as in life; so is the odd slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import pairwise
from typing import Any

from simpy import Event

from simulation.graph import CompiledBuilding
from simulation.models.holds import Freeze
from simulation.models.notation import DAY_S
from simulation.models.staffing import Duty, Job, Officer, Work, go_to_cell
from simulation.models.terms import CountTerms, Scenario
from simulation.models.units import Cell, Unit, outdoors
from simulation.people import Person, Steps
from simulation.record import Kind
from simulation.streams import stream
from simulation.world import World


class RollCount:
    """The counts of all days.

    Args:
        world: the world.
        building: the building it is of.
        scenario: times of the counts, and the days they are held on.
        units: units with cells.
        people: everybody on the roll.
        duty: who counts.
        freeze: what stops movement.
        seed: of the plan.
    """

    def __init__(
        self,
        world: World,
        building: CompiledBuilding,
        scenario: Scenario,
        units: Sequence[Unit],
        people: Sequence[Person],
        duty: Duty,
        freeze: Freeze,
        seed: int,
    ) -> None:
        self._world = world
        self._building = building
        self._terms: CountTerms = scenario.count
        self._calendar = scenario.calendar
        self._units = tuple(units)
        self._people = people
        self._outside = outdoors(building)
        self._duty = duty
        self._freeze = freeze
        self._slips = stream(seed, "regime", "roll-count")
        self._rooms = _each_once(units)
        self._of_units = {cell.space for unit in units for cell in unit.cells}.union(*self._rooms.values())

    def timetable(self) -> Steps:
        """The process that holds the counts; one that is not finished when the next begins is given up."""
        env = self._world.env
        times_s = [at_s for at_s in self._times_s() if at_s >= env.now]
        for number, at_s in enumerate(times_s):
            if at_s > env.now:
                yield env.timeout(at_s - env.now)
            gives_up_s = times_s[number + 1] if number + 1 < len(times_s) else self._calendar.days * DAY_S
            if gives_up_s > env.now:
                yield from self._held_until(gives_up_s)

    def _times_s(self) -> Iterator[float]:
        for day in range(self._calendar.days):
            if self._calendar.weekday(day) in self._terms.days:
                yield from (day * DAY_S + at_s for at_s in sorted(set(self._terms.at)))

    def _held_until(self, gives_up_s: float) -> Steps:
        env = self._world.env
        self._freeze.begin()
        for _ in range(1 + self._terms.recounts):
            counted = (yield from self._counted(gives_up_s)) if env.now < gives_up_s else None
            if counted is None:
                break
            yield env.timeout(self._terms.compare_s)
            off = counted - sum(person.space != self._outside for person in self._people)
            self._world.recorder.add(env.now, Kind.RESULT, aux=float(off))
            if not off:
                self._freeze.lift(is_correct=True)
                return
        self._freeze.lift(is_correct=False)

    def _counted(self, gives_up_s: float) -> Generator[Event, Any, int | None]:
        """One count of everybody; None if it is not finished in time."""
        env = self._world.env
        finished = env.event()
        rounds = [(unit, cells) for unit in self._units for cells in self._shares(unit)]
        figures: list[int] = []

        def report(figure: int) -> None:
            figures.append(figure)
            if len(figures) == len(rounds) + 1 and not finished.triggered:
                finished.succeed(True)

        for number, (unit, cells) in enumerate(rounds):
            has_rooms = number == 0 or rounds[number - 1][0] is not unit
            self._duty.call(Job(unit=unit, work=self._round(unit, cells, has_rooms, report, finished)), env.now)
        for delay_s, then in (
            (self._terms.out_count_s, lambda: report(self._elsewhere())),
            (gives_up_s - env.now, None),
        ):
            timeout = env.timeout(delay_s)
            assert timeout.callbacks is not None
            timeout.callbacks.append(_once(finished, then))
        is_complete = yield finished
        return sum(figures) if is_complete else None

    def _shares(self, unit: Unit) -> Iterator[tuple[Cell, ...]]:
        officers = len(self._duty.for_unit(unit, self._world.env.now)) or 1
        bounds = [len(unit.cells) * number // officers for number in range(officers + 1)]
        yield from (unit.cells[first:last] for first, last in pairwise(bounds) if last > first)

    def _round(
        self, unit: Unit, cells: Sequence[Cell], has_rooms: bool, report: Callable[[int], None], finished: Event
    ) -> Work:
        slip = int(self._slips.random() < self._terms.error_rate) * (1 if self._slips.random() < 0.5 else -1)

        def job(officer: Officer) -> Steps:
            if finished.triggered:
                return  # given up before anybody came
            figure = slip
            before: Cell | None = None
            for cell in cells:
                yield from go_to_cell(self._world, self._building, officer, cell, before)
                before = cell
                yield self._world.env.timeout(self._terms.cell_s)
                figure += self._world.count(cell.space)
            if has_rooms:
                here = Counter(person.space for person in self._people)
                figure += sum(here[space] for space in self._rooms[unit.name])
            report(figure)

        return job

    def _elsewhere(self) -> int:
        """People inside, but in no unit, when the posts there report."""
        return sum(person.space != self._outside and person.space not in self._of_units for person in self._people)


def _each_once(units: Sequence[Unit]) -> dict[str, tuple[int, ...]]:
    """Common rooms and landings by unit; what two units share counts for the first."""
    owner = {space: unit.name for unit in reversed(units) for space in unit.spaces}
    return {unit.name: tuple(space for space in unit.spaces if owner[space] == unit.name) for unit in units}


def _once(finished: Event, then: Callable[[], None] | None) -> Callable[[Event], None]:
    """Do `then` when the time comes, or give up; nothing once it is finished."""

    def callback(_: Event) -> None:
        if finished.triggered:
            return
        if then is None:
            finished.succeed(False)
        else:
            then()

    return callback
