"""Alarms in the eight states of ISA-18.2. The transitions are in `twin.live.alarms`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twin.model.ids import GlobalId
from twin.model.vocabulary import AlarmState

STANDING = frozenset({AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, AlarmState.LATCHED})
"""States in which the condition still stands."""
NEEDS_ACKNOWLEDGEMENT = frozenset({AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDefinition:
    """A kind of alarm: key, priority 1 (life or security) to 4 (information), text, what to do, whether it latches."""

    key: str
    priority: int
    text: str
    action: str
    latching: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm of one element. ``detail`` is machine text about the cause; ``condition`` whether it still stands."""

    id: str
    definition: AlarmDefinition
    element: GlobalId
    code: str
    state: AlarmState
    condition: bool
    raised_at: datetime
    exercise_at: datetime | None = None  # exercise time of raising, where the building publishes one
    detail: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    returned_at: datetime | None = None
    shelved_until: datetime | None = None

    @property
    def shown_at(self) -> datetime:
        """When it was raised, on the clock that the operator lives by: exercise time where there is one."""
        return self.exercise_at or self.raised_at

    @property
    def priority(self) -> int:
        """1 (highest) to 4."""
        return self.definition.priority
