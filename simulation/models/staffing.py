"""The post plan at work: officers on their rounds, and the jobs (unlock, lock, let through) they are called away to."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import dist, inf

from simpy import Event

from simulation.graph import CompiledBuilding
from simulation.models.notation import DAY_S
from simulation.models.terms import PostTerms, Scenario
from simulation.models.units import Cell, Unit
from simulation.people import Person, PersonKind, Steps
from simulation.record import Kind
from simulation.streams import replication_seed, stream
from simulation.world import World
from twin.model.errors import Fault, ScenarioError
from twin.model.ids import GlobalId

Work = Callable[["Officer"], Steps]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something in a unit that takes an officer off the round; while it lasts nobody has contact with that officer."""

    unit: Unit
    work: Work


@dataclass(slots=True, kw_only=True, eq=False)
class Officer:
    """One filled post on one day: where its round leads, and what it is called to do; times [s] from the start."""

    name: str
    terms: PostTerms
    day: int
    units: tuple[Unit, ...]
    stations: tuple[int, ...]
    person: Person | None = None
    jobs: deque[Job] = field(default_factory=deque)
    wake: Event | None = None

    def take(self, job: Job) -> None:
        """Queue a job; an officer on the round leaves it at once when standing, at the next station when walking."""
        self.jobs.append(job)
        if self.wake is not None and not self.wake.triggered:
            self.wake.succeed()

    @property
    def start_s(self) -> float:
        """When the post is manned."""
        return self.day * DAY_S + self.terms.start

    @property
    def end_s(self) -> float:
        """When it is relieved."""
        return self.day * DAY_S + self.terms.end

    def on_duty(self, t_s: float) -> bool:
        """Whether the post is manned at this time."""
        return self.start_s <= t_s < self.end_s


