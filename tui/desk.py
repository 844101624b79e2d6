"""What a screen sits at: protocols of the in-process objects that screens are clients of.

Screens never touch connectors, stores or simulations; they read views, drain changes at 10 Hz and hand over intents.
`tui.wiring` fits these protocols with the real parts, tests with a table-top desk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from twin.model.alarms import Alarm
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalRow
from twin.model.operation import Armed, Changes, CommandOutcome, DeviceHealth, DoorView, Intent, SpaceView
from twin.model.points import Point, Reading
from twin.model.runs import Interval
from twin.model.vocabulary import Role, SiteMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Wall time, and what the building says of exercise time (None while it says nothing)."""

    at: datetime
    exercise_at: datetime | None = None
    speed: float | None = None


class Desk(Protocol):
    """The operator's place: one facility, its live state and the one path for commands."""

    @property
    def facility(self) -> Facility: ...
    @property
    def mode(self) -> SiteMode: ...
    @property
    def role(self) -> Role: ...
    @property
    def points(self) -> Sequence[Point]: ...

    def clock(self) -> Clock: ...
    def regime(self) -> str: ...
    def reading(self, point: PointId, /) -> Reading: ...
    def points_of(self, element: GlobalId, /) -> Sequence[Point]: ...
    def door_view(self, door: GlobalId, /) -> DoorView: ...
    def space_view(self, space: GlobalId, /) -> SpaceView: ...
    def alarms(self) -> Sequence[Alarm]:
        """Alarms not in NORMAL: unacknowledged first, then priority, then newest."""
        ...

    def devices(self) -> Sequence[DeviceHealth]: ...
    def problems(self) -> Sequence[str]:
        """What is wrong with the desk itself (not recording, not taking readings in): one short sentence each."""
        ...

    def journal(self, limit: int, /) -> Sequence[JournalRow]:
        """The newest rows, newest first."""
        ...

    def drain_changes(self) -> Changes: ...
    def arm(self, intent: Intent, /) -> Armed | CommandOutcome:
        """First step: checked against role, policy and interlock; a refusal is a CommandOutcome."""
        ...

    async def confirm(
        self, armed: str, /, *, typed: str = "", reason: str = "", second_person: str = ""
    ) -> CommandOutcome:
        """Second step: write, wait for the physical feedback, audit."""
        ...

    def acknowledge(self, alarm: str, /) -> CommandOutcome: ...
    def shelve(self, alarm: str, /, *, minutes: int, reason: str) -> CommandOutcome: ...
    def report(self, action: str, text: str, /) -> CommandOutcome:
        """Journal an action that leaves no trace in the building (a call made, a count given)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioCard:
    """A scenario to choose from."""

    key: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileRow:
    """A quantile over replications with its order-statistic limits.

    Limits and their coverage are None below ``bounded_from`` values; ``value`` is None without any.
    """

    share: float
    bounded_from: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One measure of a finished study. ``verdict``: ``met``, ``missed``, ``uncertain`` or empty where no target is.

    ``n``: replications that had a number; ``precision_percent``: half-width of the interval over the size of the mean.
    """

    key: str
    label: str
    unit: str
    interval: Interval
    target: str = ""
    verdict: str = ""
    n: int = 0
    half_width: float = math.nan
    precision_percent: float = math.nan
    quantiles: tuple[QuantileRow, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is a number at all; of the causes of lateness only those that occurred do."""
        is_cause = self.key.startswith(("late_", "missed_"))
        return not math.isnan(self.interval.mean) and not (is_cause and self.interval.mean == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionRow:
    """The precision [%] that a study was to reach with at most so many replications; ``short``: what did not."""

    percent: float
    measures: tuple[str, ...]
    reached: bool
    short: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    """A finished study and the page that was written of it.

    ``digest``: SHA-256 over every event of every day; ``precision``: None where none was asked for.
    ``people`` by use of space and ``waiting`` by queue: one figure for each hour from the start, the mean of the
    replications.
    """

    run: str
    title: str
    replications: int
    seed: int
    measures: tuple[MeasureRow, ...]
    door_queues: tuple[tuple[str, float, float], ...] = ()  # door code, mean wait [s], longest wait [s]
    report: str = ""
    digest: str = ""
    precision: PrecisionRow | None = None
    people: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    waiting: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


class StudyDesk(Protocol):
    """The planner's place. Studies run in other processes."""

    def scenarios(self) -> Sequence[ScenarioCard]: ...
    async def run(
        self, key: str, /, *, replications: int, seed: int, on_progress: Callable[[int, int], None]
    ) -> StudyResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillCard:
    """A drill to choose from."""

    key: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillLine:
    """One line of the running drill: an inject at its time, or an expected action.

    An action's ``at_s`` is where its clock starts; it is in time if done by ``at_s + standard_s``.
    """

    at_s: float
    channel: str
    text: str
    done_at_s: float | None = None
    standard_s: float | None = None
    is_inject: bool = True
    action: str = ""  # key to report it with, where the trainee must say it (a call, a count)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillStatus:
    """Where the drill stands; ``report`` is the page once it is written, ``error`` why it ended before its end."""

    key: str = ""
    title: str = ""
    running: bool = False
    elapsed_s: float = 0.0
    lines: tuple[DrillLine, ...] = ()
    report: str = ""
    error: str = ""


class DrillDesk(Protocol):
    """The trainer's place; it exists in virtual and exercise mode only."""

    def drills(self) -> Sequence[DrillCard]: ...
    def status(self) -> DrillStatus: ...
    async def start(self, key: str, /, *, scripted_team: bool) -> None: ...
    async def stop(self) -> None: ...
