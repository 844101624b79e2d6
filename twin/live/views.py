"""What is shown of a door or a room, made from what is true now. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from twin.live.conditions import FIRE_ALARM
from twin.live.doors import Observed
from twin.live.state import LiveState
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.operation import DoorView, SpaceView
from twin.model.points import Reading
from twin.model.regime import Regime
from twin.model.vocabulary import AlarmState, DoorState

_LOUD = frozenset({DoorState.FORCED, DoorState.FAULT, DoorState.HELD})


def door_view(
    door: Door,
    state: DoorState,
    observed: Observed,
    alarms: Sequence[Alarm],
    regime: Regime | None,
    *,
    has_lock: bool = True,
) -> DoorView:
    """A door: expected where its regime allows the state; a door without points deviates from nothing.

    Where no point tells of the lock (``has_lock``), a shut door is all that can be asked for.
    """
    as_locked = state is DoorState.CLOSED and not has_lock
    quiet = state is DoorState.UNMONITORED or regime is None or as_locked or regime.allows(door.type, state)
    return DoorView(
        door=door.global_id,
        state=state,
        expected=quiet and state not in _LOUD,
        alarm_unacknowledged=any(alarm.state in NEEDS_ACKNOWLEDGEMENT for alarm in alarms),
        isolated=any(alarm.state is AlarmState.SHELVED for alarm in alarms),
        reason=observed.reason,
        since=observed.since,
    )


def space_view(
    live: LiveState, facility: Facility, space: GlobalId, compartment: GlobalId | None, *, burns: bool
) -> SpaceView:
    """A room; ``compartment`` is its smoke compartment's zone, whose fire state the room shows.

    A fire whose alarm stands (``burns``) is shown also while nothing is heard of the zone: silence puts out no fire.
    """
    temperature = live.of_kind(space, "temperature")
    fire = None if compartment is None else live.of_kind(compartment, "fire_zone")
    deviation = 0
    if temperature is not None and temperature.value is not None:
        point = live.points[temperature.point]
        too_high = point.high is not None and temperature.value > point.high
        too_low = point.low is not None and temperature.value < point.low
        deviation = too_high - too_low
    return SpaceView(
        space=space,
        temp_c=None if temperature is None else temperature.value,
        co2_ppm=live.value(space, "co2"),
        temperature_deviation=deviation,
        fire=_fire_text(live, fire, burns=burns),
        calling=any(live.value(door.global_id, "cell_call") == 1 for door in facility.doors_of.get(space, ())),
    )


def _fire_text(live: LiveState, fire: Reading | None, *, burns: bool) -> str:
    if fire is None:
        return ""
    value = FIRE_ALARM if burns else fire.value
    return live.points[fire.point].text_of(value) if value else ""
