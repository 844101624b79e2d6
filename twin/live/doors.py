"""What a door's points say together: one state for the operator.

False-secure is the classic failure of detention locks (latch held, deadlock not thrown): a door counts as LOCKED only
when position, bolt and, where there is one, deadlock agree (domain reference, section 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from twin.live.state import LiveState
from twin.model.ids import GlobalId
from twin.model.vocabulary import DoorState

_TROUBLE = {"tamper": "tamper contact", "door_fault": "fault reported by the controller"}
CLOSED, OPENED = 0.0, 1.0
LOCKED, UNLOCKED = 0.0, 1.0
SETTLE_S = 3.0
"""Exercise seconds a bolt and its deadlock may disagree before it is a fault (assumption)."""
SEEN_TWICE_S = 1.5
"""Wall seconds in which a door is polled at least twice: one look at a moving bolt is no fault, at any speed."""
HELD_AFTER_S = 45.0
"""Exercise seconds a door may stand open outside its regime (point template: 30–60 s)."""


@dataclass(frozen=True, slots=True)
class Observed:
    """State, why, and since when by the reading's clock."""

    state: DoorState
    reason: str = ""
    since: datetime | None = None


def observe(
    live: LiveState,
    door: GlobalId,
    before: Observed | None,
    now: datetime,
    speed: float = 1.0,
    *,
    was_forced: bool = False,
) -> Observed:
    """A door's state from its points; ``before`` carries how long it has been so. Delays are divided by speed.

    A forced door stays forced until it has been shut, whatever its bolt says afterwards and also if nothing was heard
    of it in between (``was_forced``).
    """
    state, reason = _now(live, door)
    since = before.since if before is not None and _base(before.state) is _base(state) else now
    waited = now - (since or now)
    if state is DoorState.MOVING and waited >= timedelta(seconds=max(SETTLE_S / speed, SEEN_TWICE_S)):
        return Observed(DoorState.FAULT, "false secure: bolt thrown, deadlock not", since)
    if state is DoorState.OPEN and (was_forced or (before is not None and before.state is DoorState.FORCED)):
        return Observed(DoorState.FORCED, "was forced and has not been shut since", since)
    return Observed(state, reason, since)


def is_held(observed: Observed, now: datetime, speed: float = 1.0) -> bool:
    """Whether an open door has been open longer than allowed."""
    return (
        observed.state is DoorState.OPEN
        and observed.since is not None
        and now - observed.since >= timedelta(seconds=HELD_AFTER_S / speed)
    )


def is_secured(state: DoorState) -> bool:
    """Whether an interlock may count the door as secured; unknown counts as open."""
    return state is DoorState.LOCKED


def _base(state: DoorState) -> DoorState:
    return DoorState.MOVING if state is DoorState.FAULT else state


def _now(live: LiveState, door: GlobalId) -> tuple[DoorState, str]:
    position, lock = live.of_kind(door, "door_position"), live.of_kind(door, "lock_status")
    if position is None and lock is None:
        return DoorState.UNMONITORED, "no point is bound to this door"
    for reading in (position, lock):
        if reading is not None and reading.value is None:
            return DoorState.UNKNOWN, reading.quality.name.lower().replace("_", " ")
    for kind in ("deadlock", *_TROUBLE):
        reading = live.of_kind(door, kind)
        if reading is not None and reading.value is None:
            return DoorState.UNKNOWN, f"{kind.replace('_', ' ')}: {reading.quality.name.lower().replace('_', ' ')}"
    position_value = position.value if position else None
    lock_value = lock.value if lock else None
    if position_value not in (CLOSED, OPENED, None) or lock_value not in (LOCKED, UNLOCKED, None):
        return DoorState.UNKNOWN, "the controller does not know"
    if position_value == OPENED and lock_value == LOCKED:
        return DoorState.FORCED, "open with the bolt thrown"
    for kind, text in _TROUBLE.items():
        if live.value(door, kind) == 1:
            return DoorState.FAULT, text
    if position_value == OPENED:
        return DoorState.OPEN, ""
    if lock_value == LOCKED:
        if live.value(door, "deadlock") == 0:
            return DoorState.MOVING, "bolt thrown, deadlock not yet"
        return DoorState.LOCKED, ""
    return DoorState.CLOSED, ""
