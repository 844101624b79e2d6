"""From what is true now to alarm conditions: one small function per kind of element, tables for limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from twin.live.alarms import Condition
from twin.live.doors import Observed, is_held
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
_STATE_ALARMS = {"fire_zone": ("fire", 2.0), "interlock_state": ("interlock-violation", 3.0)}


def door_conditions(
    door: Door, observed: Observed, regime: Regime | None, now: datetime, speed: float, *, was_held: bool = False
) -> Iterator[Condition]:
    """Forced, held and faulty. An unknown door raises nothing of its own: its device does.

    A held door is held until it is shut, whatever becomes of the exercise's speed (``was_held``).

    While a door is unknown its alarms keep their last condition: silence of a device is no proof of a shut door.
    """
    if observed.state in (DoorState.UNKNOWN, DoorState.UNMONITORED):
        return
    state = observed.state
    yield Condition("door-forced", door.global_id, door.code, state is DoorState.FORCED, observed.reason)
    allowed = regime is None or regime.allows(door.type, DoorState.OPEN)
    held = is_held(observed, now, speed) or (was_held and state is DoorState.OPEN)
    yield Condition("door-held", door.global_id, door.code, not allowed and held)
    tampered = state is DoorState.FAULT and observed.reason.startswith("tamper")
    yield Condition("door-tamper", door.global_id, door.code, tampered, observed.reason)
    yield Condition("door-fault", door.global_id, door.code, state is DoorState.FAULT and not tampered, observed.reason)


def point_conditions(point: Point, live: LiveState, code: str) -> Iterator[Condition]:
    """Limits, fire zones, interlocks and cell calls. A point without a value keeps its alarm as it is."""
    value = live.reading(point.id).value
    if value is None:
        return
    if point.kind in _LIMIT_ALARMS:
        low, high = point.low, point.high
        outside = (low is not None and value < low) or (high is not None and value > high)
        detail = f"{value:.1f} outside {_limit(low)} … {_limit(high)}"
        yield Condition(_LIMIT_ALARMS[point.kind], point.element, code, outside, detail)
    elif point.kind in _STATE_ALARMS:
        key, alarm_value = _STATE_ALARMS[point.kind]
        yield Condition(key, point.element, code, value == alarm_value, str(point.id))
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
