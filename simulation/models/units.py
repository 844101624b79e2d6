"""Living units: a day room, the cells nearest to it on foot, the landings between, the yard it uses."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.graph import CompiledBuilding
from twin.model.errors import Fault, ScenarioError, UnreachableSpaceError
from twin.model.ids import GlobalId
from twin.model.vocabulary import SLEEPING, SpaceUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A sleeping space with its door and the landing in front of it (indices), and its places."""

    space: int
    door: int
    landing: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One living unit. ``name`` is the code of its day room; ``yard`` is None where the building has none."""

    name: str
    dayroom: int
    storey: GlobalId
    cells: tuple[Cell, ...]
    yard: int | None

    @property
    def spaces(self) -> tuple[int, ...]:
        """Day room and landings: where the unit lives while it is unlocked."""
        return (self.dayroom, *sorted({cell.landing for cell in self.cells} - {self.dayroom}))


def length_m(building: CompiledBuilding, start: int, goal: int) -> float:
    """Metres on foot between two spaces."""
    path = building.routes.path(start, goal)
    return sum(hop[2] + hop[3] for hop in path.hops) + path.final_level_m + path.final_stair_m


def nearest(building: CompiledBuilding, start: int, goals: tuple[int, ...]) -> int | None:
    """The goal with the shortest way from `start`; None where none can be reached."""
    reached = []
    for goal in goals:
        try:
            reached.append((length_m(building, start, goal), goal))
        except UnreachableSpaceError:
            continue
    return min(reached)[1] if reached else None


def living_units(building: CompiledBuilding) -> tuple[Unit, ...]:
    """The units of a building, in order of their day rooms' codes.

    Raises:
        ScenarioError: there is no day room, or a cell has no door or no way to one.
    """
    dayrooms = building.spaces_of({SpaceUse.DAYROOM})
    sleeping = [space for space in building.spaces_of(SLEEPING) if _places(building, space)]
    if not dayrooms or not sleeping:
        what = "day room" if sleeping else "sleeping place"
        raise ScenarioError([Fault(building.facility.code, "", f"a regime day needs a {what}; the building has none")])
    yards = building.spaces_of({SpaceUse.YARD})
    building.routes.prepare((dayroom, other) for dayroom in dayrooms for other in (*sleeping, *yards))
    members: dict[int, list[Cell]] = {dayroom: [] for dayroom in dayrooms}
    for space in sleeping:
        home = min(dayrooms, key=lambda dayroom: (length_m(building, dayroom, space), dayroom))
        members[home].append(_cell(building, space))
    return tuple(_unit(building, dayroom, cells, yards) for dayroom, cells in members.items() if cells)


def _places(building: CompiledBuilding, node: int) -> int:
    space = building.space(node)
    return space.certified_places if space else 0


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
                places=space.certified_places,
            )
    raise ScenarioError([Fault("space", space.code, "is a cell without a door")])
