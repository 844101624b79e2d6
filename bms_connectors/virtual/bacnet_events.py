"""Event state of one object: when it changes, what of it is acknowledged. Pure, without wire and without bacpypes3.

bacpypes3 has algorithms of its own, for four object types and bound to timers; these few lines serve all types and are
tested without a device. ASHRAE 135: transitions in clause 13.2, out-of-range in 13.3.6, change of state in 13.3.2,
change of life safety in 13.3.8, acknowledgement in 13.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol


class State(StrEnum):
    """BACnetEventState, in bacpypes3's spelling."""

    NORMAL = "normal"
    FAULT = "fault"
    OFFNORMAL = "offnormal"
    HIGH_LIMIT = "highLimit"
    LOW_LIMIT = "lowLimit"
    LIFE_SAFETY_ALARM = "lifeSafetyAlarm"


class Transition(IntEnum):
    """Position in BACnetEventTransitionBits and in the three time stamps."""

    TO_OFFNORMAL = 0
    TO_FAULT = 1
    TO_NORMAL = 2


_TRANSITIONS = {State.NORMAL: Transition.TO_NORMAL, State.FAULT: Transition.TO_FAULT}


def transition_to(state: State) -> Transition:
    """Which transition ends in this state; every state but normal and fault is off-normal."""
    return _TRANSITIONS.get(state, Transition.TO_OFFNORMAL)


class Algorithm(Protocol):
    """Judges a known value, given the state so far."""

    def judge(self, state: State, value: float, /) -> State: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Out-of-range: beyond a limit it alarms, back inside by the dead band it is normal again. In the point's unit."""

    low: float | None
    high: float | None
    deadband: float = 0.0

    def judge(self, state: State, value: float, /) -> State:
        is_high, is_low = state is State.HIGH_LIMIT, state is State.LOW_LIMIT
        if self.high is not None and (value >= self.high - self.deadband if is_high else value > self.high):
            return State.HIGH_LIMIT
        if self.low is not None and (value <= self.low + self.deadband if is_low else value < self.low):
            return State.LOW_LIMIT
        return State.NORMAL


@dataclass(frozen=True, slots=True)
class AlarmValues:
    """Change of state or of life safety: which values alarm, and as what. Values count from 0, as readings do."""

    states: Mapping[float, State]

    def judge(self, _state: State, value: float, /) -> State:
        return self.states.get(value, State.NORMAL)


@dataclass(frozen=True, slots=True)
class Change:
    """A transition that has just happened."""

    before: State
    after: State
    at: datetime

    @property
    def transition(self) -> Transition:
        return transition_to(self.after)


class AcknowledgementError(Exception):
    """Why an acknowledgement is refused; ``code`` is the BACnet error code in bacpypes3's spelling."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class EventBook:
    """State, time stamps and acknowledgements of one object.

    ``ack_required``: for each `Transition`, whether a person must acknowledge it.
    """

    algorithm: Algorithm
    ack_required: tuple[bool, bool, bool] = (True, True, False)
    state: State = State.NORMAL
    acked: list[bool] = field(default_factory=lambda: [True, True, True])
    stamps: list[datetime | None] = field(default_factory=lambda: [None, None, None])
    _reached: list[State | None] = field(default_factory=lambda: [None, None, None])

    @property
    def is_active(self) -> bool:
        """Whether GetEventInformation lists it: not normal, or something is not acknowledged (clause 13.12)."""
        return self.state is not State.NORMAL or not all(self.acked)

    def look(self, value: float | None, at: datetime) -> Change | None:
        """Judge a value, None for an unknown one; the change of state, if there is one."""
        if value is None:
            after = State.FAULT
        else:
            after = self.algorithm.judge(State.NORMAL if self.state is State.FAULT else self.state, value)
        if after is self.state:
            return None
        change = Change(self.state, after, at)
        self.state = after
        self.acked[change.transition] = not self.ack_required[change.transition]
        self.stamps[change.transition] = at
        self._reached[change.transition] = after
        return change

    def acknowledge(self, state: State, stamp: datetime | None) -> Transition:
        """Acknowledge the last transition to `state`, which happened at `stamp`.

        Raises:
            AcknowledgementError: ``invalidEventState`` if the last such transition went elsewhere,
                ``invalidTimeStamp`` if it happened at another time (there was a newer one that nobody has seen).
        """
        transition = transition_to(state)
        if self._reached[transition] is not state:
            raise AcknowledgementError("invalidEventState")
        if self.stamps[transition] != stamp:
            raise AcknowledgementError("invalidTimeStamp")
        self.acked[transition] = True
        return transition
