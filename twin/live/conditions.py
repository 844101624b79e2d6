"""From what is true now to alarm conditions: one small function per kind of element, tables for limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from twin.live.alarms import Condition
from twin.live.doors import OPENED, Observed, is_held
from twin.live.state import LiveState
from twin.model.alarms import Alarm
from twin.model.doors import Door
from twin.model.ids import GlobalId
from twin.model.points import Point
from twin.model.regime import Regime
from twin.model.vocabulary import AlarmState, DoorState, Quality

CALL_ANSWER_S = 300.0
"""Exercise seconds within which a cell call must be answered (HMIP Expectations: cell bell within 5 minutes)."""

_LIMIT_ALARMS = {"temperature": "temperature", "co2": "air-quality"}
FIRE_ALARM, FIRE_FAULT = 2.0, 3.0
INTERLOCK_VIOLATION = 3.0


def door_conditions(
    door: Door,
    observed: Observed,
    live: LiveState,
    regime: Regime | None,
    now: datetime,
    speed: float,
    *,
    was_held: bool = False,
    device_answers: bool = False,
) -> Iterator[Condition]:
    """Forced, held, tampered with and faulty.

    An unknown door whose device is silent raises nothing of its own: the device does. While a door is unknown its other
    alarms keep their last condition: silence is no proof of a shut door. A held door is held until it is shut, whatever
    becomes of the exercise's speed (``was_held``).
    """
    state, reason = observed.state, observed.reason
    if state is DoorState.UNMONITORED:
        return
    if state is DoorState.UNKNOWN:
        yield Condition("door-fault", door.global_id, door.code, device_answers, f"no data: {reason}")
        return
    is_open = live.value(door.global_id, "door_position") == OPENED
    yield Condition("door-forced", door.global_id, door.code, state is DoorState.FORCED, reason)
    allowed = regime is not None and regime.allows(door.type, DoorState.OPEN)
    held = is_held(observed, now, speed) or (was_held and is_open)
    yield Condition("door-held", door.global_id, door.code, not allowed and held and state is not DoorState.FORCED)
    yield Condition("door-tamper", door.global_id, door.code, live.value(door.global_id, "tamper") == 1)
    faulty = live.value(door.global_id, "door_fault") == 1 or reason.startswith("false secure")
    yield Condition("door-fault", door.global_id, door.code, faulty, reason)


def point_conditions(point: Point, live: LiveState, code: str, *, was_fire: bool = False) -> Iterator[Condition]:
    """Limits, fire zones, interlocks and cell calls. A point without a value keeps its alarm as it is."""
    value = live.reading(point.id).value
    if value is None:
        return
    if point.kind in _LIMIT_ALARMS:
        low, high = point.low, point.high
        outside = (low is not None and value < low) or (high is not None and value > high)
        detail = f"{value:.1f} outside {_limit(low)} … {_limit(high)}"
        yield Condition(_LIMIT_ALARMS[point.kind], point.element, code, outside, detail)
    elif point.kind == "fire_zone":
        # A zone that goes from alarm to fault has lost its loop, not its fire.
        burns = value == FIRE_ALARM or (value == FIRE_FAULT and was_fire)
        yield Condition("fire", point.element, code, burns, str(point.id))
        yield Condition("fire-fault", point.element, code, value == FIRE_FAULT, str(point.id))
    elif point.kind == "interlock_state":
        yield Condition("interlock-violation", point.element, code, value == INTERLOCK_VIOLATION, str(point.id))
    elif point.kind == "cell_call":
        yield Condition("cell-call", point.element, code, value == 1.0)


def unanswered_call(call: Alarm, now: datetime, speed: float, *, was_late: bool = False) -> Condition:
    """A cell call that nobody acknowledged within the standard; once late it stays late until it is answered."""
    waited = now - call.raised_at >= timedelta(seconds=CALL_ANSWER_S / speed)
    late = call.state is AlarmState.UNACKNOWLEDGED and (waited or was_late)
    return Condition("cell-call-unanswered", call.element, call.code, late)


def device_condition(device: str, live: LiveState, heartbeat: Point, tried: bool) -> Condition:
    """A device whose heartbeat is not believed any more. ``tried``: polling has begun, so silence means something."""
    quality = live.reading(heartbeat.id).quality
    silent = quality is not Quality.GOOD and (tried or quality is not Quality.NEVER_READ)
    return Condition("device-stale", GlobalId(f"DEVICE/{device}"), device, silent, quality.name.lower())


def _limit(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
