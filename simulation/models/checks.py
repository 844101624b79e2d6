"""A scenario against its building: what is named must be there, reached, and large enough. Every fault at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from simulation.graph import CompiledBuilding
from simulation.models.homes import Home, homes_of
from simulation.models.terms import Scenario
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
        *_uses(building, scenario),
        *_sessions(scenario),
        *_escorts(scenario),
    ]
    homes: tuple[Home, ...] = ()
    try:
        homes = homes_of(building, scenario)
    except ScenarioError as error:
        faults += error.faults
    faults += _common_rooms(building, scenario, homes)
    faults = faults or list(_ways(building, scenario, homes))
    if faults:
        raise ScenarioError(faults)
    return homes


def _search(building: CompiledBuilding, scenario: Scenario) -> Iterator[Fault]:
    codes = {space.code for space in building.facility.spaces}
    for code in scenario.search.spaces:
        if code not in codes:
            yield Fault(scenario.where, "search.spaces", f"the building has no space {code!r}")


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
        if block.place == "session" and not any(
            (not activity.sessions or block.session in activity.sessions)
            and set(activity.days).intersection(block.days)
            and (not activity.groups or not block.groups or set(activity.groups).intersection(block.groups))
            for activity in scenario.activity
        ):
            yield Fault(scenario.where, f"block {block.name}", f"no activity has seats in session {block.session}")


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
                texts += _common_room(building, group, unit, people[group, name])
            yield from (Fault(scenario.where, f"block {block.name}", text) for text in texts)


def _common_room(building: CompiledBuilding, group: str, unit: Unit, people: int) -> Iterator[str]:
    if unit.dayroom is None:
        yield f"{group} have no common room: its use is not in the building"
        return
    space = building.space(unit.dayroom)
    room = sum(
        other.capacity
        for other in (building.space(node) for node in unit.spaces)
        if other is not None and other.use not in (SpaceUse.LANDING, SpaceUse.CORRIDOR)
    )
    if space is not None and space.capacity and people > room:
        yield f"{people} of {group} in {space.code}, which is for {room}"


def _escorts(scenario: Scenario) -> Iterator[Fault]:
    if not any(post.escorts for post in scenario.staff.post):
        for errand in scenario.errand:
            if errand.escorted:
                yield Fault(scenario.where, f"errand {errand.name}", "is escorted, but no post escorts")


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
