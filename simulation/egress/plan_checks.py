"""Everything that is wrong between a plan, a building and those who are in it; all of it before the first second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from simulation.egress.doors import DoorPlan, doors_named
from simulation.egress.escape_ways import EscapeWays, too_narrow
from simulation.egress.opening import Opening
from simulation.egress.plan import Plan
from simulation.snapshot_file import PlacedSnapshot
from twin.model.errors import Fault, UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import is_outside
from twin.model.spaces import Space

Wrong = Iterator[Fault]


def plan_faults(plan: Plan, facility: Facility, where: str, snapshot: PlacedSnapshot | None) -> Wrong:
    """What can be said before anything is compiled: names that lead nowhere, widths, contradictions."""
    yield from _start_faults(plan, where, snapshot)
    yield from _space_faults(plan, facility, where)
    yield from _door_faults(plan, facility, where)
    for door in too_narrow(facility):
        yield Fault("door", door.code, f"clear width {door.clear_width_m:g} m lets nobody pass")


def opening_faults(plan: Plan, facility: Facility, where: str, opening: Opening) -> Wrong:
    """More people than places: in a space of a table or snapshot, in a limited space, in the muster spaces."""
    counts = Counter(occupant.space for occupant in opening.occupants)
    if plan.start is None:
        for space in facility.spaces:
            if 0 < space.capacity < counts[space.global_id]:
                yield Fault(where, space.code, f"{counts[space.global_id]} people in a space for {space.capacity}")
    for number, limit in enumerate(plan.storage):
        held = counts[facility.space(limit.space).global_id]
        if held > limit.people:
            yield Fault(where, f"storage[{number}].people", f"{held} people are in {limit.space} already")
    muster = [facility.space(code) for code in plan.goal.muster]
    inside = set(evacuated_spaces(plan, facility))
    leaving = sum(o.space in inside and (plan.evacuated.staff or not o.is_staff) for o in opening.occupants)
    places = sum(space.capacity for space in muster)
    if not plan.goal.is_outdoors and all(space.capacity for space in muster) and leaving > places:
        yield Fault(where, "goal.muster", f"{leaving} people are to go to places for {places}")


def way_faults(plan: Plan, facility: Facility, where: str, ways: EscapeWays, doors: DoorPlan) -> Wrong:
    """Spaces without any way to a goal even if every door were open, and crews that cannot reach their work."""
    building = ways.effective
    reached = ways.nearest(lambda _: True) if doors.closed else ways.if_unlocked
    for key, code in _peopled(plan):
        space = _space(facility, code)
        if space is not None and building.node_index[space.global_id] not in reached:
            yield Fault(where, key, f"{code} has no way to any goal")
    for number, crew in enumerate(plan.crew):
        start = building.node_index[facility.space(crew.start).global_id]
        for name in crew.unlocks:
            for door in doors_named(name, facility):
                sides = [building.node_index[node] for node in door.joins or () if not is_outside(node)]
                if not any(_can_walk(ways, start, side) for side in sides):
                    yield Fault(where, f"crew[{number}].unlocks", f"{crew.name} cannot reach {door.code}")


def evacuated_spaces(plan: Plan, facility: Facility) -> Iterator[str]:
    """GlobalIds of the spaces whose people leave."""
    who = plan.evacuated
    for space in facility.spaces:
        named = space.code in who.spaces or space.global_id in who.spaces
        grouped = space.release_group in who.release_groups or space.smoke_compartment in who.smoke_compartments
        if who.is_everybody or named or grouped:
            yield space.global_id


def _start_faults(plan: Plan, where: str, snapshot: PlacedSnapshot | None) -> Wrong:
    if snapshot is not None and plan.people:
        yield Fault(where, "people", "a snapshot says where people are: leave out one of the two")
    elif plan.start is not None and plan.people:
        yield Fault(where, "start", "the table of people says where they are: leave out one of the two")
    elif snapshot is None and plan.start is None and not plan.people:
        yield Fault(where, "start", "nobody is anywhere: say start, people, or give a snapshot")
    if snapshot is not None and snapshot.to_sample and plan.start is None:
        yield Fault(where, "start", "people of the snapshot have no known place: start names the scenario to draw from")


def _space_faults(plan: Plan, facility: Facility, where: str) -> Wrong:
    spaces: list[tuple[str, str]] = [
        *((f"people[{n}].space", entry.space) for n, entry in enumerate(plan.people)),
        *((f"evacuated.spaces[{n}]", code) for n, code in enumerate(plan.evacuated.spaces)),
        *((f"goal.muster[{n}]", code) for n, code in enumerate(plan.goal.muster)),
        *((f"crew[{n}].start", crew.start) for n, crew in enumerate(plan.crew)),
        *((f"storage[{n}].space", entry.space) for n, entry in enumerate(plan.storage)),
    ]
    for key, code in spaces:
        if _space(facility, code) is None:
            yield Fault(where, key, f"there is no space {code}")
    groups = {space.release_group for space in facility.spaces} | {door.release_group for door in facility.doors}
    for n, name in enumerate(plan.evacuated.release_groups):
        if name not in groups - {""}:
            yield Fault(where, f"evacuated.release_groups[{n}]", f"there is no release group {name}")
    compartments = {space.smoke_compartment for space in facility.spaces} - {""}
    for n, name in enumerate(plan.evacuated.smoke_compartments):
        if name not in compartments:
            yield Fault(where, f"evacuated.smoke_compartments[{n}]", f"there is no smoke compartment {name}")
    yield from _twice("crew", [crew.name for crew in plan.crew], where)
    yield from _twice("people", [entry.space for entry in plan.people], where)


def _door_faults(plan: Plan, facility: Facility, where: str) -> Wrong:
    codes = {key for door in facility.doors for key in (door.code, door.global_id)}
    types = {door.type for door in facility.doors}
    for n, name in enumerate(plan.doors.closed):
        if name not in codes:
            yield Fault(where, f"doors.closed[{n}]", f"there is no door {name}")
    for n, name in enumerate(plan.doors.released):
        if name not in codes | types:
            yield Fault(where, f"doors.released[{n}]", f"there is no door or door type {name}")
    for key, names in (
        *((f"crew[{n}].unlocks", crew.unlocks) for n, crew in enumerate(plan.crew)),
        *((f"release[{n}].unlocks", release.unlocks) for n, release in enumerate(plan.release)),
    ):
        for at, name in enumerate(names):
            if not doors_named(name, facility):
                yield Fault(where, f"{key}[{at}]", f"there is no release group, space or door {name}")
    named = {door.global_id for door in facility.doors if {door.code, door.global_id} & set(plan.doors.closed)}
    for name in dict.fromkeys(name for names in (*plan.unlocks, plan.doors.released) for name in names):
        for door in facility.doors:
            if door.global_id in named and name in (door.code, door.global_id):
                yield Fault(where, "doors.closed", f"{door.code} is closed, and unlocked as well")


def _twice(key: str, names: Iterable[str], where: str) -> Wrong:
    for name, count in Counter(names).items():
        if count > 1:
            yield Fault(where, key, f"{name} stands {count} times")


def _peopled(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from ((f"people[{n}].space", entry.space) for n, entry in enumerate(plan.people))
    yield from ((f"evacuated.spaces[{n}]", code) for n, code in enumerate(plan.evacuated.spaces))


def _space(facility: Facility, key: str) -> Space | None:
    return next((space for space in facility.spaces if key in (space.code, space.global_id)), None)


def _can_walk(ways: EscapeWays, start: int, goal: int) -> bool:
    try:
        ways.staff_path(start, goal)
    except UnreachableSpaceError:
        return False
    return True
