"""One evacuation of the real building, played in the same world as a day; its record says everything."""

from __future__ import annotations

from dataclasses import dataclass

from simpy import Environment

from simulation.egress.crews import Officer, UnlockTimes, Work, release
from simulation.egress.doors import DoorPlan, doors_named
from simulation.egress.escape_ways import EscapeWays, pace
from simulation.egress.opening import Occupant, Opening
from simulation.egress.plan import Plan
from simulation.egress.plan_checks import evacuated_spaces
from simulation.flow import Manner
from simulation.people import Person, PersonKind, Steps
from simulation.record import EventRecord, Kind
from simulation.streams import stream
from simulation.world import World
from twin.model.doors import Door, Link

_SLOWEST, _FASTEST = 0.6, 1.4
"""Individual speeds are kept within these shares of the mean (assumed, as in a regime day)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Somebody who is to leave, and the times [s] that were drawn for it."""

    person: int
    notification_s: float
    pre_movement_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """The record of one evacuation, who was to leave, and the ways of the doors that were locked at the alarm."""

    record: EventRecord
    leaving: tuple[Leaving, ...]
    held: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A plan made ready for its building; the same for every replication."""

    plan: Plan
    ways: EscapeWays
    doors: DoorPlan
    times: UnlockTimes
    staff_speed_m_s: float


def play(setting: Setting, opening: Opening, seed: int, *, is_effective: bool, manner: Manner) -> Played:
    """Play a plan once: with effective or full widths, in one manner of sharing doors."""
    return _Play(setting, opening, seed, is_effective=is_effective, manner=manner).run()


class _Play:
    def __init__(self, setting: Setting, opening: Opening, seed: int, *, is_effective: bool, manner: Manner) -> None:
        self._setting = setting
        self._opening = opening
        self._seed = seed
        self._building = setting.ways.effective if is_effective else setting.ways.full
        self._world = World(self._building, Environment())
        self._world.manner = manner
        self._world.entered.append(lambda person, _, to: self._at_the_pace_of(person, to))
        self._free_m_s: dict[int, float] = {}
        self._leaving: list[Leaving] = []
        self._evacuated = frozenset(evacuated_spaces(setting.plan, setting.ways.facility))

    def run(self) -> Played:
        held = frozenset(self._lock())
        if self._world.manner != Manner():
            for way in set(range(len(self._building.ways))) - held:
                self._world.add_gate(way)
        self._limit()
        for occupant in self._opening.occupants:
            self._settle(occupant)
        self._send_crews()
        self._release_from_control()
        self._world.env.run()
        return Played(record=self._world.finish(), leaving=tuple(self._leaving), held=held)

    def _lock(self) -> list[int]:
        facility = self._setting.ways.facility
        held = [
            self._building.way_index[door.global_id] for door in self._setting.doors.held(facility, self._opening.cells)
        ]
        for way in held:
            self._world.set_locked(way, True)
        return held

    def _limit(self) -> None:
        facility = self._setting.ways.facility
        for entry in self._setting.plan.storage:
            space = facility.space(entry.space).global_id
            ways: list[Door | Link] = [*facility.doors, *facility.links]
            joined = [way for way in ways if space in (way.joins or ())]
            into = [
                self._building.way_index[way.global_id] for way in joined if way.global_id in self._building.way_index
            ]
            self._world.set_storage(space, entry.people, ways=into)

    # those who leave

    def _settle(self, occupant: Occupant) -> None:
        kind = PersonKind.STAFF if occupant.is_staff else PersonKind.PRISONER
        terms = self._setting.plan.movement
        normal = float(stream(self._seed, occupant.name, "egress-speed").standard_normal())
        mean_m_s = self._setting.staff_speed_m_s if occupant.is_staff else terms.speed_m_s
        speed_m_s = mean_m_s * min(max(1 + terms.speed_spread * normal, _SLOWEST), _FASTEST)
        person = self._person(occupant.name, kind, self._building.node_index[occupant.space], speed_m_s)
        is_called = occupant.space in self._evacuated and (not occupant.is_staff or self._setting.plan.evacuated.staff)
        if is_called:
            self._world.env.process(self._leave(person, self._times_of(occupant.name, person)))

    def _times_of(self, name: str, person: Person) -> Leaving:
        plan = self._setting.plan
        leaving = Leaving(
            person=person.number,
            notification_s=plan.notification.after_s,
            pre_movement_s=plan.pre_movement.draw_s(stream(self._seed, name, "pre-movement")),
        )
        self._leaving.append(leaving)
        return leaving

    def _leave(self, person: Person, times: Leaving) -> Steps:
        env, recorder = self._world.env, self._world.recorder
        yield env.timeout(times.notification_s + times.pre_movement_s)
        ways = self._setting.ways
        way_out = (ways.if_unlocked if person.has_keys else ways.to_goal).get(person.space)
        if way_out is None:
            return
        goal, path = way_out
        recorder.add(env.now, Kind.DUE, person.number, space=goal)
        self._at_the_pace_of(person, person.space)
        yield from self._world.walk(person, goal, path=path)
        recorder.add(env.now, Kind.ARRIVE, person.number, space=goal, aux=env.now)

    def _at_the_pace_of(self, person: Person, node: int) -> None:
        """Speed by the density of the space that somebody enters, at that moment."""
        area_m2 = self._setting.ways.areas_m2[node]
        share = pace(self._world.count(node) / area_m2) if area_m2 else 1.0
        person.speed_m_s = person.stair_speed_m_s = self._free_m_s[person.number] * share

    def _person(self, name: str, kind: PersonKind, node: int, speed_m_s: float) -> Person:
        person = self._world.spawn(name, kind, node, speed_m_s=speed_m_s, stair_speed_m_s=speed_m_s)
        self._free_m_s[person.number] = speed_m_s
        return person

    # those who unlock

    def _send_crews(self) -> None:
        plan, ways = self._setting.plan, self._setting.ways
        claimed: set[int] = set()
        for crew in plan.crew:
            node = self._building.node_index[ways.facility.space(crew.start).global_id]
            speed_m_s = crew.speed_m_s or self._setting.staff_speed_m_s
            work = Work(lists=[doors_named(name, ways.facility) for name in crew.unlocks], claimed=claimed)
            sets_out_s = plan.notification.after_s if crew.sets_out_s is None else crew.sets_out_s
            times = self._setting.times
            own = UnlockTimes(cell_s=crew.cell_s or times.cell_s, arm_s=times.arm_s, doors_per_s=times.doors_per_s)
            for number in range(crew.officers):
                person = self._person(f"{crew.name} {number + 1}", PersonKind.STAFF, node, speed_m_s)
                officer = Officer(self._world, ways, person, speed_m_s)
                self._world.env.process(officer.unlock(work, sets_out_s, own))

    def _release_from_control(self) -> None:
        plan, times = self._setting.plan, self._setting.times
        for entry in plan.release:
            doors = [self._building.way_index[door.global_id] for door in self._doors_of(entry.unlocks)]
            own = UnlockTimes(
                cell_s=times.cell_s,
                arm_s=times.arm_s if entry.arm_s is None else entry.arm_s,
                doors_per_s=entry.doors_per_s or times.doors_per_s,
            )
            at_s = plan.notification.after_s if entry.at_s is None else entry.at_s
            held = [way for way in doors if self._world.is_locked(way)]
            self._world.env.process(release(self._world, held, at_s, own))

    def _doors_of(self, names: tuple[str, ...]) -> list[Door]:
        facility = self._setting.ways.facility
        return list(dict.fromkeys(door for name in names for door in doors_named(name, facility)))
