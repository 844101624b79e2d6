"""A scenario against its building: what is named must be there, reached, and large enough. Every fault at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from simulation.graph import CompiledBuilding
from simulation.models.calendar import timetable
from simulation.models.homes import Home, homes_of, inhabited
from simulation.models.staffing import post_faults
from simulation.models.terms import ActivityTerms, Block, GroupTerms, Scenario
from simulation.models.units import Unit, nearest, outdoors
from twin.model.errors import Fault, ScenarioError, UnreachableSpaceError
from twin.model.vocabulary import SpaceUse


def checked_homes(building: CompiledBuilding, scenario: Scenario) -> tuple[Home, ...]:
    """Who lives where, in a building in which a scenario can be played; the ways of its plans are searched by that.

    Raises:
        ScenarioError: every space, use, place, post or way that is missing, and every room that is too small.
    """
    faults = [
        *_search(building, scenario),
        *_door_types(building, scenario),
        *_uses(building, scenario),
        *_sessions(scenario),
        *_errands(scenario),
        *_posts(building, scenario),
    ]
    homes: tuple[Home, ...] = ()
    try:
        homes = homes_of(building, scenario)
        faults += post_faults(building, scenario, inhabited(homes))
    except ScenarioError as error:
        faults += error.faults
    faults += [*_locking(scenario, homes), *_common_rooms(building, scenario, homes)]
    faults = faults or list(_ways(building, scenario, homes))
    if faults:
        raise ScenarioError(faults)
    return homes


def _search(building: CompiledBuilding, scenario: Scenario) -> Iterator[Fault]:
    codes = {space.code for space in building.facility.spaces}
    for code in scenario.search.spaces:
        if code not in codes:
            yield Fault(scenario.where, "search.spaces", f"the building has no space {code!r}")


def _door_types(building: CompiledBuilding, scenario: Scenario) -> Iterator[Fault]:
    types = {door.type for door in building.facility.doors}
    for key in ("gate_types", "on_request_types", "closed_types"):
        for name in getattr(scenario.doors, key):
            if name not in types:
                yield Fault(scenario.where, f"doors.{key}", f"the building has no door of type {name!r}")


def _uses(building: CompiledBuilding, scenario: Scenario) -> Iterator[Fault]:
    for activity in scenario.activity:
        rooms = [space for space in building.facility.spaces if space.use is activity.use]
        if not rooms:
            yield Fault(scenario.where, f"activity {activity.use}", "the building has no such space")
        elif activity.seats is None and not any(space.capacity for space in rooms):
            yield Fault(scenario.where, f"activity {activity.use}", "its spaces have no seats: say how many (seats)")
    for key, use in (
        *((f"errand {errand.name}", errand.use) for errand in scenario.errand),
        *(("tools.uses", use) for use in scenario.tools.uses),
    ):
        if not building.spaces_of({use}):
            yield Fault(scenario.where, key, f"the building has no space of use {use}")


def _sessions(scenario: Scenario) -> Iterator[Fault]:
    for block in scenario.block:
        if block.place == "session" and not any(_are_for(activity, block) for activity in scenario.activity):
            yield Fault(scenario.where, f"block {block.name}", f"no activity has seats in session {block.session}")
    for activity in scenario.activity:
        if not any(block.place == "session" and _are_for(activity, block) for block in scenario.block):
            yield Fault(scenario.where, f"activity {activity.use}", "nobody has such a session on its days")


def _are_for(activity: ActivityTerms, block: Block) -> bool:
    """Whether the seats of an activity are for the session of a block."""
    return (
        (not activity.sessions or block.session in activity.sessions)
        and not set(activity.days).isdisjoint(block.days)
        and (not activity.groups or not block.groups or not set(activity.groups).isdisjoint(block.groups))
    )


def _errands(scenario: Scenario) -> Iterator[Fault]:
    """Errands that nobody is ever free for."""
    for errand in scenario.errand:
        places = {"dayroom", "cell", "home"} if errand.escorted else {"dayroom"}
        groups = {group.name for group in scenario.group if not errand.groups or group.name in errand.groups}
        free = (
            min(block.end, errand.end) - max(block.start, errand.start)
            for block in scenario.block
            if places.intersection({block.place, block.otherwise} if block.place == "session" else {block.place})
            and not set(block.days).isdisjoint(errand.days)
            and (not block.groups or groups.intersection(block.groups))
        )
        if max(free, default=0.0) < 60 * errand.length_min:
            yield Fault(scenario.where, f"errand {errand.name}", "falls into no block in which anybody is free for it")


def _posts(building: CompiledBuilding, scenario: Scenario) -> Iterator[Fault]:
    """What a plan needs somebody for, and has no post for."""
    posts = scenario.staff.post
    if any(errand.escorted for errand in scenario.errand) and not any(post.escorts for post in posts):
        yield from (
            Fault(scenario.where, f"errand {errand.name}", "is escorted, but no post escorts")
            for errand in scenario.errand
            if errand.escorted
        )
    if not any(post.unlocks for post in posts):
        if any(block.locked for block in scenario.block):
            yield Fault(scenario.where, "staff.post", "cells are locked, but no post unlocks them")
        if scenario.count.at:
            yield Fault(scenario.where, "staff.post", "a roll count stops movement, but no post that unlocks counts")
    gates = building.doors_of_type(scenario.doors.on_request_types)
    if gates and not any(post.control for post in posts):
        yield Fault(scenario.where, "staff.post", "doors open on request, but no post has the control of them")


def _locking(scenario: Scenario, homes: Sequence[Home]) -> Iterator[Fault]:
    """Cells whose people are locked in at different times."""
    shared: dict[int, dict[str, Home]] = {}
    for home in homes:
        if home.cell is not None:
            shared.setdefault(home.space, {})[home.group.name] = home
    hours = {group.name: _locked_hours(scenario, group) for group in scenario.group}
    for groups in sorted({tuple(sorted(people)) for people in shared.values() if len(people) > 1}):
        if len({hours[name] for name in groups}) > 1:
            text = f"{' and '.join(groups)} share a cell and are locked in at different times"
            yield Fault(scenario.where, "group", text)


def _locked_hours(scenario: Scenario, group: GroupTerms) -> tuple[tuple[float, float], ...]:
    return tuple((slot.start_s, slot.end_s) for slot in timetable(scenario, group) if slot.block.locked)


def _common_rooms(building: CompiledBuilding, scenario: Scenario, homes: Sequence[Home]) -> Iterator[Fault]:
    people = Counter((home.group.name, home.unit.name) for home in homes)
    units = {(home.group.name, home.unit.name): home.unit for home in homes}
    for block in scenario.block:
        places = {block.place, block.otherwise} if block.place == "session" else {block.place}
        for (group, name), unit in units.items():
            if block.groups and group not in block.groups:
                continue
            texts = []
            if block.locked and not unit.cells:
                texts.append(f"{group} have no cells to be locked in")
            if "dayroom" in places:
                others = [other for other in _there_too(scenario, block, group) if (other, name) in units]
                count = sum(people[each, name] for each in (group, *others))
                texts += _common_room(building, " and ".join((group, *others)), unit, count)
            yield from (Fault(scenario.where, f"block {block.name}", text) for text in texts)


def _there_too(scenario: Scenario, block: Block, group: str) -> Iterator[str]:
    """Groups that may be in their common room at some time of a block of another group."""
    for other in scenario.group:
        if other.name != group and any(
            theirs.start < block.end and block.start < theirs.end and "dayroom" in (theirs.place, theirs.otherwise)
            for weekday in set(block.days).intersection(scenario.weekdays)
            for theirs in scenario.blocks(other, weekday)
        ):
            yield other.name


def _common_room(building: CompiledBuilding, groups: str, unit: Unit, people: int) -> Iterator[str]:
    if unit.dayroom is None:
        yield f"{groups} have no common room: its use is not in the building"
        return
    space = building.space(unit.dayroom)
    room = sum(
        other.capacity
        for other in (building.space(node) for node in unit.spaces)
        if other is not None and other.use not in (SpaceUse.LANDING, SpaceUse.CORRIDOR)
    )
    if space is not None and space.capacity and people > room:
        yield f"{people} of {groups} in {space.code}, which is for {room}"


def _ways(building: CompiledBuilding, scenario: Scenario, homes: Sequence[Home]) -> Iterator[Fault]:
    """Search every way somebody may take before the clock starts, and name those that do not exist."""
    units = {home.unit.name: home.unit for home in homes}.values()
    goals = frozenset(_goals(building, scenario, units))
    others = frozenset(home.space for home in homes)
    try:
        building.routes.prepare_all(goals, others)
    except UnreachableSpaceError:
        yield from (
            Fault("building", f"{_code(building, goal)} to {_code(building, other)}", "no ordinary way leads there")
            for goal in sorted(goals)
            for other in sorted(goals | others)
            if goal != other and not _is_reached(building, goal, other)
        )


def _goals(building: CompiledBuilding, scenario: Scenario, units: Collection[Unit]) -> Iterator[int]:
    """Where people and posts may be sent, homes apart."""
    yield from building.spaces_of({activity.use for activity in scenario.activity})
    yield from building.spaces_of({use for post in scenario.staff.post for use in post.uses})
    if any("away" in (block.place, block.otherwise) for block in scenario.block):
        yield outdoors(building)
    for unit in units:
        yield from unit.spaces
        if unit.yard is not None and scenario.open_air.windows:
            yield unit.yard
        for use in {errand.use for errand in scenario.errand}:
            room = None if unit.dayroom is None else nearest(building, unit.dayroom, building.spaces_of({use}))
            if room is not None:
                yield room


def _is_reached(building: CompiledBuilding, start: int, goal: int) -> bool:
    try:
        building.routes.path(start, goal)
    except UnreachableSpaceError:
        return False
    return True


def _code(building: CompiledBuilding, node: int) -> str:
    space = building.space(node)
    return space.code if space is not None else "outside"
