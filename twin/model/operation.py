"""What the operator's screens show of doors and rooms, and what becomes of a command. Values only, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twin.model.ids import GlobalId, PointId
from twin.model.vocabulary import DoorAction, DoorState


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorView:
    """A door as it is now. ``expected``: the state agrees with the regime; a deviation is shown loud."""

    door: GlobalId
    state: DoorState
    expected: bool = True
    alarm_unacknowledged: bool = False
    isolated: bool = False
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceView:
    """A room as it is now; None where the value is not known. ``temperature_deviation``: -1 low, 0 normal, 1 high."""

    space: GlobalId
    temp_c: float | None = None
    co2_ppm: float | None = None
    occupancy: int | None = None
    temperature_deviation: int = 0
    fire: str = ""
    calling: bool = False


class Outcome(StrEnum):
    """What became of a command. DONE means that the physical feedback followed, not that the device accepted it."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    NEEDS_CONFIRMATION = "needs-confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutcome:
    """Outcome with its reason; ``readback_s`` is the wall time from the write to the physical feedback."""

    outcome: Outcome
    subject: str
    reason: str = ""
    readback_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceHealth:
    """How the conversation with a device goes; ``last_good_at`` is None before the first answer."""

    device: str
    protocol: str
    is_up: bool
    points: int
    good: int
    bad: int
    last_good_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorIntent:
    """Operate one door."""

    door: GlobalId
    action: DoorAction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseIntent:
    """Unlock all doors of a release group; ``emergency`` is the fire or life-at-risk release, a different command."""

    group: str
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointIntent:
    """Write one plant point."""

    point: PointId
    value: float


Intent = DoorIntent | ReleaseIntent | PointIntent


class DeviceAction(StrEnum):
    """What is written to a field device besides the values of its points."""

    ACKNOWLEDGE = "acknowledge"
    SET_CLOCK = "set-clock"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIntent:
    """Write something to a device that is no point's value; ``what`` names it (an event, a schedule) and says how."""

    device: str
    action: DeviceAction
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """An armed order, waiting for its second step. ``typed`` is the text the operator must type (empty: none)."""

    id: str
    intent: Intent
    subject: str
    read_back: tuple[str, ...]
    expires_at: datetime
    typed: str = ""
    needs_reason: bool = False
    needs_second_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Ids whose view changed since the last drain."""

    points: frozenset[PointId] = frozenset()
    doors: frozenset[GlobalId] = frozenset()
    spaces: frozenset[GlobalId] = frozenset()
    alarms: bool = False
