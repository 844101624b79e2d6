"""Living units: a common room, the cells nearest to it on foot, the landings between, the yard it uses."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from simulation.graph import CompiledBuilding
from simulation.models.terms import RESIDENTS, GroupTerms
from twin.model.errors import Fault, ScenarioError, UnreachableSpaceError
from twin.model.ids import GlobalId, outside_id
from twin.model.vocabulary import SpaceUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A sleeping space with its door and the landing in front of it (indices), and its places."""

    space: int
    door: int
    landing: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One living unit. ``name`` is the code of its common room.

    ``yard`` is None where the building has none, ``dayroom`` where it has no common room. People from outside are a
    unit without cells.
    """

    name: str
    dayroom: int | None
    storey: GlobalId
    cells: tuple[Cell, ...] = ()
    yard: int | None = None

    @property
    def spaces(self) -> tuple[int, ...]:
        """Common room and landings: where the unit lives while it is unlocked."""
        common = () if self.dayroom is None else (self.dayroom,)
        return (*common, *sorted({cell.landing for cell in self.cells} - {self.dayroom}))


def nearest(building: CompiledBuilding, start: int, goals: tuple[int, ...]) -> int | None:
    """The goal with the shortest way from `start`; None where none can be reached."""
    reached = []
    for goal in goals:
        try:
            reached.append((building.routes.path(start, goal).length_m, goal))
        except UnreachableSpaceError:
            continue
    return min(reached)[1] if reached else None


@lru_cache(maxsize=8)
def living_units(building: CompiledBuilding, group: GroupTerms = RESIDENTS) -> tuple[Unit, ...]:
    """The units of a group, in order of their common rooms' codes; of people from outside the one unit by the entrance.

    Raises:
        ScenarioError: there is no common room or no sleeping place, or a cell has no door or no way to one.
    """
    if not group.home:
        return (_unit_outside(building, group),)
    dayrooms = building.spaces_of({group.common})
    sleeping = [space for space in building.spaces_of(group.home) if places_of(building, space)]
    if not dayrooms or not sleeping:
        lacks = f"space of use {group.common}" if sleeping else f"place in a {' or '.join(group.home)}"
        fault = Fault(building.facility.code, f"group {group.name}", f"needs a {lacks}; the building has none")
        raise ScenarioError([fault])
    yards = building.spaces_of({SpaceUse.YARD})
    with suppress(UnreachableSpaceError):  # all at once is faster; what has no way is named below
        building.routes.prepare((dayroom, other) for dayroom in dayrooms for other in (*sleeping, *yards))
    found = {space: nearest(building, space, dayrooms) for space in sleeping}
    lost = [building.space(space) for space in sleeping if found[space] is None]
    if lost:
        raise ScenarioError([Fault("space", s.code, "has no ordinary way to a common room") for s in lost if s])
    members: dict[int, list[Cell]] = {dayroom: [] for dayroom in dayrooms}
    for space in sleeping:
        home = found[space]
        assert home is not None
        members[home].append(_cell(building, space))
    return tuple(_unit(building, dayroom, cells, yards) for dayroom, cells in members.items() if cells)


def places_of(building: CompiledBuilding, node: int) -> int:
    """Sleeping places of a space: certified ones, or how many people it is for (hotel)."""
    space = building.space(node)
    return (space.certified_places or space.capacity) if space else 0


def outdoors(building: CompiledBuilding) -> int:
    """The node outside at ground level.

    Raises:
        ScenarioError: no storey is at ground level.
    """
    for storey in building.facility.storeys:
        if storey.is_ground:
            return building.node_index[outside_id(storey.global_id)]
    raise ScenarioError([Fault(building.facility.code, "", "has no storey at ground level")])


def _unit_outside(building: CompiledBuilding, group: GroupTerms) -> Unit:
    outside = outdoors(building)
    common = nearest(building, outside, building.spaces_of({group.common}))
    space = None if common is None else building.space(common)
    ground = next(storey.global_id for storey in building.facility.storeys if storey.is_ground)
    return Unit(name=space.code if space else "outside", dayroom=common, storey=space.storey if space else ground)


def _unit(building: CompiledBuilding, dayroom: int, cells: list[Cell], yards: tuple[int, ...]) -> Unit:
    space = building.space(dayroom)
    assert space is not None
    return Unit(
        name=space.code,
        dayroom=dayroom,
        storey=space.storey,
        cells=tuple(cells),
        yard=nearest(building, dayroom, yards),
    )


def _cell(building: CompiledBuilding, node: int) -> Cell:
    space = building.space(node)
    assert space is not None
    for door in building.facility.doors_of.get(space.global_id, ()):
        if door.is_route and door.joins is not None:
            landing = door.joins[1] if door.joins[0] == space.global_id else door.joins[0]
            return Cell(
                space=node,
                door=building.way_index[door.global_id],
                landing=building.node_index[landing],
                places=places_of(building, node),
            )
    raise ScenarioError([Fault("space", space.code, "is a cell without a door")])
