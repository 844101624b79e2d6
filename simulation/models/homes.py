"""Homes: who lives where, or comes from outside, as synthetic slots (``P-0001``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from simulation.graph import CompiledBuilding
from simulation.models.terms import GroupTerms, Scenario
from simulation.models.units import Cell, Unit, living_units, outdoors
from twin.model.errors import Fault, ScenarioError


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where somebody begins and ends the day; ``cell`` is None for people from outside."""

    name: str
    group: GroupTerms
    unit: Unit
    space: int
    cell: Cell | None


def homes_of(building: CompiledBuilding, scenario: Scenario) -> tuple[Home, ...]:
    """Everybody of every group, in order; at all of them looks whoever plans, so the faults of all come together.

    Raises:
        ScenarioError: a group has no units, or more people than places.
    """
    faults: list[Fault] = []
    homes: list[Home] = []
    for group in scenario.group:
        try:
            homes += _group(building, scenario, group, living_units(building, group), homes)
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return tuple(homes)


def inhabited(homes: Iterable[Home]) -> tuple[Unit, ...]:
    """The living units of some people, each once, with the cells in which they live."""
    units: dict[str, Unit] = {}
    cells: dict[str, dict[int, Cell]] = {}
    for home in homes:
        if home.cell is not None:
            units.setdefault(home.unit.name, home.unit)
            cells.setdefault(home.unit.name, {})[home.cell.space] = home.cell
    return tuple(
        replace(unit, cells=tuple(cells[name][space] for space in sorted(cells[name]))) for name, unit in units.items()
    )


def _group(
    building: CompiledBuilding, scenario: Scenario, group: GroupTerms, units: Sequence[Unit], before: Sequence[Home]
) -> list[Home]:
    first = sum(home.group.prefix == group.prefix for home in before) + 1
    places = _places(scenario, group, units, before) if group.home else [(units[0], None)] * (group.count or 0)
    return [
        Home(
            name=f"{group.prefix}-{first + number:04d}",
            group=group,
            unit=unit,
            space=outdoors(building) if cell is None else cell.space,
            cell=cell,
        )
        for number, (unit, cell) in enumerate(places)
    ]


def _places(
    scenario: Scenario, group: GroupTerms, units: Sequence[Unit], before: Sequence[Home]
) -> list[tuple[Unit, Cell | None]]:
    """One entry per person. Where not all places are taken, first places of all cells fill before second ones."""
    taken = [home.space for home in before]
    beds = [(bed, unit, cell) for unit in units for cell in unit.cells for bed in range(cell.places)]
    beds = [(bed, unit, cell) for bed, unit, cell in beds if bed >= taken.count(cell.space)]
    wanted = round(scenario.people.occupancy * len(beds)) if group.count is None else group.count
    if wanted > len(beds):
        raise ScenarioError([Fault(scenario.where, f"group {group.name}", f"{wanted} people, but {len(beds)} places")])
    chosen = sorted(range(len(beds)), key=lambda at: (beds[at][0], at))[:wanted]
    return [(beds[at][1], beds[at][2]) for at in sorted(chosen)]
