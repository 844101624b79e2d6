"""The days of each prisoner: the process that follows a plan, through whatever holds it up."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

import numpy as np
from simpy import Event

from simulation.models.holds import Freeze, ToolCounts, held
from simulation.models.notation import DAY_S
from simulation.models.plans import Appointment, Prisoner
from simulation.models.service_point import Outcome, ServicePoint
from simulation.models.terms import Scenario
from simulation.people import Person, PersonKind, Steps
from simulation.record import Hold, Kind
from simulation.streams import stream
from simulation.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What people meet on their way through the plan.

    ``points``: service points by (number of the errand, space); ``escorts``: the officers who take people somewhere.
    """

    world: World
    scenario: Scenario
    seed: int
    freeze: Freeze
    tools: ToolCounts
    points: Mapping[tuple[int, int], ServicePoint]
    escorts: ServicePoint

    def may_hold(self, appointment: Appointment) -> bool:
        """Whether anything but doors may hold up who sets out for an appointment."""
        return appointment.counted or appointment.escorted or bool(self.scenario.count.at)


def follow_plan(premises: Premises, prisoner: Prisoner, person: Person) -> Steps:
    """The process of one prisoner: set out when it is time, skip what is over before one could go.

    What nothing can hold up is one stride from door to door: the time one is free again is known before it comes.
    """
    world, env, add = premises.world, premises.world.env, premises.world.recorder.add
    within_s = premises.scenario.people.set_out_within_s
    lags_s = stream(premises.seed, prisoner.name, "set-out").random(len(prisoner.plan)) * within_s
    free_s, order = env.now, person.order
    for appointment, lag_s in zip(prisoner.plan, lags_s.tolist(), strict=True):
        if person.space == appointment.goal and appointment.errand < 0:
            continue
        sets_out_s = max(appointment.leave_s + lag_s, free_s)
        due = partial(add, entity=person.number, space=appointment.goal, aux=appointment.due_s)
        if sets_out_s >= appointment.end_s:
            due(sets_out_s, Kind.MISSED)
            continue
        due(sets_out_s, Kind.DUE)
        if premises.may_hold(appointment):
            yield env.timeout(sets_out_s - env.now)
            has_come = yield from _held_up(premises, person, appointment)
            free_s = env.now
            if not has_come:
                due(free_s, Kind.MISSED)
                continue
        else:
            free_s = yield from world.stride(person, appointment.goal, sets_out_s)
        if person.order != order:
            return  # somebody ordered it elsewhere: that is the end of the plan
        add(free_s, Kind.ARRIVE, person.number, space=appointment.goal, aux=free_s - appointment.due_s)
        if appointment.errand >= 0:
            yield env.timeout(free_s - env.now)
            yield from _be_served(premises, person, appointment)
            free_s = env.now


def _held_up(premises: Premises, person: Person, appointment: Appointment) -> Generator[Event, Any, bool]:
    """Go to an appointment through whatever may hold one up; whether one has come there."""
    if appointment.counted:
        yield from premises.tools.passed(person)
    if appointment.escorted:
        return (yield from _escorted(premises, person, appointment))
    yield from _walk(premises, person, appointment)
    return True


def _walk(premises: Premises, person: Person, appointment: Appointment) -> Steps:
    """Set out as soon as movement is free; home one may always go, to be locked in."""
    if premises.freeze.is_on and not appointment.is_home:
        yield from premises.freeze.passed(person)
    yield from premises.world.walk(person, appointment.goal)


def _escorted(premises: Premises, person: Person, appointment: Appointment) -> Generator[Event, Any, bool]:
    """Wait for an officer and go with them; officers who escort are counted, their own walk is not played."""
    world = premises.world
    person.held = (Kind.HELD, Hold.ESCORT, world.env.now)
    visit = yield from premises.escorts.visit(
        partial(_walk, premises, person, appointment),
        patience=max(0.0, appointment.end_s - world.env.now),
        begins=partial(_held, world, person),
    )
    if visit.outcome is Outcome.LEFT:
        _held(world, person, visit.wait)
    return visit.outcome is Outcome.SERVED


def _held(world: World, person: Person, wait_s: float) -> None:
    person.held = None
    if wait_s > 0:
        held(world, person, Hold.ESCORT, wait_s)


def _be_served(premises: Premises, person: Person, appointment: Appointment) -> Steps:
    world, errand = premises.world, appointment.errand
    terms = premises.scenario.errand[errand]
    assert terms.service is not None
    source = stream(premises.seed, person.name, f"{terms.name}/{int(appointment.due_s // DAY_S)}")
    service_s = 60 * float(terms.service.draw(source, 1)[0])
    patience_s = 60 * float(source.exponential(terms.patience_min)) if terms.patience_min else inf
    row = partial(world.recorder.add, entity=person.number, way=errand, space=appointment.goal)
    person.held = (Kind.TURNED, errand, world.env.now)

    def begins(wait_s: float) -> None:
        person.held = None
        row(world.env.now, Kind.SERVE, aux=wait_s)

    visit = yield from premises.points[errand, appointment.goal].visit(
        service_s, patience=max(0.0, min(patience_s, appointment.end_s - world.env.now)), begins=begins
    )
    person.held = None
    if visit.outcome is Outcome.SERVED:
        row(world.env.now, Kind.DONE, aux=service_s)
    else:
        row(world.env.now, Kind.TURNED, aux=visit.wait)


def spawn_prisoner(world: World, prisoner: Prisoner, space: int, scenario: Scenario, seed: int) -> Person:
    """Put a prisoner into a space, with a walking speed of its own; the record says which seats it has."""
    terms = scenario.people
    factor = float(np.clip(1 + terms.speed_spread * stream(seed, prisoner.name, "speed").standard_normal(), 0.6, 1.4))
    person = world.spawn(
        prisoner.name,
        PersonKind.PRISONER,
        space,
        speed_m_s=terms.speed_m_s * factor,
        stair_speed_m_s=terms.stair_speed_m_s * factor,
    )
    for space in prisoner.seats:
        world.recorder.add(world.env.now, Kind.SEAT, person.number, space=space)
    return person
