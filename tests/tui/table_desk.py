"""A table-top desk: everything a screen asks for, settable by the test, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tui.desk import (
    Clock,
    DrillCard,
    DrillLine,
    DrillStatus,
    MeasureRow,
    ScenarioCard,
    StudyResult,
)
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm, AlarmDefinition
from twin.model.errors import GatehouseError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalEntry, JournalRow
from twin.model.operation import (
    Armed,
    Changes,
    CommandOutcome,
    DeviceHealth,
    DoorIntent,
    DoorView,
    Intent,
    Outcome,
    ReleaseIntent,
    SpaceView,
)
from twin.model.points import BacnetBinding, Point, Reading
from twin.model.runs import Interval
from twin.model.vocabulary import AlarmState, DoorAction, DoorState, Quality, Role, SiteMode

NOW = datetime(2026, 11, 23, 12, 4, 31, tzinfo=UTC)

KINDS = {
    DoorState.FORCED: AlarmDefinition(key="forced", priority=1, text="door forced", action="send response team"),
    DoorState.HELD: AlarmDefinition(key="held", priority=2, text="door held open", action="ask the landing officer"),
    DoorState.FAULT: AlarmDefinition(key="fault", priority=3, text="door fault", action="call the engineer"),
}


class TableDesk:
    """Fits `tui.desk.Desk`. ``locked`` doors by default; commands succeed unless ``refusal`` is set."""

    def __init__(
        self,
        facility: Facility,
        *,
        mode: SiteMode = SiteMode.VIRTUAL,
        role: Role = Role.OPERATOR,
        monitored: bool = True,
        point_limit: int | None = None,
    ) -> None:
        self.facility, self.mode, self.role = facility, mode, role
        state = DoorState.LOCKED if monitored else DoorState.UNMONITORED
        self.doors = {d.global_id: DoorView(door=d.global_id, state=state) for d in facility.doors}
        self.rooms = {s.global_id: SpaceView(space=s.global_id) for s in facility.spaces}
        self.points: Sequence[Point] = tuple(self._points())[:point_limit] if monitored else ()
        self._readings = {
            p.id: Reading(p.id, 21.3 if p.kind == "temperature" else 0.0, Quality.GOOD, NOW - timedelta(seconds=2))
            for p in self.points
        }
        self._of: dict[GlobalId, list[Point]] = {}
        for point in self.points:
            self._of.setdefault(point.element, []).append(point)
        self._alarms: list[Alarm] = []
        self.now = NOW
        self.exercise: datetime | None = NOW
        self.speed: float | None = 1.0
        self.refusal = ""
        self.typed = ""
        self.devices_down = 0
        self.troubles: tuple[str, ...] = ()
        self.failure: GatehouseError | None = None
        self.confirmed: list[tuple[Armed, str, str, str]] = []
        self.shelved: list[tuple[str, int, str]] = []
        self.reported: list[tuple[str, str]] = []
        self._armed: dict[str, Armed] = {}
        self._changes = Changes()

    def _points(self) -> list[Point]:
        points = []
        for number, door in enumerate(self.facility.doors):
            path = door.code.removeprefix("D.").replace("-", "/").replace(".", "/DOOR")
            for kind in ("door_position", "lock_status", "door_command"):
                binding = BacnetBinding(device="PLC-1", object_type="binary-input", object_instance=number)
                points.append(
                    Point(id=PointId(f"{path}/{kind.upper()}"), kind=kind, element=door.global_id, binding=binding)
                )
        for number, space in enumerate(self.facility.spaces):
            path = space.code.replace("-", "/")
            binding = BacnetBinding(device="AHU-1", object_type="analog-input", object_instance=number)
            points.append(
                Point(id=PointId(f"{path}/ROOM/TEMP"), kind="temperature", element=space.global_id, binding=binding)
            )
        return points

    # What a test sets

    def set_door(
        self, code: str, state: DoorState, *, expected: bool = False, reason: str = "", isolated: bool = False
    ) -> GlobalId:
        """Put a door into a state; forced, held and faulty doors raise their alarm."""
        door = self.facility.door(code)
        kind = KINDS.get(state)
        self.doors[door.global_id] = DoorView(
            door=door.global_id, state=state, expected=expected, alarm_unacknowledged=kind is not None, reason=reason,
            isolated=isolated, since=NOW - timedelta(seconds=94),
        )  # fmt: skip
        if kind is not None:
            self._alarms.append(
                Alarm(
                    id=f"alarm-{len(self._alarms) + 1}",
                    definition=kind,
                    element=door.global_id,
                    code=door.code,
                    state=AlarmState.UNACKNOWLEDGED,
                    condition=True,
                    raised_at=NOW - timedelta(seconds=20),
                    exercise_at=None if self.exercise is None else self.exercise - timedelta(seconds=20),
                    detail=reason,
                )
            )
        self._note(Changes(doors=frozenset({door.global_id}), alarms=kind is not None))
        return door.global_id

    def set_room(self, code: str, **facts: object) -> GlobalId:
        """Set fields of a room's view."""
        space = self.facility.space(code)
        self.rooms[space.global_id] = replace(self.rooms[space.global_id], **facts)  # type: ignore[arg-type]
        self._note(Changes(spaces=frozenset({space.global_id})))
        return space.global_id

    def set_reading(self, point: PointId, value: float | None, quality: Quality = Quality.GOOD) -> None:
        """Replace a point's reading."""
        self._readings[point] = Reading(point, value, quality, self.now)
        self._note(Changes(points=frozenset({point})))

    def set_readings(self, points: Sequence[PointId], value: float) -> None:
        """Replace many good readings at once."""
        self._readings |= {point: Reading(point, value, Quality.GOOD, self.now) for point in points}
        self._note(Changes(points=frozenset(points)))

    def _note(self, more: Changes) -> None:
        now = self._changes
        self._changes = Changes(
            points=now.points | more.points,
            doors=now.doors | more.doors,
            spaces=now.spaces | more.spaces,
            alarms=now.alarms or more.alarms,
        )

    # Desk

    def clock(self) -> Clock:
        return Clock(at=self.now, exercise_at=self.exercise, speed=self.speed)

    def regime(self) -> str:
        return "LOCK-UP 12:00–13:30"

    def reading(self, point: PointId, /) -> Reading:
        return self._readings[point]

    def points_of(self, element: GlobalId, /) -> Sequence[Point]:
        return self._of.get(element, ())

    def door_view(self, door: GlobalId, /) -> DoorView:
        return self.doors[door]

    def space_view(self, space: GlobalId, /) -> SpaceView:
        return self.rooms[space]

    def alarms(self) -> Sequence[Alarm]:
        return sorted(self._alarms, key=lambda a: (a.state not in NEEDS_ACKNOWLEDGEMENT, a.priority, a.raised_at))

    def devices(self) -> Sequence[DeviceHealth]:
        return [
            DeviceHealth(device=f"PLC-{n}", protocol="bacnet", is_up=n > self.devices_down, points=10, good=10, bad=0)
            for n in (1, 2, 3)
        ]

    def problems(self) -> Sequence[str]:
        return self.troubles

    def _fail(self) -> None:
        """Raise what the test set."""
        if self.failure is not None:
            raise self.failure

    def journal(self, limit: int, /) -> Sequence[JournalRow]:
        entries = [
            JournalEntry(
                at=NOW - timedelta(seconds=n),
                exercise_at=None if self.exercise is None or n > 5 else self.exercise - timedelta(seconds=n),
                kind="command.done",
                subject=f"D.{n}",
                actor="operator",
                source="operator",
            )
            for n in range(30)
        ]
        return [
            JournalRow(number=30 - n, entry=entry, previous_hash="", hash="") for n, entry in enumerate(entries[:limit])
        ]

    def drain_changes(self) -> Changes:
        changes, self._changes = self._changes, Changes()
        return changes

    def arm(self, intent: Intent, /) -> Armed | CommandOutcome:
        self._fail()
        subject = self._subject(intent)
        if self.refusal:
            return CommandOutcome(outcome=Outcome.REFUSED, subject=subject, reason=self.refusal)
        is_group = isinstance(intent, ReleaseIntent)
        armed = Armed(
            id=f"armed-{len(self._armed) + 1}",
            intent=intent,
            subject=subject,
            read_back=("2 doors will unlock",) if is_group else ("interlock idle", "bolt locked, door closed"),
            expires_at=self.now + timedelta(seconds=10),
            typed=intent.group if isinstance(intent, ReleaseIntent) else self.typed,
            needs_reason=is_group,
            needs_second_person=is_group,
        )
        self._armed[armed.id] = armed
        return armed

    def _subject(self, intent: Intent) -> str:
        match intent:
            case DoorIntent():
                return f"{intent.action.value} {self.facility.door_by_id[intent.door].code}"
            case ReleaseIntent():
                return f"{'EMERGENCY ' if intent.emergency else ''}release {intent.group}"
            case _:
                return f"write {intent.point}"

    async def confirm(
        self, armed: str, /, *, typed: str = "", reason: str = "", second_person: str = ""
    ) -> CommandOutcome:
        self._fail()
        order = self._armed.pop(armed)
        self.confirmed.append((order, typed, reason, second_person))
        if order.typed and typed != order.typed:
            return CommandOutcome(
                outcome=Outcome.REFUSED, subject=order.subject, reason="the typed name does not match"
            )
        if isinstance(order.intent, DoorIntent):
            locked = order.intent.action is DoorAction.LOCK
            state = DoorState.LOCKED if locked else DoorState.CLOSED
            self.doors[order.intent.door] = DoorView(door=order.intent.door, state=state, expected=locked)
            self._note(Changes(doors=frozenset({order.intent.door})))
        return CommandOutcome(outcome=Outcome.DONE, subject=order.subject, readback_s=1.2)

    def acknowledge(self, alarm: str, /) -> CommandOutcome:
        self._fail()
        index = next(i for i, known in enumerate(self._alarms) if known.id == alarm)
        known = self._alarms[index]
        self._alarms[index] = replace(known, state=AlarmState.ACKNOWLEDGED, acknowledged_by="operator")
        if known.element in self.doors:
            self.doors[known.element] = replace(self.doors[known.element], alarm_unacknowledged=False)
        self._note(Changes(doors=frozenset({known.element}) & frozenset(self.doors), alarms=True))
        return CommandOutcome(outcome=Outcome.DONE, subject=f"acknowledge {known.code}")

    def shelve(self, alarm: str, /, *, minutes: int, reason: str) -> CommandOutcome:
        self._fail()
        self.shelved.append((alarm, minutes, reason))
        return CommandOutcome(outcome=Outcome.DONE, subject="shelve")

    def report(self, action: str, text: str, /) -> CommandOutcome:
        self._fail()
        self.reported.append((action, text))
        return CommandOutcome(outcome=Outcome.DONE, subject=f"report {action}")


