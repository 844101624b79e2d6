"""Plans: the appointments of everybody over all days, made before the clock starts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from simulation.graph import CompiledBuilding
from simulation.models.allocation import Allocation, Seats
from simulation.models.calendar import Slot, slots_of
from simulation.models.errands import SETTLE_S, Errand, ErrandBook
from simulation.models.homes import Home
from simulation.models.notation import DAY_S
from simulation.models.open_air import Turn, assign_turns, turns_of
from simulation.models.stretches import Stretch, without
from simulation.models.terms import Block, Scenario
from simulation.models.units import Cell, Unit, outdoors
from simulation.streams import replication_seed, stream

RETURN_S = 1200.0
"""Assumed time to come back from a session before anything else can be planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Be in `goal` from `due_s` to `end_s`; set out at `leave_s`.

    ``errand``: number of the errand to queue for there, -1 for none. ``escorted``: only with an officer. ``counted``:
    what one leaves for this appointment is a session after which tools may be counted. ``is_home``: it is where one
    sleeps.
    """

    leave_s: float
    due_s: float
    end_s: float
    goal: int
    errand: int = -1
    escorted: bool = False
    counted: bool = False
    is_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prisoner:
    """One synthetic slot: home, the plan of its days in order of time, and the spaces of its `seats`."""

    home: Home
    plan: tuple[Appointment, ...]
    seats: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """As the record calls it."""
        return self.home.name

    @property
    def unit(self) -> Unit:
        """The living unit."""
        return self.home.unit

    @property
    def cell(self) -> Cell | None:
        """The cell, or None of somebody from outside."""
        return self.home.cell

    def goal_at(self, t_s: float) -> int:
        """Where the plan wants the person at a time; its home before the plan begins."""
        at = bisect_right(self.plan, t_s, key=lambda appointment: appointment.leave_s)
        return self.plan[at - 1].goal if at else self.home.space


def plan_days(building: CompiledBuilding, scenario: Scenario, homes: Sequence[Home], seed: int) -> tuple[Prisoner, ...]:
    """Plans of everybody: seats, open air in rota, errands, day after day."""
    book = ErrandBook(building, scenario.errand, [home.unit for home in homes])
    members = {
        group.name: [number for number, home in enumerate(homes) if home.group is group] for group in scenario.group
    }
    allocation = Allocation(building, scenario, members, seed)
    plans: list[list[Appointment]] = [[] for _ in homes]
    had: list[dict[int, None]] = [{} for _ in homes]
    for day in range(scenario.calendar.days):
        own = _Day(building, scenario, homes, day, replication_seed(seed, day))
        seats = allocation.day(scenario.calendar.weekday(day), own.present)
        own.settle(seats)
        turns = own.turns()
        for number in range(len(homes)):
            plans[number] += own.plan(number, turns.get(number), book)
        for (number, _), space in seats.items():
            had[number][space] = None
    return tuple(
        Prisoner(home=home, plan=tuple(sorted(plan, key=lambda appointment: appointment.leave_s)), seats=tuple(spaces))
        for home, plan, spaces in zip(homes, plans, had, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """What a slot means to one person: from when on it is where."""

    slot: Slot
    place: str
    goal: int
    leave_s: float
    due_s: float


class _Day:
    """One day of all plans; its draws are keyed by the day."""

    def __init__(
        self, building: CompiledBuilding, scenario: Scenario, homes: Sequence[Home], day: int, seed: int
    ) -> None:
        self._building = building
        self._scenario = scenario
        self._homes = homes
        self._seed = seed
        self._weekday = scenario.calendar.weekday(day)
        self._opens_s = day * DAY_S
        self._slots = {group.name: slots_of(scenario, group, day) for group in scenario.group}
        self._stays: dict[int, list[_Stay]] = {}
        self.present: Collection[int] = frozenset(
            number
            for number, home in enumerate(homes)
            if stream(seed, home.name, "absence").random() >= scenario.people.absence
        )

    def settle(self, seats: Seats) -> None:
        """Take the seats of the day: who is where when, errands apart."""
        self._stays = {number: list(self._stays_of(number, seats)) for number in range(len(self._homes))}

    def turns(self) -> dict[int, Turn]:
        """Open air in rota: who goes when."""
        homes = self._homes
        units = list(dict.fromkeys(home.unit.name for home in homes))
        rota = stream(self._seed, "regime", "open-air").permutation(len(units))
        turn_of_unit = {unit: int(rota[number]) for number, unit in enumerate(units)}
        return assign_turns(
            self._building,
            [(self._opens_s + start, self._opens_s + end) for start, end in turns_of(self._scenario.open_air)],
            {number: home.unit.yard for number, home in enumerate(homes) if home.unit.yard is not None},
            {number: [*self._engaged(number), *self._gaps(number)] for number in range(len(homes))},
            {number: turn_of_unit[home.unit.name] * len(homes) + number for number, home in enumerate(homes)},
        )

    def plan(self, number: int, turn: Turn | None, book: ErrandBook) -> list[Appointment]:
        """The appointments of one person on this day."""
        busy = self._engaged(number)
        visits: list[Errand] = []
        if turn is not None:
            visits.append(Errand(start_s=turn.start, end_s=turn.end, space=turn.yard))
            busy.append((turn.start - SETTLE_S, turn.end + SETTLE_S))
        visits += book.book(
            self._homes[number],
            self._weekday,
            self._opens_s,
            free=without(self._free(number, {"dayroom"}), busy),
            at_home=without(self._free(number, {"dayroom", "home"}), busy),
            seed=self._seed,
        )
        return self._appointments(self._stays[number], visits)

    def _stays_of(self, number: int, seats: Seats) -> Iterator[_Stay]:
        home = self._homes[number]
        slots = self._slots[home.group.name]
        for slot, delay_s in zip(slots, self._delays_s(home, slots), strict=True):
            place = self._place(slot.block, number, seats)
            yield _Stay(
                slot=slot,
                place=place,
                goal=self._goal(place, slot.block, number, seats),
                leave_s=slot.start_s - slot.block.lead_s + delay_s,
                due_s=slot.start_s + delay_s,
            )

    def _delays_s(self, home: Home, slots: Sequence[Slot]) -> list[float]:
        """How long after the start of each slot somebody sets out [s]."""
        if not any(slot.block.spread_min for slot in slots):
            return [0.0] * len(slots)
        draws = stream(self._seed, home.name, "spread").random(len(slots)).tolist()
        return [60 * slot.block.spread_min * draw for slot, draw in zip(slots, draws, strict=True)]

    def _engaged(self, number: int) -> list[Stretch]:
        """From setting out for a session, or from the building, until one is back and can plan anything else."""
        return [
            (stay.leave_s, until_s + RETURN_S)
            for stay, until_s in self._with_ends(number)
            if stay.place in ("session", "away")
        ]

    def _free(self, number: int, places: Collection[str]) -> list[Stretch]:
        """Stretches in some places, without the way there."""
        free = []
        before = self._homes[number].space
        for stay, until_s in self._with_ends(number):
            if stay.place in places:
                free.append((stay.leave_s + (SETTLE_S if stay.goal != before else 0.0), until_s))
            before = stay.goal
        return free

    def _gaps(self, number: int) -> list[Stretch]:
        """When the timetable wants nobody anywhere: people stay where they were."""
        slots = [(stay.slot.start_s, stay.slot.end_s) for stay in self._stays[number]]
        return without([(self._opens_s, self._opens_s + DAY_S)], slots)

    def _with_ends(self, number: int) -> Iterator[tuple[_Stay, float]]:
        """Stays and when each is left for the next one."""
        stays = self._stays[number]
        ends_s = [*(after.leave_s for after in stays[1:]), *(stay.slot.end_s for stay in stays[-1:])]
        yield from zip(stays, ends_s, strict=True)

    def _place(self, block: Block, number: int, seats: Seats) -> str:
        """Where a block puts somebody: session (with a seat), dayroom, home or away."""
        place = block.place
        if place == "session" and (number, block.session) not in seats:
            place = block.otherwise
        return "home" if place == "cell" else place

    def _goal(self, place: str, block: Block, number: int, seats: Seats) -> int:
        home = self._homes[number]
        match place:
            case "session":
                return seats[number, block.session]
            case "away":
                return outdoors(self._building)
            case "dayroom":
                assert home.unit.dayroom is not None
                return home.unit.dayroom
            case _:
                return home.space

    def _appointments(self, stays: Sequence[_Stay], visits: Sequence[Errand]) -> list[Appointment]:
        """Stays and visits in one list; who is on a visit when a stay begins goes there from the visit."""
        plan = []
        for number, stay in enumerate(stays):
            if not any(visit.leave_s <= stay.leave_s <= visit.end_s for visit in visits):
                plan.append(
                    Appointment(
                        leave_s=stay.leave_s,
                        due_s=stay.due_s,
                        end_s=stay.slot.end_s,
                        goal=stay.goal,
                        counted=number > 0 and stays[number - 1].place == "session",
                        is_home=stay.place == "home",
                    )
                )
        for visit in visits:
            plan.append(_there(visit))
            at_its_end = [stay for stay in stays if stay.leave_s <= visit.end_s]
            if at_its_end and visit.end_s < at_its_end[-1].slot.end_s:
                plan.append(_back(visit, at_its_end[-1]))
        return plan


def _there(visit: Errand) -> Appointment:
    return Appointment(
        leave_s=visit.leave_s,
        due_s=visit.start_s,
        end_s=visit.closes_s,
        goal=visit.space,
        errand=visit.number if visit.queues else -1,
        escorted=visit.escorted,
    )


def _back(visit: Errand, stay: _Stay) -> Appointment:
    return Appointment(
        # A service takes as long as it takes: whoever has been served goes back at once.
        leave_s=visit.start_s if visit.queues else visit.end_s,
        due_s=visit.end_s + SETTLE_S,
        end_s=stay.slot.end_s,
        goal=stay.goal,
        escorted=visit.escorted,
        is_home=stay.place == "home",
    )
