"""The operator's desk with the real parts: connectors → live state → store → views, and commands all the way back.

Fits `tui.desk.Desk`. Readings arrive from the poller at any time and are taken in by one loop, 20 times a second, so
that the session is only ever touched from the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from bms_connectors.poller import Poller
from tui.desk import Clock
from tui.settings import Site
from twin.live.commands import WritePolicy
from twin.live.orders import Order
from twin.live.session import Session
from twin.model.alarms import Alarm
from twin.model.errors import ConnectorError, RefusedError, StoreError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalEntry, JournalRow
from twin.model.operation import (
    Armed,
    Changes,
    CommandOutcome,
    DeviceHealth,
    DoorView,
    Intent,
    ReleaseIntent,
    SpaceView,
)
from twin.model.points import Freshness, Point, Reading
from twin.model.vocabulary import Quality, Role, SiteMode
from twin.store import journal
from twin.store.alarms import load_alarms, save_alarms
from twin.store.database import Database, open_database
from twin.store.facilities import load_facility
from twin.store.register import load_devices, load_points
from twin.store.samples import HistoryWriter

logger = logging.getLogger(__name__)

CYCLES_S = {Freshness.SECURITY: 0.5, Freshness.PLANT: 5.0, Freshness.METER: 30.0}
"""Polling cycles: doors twice a second, so that an event is drawn well within its budget."""
INTAKE_S = 0.05
TICK_S = 0.25
RELEASE_SPACING_S = 0.25
"""Wall seconds between two locks of a group: 3–5 doors a second against inrush current (domain reference, 5.1)."""
READ_SLACK_S = 3.0
"""Wall seconds for transport on top of the travel time of a bolt."""


class _Mailbox:
    """Where the poller puts readings: kept for the session and handed to the history. Thread-safe."""

    def __init__(self, history: HistoryWriter | None) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._readings: list[Reading] = []

    def append(self, readings: Iterable[Reading], /) -> int:
        batch = list(readings)
        with self._lock:
            self._readings += batch
        if self._history is not None:
            self._history.append(batch)
        return len(batch)

    def drain(self) -> list[Reading]:
        with self._lock:
            readings, self._readings = self._readings, []
        return readings


class _DatabaseJournal:
    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entries: Sequence[JournalEntry], /) -> None:
        journal.append_all(self._database, entries)


class OperatorDesk:
    """One operator at one site. An async context manager: entering connects, leaving lets go of everything."""

    def __init__(self, site: Site, *, role: Role, mode: SiteMode | None = None, record: bool = True) -> None:
        self._site = site
        self._role = role
        self._mode = mode or site.file.mode
        self._record = record
        self._stack = AsyncExitStack()
        self._changes = Changes()
        self._session: Session | None = None
        self.poller: Poller | None = None
        self.history: HistoryWriter | None = None
        self.history_problem = ""

    async def __aenter__(self) -> OperatorDesk:
        try:
            self._database = self._stack.enter_context(open_database(self._site.database))
            self._facility = load_facility(self._database)
            points, devices = load_points(self._database), load_devices(self._database)
            if self._record:
                self._start_history()
            self._mailbox = _Mailbox(self.history)
            self._session = Session(
                self._facility,
                points,
                _DatabaseJournal(self._database),
                mode=self._mode,
                role=self._role,
                who=self._site.file.post,
                started_at=_now(),
                policy=WritePolicy(
                    enabled=self._site.file.write.enabled,
                    points=frozenset(PointId(point) for point in self._site.file.write.points),
                ),
                regimes=self._site.regimes,
                standing=load_alarms(self._database),
            )
            self._session.note("session.opened", self._facility.code, _now(), {"role": self._role.value})
            self.poller = await self._stack.enter_async_context(
                Poller(points, devices, self._mailbox, cycle_s=CYCLES_S)
            )
            self._intake = asyncio.create_task(self._take_in())
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._intake.cancel()
        await asyncio.gather(self._intake, return_exceptions=True)
        self.session.note("session.closed", self._facility.code, _now())
        await self._stack.aclose()

    def _start_history(self) -> None:
        try:
            self.history = self._stack.enter_context(HistoryWriter(self._site.history))
        except StoreError as error:
            # One flock says who records; a second screen on the same site looks on.
            self.history_problem = str(error)
            logger.warning("history not recorded here: %s", error)

    def take_role(self, role: Role) -> OperatorDesk:
        """Sit down in a role; journalled."""
        self._role = self.session.role = role
        self.session.note("role.taken", role.value, _now())
        return self

    def set_mode(self, mode: SiteMode) -> None:
        """Between virtual and exercise, as a drill starts and ends; a live desk never changes.

        Raises:
            RefusedError: from or to live.
        """
        if SiteMode.LIVE in (self._mode, mode):
            raise RefusedError("a live desk stays live, and no other becomes it")
        self._mode = mode
        self.session.set_mode(mode)

    # --- Desk: what is shown -------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session, once entered."""
        assert self._session is not None  # entered
        return self._session

    @property
    def database(self) -> Database:
        """The site's database, once entered."""
        return self._database

    @property
    def facility(self) -> Facility:
        """See `Desk`."""
        return self._facility

    @property
    def mode(self) -> SiteMode:
        """See `Desk`."""
        return self._mode

    @property
    def role(self) -> Role:
        """See `Desk`."""
        return self._role

    @property
    def points(self) -> Sequence[Point]:
        """See `Desk`."""
        return tuple(self.session.live.points.values())

    def clock(self) -> Clock:
        """See `Desk`."""
        now = _now()
        exercise_at = self.session.clock.at(now)
        return Clock(at=now, exercise_at=exercise_at, speed=self.session.clock.speed if exercise_at else None)

    def regime(self) -> str:
        """See `Desk`."""
        regime = self.session.regime(_now())
        return regime.name if regime else ""

    def reading(self, point: PointId, /) -> Reading:
        """See `Desk`."""
        return self.session.live.reading(point)

    def points_of(self, element: GlobalId, /) -> Sequence[Point]:
        """See `Desk`."""
        return self.session.live.points_of(element)

    def door_view(self, door: GlobalId, /) -> DoorView:
        """See `Desk`."""
        return self.session.door_view(door, _now())

    def space_view(self, space: GlobalId, /) -> SpaceView:
        """See `Desk`."""
        return self.session.space_view(space)

    def alarms(self) -> Sequence[Alarm]:
        """See `Desk`."""
        return self.session.alarms.active()

    def devices(self) -> Sequence[DeviceHealth]:
        """See `Desk`."""
        return () if self.poller is None else self.poller.health()

    def journal(self, limit: int, /) -> Sequence[JournalRow]:
        """See `Desk`."""
        return journal.rows(self._database, limit=limit, newest_first=True)

    def drain_changes(self) -> Changes:
        """See `Desk`."""
        changes, self._changes = self._changes, Changes()
        return changes

    async def first_look(self, timeout_s: float = 5.0) -> None:
        """Wait until every device has answered once, or the time is over; a silent device keeps its bad quality."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            states = {reading.quality for point in self.points if (reading := self.reading(point.id))}
            if Quality.NEVER_READ not in states:
                return
            await asyncio.sleep(INTAKE_S)

    # --- Desk: what is ordered -----------------------------------------------------------------------------------

    def arm(self, intent: Intent, /) -> Armed | CommandOutcome:
        """See `Desk`."""
        return self.session.arm(intent, _now())

    async def confirm(
        self, armed: str, /, *, typed: str = "", reason: str = "", second_person: str = ""
    ) -> CommandOutcome:
        """See `Desk`."""
        order = self.session.confirm(armed, _now(), typed=typed, reason=reason, second_person=second_person)
        if isinstance(order, CommandOutcome):
            return order
        started = time.monotonic()
        failure = await self._send(order)
        if not failure:
            failure = await self._followed(order)
        readback_s = None if failure else time.monotonic() - started
        outcome = self.session.settle(order, _now(), readback_s=readback_s, failure=failure)
        self._note(Changes(alarms=True))
        return outcome

    async def _send(self, order: Order) -> str:
        assert self.poller is not None  # entered
        spacing_s = RELEASE_SPACING_S if isinstance(order.intent, ReleaseIntent) else 0.0
        problems = []
        for number, command in enumerate(order.commands):
            if number and spacing_s:
                await asyncio.sleep(spacing_s / max(self.session.clock.speed, 1.0))
            point = self.session.live.points[command.point]
            try:
                await self.poller.writer_for(point).write(point, command)
            except ConnectorError as error:
                # A release goes on with the other doors: one silent controller must not keep the rest locked.
                problems.append(str(error))
        return "; ".join(problems)

    async def _followed(self, order: Order) -> str:
        travel_s = order.deadline_s / self.session.clock.speed + READ_SLACK_S
        deadline = time.monotonic() + travel_s
        points = self.session.proof_points(order)
        while time.monotonic() < deadline:
            assert self.poller is not None  # entered
            self._note(self.session.ingest(await self.poller.read(points), _now()))
            if self.session.is_followed(order):
                return ""
            await asyncio.sleep(INTAKE_S)
        missing = self.session.missing_proofs(order)
        return f"accepted, but not followed within {travel_s:.1f} s: {', '.join(missing[:5])}" if missing else ""

    def acknowledge(self, alarm: str, /) -> CommandOutcome:
        """See `Desk`."""
        return self._after(self.session.acknowledge(alarm, _now()))

    def shelve(self, alarm: str, /, *, minutes: int, reason: str) -> CommandOutcome:
        """See `Desk`."""
        return self._after(self.session.shelve(alarm, _now(), minutes=minutes, reason=reason))

    def report(self, action: str, text: str, /) -> CommandOutcome:
        """See `Desk`."""
        return self._after(self.session.report(action, text, _now()))

    # --- inside --------------------------------------------------------------------------------------------------

    def _after(self, outcome: CommandOutcome) -> CommandOutcome:
        self._note(Changes(alarms=True))
        self._save_alarms()
        return outcome

    async def _take_in(self) -> None:
        next_tick = 0.0
        while True:
            await asyncio.sleep(INTAKE_S)
            readings = self._mailbox.drain()
            if readings:
                self._note(self.session.ingest(readings, _now()))
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_S
                self._note(self.session.tick(_now()))
            self._save_alarms()

    def _save_alarms(self) -> None:
        unsaved = self.session.alarms.drain_unsaved()
        if unsaved:
            save_alarms(self._database, unsaved)

    def _note(self, changes: Changes) -> None:
        self._changes = Changes(
            points=self._changes.points | changes.points,
            doors=self._changes.doors | changes.doors,
            spaces=self._changes.spaces | changes.spaces,
            alarms=self._changes.alarms or changes.alarms,
        )


def _now() -> datetime:
    return datetime.now(tz=UTC)
