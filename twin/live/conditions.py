"""From what is true now to alarm conditions: one small function per kind of element, tables for limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

LIMIT_ALARMS: Mapping[str, str] = {
    "temperature": "temperature",
    "co2": "air-quality",
    "filter_pressure": "filter",
    "static_pressure": "duct-pressure",
    "supply_temperature": "supply-air",
    "dust_pressure": "dust-extraction",
    "circuit_pressure": "circuit-pressure",
    "hot_water_store": "hot-water-store",
    "hot_water_return": "hot-water-return",
    "hot_water_mixed": "hot-water-mixed",
    "ups_autonomy": "ups-autonomy",
}
"""Kind → alarm while a value is outside the limits of its point; other kinds have no limit alarm."""
WHILE_RUNNING: Mapping[str, str] = {
    "static_pressure": "fan_run",
    "supply_temperature": "fan_run",
    "filter_pressure": "fan_run",
    "dust_pressure": "extraction_run",
}
"""Kinds whose limits mean something only while this kind of the element is 1: a fan that stands has no pressure."""
_WAITING = {
    running: {kind for kind, gate in WHILE_RUNNING.items() if gate == running} for running in WHILE_RUNNING.values()
}
STATE_ALARMS: Mapping[str, tuple[tuple[float, str], ...]] = {
    "duress": ((1.0, "duress"),),
    "emergency_stop": ((1.0, "emergency-stop"),),
    "perimeter_alarm": ((1.0, "perimeter-alarm"),),
    "perimeter_tamper": ((1.0, "perimeter-tamper"),),
    "camera": ((1.0, "camera-fault"),),
    "portal_fault": ((1.0, "portal-fault"),),
    "kiosk_online": ((0.0, "kiosk-offline"),),
    "leak": ((1.0, "leak"),),
    "frost": ((1.0, "frost"),),
    "legionella_cycle": ((0.0, "legionella"),),
    "mains": ((1.0, "mains-failed"),),
    "generator": ((3.0, "generator-failed"),),
    "ups_on_battery": ((1.0, "ups-on-battery"),),
    "mist_flow": ((1.0, "mist-flow"),),
    "smoke_detector": ((3.0, "detector-fault"),),  # its alarm is the zone's
    "fire_panel": ((4.0, "fire-disablement"),),  # its other states are the zones'
    "fire_zone": ((1.0, "fire-pre-alarm"),),
    "lift_recall": ((2.0, "lift-fault"),),
}
"""Kind → states that raise an alarm; it stands while any point of this kind of the element shows that state."""
COUNT_ALARMS: Mapping[str, str] = {"late_returns": "late-return"}
"""Kind → alarm while it counts anybody."""
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


def point_conditions(
    point: Point, live: LiveState, code: str, *, was_fire: bool = False, is_zoned: bool = True
) -> Iterator[Condition]:
    """States, counts, limits, fire zones, interlocks and cell calls.

    A point without a value keeps its alarm as it is. A detector in a space of no smoke compartment, a stair or a lift,
    raises the fire alarm itself (``is_zoned``).
    """
    value = live.reading(point.id).value
    if value is None:
        return
    shown = live.values(point.element, point.kind) if point.kind in STATE_ALARMS else set()
    for state, key in STATE_ALARMS.get(point.kind, ()):
        if state in shown or None not in shown:  # silence is no proof that another one has returned
            yield Condition(key, point.element, code, state in shown, str(point.id))
    if point.kind in LIMIT_ALARMS:
        yield _limit_condition(point, live, code, value)
    elif point.kind in COUNT_ALARMS:
        yield Condition(COUNT_ALARMS[point.kind], point.element, code, value > 0, f"{value:g}")
    elif point.kind == "fire_zone" or (point.kind == "smoke_detector" and not is_zoned):
        # A zone that goes from alarm to fault has lost its loop, not its fire.
        burns = value == FIRE_ALARM or (value == FIRE_FAULT and was_fire)
        yield Condition("fire", point.element, code, burns, str(point.id))
        if point.kind == "fire_zone":
            yield Condition("fire-fault", point.element, code, value == FIRE_FAULT, str(point.id))
    elif point.kind == "interlock_state":
        yield Condition("interlock-violation", point.element, code, value == INTERLOCK_VIOLATION, str(point.id))
    elif point.kind == "cell_call":
        yield Condition("cell-call", point.element, code, value == 1.0)


def limits_that_wait_for(point: Point, live: LiveState) -> Iterator[Point]:
    """Points whose limits begin or cease to mean something when this one changes."""
    waiting = _WAITING.get(point.kind)
    if waiting is None:
        return iter(())
    return (other for other in live.points_of(point.element) if other.kind in waiting)


def _limit_condition(point: Point, live: LiveState, code: str, value: float) -> Condition:
    low, high = point.low, point.high
    outside = (low is not None and value < low) or (high is not None and value > high)
    running = WHILE_RUNNING.get(point.kind)
    stands_still = running is not None and live.value(point.element, running) == 0.0
    detail = f"{value:.1f} outside {_limit(low)} … {_limit(high)}"
    return Condition(LIMIT_ALARMS[point.kind], point.element, code, outside and not stands_still, detail)


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
