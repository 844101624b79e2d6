"""Ways out: they exist, and where people are free to go nothing that stays locked is in them.

Which doors fail secure, and in which zones, is the door catalogue of the sample sites: exits of zones in which people
move freely are fail-safe with a panic bar, those of secure zones are released by staff.
"""

from __future__ import annotations

from collections.abc import Iterator

from twin.checks.findings import Breach, Judgements
from twin.graph.network import Passable, WalkingNetwork
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Space
from twin.model.vocabulary import OPEN_CONDITIONS, FailMode, FireAction


def opens_without_power(facility: Facility) -> Judgements:
    """F1: a final exit of a space in an open condition does not stay locked without power."""
    for door in facility.doors:
        if not door.is_final_exit or not any(_is_open(space) for space in _sides(facility, door)):
            continue
        kept = door.fail_mode is not FailMode.FAIL_SECURE
        text = "exit of a space that people may leave freely, and its lock fails secure"
        yield None if kept else Breach(element=door.global_id, code=door.code, text=text)


def leads_outdoors(facility: Facility) -> Judgements:
    """E1: from every space with a door people reach the outdoors at ground level on foot, lifts not counted.

    A building without any exit has one finding, not one for every room.
    """
    reached = _reached(facility, None)
    if not reached:
        yield Breach(
            element=facility.site_id, code=facility.code, text="no door or stair leads outdoors at ground level"
        )
        return
    for space in _with_doors(facility):
        kept = space.global_id in reached
        text = "no way on foot to the outdoors at ground level"
        yield None if kept else Breach(element=space.global_id, code=space.code, text=text)


def leads_outdoors_in_fire(facility: Facility) -> Judgements:
    """E2: from every space in an open condition there is a way out without a door that stays locked on fire alarm.

    A space with no way out at all is a finding of E1, not of this.
    """
    asked = [space for space in _with_doors(facility) if _is_open(space)]
    if not asked:
        return
    ever = _reached(facility, None)
    in_fire = _reached(facility, _opens_in_fire)
    for space in asked:
        if space.global_id not in ever:
            continue
        kept = space.global_id in in_fire
        text = "people may leave freely, and every way out has a door that stays locked on fire alarm"
        yield None if kept else Breach(element=space.global_id, code=space.code, text=text)


def _opens_in_fire(door: Door) -> bool:
    """A door that closes on fire alarm is free unless it falls into a lock that only power opens."""
    if door.fire_action is FireAction.CLOSES:
        return door.fail_mode is not FailMode.FAIL_SECURE
    return door.fire_action is not FireAction.STAYS_LOCKED


def _reached(facility: Facility, passable: Passable | None) -> frozenset[GlobalId]:
    """Spaces from which a ground exit can be reached: ways are the same in both directions, so it starts outdoors."""
    network = WalkingNetwork(facility, passable=passable)
    exits = [outside_id(storey.global_id) for storey in facility.storeys if storey.is_ground]
    sides = (side for start in exits for side in network.paths_from(start, outdoors=True)[0])
    return frozenset(node for _, node in sides if node in facility.space_by_id)


def _with_doors(facility: Facility) -> Iterator[Space]:
    for space in facility.spaces:
        if any(door.is_route for door in facility.doors_of.get(space.global_id, ())):
            yield space


def _sides(facility: Facility, door: Door) -> list[Space]:
    return [facility.space_by_id[node] for node in door.joins or () if node in facility.space_by_id]


def _is_open(space: Space) -> bool:
    return space.use_condition in OPEN_CONDITIONS
