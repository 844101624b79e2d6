"""A plan that begins from a snapshot: the roll says who is where as far as it is known, the regime says the rest."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import ValidationError

from simulation.graph import CompiledBuilding
from simulation.models.notation import WEEK
from simulation.models.plans import Prisoner
from simulation.models.terms import Scenario, StartTerms
from simulation.models.units import outdoors
from simulation.models.unlocking import Cells
from simulation.snapshot_file import PlacedSnapshot
from simulation.streams import stream
from twin.files.toml import faults_of
from twin.model.errors import Fault, ScenarioError
from twin.model.ids import GlobalId
from twin.model.vocabulary import DoorState

STANDSTILL_P_M2 = 3.76
"""Density at which nobody moves (SFPE Handbook ch. 59): no roll has more."""
Placed = tuple[Prisoner, int]
"""A prisoner, and the space it is in at the start."""


def begun(scenario: Scenario, placed: PlacedSnapshot) -> Scenario:
    """A scenario from a snapshot on: its first day is the weekday of the snapshot.

    Raises:
        ScenarioError: the scenario has nothing on that day.
    """
    weekday = WEEK[placed.snapshot.at.weekday()]
    calendar = {**scenario.calendar.model_dump(), "first": weekday}
    plain = {**scenario.model_dump(), "calendar": calendar, "start": _start_of(placed).model_dump()}
    try:
        return Scenario.model_validate(plain)
    except ValidationError as error:
        raise ScenarioError(faults_of(error, scenario.where)) from error


def _start_of(placed: PlacedSnapshot) -> StartTerms:
    """The start that a snapshot gives; doors that it knows to be locked are locked, all others of its doors are not."""
    states = placed.snapshot.door_states
    locked = tuple(door for door, state in states.items() if state is DoorState.LOCKED)
    known = tuple(door for door, state in states.items() if state not in (DoorState.LOCKED, DoorState.UNKNOWN))
    return StartTerms(
        at=placed.clock_s,
        counts={str(space): count for space, count in placed.placed.items()},
        unplaced=placed.to_sample,
        locked=locked,
        unlocked=known,
    )


def place_people(
    building: CompiledBuilding, start: StartTerms, prisoners: Sequence[Prisoner], seed: int
) -> tuple[Placed, ...]:
    """Take people from the plans for everybody on the roll, with what is left of their plans.

    Where somebody is counted, whoever the regime wants there is taken first, then others in an order drawn from the
    seed. People whose place is unknown are where the regime wants them. Who is not on the roll is not in the building:
    people from outside may still come.

    Raises:
        ScenarioError: a GlobalId that the building does not have, or more people on the roll than in the plan.
    """
    faults = [*_strangers(building, start)]
    on_roll = sum(start.counts.values()) + start.unplaced
    if on_roll > len(prisoners):
        faults.append(Fault("snapshot", "roll", f"{on_roll} people on the roll, {len(prisoners)} in the plan"))
    if faults:
        raise ScenarioError(faults)
    order = stream(seed, "snapshot", "roll").permutation(len(prisoners)).tolist()
    open_ = Counter({building.node_index[GlobalId(space)]: count for space, count in start.counts.items() if count})
    node_of: dict[int, int] = {}
    for is_wanted_there in (True, False):
        for number in order:
            wanted = prisoners[number].goal_at(start.at)
            node = wanted if is_wanted_there else next((node for node in open_ if open_[node]), -1)
            if number not in node_of and open_.get(node, 0) > 0:
                node_of[number] = node
                open_[node] -= 1
    outside = outdoors(building)
    left = [number for number in order if number not in node_of]
    left.sort(key=lambda number: prisoners[number].goal_at(start.at) == outside)
    node_of.update({number: prisoners[number].goal_at(start.at) for number in left[: start.unplaced]})
    node_of.update({n: outside for n in left[start.unplaced :] if prisoners[n].goal_at(start.at) == outside})
    return tuple((_from_now(prisoners[number], start.at), node_of[number]) for number in sorted(node_of))


def set_doors(cells: Mapping[int, Cells], building: CompiledBuilding, start: StartTerms) -> None:
    """Lock and unlock cells as the snapshot says. Other doors are the regime's, which has somebody who opens them."""
    for doors, locked in ((start.locked, True), (start.unlocked, False)):
        for door in doors:
            way = building.way_index[GlobalId(door)]
            if way in cells:
                cells[way].set_state(way, locked=locked)


def _from_now(prisoner: Prisoner, at_s: float) -> Prisoner:
    """The plan from the appointment on that holds at the start."""
    first = bisect_right(prisoner.plan, at_s, key=lambda appointment: appointment.leave_s) - 1
    return replace(prisoner, plan=prisoner.plan[max(first, 0) :])


def _strangers(building: CompiledBuilding, start: StartTerms) -> Iterator[Fault]:
    for space, count in start.counts.items():
        if GlobalId(space) not in building.node_index:
            yield Fault("snapshot", space, "there is no space with this GlobalId")
        elif (
            where := building.space(building.node_index[GlobalId(space)])
        ) and count >= STANDSTILL_P_M2 * where.area_m2:
            yield Fault("snapshot", where.code, f"{count} people do not fit into {where.area_m2:g} m²")
    for door in (*start.locked, *start.unlocked):
        if GlobalId(door) not in building.way_index:
            yield Fault("snapshot", door, "there is no door on a route with this GlobalId")
