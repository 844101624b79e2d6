"""Who is where at the alarm: from the regime at a time of day, from a table, or from a snapshot with gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simpy import Environment

from simulation.egress.doors import is_cell_door
from simulation.egress.plan import People
from simulation.graph import CompiledBuilding
from simulation.models.notation import clock_text
from simulation.models.regime import populate
from simulation.models.terms import Scenario
from simulation.people import PersonKind
from simulation.record import Kind
from simulation.snapshot_file import PlacedSnapshot
from simulation.streams import stream
from simulation.world import World
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside
from twin.model.vocabulary import DoorState

_BEGUN_S = 1e-3
"""The first moment of a scenario: people and posts are put in their places, and nothing else has happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    """Somebody in the building at the alarm; ``name`` keys its random streams."""

    name: str
    space: GlobalId
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The state at the alarm: everybody inside, and the cell doors as the regime left them."""

    occupants: tuple[Occupant, ...]
    cells: Mapping[GlobalId, DoorState] = field(default_factory=dict)


def opening_of_regime(building: CompiledBuilding, scenario: Scenario, clock_s: float, seed: int) -> Opening:
    """Play a day of a scenario until the alarm, and look who is where. People outdoors and off duty are left out.

    Raises:
        ScenarioError: the scenario cannot be played on this building, or begins after the alarm.
    """
    if clock_s < scenario.begins_s:
        text = f"the alarm is at {clock_text(clock_s)}, before {scenario.about.key} begins"
        raise ScenarioError([Fault("start", "clock", text)])
    world = World(building, Environment(initial_time=scenario.begins_s))
    populate(world, building, scenario, seed)
    world.env.run(until=max(clock_s, scenario.begins_s + _BEGUN_S))
    record = world.finish()
    gone = set(record.entity[record.kind == Kind.LEAVE].tolist())
    occupants = tuple(
        Occupant(name=person.name, space=building.nodes[person.space], is_staff=person.kind is PersonKind.STAFF)
        for person in world.people
        if person.number not in gone and not is_outside(building.nodes[person.space])
    )
    cells = {
        door.global_id: DoorState.LOCKED if world.is_locked(door.global_id) else DoorState.CLOSED
        for door in building.facility.doors
        if door.is_route and is_cell_door(door, building.facility)
    }
    return Opening(occupants=occupants, cells=cells)


def opening_of_table(people: Sequence[People], facility: Facility) -> Opening:
    """People as a table puts them; all locks as the facility has them."""
    spaces = [facility.space(entry.space).global_id for entry in people for _ in range(entry.count)]
    return Opening(occupants=_named(spaces))


def opening_of_snapshot(placed: PlacedSnapshot, regime: Opening | None, seed: int) -> Opening:
    """The known part as it is; the people whose place is unknown are drawn from those of the regime at that time.

    Cell doors are as the regime has them where the snapshot says nothing of them, and locked where there is no regime.

    Who of the regime stands where somebody is counted is taken for that somebody first.

    Raises:
        ScenarioError: places have to be drawn, and the regime has too few people left.
    """
    known = [space for space, count in placed.placed.items() for _ in range(count)]
    drawn: list[GlobalId] = []
    if placed.to_sample:
        counted = Counter(known)
        left: list[GlobalId] = []
        for occupant in regime.occupants if regime is not None else ():
            if not occupant.is_staff:
                if counted[occupant.space]:
                    counted[occupant.space] -= 1
                else:
                    left.append(occupant.space)
        if len(left) < placed.to_sample:
            text = f"{placed.to_sample} people have no known place, and the regime has {len(left)} left at that time"
            raise ScenarioError([Fault("snapshot", "unplaced", text)])
        order = stream(seed, "snapshot", "unplaced").permutation(len(left))
        drawn = [left[at] for at in order[: placed.to_sample]]
    cells = dict(regime.cells) if regime is not None else {}
    return Opening(occupants=_named([*known, *drawn]), cells=cells)


def _named(spaces: Sequence[GlobalId]) -> tuple[Occupant, ...]:
    return tuple(Occupant(name=f"P-{number + 1:04d}", space=space) for number, space in enumerate(spaces))