@dataclass(slots=True, kw_only=True, eq=False)
class Duty:
    """All posts that are filled, day by day. ``unmanned``: jobs that wait for somebody to come on duty."""

    days: tuple[tuple[Officer, ...], ...]
    unmanned: list[Job] = field(default_factory=list)
    _shift_s: tuple[float, float] = (inf, inf)
    _on_shift: list[Officer] = field(default_factory=list)

    @property
    def officers(self) -> tuple[Officer, ...]:
        """Every post of every day."""
        return tuple(officer for day in self.days for officer in day)

    def on(self, t_s: float) -> list[Officer]:
        """Who is on duty at a time."""
        since_s, until_s = self._shift_s
        if not since_s <= t_s < until_s:
            day = int(t_s // DAY_S)
            officers = self.days[day] if day < len(self.days) else ()
            bounds = sorted({day * DAY_S, (day + 1) * DAY_S, *(b for o in officers for b in (o.start_s, o.end_s))})
            at = bisect_right(bounds, t_s)
            self._shift_s = (bounds[at - 1], bounds[at] if at < len(bounds) else inf)
            self._on_shift = [officer for officer in officers if officer.on_duty(t_s)]
        return self._on_shift

    def call(self, job: Job, t_s: float) -> None:
        """Give a job to whoever has the fewest of those who may do it; with nobody on duty it waits for the next."""
        officers = self.for_unit(job.unit, t_s)
        if officers:
            min(officers, key=lambda officer: len(officer.jobs)).take(job)
        else:
            self.unmanned.append(job)

    def call_again(self, t_s: float) -> None:
        """Somebody came on duty: jobs that waited are given out."""
        waited, self.unmanned = self.unmanned, []
        for job in waited:
            self.call(job, t_s)

    def relieve(self, officer: Officer, t_s: float) -> None:
        """Pass on the jobs of an officer who goes off duty."""
        while officer.jobs:
            self.call(officer.jobs.popleft(), t_s)

    def for_unit(self, unit: Unit, t_s: float) -> list[Officer]:
        """Who unlocks this unit now: its own officers, else the nearest wider scope that has any on duty."""
        unlocking = [officer for officer in self.on(t_s) if officer.terms.unlocks]
        here = [officer for officer in unlocking if any(unit.name == own.name for own in officer.units)]
        for scope in ("unit", "storey", "site"):
            found = [officer for officer in here if officer.terms.scope == scope]
            if found:
                return found
        return unlocking[:1]

    def operators(self, t_s: float) -> int:
        """Posts on duty that answer doors on request."""
        return sum(officer.terms.control for officer in self.on(t_s))

    def escorts(self) -> list[Officer]:
        """Posts that take people to escorted errands, of all days."""
        return [officer for officer in self.officers if officer.terms.escorts]


def post_plan(building: CompiledBuilding, scenario: Scenario, units: tuple[Unit, ...], seed: int) -> Duty:
    """Place every post of every day; who is absent is drawn per post and day from the seed.

    Raises:
        ScenarioError: a post finds none of its spaces in this building; every such post is named.
    """
    faults = post_faults(building, scenario, units)
    if faults:
        raise ScenarioError(faults)
    places = _places(building, scenario, units)
    days = []
    for day in range(scenario.calendar.days):
        own_seed = replication_seed(seed, day)
        weekday = scenario.calendar.weekday(day)
        days.append(
            tuple(
                Officer(
                    name=f"{terms.name} {number + 1}",
                    terms=terms,
                    day=day,
                    units=_units_of(terms, number, units),
                    stations=places[at, number],
                )
                for at, terms in enumerate(scenario.staff.post)
                for number in range(terms.count)
                if weekday in terms.days
                and not _is_away(f"{terms.name} {number + 1} {terms.start:.0f}", _absence(scenario, terms), own_seed)
            )
        )
    return Duty(days=tuple(days))


def post_faults(building: CompiledBuilding, scenario: Scenario, units: tuple[Unit, ...]) -> list[Fault]:
    """Every post that finds none of its spaces."""
    places = _places(building, scenario, units)
    return [
        Fault(scenario.where, f"staff.post {terms.name} {number + 1}", _nowhere(terms, number, units))
        for at, terms in enumerate(scenario.staff.post)
        for number in range(terms.count)
        if not places[at, number]
    ]


def _places(
    building: CompiledBuilding, scenario: Scenario, units: tuple[Unit, ...]
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Stations by (place in the scenario's list of posts, number of the post)."""
    return {
        (at, number): _stations(building, terms, number, _units_of(terms, number, units))
        for at, terms in enumerate(scenario.staff.post)
        for number in range(terms.count)
    }


def _nowhere(terms: PostTerms, number: int, units: Sequence[Unit]) -> str:
    if terms.scope == "unit" and not units:
        return "is of a living unit, but no group of the scenario sleeps in the building"
    where = _units_of(terms, number, tuple(units))[0].name if terms.scope == "unit" and units else f"its {terms.scope}"
    return f"finds no {' or '.join(terms.uses)} in {where}"


def _absence(scenario: Scenario, terms: PostTerms) -> float:
    return scenario.staff.absence if terms.absence is None else terms.absence


def _is_away(post: str, absence: float, seed: int) -> bool:
    return absence > 0 and bool(stream(seed, post, "absence").random() < absence)


def do_duty(world: World, officer: Officer, duty: Duty, scenario: Scenario) -> Steps:
    """The process of one post: jobs first, otherwise the round; at its end the jobs left go to whoever is on duty."""
    env = world.env
    if officer.end_s <= env.now:
        return
    if officer.start_s > env.now:
        yield env.timeout(officer.start_s - env.now)
    person = world.spawn(officer.name, PersonKind.STAFF, officer.stations[0], speed_m_s=scenario.staff.speed_m_s)
    officer.person = person
    duty.call_again(env.now)
    at = 0
    while env.now < officer.end_s:
        if officer.jobs:
            job = officer.jobs.popleft()
            world.recorder.add(env.now, Kind.BUSY, person.number, space=person.space, aux=1.0)
            yield from job.work(officer)
            world.recorder.add(env.now, Kind.BUSY, person.number, space=person.space, aux=0.0)
            continue
        yield from world.walk(person, officer.stations[at % len(officer.stations)])
        at += 1
        if not officer.jobs:
            yield _pause(world, officer)
            officer.wake = None
    world.leave(person)
    duty.relieve(officer, env.now)


def go_to_cell(world: World, building: CompiledBuilding, officer: Officer, cell: Cell, before: Cell | None) -> Steps:
    """Take an officer to a cell door, along the landing from the one `before` it or from anywhere."""
    assert officer.person is not None
    if before is None or officer.person.space != cell.landing:
        yield from world.walk(officer.person, cell.landing)
        return
    doors = [building.door(door) for door in (before.door, cell.door)]
    assert doors[0] is not None
    assert doors[1] is not None
    yield world.env.timeout(dist(doors[0].centre, doors[1].centre) / officer.person.speed_m_s)


def _pause(world: World, officer: Officer) -> Event:
    """Ends with the stay, with the duty, or when a job comes."""
    env = world.env
    left_s = officer.end_s - env.now
    stay_s = left_s if len(officer.stations) == 1 else min(officer.terms.round_min * 60, left_s)
    wake = env.event()
    officer.wake = wake

    def over(_: Event) -> None:
        if not wake.triggered:
            wake.succeed()

    timeout = env.timeout(max(stay_s, 1.0))
    assert timeout.callbacks is not None
    timeout.callbacks.append(over)
    return wake


def _units_of(terms: PostTerms, number: int, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    if not units:
        return ()
    if terms.scope == "unit":
        return (units[number % len(units)],)
    if terms.scope == "storey":
        storeys = list(dict.fromkeys(unit.storey for unit in units))
        return tuple(unit for unit in units if unit.storey == storeys[number % len(storeys)])
    return units


def _stations(building: CompiledBuilding, terms: PostTerms, number: int, units: Sequence[Unit]) -> tuple[int, ...]:
    """Spaces of the round, started at different places by posts of the same name."""
    everywhere = building.spaces_of(terms.uses)
    if terms.scope == "unit":
        own = {space for unit in units for space in unit.spaces}
        found = [space for space in everywhere if space in own]
    elif terms.scope == "storey":
        storeys: set[GlobalId] = {unit.storey for unit in units}
        found = [at for at in everywhere if (space := building.space(at)) and space.storey in storeys]
    else:
        found = list(everywhere)
    turn = number % len(found) if found else 0
    return tuple(found[turn:] + found[:turn])
