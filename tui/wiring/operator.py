"""The operator's desk with the real parts: connectors → live state → store → views, and commands all the way back.

Fits `tui.desk.Desk`. Readings arrive from the poller at any time and are taken in by one loop, 20 times a second, so
that the session is only ever touched from the event loop.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from bms_connectors.bacnet.bbmd import bbmd_address
from bms_connectors.connectors import Line
from bms_connectors.poller import Poller
from tui.desk import Clock
from tui.settings import Site
from tui.wiring.backfill import BackFill
from tui.wiring.certificates import certificates_of
from tui.wiring.device_events import device_event_log
from tui.wiring.housekeeping import Housekeeping
from tui.wiring.intake import DatabaseJournal, Mailbox
from tui.wiring.orders import Orders
from twin.live.commands import WritePolicy
from twin.live.session import Session
from twin.model.alarms import Alarm
from twin.model.errors import RefusedError, StoreError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalRow
from twin.model.operation import (
    Armed,
    Changes,
    CommandOutcome,
    DeviceHealth,
    DeviceIntent,
    DoorView,
    Intent,
    SpaceView,
)
from twin.model.point_kinds import Freshness
from twin.model.points import Device, Point, Reading
from twin.model.vocabulary import Quality, Role, SiteMode
from twin.store import journal
from twin.store.alarms import load_alarms, save_alarms
from twin.store.database import Database, open_database
from twin.store.deadband import Deadband, deadbands
from twin.store.facilities import load_facility
from twin.store.register import load_devices, load_points
from twin.store.samples import HistoryWriter

logger = logging.getLogger(__name__)

CYCLES_S = {Freshness.SECURITY: 0.5, Freshness.LIFE_SAFETY: 2.0, Freshness.PLANT: 5.0, Freshness.METER: 30.0}
"""Polling cycles: doors twice a second, so that an event is drawn well within its budget."""
INTAKE_S = 0.05
TICK_S = 0.25
REVIEW_WINDOW = timedelta(days=2)
"""How far back the journal is searched for reviews that are still owed."""


class OperatorDesk:
    """One operator at one site. An async context manager: entering connects, leaving lets go of everything."""

    def __init__(self, site: Site, *, role: Role, mode: SiteMode | None = None, record: bool = True) -> None:
        if SiteMode.LIVE in (site.file.mode, mode) and mode not in (None, site.file.mode):
            raise RefusedError(f"this site is {site.file.mode.value}: its desk cannot be opened as {mode}")
        self._site = site
        self._role = role
        self._mode = mode or site.file.mode
        self._intake_problem = ""
        self._record = record
        self._stack = AsyncExitStack()
        self._changes = Changes()
        self._unsaved: dict[str, Alarm] = {}
        self._session: Session | None = None
        self.poller: Poller | None = None
        self.history: HistoryWriter | None = None
        self.thinned: Deadband | None = None
        self.history_problem = ""
        self._housekeeping: Housekeeping | None = None

    async def __aenter__(self) -> OperatorDesk:
        try:
            self._database = self._stack.enter_context(open_database(self._site.database))
            self._facility = load_facility(self._database)
            points, devices = load_points(self._database), load_devices(self._database)
            if self._site.is_bare:
                devices = []  # a database alone has no building systems: its points are shown, not read
            self._refuse_real_devices(devices)
            if self._record:
                self._start_history(points)
            self._mailbox = Mailbox(self.thinned)
            self._journal = DatabaseJournal(self._database)
            self._session = self._opened_session(points)
            self._session.note("session.opened", self._facility.code, _now(), {"role": self._role.value})
            self.poller = await self._stack.enter_async_context(self._new_poller(points, devices))
            await self._start_keeping(self.poller, points, devices)
            self._orders = Orders(self._session, self.poller, self._note)
            self._intake = asyncio.create_task(self._take_in())
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    def _opened_session(self, points: Sequence[Point]) -> Session:
        write = self._site.file.write
        return Session(
            self._facility,
            points,
            self._journal,
            mode=self._mode,
            role=self._role,
            who=self._site.file.post,
            started_at=_now(),
            policy=WritePolicy(
                enabled=write.enabled,
                points=frozenset(PointId(point) for point in write.points),
                devices=frozenset(write.devices),
            ),
            regimes=self._site.regimes,
            standing=load_alarms(self._database),
            rows=journal.rows(self._database, since=_now() - REVIEW_WINDOW),
            keeps_journal_of_field=self._keeps_record,
        )

    def _new_poller(self, points: Sequence[Point], devices: Sequence[Device]) -> Poller:
        return Poller(
            [point for point in points if _is_on(point, devices)],
            devices,
            self._mailbox,
            cycle_s=CYCLES_S,
            cov=_is_urgent if self._record else None,  # a command that ends at once has no use for them
            bbmd=self._site.file.network.bbmd,
            tls=certificates_of(self._site, devices),
        )

    async def _start_keeping(self, poller: Poller, points: Sequence[Point], devices: Sequence[Device]) -> None:
        """What a desk does besides, if it is the one that keeps the record: gaps, old days, the devices' own alarms."""
        if self.history is not None:
            await self._stack.enter_async_context(BackFill(poller, points, self.history))
        if self.history is not None and not self._site.is_bare:
            keep = self._site.file.history
            self._housekeeping = await self._stack.enter_async_context(
                Housekeeping(self._site.folder, pack_after_days=keep.pack_after_days, keep_days=keep.keep_days)
            )
        if self._keeps_record:
            lines = [poller.line(device.name) for device in devices if device.host]
            own = device_event_log(lines, self.session, self._journal, self._site.file.write)
            await self._stack.enter_async_context(own)

    async def __aexit__(self, *_exc: object) -> None:
        self._intake.cancel()
        await asyncio.gather(self._intake, return_exceptions=True)
        try:
            self._save_alarms()
            self.session.note("session.closed", self._facility.code, _now())
        finally:
            await self._stack.aclose()

    @property
    def _keeps_record(self) -> bool:
        """Whether this desk writes down what the building does; of several desks the one that records history."""
        return self.history is not None or self._site.is_bare

    def _start_history(self, points: Sequence[Point]) -> None:
        keep = self._site.file.history
        try:
            self.history = self._stack.enter_context(HistoryWriter(self._site.history))
        except StoreError as error:
            # One flock says who records; a second screen on the same site looks on.
            self.history_problem = str(error)
            logger.warning("history not recorded here: %s", error)
        else:
            self.thinned = Deadband(self.history, deadbands(points, keep.deadband), at_least_s=keep.at_least_s)
            self._stack.callback(self.thinned.settle)

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

    def problems(self) -> Sequence[str]:
        """See `Desk`."""
        failing = "" if self.history is None or not self.history.failure else f"history: {self.history.failure}"
        unkept = "" if self._housekeeping is None else self._housekeeping.problem
        found = (self._intake_problem, self._journal.problem, self.history_problem, failing, unkept)
        return [text for text in found if text]

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
        return await self._orders.confirm(armed, typed=typed, reason=reason, second_person=second_person)

    async def order_device(
        self, intent: DeviceIntent, act: Callable[[Line], Awaitable[str]], *, reason: str
    ) -> CommandOutcome:
        """Write to a device what is no point's value: see `Orders.order_device`."""
        return await self._orders.order_device(intent, act, reason=reason)

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
            try:
                readings = self._mailbox.drain()
                if readings:
                    self._note(self.session.ingest(readings, _now()))
                if time.monotonic() >= next_tick:
                    next_tick = time.monotonic() + TICK_S
                    self._note(self.session.tick(_now()))
                self._journal.catch_up()
                self._save_alarms()
            except Exception as error:
                if not self._intake_problem:  # what a disk cannot take is no fault of ours: no traceback
                    logger.error("intake failed: %s", error, exc_info=not isinstance(error, StoreError))
                self._intake_problem = f"readings are not taken in properly: {error}"
            else:
                self._intake_problem = ""

    def _refuse_real_devices(self, devices: Sequence[Device]) -> None:
        """Virtual and exercise mode cannot open a live connection."""
        if self._mode is SiteMode.LIVE:
            return
        hosts = [device.ip for device in devices if device.host]
        if self._site.file.network.bbmd:
            hosts.append(bbmd_address(self._site.file.network.bbmd)[0])
        real = [host for host in hosts if not ipaddress.ip_address(host).is_loopback]
        if real:
            raise RefusedError(f"{self._mode.value} mode opens no connection to real devices: {real[0]}")

    def _save_alarms(self) -> None:
        unsaved = self.session.alarms.drain_unsaved()
        if not self._keeps_record:
            mine = self.session.who
            unsaved = [a for a in unsaved if a.acknowledged_by == mine or a.definition.key == "command-failed"]
        self._unsaved |= {alarm.id: alarm for alarm in unsaved}  # what cannot be saved is tried again
        if self._unsaved:
            save_alarms(self._database, self._unsaved.values())
            self._unsaved = {}

    def _note(self, changes: Changes) -> None:
        self._changes = Changes(
            points=self._changes.points | changes.points,
            doors=self._changes.doors | changes.doors,
            spaces=self._changes.spaces | changes.spaces,
            alarms=self._changes.alarms or changes.alarms,
        )


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _is_urgent(point: Point) -> bool:
    """Whether a point is subscribed to besides being polled: states of doors, calls and life safety, no counters."""
    has_states = bool(point.states or point.meaning.states)
    return has_states and point.meaning.freshness in (Freshness.SECURITY, Freshness.LIFE_SAFETY)


def _is_on(point: Point, devices: Sequence[Device]) -> bool:
    """Whether a point can be read: it is bound to a device whose address is known."""
    return point.binding is not None and any(one.name == point.binding.device and one.host for one in devices)
