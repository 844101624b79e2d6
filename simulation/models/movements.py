"""The day of each prisoner: a plan of appointments made before the clock starts, and the process that follows it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from simulation.graph import CompiledBuilding
from simulation.models.allocation import Seats, allocate
from simulation.models.errands import SETTLE_S, ErrandBook
from simulation.models.open_air import assign_turns
from simulation.models.stretches import Stretch, without
from simulation.models.terms import Block, Scenario
from simulation.models.units import Cell, Unit
from simulation.people import Person, PersonKind, Steps
from simulation.record import Kind
from simulation.streams import stream
from simulation.world import World

RETURN_S = 1200.0
"""Assumed time to come back from a session before anything else can be planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Be in `goal` from `due_s` to `end_s`; set out at `leave_s`."""

    leave_s: float
    due_s: float
    end_s: float
    goal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prisoner:
    """One synthetic slot: home, unit, the plan of its day in order of time, and the spaces of its `seats`."""

    name: str
    cell: Cell
    unit: Unit
    plan: tuple[Appointment, ...]
    seats: tuple[int, ...] = ()

    def goal_at(self, t_s: float) -> int:
        """Where the plan wants the person at a time; its cell before the day begins."""
        at = bisect_right(self.plan, t_s, key=lambda appointment: appointment.leave_s)
        return self.plan[at - 1].goal if at else self.cell.space


def plan_day(
    building: CompiledBuilding, scenario: Scenario, units: tuple[Unit, ...], book: ErrandBook, seed: int
) -> tuple[Prisoner, ...]:
    """Plans of everybody: seats, open air in rota, errands."""
    homes = _homes(units, scenario.people.occupancy)
    names = [f"P-{number + 1:04d}" for number in range(len(homes))]
    present = [
        number for number, name in enumerate(names) if stream(seed, name, "absence").random() >= scenario.people.absence
    ]
    seats = allocate(building, scenario.activity, scenario.sessions, present, seed)
    engaged = {number: _engaged(scenario, seats, number) for number in range(len(homes))}
    rota = stream(seed, "regime", "open-air").permutation(len(units))
    turn_of_unit = {unit.name: int(rota[number]) for number, unit in enumerate(units)}
    turns = assign_turns(
        building,
        scenario.open_air,
        {number: unit.yard for number, (unit, _) in enumerate(homes) if unit.yard is not None},
        engaged,
        {number: turn_of_unit[unit.name] * len(homes) + number for number, (unit, _) in enumerate(homes)},
    )
    in_dayroom = [(block.start, block.end) for block in scenario.block if block.place == "dayroom"]
    prisoners = []
    for number, (unit, cell) in enumerate(homes):
        visits = []
        busy = list(engaged[number])
        if number in turns:
            turn = turns[number]
            visits.append((turn.start, turn.end, turn.yard))
            busy.append((turn.start - SETTLE_S, turn.end + SETTLE_S))
        visits += book.book(names[number], unit, without(in_dayroom, busy), seed)
        plan = _plan(scenario, seats, number, unit, cell, sorted(visits))
        own = tuple(seats[number, session] for session in scenario.sessions if (number, session) in seats)
        prisoners.append(Prisoner(name=names[number], cell=cell, unit=unit, plan=plan, seats=own))
    return tuple(prisoners)


def follow_plan(world: World, prisoner: Prisoner, person: Person, scenario: Scenario, seed: int) -> Steps:
    """The process of one prisoner: set out when it is time, skip what is over before one could go."""
    env, recorder = world.env, world.recorder
    lags_s = stream(seed, prisoner.name, "set-out").random(len(prisoner.plan)) * scenario.people.set_out_within_s
    for appointment, lag_s in zip(prisoner.plan, lags_s.tolist(), strict=True):
        delay_s = appointment.leave_s + lag_s - env.now
        if delay_s > 0:
            yield env.timeout(delay_s)
        if person.space == appointment.goal:
            continue
        if env.now >= appointment.end_s:
            recorder.add(env.now, Kind.MISSED, person.number, space=appointment.goal, aux=appointment.due_s)
            continue
        recorder.add(env.now, Kind.DUE, person.number, space=appointment.goal, aux=appointment.due_s)
        yield from world.walk(person, appointment.goal)
        recorder.add(env.now, Kind.ARRIVE, person.number, space=appointment.goal, aux=env.now - appointment.due_s)


def spawn_prisoner(world: World, prisoner: Prisoner, scenario: Scenario, seed: int) -> Person:
    """Put a prisoner into the cell, with a walking speed of its own; the record says which seats it has."""
    terms = scenario.people
    factor = float(np.clip(1 + terms.speed_spread * stream(seed, prisoner.name, "speed").standard_normal(), 0.6, 1.4))
    person = world.spawn(
        prisoner.name,
        PersonKind.PRISONER,
        prisoner.cell.space,
        speed_m_s=terms.speed_m_s * factor,
        stair_speed_m_s=terms.stair_speed_m_s * factor,
    )
    for space in prisoner.seats:
        world.recorder.add(world.env.now, Kind.SEAT, person.number, space=space)
    return person


def _homes(units: tuple[Unit, ...], occupancy: float) -> list[tuple[Unit, Cell]]:
    """One entry per prisoner. Below full occupancy first places of all cells fill before second ones."""
    beds = [(bed, unit, cell) for unit in units for cell in unit.cells for bed in range(cell.places)]
    wanted = round(occupancy * len(beds))
    chosen = sorted(range(len(beds)), key=lambda at: (beds[at][0], at))[:wanted]
    return [(beds[at][1], beds[at][2]) for at in sorted(chosen)]


def _engaged(scenario: Scenario, seats: Seats, number: int) -> list[Stretch]:
    return [
        (block.start - block.lead_s, block.end + RETURN_S)
        for block in scenario.block
        if block.place == "session" and (number, block.session) in seats
    ]


def _goal(block: Block, seats: Seats, number: int, unit: Unit, cell: Cell) -> int:
    if block.place == "session" and (number, block.session) in seats:
        return seats[number, block.session]
    place = block.otherwise if block.place == "session" else block.place
    return cell.space if place == "cell" else unit.dayroom


def _plan(
    scenario: Scenario,
    seats: Seats,
    number: int,
    unit: Unit,
    cell: Cell,
    visits: list[tuple[float, float, int]],
) -> tuple[Appointment, ...]:
    plan = []
    for block in scenario.block:
        goal = _goal(block, seats, number, unit, cell)
        plan.append(Appointment(leave_s=block.start - block.lead_s, due_s=block.start, end_s=block.end, goal=goal))
        for start, end, space in visits:
            if block.start <= start < block.end:
                plan.append(Appointment(leave_s=start - SETTLE_S / 2, due_s=start, end_s=end, goal=space))
                if end < block.end:
                    plan.append(Appointment(leave_s=end, due_s=end + SETTLE_S, end_s=block.end, goal=goal))
    return tuple(sorted(plan, key=lambda appointment: appointment.leave_s))
