"""Alarms through the eight states of ISA-18.2: pure transitions and the book that keeps them.

States and transitions follow ANSI/ISA-18.2-2016, clause 5.4 (alarm state transition diagram). Which alarms there are
stands in `twin.live.definitions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from twin.live.definitions import DEFINITIONS
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm
from twin.model.errors import UnknownIdError
from twin.model.ids import GlobalId
from twin.model.vocabulary import AlarmState

MAX_SHELVE = timedelta(hours=8)
"""Longest time an alarm may be shelved (domain reference, section 6.3); priority 1 never."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether the condition of one alarm of one element stands, and what the building says about it."""

    key: str
    element: GlobalId
    code: str
    stands: bool
    detail: str = ""


def alarm_id(key: str, element: GlobalId) -> str:
    """One alarm per definition and element."""
    return f"{key}@{element}"


def follow(alarm: Alarm, stands: bool, now: datetime, detail: str = "", exercise_at: datetime | None = None) -> Alarm:
    """The alarm after its condition was looked at."""
    if alarm.state in (AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE, AlarmState.SHELVED):
        return replace(alarm, condition=stands)
    if stands and not alarm.condition:
        return replace(
            alarm,
            state=AlarmState.UNACKNOWLEDGED,
            condition=True,
            raised_at=now,
            exercise_at=exercise_at,
            detail=detail,
            acknowledged_at=None,
            acknowledged_by="",
            returned_at=None,
        )
    if not stands and alarm.condition:
        return replace(alarm, state=_returned(alarm), condition=False, returned_at=now)
    return alarm


def _returned(alarm: Alarm) -> AlarmState:
    if alarm.state is AlarmState.UNACKNOWLEDGED:
        return AlarmState.RETURNED
    return AlarmState.LATCHED if alarm.definition.latching else AlarmState.NORMAL


def acknowledged(alarm: Alarm, who: str, now: datetime) -> Alarm:
    """The alarm after an operator acknowledged it; unchanged where there is nothing to acknowledge."""
    if alarm.state not in NEEDS_ACKNOWLEDGEMENT:
        return alarm
    if alarm.condition:
        state = AlarmState.ACKNOWLEDGED
    else:
        state = AlarmState.LATCHED if alarm.definition.latching else AlarmState.NORMAL
    return replace(alarm, state=state, acknowledged_at=now, acknowledged_by=who)


def reset(alarm: Alarm) -> Alarm:
    """A latched alarm whose condition is gone goes back to normal."""
    return replace(alarm, state=AlarmState.NORMAL) if alarm.state is AlarmState.LATCHED else alarm


def shelved(alarm: Alarm, until: datetime) -> Alarm:
    """The alarm put aside for a limited time; it stays alive and visible in its own list."""
    return replace(alarm, state=AlarmState.SHELVED, shelved_until=until)


def unshelved(alarm: Alarm, now: datetime) -> Alarm:
    """Back from the shelf: unacknowledged again if its condition stands, else normal."""
    state = AlarmState.UNACKNOWLEDGED if alarm.condition else AlarmState.NORMAL
    return replace(alarm, state=state, shelved_until=None, raised_at=now if alarm.condition else alarm.raised_at)


class AlarmBook:
    """All alarms of a facility. Every change is returned, so that the caller can write it to the journal."""

    def __init__(self, standing: Iterable[Alarm] = ()) -> None:
        self._alarms = {alarm.id: alarm for alarm in standing}
        self._unsaved: dict[str, Alarm] = {}

    def active(self) -> list[Alarm]:
        """Alarms not in NORMAL: unacknowledged first, then priority, then newest."""
        alarms = [alarm for alarm in self._alarms.values() if alarm.state is not AlarmState.NORMAL]
        return sorted(
            alarms,
            key=lambda alarm: (
                alarm.state not in NEEDS_ACKNOWLEDGEMENT,
                alarm.priority,
                -alarm.raised_at.timestamp(),
            ),
        )

    def get(self, id: str) -> Alarm:
        """The alarm of this id.

        Raises:
            UnknownIdError: it was never raised.
        """
        try:
            return self._alarms[id]
        except KeyError:
            raise UnknownIdError("alarm", id) from None

    def drain_unsaved(self) -> list[Alarm]:
        """Alarms that changed since the last call, for whoever keeps them over a restart."""
        unsaved, self._unsaved = list(self._unsaved.values()), {}
        return unsaved

    def stands(self, key: str, element: GlobalId) -> bool:
        """Whether the alarm's condition stands now."""
        alarm = self._alarms.get(alarm_id(key, element))
        return alarm is not None and alarm.condition

    def of_element(self, element: GlobalId) -> list[Alarm]:
        """Active alarms of one element."""
        return [alarm for alarm in self.active() if alarm.element == element]

    def look(self, condition: Condition, now: datetime, exercise_at: datetime | None = None) -> Alarm | None:
        """Follow one condition; the alarm if it changed."""
        key = alarm_id(condition.key, condition.element)
        before = self._alarms.get(key)
        if before is None:
            if not condition.stands:
                return None
            before = Alarm(
                id=key,
                definition=DEFINITIONS[condition.key],
                element=condition.element,
                code=condition.code,
                state=AlarmState.NORMAL,
                condition=False,
                raised_at=now,
            )
        return self.put(follow(before, condition.stands, now, condition.detail, exercise_at))

    def put(self, alarm: Alarm) -> Alarm | None:
        """Store a new state of an alarm; the alarm if its state changed, else None."""
        before = self._alarms.get(alarm.id)
        self._alarms[alarm.id] = alarm
        if alarm != before:
            self._unsaved[alarm.id] = alarm
        return alarm if before is None or before.state is not alarm.state else None

    def unshelve_due(self, now: datetime) -> list[Alarm]:
        """Take back every alarm whose shelf time is over."""
        due = [a for a in self._alarms.values() if a.shelved_until is not None and a.shelved_until <= now]
        return [back for alarm in due if (back := self.put(unshelved(alarm, now)))]