class TableStudies:
    """Fits `tui.desk.StudyDesk`; a study takes no time."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, int, int]] = []
        self.failure: GatehouseError | None = None
        self.unreadable: GatehouseError | None = None

    def scenarios(self) -> Sequence[ScenarioCard]:
        if self.unreadable is not None:
            raise self.unreadable
        return (
            ScenarioCard(key="night", title="Night staffing", description="Three posts instead of four at night."),
            ScenarioCard(key="evacuate", title="Evacuate one wing", description="Staged unlocking by two crews."),
        )

    async def run(
        self, key: str, /, *, replications: int, seed: int, on_progress: Callable[[int, int], None]
    ) -> StudyResult:
        if self.failure is not None:
            raise self.failure
        self.runs.append((key, replications, seed))
        on_progress(replications, replications)
        measures = (
            ("response", "90th percentile of response", "s", 94.2, 90.1, 98.3, "≤ 120 s", "met"),
            ("curtailed", "activities curtailed", "%", 12.4, 9.8, 15.0, "≤ 10 %", "uncertain"),
            ("count", "roll check done in", "min", 31.0, 29.5, 32.5, "≤ 15 min", "missed"),
        )
        return StudyResult(
            run="R-0001",
            title=key,
            replications=replications,
            seed=seed,
            measures=tuple(
                MeasureRow(key=k, label=t, unit=u, interval=Interval(mean=m, low=a, high=b), target=g, verdict=v)
                for k, t, u, m, a, b, g, v in measures
            ),
            door_queues=(("D.TST-L00-C-HALL.1", 12.0, 41.0), ("D.TST-L00-C-HALL.2", 4.0, 19.0)),
            report="reports/night-R-0001.html",
        )


class TableDrills:
    """Fits `tui.desk.DrillDesk`; a drill stands at 95 s."""

    def __init__(self) -> None:
        self.started: list[tuple[str, bool]] = []
        self._status = DrillStatus()
        self.failure: GatehouseError | None = None
        self.unreadable: GatehouseError | None = None

    def drills(self) -> Sequence[DrillCard]:
        if self.unreadable is not None:
            raise self.unreadable
        return (DrillCard(key="D1", title="Cell fire", description="Contain, rescue, count."),)

    def status(self) -> DrillStatus:
        return self._status

    async def start(self, key: str, /, *, scripted_team: bool) -> None:
        if self.failure is not None:
            raise self.failure
        self.started.append((key, scripted_team))
        lines = (
            DrillLine(at_s=0, channel="fire", text="Detector in A-C07 alarms", done_at_s=0.0),
            DrillLine(
                at_s=0, channel="desk", text="Alarm acknowledged", done_at_s=12.0, standard_s=30.0, is_inject=False
            ),
            DrillLine(
                at_s=0, channel="radio", text="Response team called", standard_s=60.0, is_inject=False, action="call"
            ),
            DrillLine(at_s=120, channel="desk", text="Wing released", standard_s=180.0, is_inject=False),
        )
        self._status = DrillStatus(key=key, title="Cell fire", running=True, elapsed_s=95.0, lines=lines)

    def end_with(self, error: str) -> None:
        """The drill ends by itself with an error."""
        self._status = replace(self._status, running=False, error=error)

    async def stop(self) -> None:
        if self.failure is not None:
            raise self.failure
        self._status = replace(self._status, running=False, report="reports/drill-D1.html")
