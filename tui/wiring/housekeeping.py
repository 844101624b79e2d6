"""Old days of the history are packed, and dropped where the site says so, once a day while a desk records.

It is done by ``gatehouse history pack`` in a process of its own with the lowest priority: packing is mostly Python, and
a thread would take the interpreter from polling and screen. It may be ended at any moment, and goes on the next time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

logger = logging.getLogger(__name__)

START_S = 60.0
"""How long after its start a desk first looks for days to pack: opening and the first readings come first."""
DAILY_AT = time(0, 10)
"""When it is done [UTC]: shortly after a day ended."""
LOOK_S = 60.0
LOWEST_PRIORITY = 19


def next_time(now: datetime) -> datetime:
    """The next moment at which days are packed, after ``now`` (aware)."""
    today = datetime.combine(now.astimezone(UTC).date(), DAILY_AT, UTC)
    return today if today > now else today + timedelta(days=1)


class Housekeeping:
    """``async with Housekeeping(folder, …):`` keeps the history in order until the block ends.

    Args:
        site: The site folder.
        pack_after_days: Days after which a day is packed.
        keep_days: Days after which a day is removed for good; 0 for never.
        start_s: How long it waits at first [s].
        look_s: How often it looks whether it is time again [s]; a machine that slept is late by no more.
        now: Our clock, aware.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        site: Path,
        *,
        pack_after_days: int,
        keep_days: int = 0,
        start_s: float = START_S,
        look_s: float = LOOK_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        words = ["history", "pack", "--site", str(site), "--older-than", str(pack_after_days), "--json", "--quiet"]
        self._words = [*words, "--drop-after", str(keep_days)] if keep_days else words
        self._start_s = start_s
        self._look_s = look_s
        self._now = now
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None
        self.problem = ""
        """What the last run could not do; the empty text if nothing."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="housekeeping")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await self._sleep(self._start_s)
        while True:
            await self.tidy()
            due = next_time(self._now())
            while self._now() < due:
                await self._sleep(self._look_s)

    async def tidy(self) -> None:
        """Pack and drop once; what comes of it is in the log and in `problem`."""
        try:
            problem = await self._pack()
        except (OSError, ValueError) as error:  # no process can be made; it said something else than rows
            problem = str(error)
        if problem:
            logger.error("history: days are not packed: %s", problem)
        self.problem = f"housekeeping: {problem}" if problem else ""

    async def _pack(self) -> str:
        """The first thing that went wrong; the empty text if nothing did."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tui.cli", *self._words),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,  # Ctrl-C goes to the desk, which then ends it
        )
        try:
            with suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, process.pid, LOWEST_PRIORITY)
            out, talk = await process.communicate()
        finally:
            with suppress(ProcessLookupError):
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        problems = [f"{row['day']}: {row['problem']}" for row in _told(out) if row["problem"]]
        if process.returncode and not problems:
            return talk.decode(errors="replace").strip().removeprefix("error: ") or f"exit code {process.returncode}"
        return "; ".join(problems[:1]) + (f" and {len(problems) - 1} more" if len(problems) > 1 else "")


def _told(out: bytes) -> list[dict[str, object]]:
    """The rows of ``history pack``, each said to the log."""
    rows: list[dict[str, object]] = json.loads(out or b"[]")
    for row in rows:
        if row["done"]:
            logger.info(
                "history: %s %s: %s samples, %s bytes before, %s after",
                *(row[key] for key in ("day", "done", "samples", "bytes_before", "bytes_after")),
            )
    return rows
