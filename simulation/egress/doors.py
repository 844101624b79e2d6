"""Which doors hold people back at the alarm, and who will open them: read from the facility, then from the plan.

The facility says what each door does on fire alarm (`FireAction`) and without power (`FailMode`): a door that unlocks
is free; one that stays locked, or closes into a lock that only power opens, holds people back until somebody unlocks
it; one that does nothing holds nobody in. This is the reading of check E2 (`twin.checks.exits`). Cells are as regime or
snapshot left them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulation.egress.plan import Plan
from twin.graph.network import Passable
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.vocabulary import CELLS, SLEEPING, DoorState, FailMode, FireAction

_FREE_INSIDE = ("RFID", "PANIC", "LATCH")
"""Locks with a free handle inside: they keep people out, not in (door catalogue of the sample sites)."""
_UNLOCKED = frozenset({DoorState.CLOSED, DoorState.OPEN, DoorState.HELD, DoorState.FORCED, DoorState.MOVING})


def is_held_on_alarm(door: Door, state: DoorState | None = None) -> bool:
    """Whether a door is locked against people who want out, from the alarm on; `state` is what it was before."""
    if door.fire_action is FireAction.UNLOCKS:
        return False
    if door.fire_action is FireAction.CLOSES:
        return door.fail_mode is FailMode.FAIL_SECURE
    if door.fire_action is FireAction.STAYS_LOCKED:
        return state not in _UNLOCKED
    return state is DoorState.LOCKED and not door.lock_type.startswith(_FREE_INSIDE)


def is_cell_door(door: Door, facility: Facility) -> bool:
    """Whether it is the door of a sleeping place."""
    sides = [facility.space_by_id.get(node) for node in door.joins or ()]
    return any(space is not None and space.use in SLEEPING | CELLS for space in sides)


def doors_named(name: str, facility: Facility) -> tuple[Door, ...]:
    """The doors of a release group, a door by code, or the doors of a space by code; none if nothing is called so."""
    grouped = [door for door in facility.doors if door.release_group == name and door.is_route]
    if grouped:
        return tuple(sorted(grouped, key=lambda door: door.code))
    single = tuple(door for door in facility.doors if name in (door.code, door.global_id) and door.is_route)
    if single:
        return single
    spaces = [space.global_id for space in facility.spaces if name in (space.code, space.global_id)]
    return tuple(door for space in spaces for door in facility.doors_of.get(space, ()) if door.is_route)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPlan:
    """What a plan does with the doors, by GlobalId: closed for everybody, released by the alarm, unlocked by somebody.

    ``known``: states that are known whatever the replication (of a snapshot).
    """

    closed: frozenset[GlobalId]
    released: frozenset[GlobalId]
    unlocked: frozenset[GlobalId]
    known: Mapping[GlobalId, DoorState]

    def held(self, facility: Facility, cells: Mapping[GlobalId, DoorState]) -> Iterator[Door]:
        """Doors that are locked at the alarm; `cells` are the states that the regime left behind."""
        for door in facility.doors:
            state = self.known.get(door.global_id, cells.get(door.global_id))
            if door.is_route and door.global_id not in self.released and is_held_on_alarm(door, state):
                yield door

    def escape_ways(self, facility: Facility) -> Passable:
        """Doors through which people may hope to get out: those not closed, and not locked for good.

        A cell door counts: whoever is behind one stands in front of it until it is unlocked, or to the end.
        """
        for_good = {
            door.global_id
            for door in self.held(facility, {})
            if door.global_id not in self.unlocked and not is_cell_door(door, facility)
        }
        shut = self.closed | for_good
        return lambda door: door.global_id not in shut

    def staff_ways(self, door: Door) -> bool:
        """Doors that crews use, with their keys."""
        return door.global_id not in self.closed


def door_plan(plan: Plan, facility: Facility, known: Mapping[GlobalId, DoorState]) -> DoorPlan:
    """Resolve the names of a plan; those that lead nowhere are left out (`simulation.egress.plan_checks`)."""
    opened = [name for names in plan.unlocks for name in names]
    return DoorPlan(
        closed=_ids(
            door for name in plan.doors.closed for door in facility.doors if name in (door.code, door.global_id)
        ),
        released=_ids(
            door
            for name in plan.doors.released
            for door in facility.doors
            if name in (door.code, door.global_id, door.type)
        ),
        unlocked=_ids(door for name in opened for door in doors_named(name, facility)),
        known=known,
    )


def _ids(doors: Iterable[Door]) -> frozenset[GlobalId]:
    return frozenset(door.global_id for door in doors)
