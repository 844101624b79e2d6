"""Who passes which door: the person who walks, the regime of the hour, what is known of single doors, fire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from twin.graph.network import Passable
from twin.model.doors import Door
from twin.model.ids import GlobalId
from twin.model.regime import Regime
from twin.model.vocabulary import DoorState, FireAction


class Walker(StrEnum):
    """Who walks. Staff carry keys and are let through; prisoners pass what is not locked."""

    ANYBODY = "anybody"
    STAFF = "staff"
    PRISONER = "prisoner"


_PASSED: Mapping[Walker, frozenset[DoorState]] = {
    Walker.ANYBODY: frozenset(DoorState) - {DoorState.FAULT},
    Walker.STAFF: frozenset(DoorState) - {DoorState.FAULT},
    Walker.PRISONER: frozenset({DoorState.CLOSED, DoorState.OPEN, DoorState.HELD, DoorState.UNMONITORED}),
}
"""States of a door in which it is a way. A door that is not known to be unlocked is none for a prisoner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under which doors are asked to be ways.

    ``regime``: doors are in the loosest state that it allows; without one, doors with a lock are locked. ``states``:
    what is known of single doors, over the regime. ``fire``: doors that the panel unlocks are unlocked.
    """

    walker: Walker = Walker.ANYBODY
    regime: Regime | None = None
    states: Mapping[GlobalId, DoorState] = field(default_factory=dict)
    fire: bool = False


def state_of(door: Door, conditions: Conditions) -> DoorState:
    """The state that a door has under the conditions."""
    known = conditions.states.get(door.global_id)
    if known is not None:
        return known
    if conditions.fire and door.fire_action is FireAction.UNLOCKS:
        return DoorState.CLOSED
    if conditions.regime is not None and door.type:
        return conditions.regime.normal_state(door.type) if door.lock_type else DoorState.CLOSED
    return DoorState.LOCKED if door.lock_type else DoorState.CLOSED


def passable_under(conditions: Conditions) -> Passable:
    """Which doors are ways under the conditions, for the searches of `twin.graph.routes`.

    A door that is said to be locked is no way for anybody but staff.
    """
    passed = _PASSED[conditions.walker]
    said = passed if conditions.walker is Walker.STAFF else passed - {DoorState.LOCKED}
    return lambda door: state_of(door, conditions) in (said if door.global_id in conditions.states else passed)
