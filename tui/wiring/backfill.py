"""When a device comes back after a while, what it logged meanwhile is read and put into the history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from bms_connectors.connectors import Line
from bms_connectors.device_logs import Logged
from twin.model.errors import StoreError
from twin.model.operation import DeviceHealth
from twin.model.points import Point, Reading
from twin.store.missing import Missing

logger = logging.getLogger(__name__)

DOWN_S = 30.0
"""A device that was away for less is not asked: few logs have a record in so short a time (assumption)."""
SETTLE_S = 10.0
"""How long a device that came back is left alone first: it may be starting, and go again (assumption)."""
LOOK_S = 1.0
TRIES = 3
"""How often a device that falls silent while it tells is asked again."""


class Lines(Protocol):
    """What a `bms_connectors.poller.Poller` knows of its devices."""

    def health(self) -> list[DeviceHealth]: ...

    def line(self, device: str, /) -> Line: ...


class Backfilled(Protocol):
    """Where back-filled readings go: a `twin.store.samples.HistoryWriter`."""

    def backfill(self, readings: Iterable[Reading], /) -> int: ...


async def ask_log(line: Line, point: Point, gaps: Sequence[Missing]) -> Logged:
    """What the device of a line logged of a point inside its gaps; a device that is not believed is not asked."""
    doubt = line.watcher.remark() if line.watcher is not None else ""
    if line.logs is None:
        return Logged(problem=f"{line.device.protocol} devices keep no logs")
    if doubt:
        return Logged(problem=doubt, is_silent=True)
    logged = await line.logs.read(point, gaps[0].since, gaps[-1].until)
    inside = tuple(reading for reading in logged.readings if any(gap.holds(reading.at) for gap in gaps))
    return Logged(readings=inside, problem=logged.problem, is_silent=logged.is_silent)


@dataclass(slots=True)
class _Absence:
    """What is owed to one device. ``since``: since when it is away; ``gaps``: when it was, not yet filled."""

    since: datetime | None = None
    gaps: list[Missing] = field(default_factory=list)
    due_at: datetime | None = None
    tries: int = 0


class BackFill:
    """``async with BackFill(poller, points, history):`` fills gaps until the block ends.

    Args:
        poller: Tells which devices answer, and has the conversations with them.
        points: The register.
        history: Takes what the devices logged.
        down_s: Shortest absence that is filled [s].
        settle_s: How long a device that came back is left alone [s].
        look_s: How often health is looked at [s].
        now: Our clock, aware UTC.
    """

    def __init__(
        self,
        poller: Lines,
        points: Iterable[Point],
        history: Backfilled,
        *,
        down_s: float = DOWN_S,
        settle_s: float = SETTLE_S,
        look_s: float = LOOK_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._poller = poller
        self._history = history
        self._down = timedelta(seconds=down_s)
        self._settle = timedelta(seconds=settle_s)
        self._look_s = look_s
        self._now = now
        self._points: dict[str, list[Point]] = {}
        for point in points:
            if point.binding is not None:
                self._points.setdefault(point.binding.device, []).append(point)
        self._absences: dict[str, _Absence] = {}
        self._task: asyncio.Task[None] | None = None
        self._fillings: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run(), name="back-fill")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        tasks = [task for task in (self._task, *self._fillings.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self) -> None:
        """Watch the devices until cancelled."""
        while True:
            try:
                self.look()
            except Exception:
                logger.exception("back-fill: the devices could not be looked at")
            await asyncio.sleep(self._look_s)

    def look(self) -> None:
        """Look at every device once, and begin to fill what is due."""
        now = self._now()
        for health in self._poller.health():
            absence = self._absences.setdefault(health.device, _Absence())
            if not health.is_up:
                absence.since = absence.since or health.last_good_at or now
                continue
            if absence.since is not None and now - absence.since >= self._down:
                absence.gaps.append(Missing(since=absence.since, until=now))
                absence.due_at, absence.tries = now + self._settle, 0
            absence.since = None
            if absence.gaps and absence.due_at is not None and now >= absence.due_at:
                self._begin(health.device, absence)

    def _begin(self, device: str, absence: _Absence) -> None:
        if device not in self._fillings:
            task = asyncio.create_task(self._fill(device, absence), name=f"back-fill {device}")
            self._fillings[device] = task
            task.add_done_callback(lambda _: self._fillings.pop(device, None))

    async def _fill(self, device: str, absence: _Absence) -> None:
        """One device at a time: the plant that has just come back is not to be busy with its past."""
        gaps = tuple(absence.gaps)
        try:
            async with self._turn:
                problem, inserted = await self._fill_points(device, gaps)
        except Exception as error:
            logger.exception("back-fill: %s", device)
            problem, inserted = str(error), 0
        absence.tries += 1
        if problem and absence.tries < TRIES:
            absence.due_at = self._now() + self._settle
            return
        absence.gaps = absence.gaps[len(gaps) :]
        logger.info("back-fill: %s: %d samples; %s", device, inserted, problem or "all was read")

    async def _fill_points(self, device: str, gaps: Sequence[Missing]) -> tuple[str, int]:
        """Why it should be tried again, empty if all was read; and how many samples were new."""
        line = self._poller.line(device)
        inserted = 0
        for point in self._points.get(device, ()) if line.logs is not None else ():
            logged = await ask_log(line, point, gaps)
            if logged.is_silent:
                return logged.problem, inserted
            if logged.readings:
                try:
                    inserted += await asyncio.to_thread(self._history.backfill, logged.readings)
                except StoreError as error:
                    return str(error), inserted
        return "", inserted
