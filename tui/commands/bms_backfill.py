"""``gatehouse bms backfill``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.history_span import MOMENT
from tui.commands.options import as_json, print_rows, quiet, site_at, site_folder
from twin.model.errors import ConnectError, UnknownIdError
from twin.model.points import Device, Point
from twin.model.vocabulary import Quality

if TYPE_CHECKING:
    from bms_connectors.connectors import Line
    from bms_connectors.device_logs import Logged
    from twin.store.missing import Missing

TELL_S = 2.0
"""How often it says how far it is."""
_SILENT = (Quality.TIMEOUT, Quality.NOT_CONNECTED)


@click.command("backfill")
@site_folder
@click.option("--device", "only", metavar="NAME", help="Only the points of this device.")
@click.option("--since", type=MOMENT, help="First moment, ISO 8601, UTC without a zone; a day before --until.")
@click.option("--until", type=MOMENT, help="The moment after the last; now where left out.")
@as_json
@quiet
def command(
    *, folder: Path, only: str | None, since: datetime | None, until: datetime | None, as_json: bool, quiet: bool
) -> None:
    """Fill gaps of the history with what the devices logged themselves in their trend logs.

    Prints every point that has gaps: how many and how long, how many samples the device logged in them, how many of
    these were new, and why there are none. It may be interrupted and repeated; nothing recorded is touched.
    """
    from twin.store.database import open_database
    from twin.store.fills import check_nobody_records
    from twin.store.missing import missing
    from twin.store.register import load_devices, load_points

    site = site_at(folder)
    now = datetime.now(UTC)
    end = min(until or now, now)
    start = since or end - timedelta(days=1)
    if start >= end:
        raise click.UsageError("--since must be before --until, and not in the future")
    with open_database(site.database) as store:
        points, devices = load_points(store), {device.name: device for device in load_devices(store)}
    if only is not None and only not in devices:
        raise UnknownIdError("device", only)
    check_nobody_records(site.history)
    if not quiet:
        click.echo("looking for gaps", err=True)
    bound = [point for point in points if point.binding is not None and only in (None, point.binding.device)]
    found = missing(site.history, [point.id for point in bound], start, end, told=_looking(is_quiet=quiet))
    work = [(point, found[point.id]) for point in bound if found[point.id]]
    if not work:
        click.echo("no gaps in this time", err=True)
        return
    filling = _Filling(site.history, is_quiet=quiet)
    try:
        asyncio.run(filling.run(work, devices))
    finally:
        print_rows(filling.rows, json_wanted=as_json)  # also after Ctrl-C
    if filling.asked and not filling.answered:
        raise ConnectError(str(folder), "no device answers")


def _looking(*, is_quiet: bool) -> Callable[[datetime], None]:
    told_s = time.monotonic()

    def told(hour: datetime) -> None:
        nonlocal told_s
        if not is_quiet and time.monotonic() - told_s >= TELL_S:
            told_s = time.monotonic()
            click.echo(f"looking for gaps: {hour:%Y-%m-%d %H:%M}", err=True)

    return told


class _Filling:
    """Asks one device after the other. ``asked`` and ``answered``: names of devices that may keep logs."""

    def __init__(self, history: Path, *, is_quiet: bool) -> None:
        self.rows: list[dict[str, object]] = []
        self.asked: set[str] = set()
        self.answered: set[str] = set()
        self._history = history
        self._is_quiet = is_quiet
        self._told_s = time.monotonic()

    async def run(self, work: Sequence[tuple[Point, list[Missing]]], devices: Mapping[str, Device]) -> None:
        from bms_connectors.connectors import open_connectors

        by_device: dict[str, list[tuple[Point, list[Missing]]]] = {}
        for point, gaps in work:
            assert point.binding is not None
            by_device.setdefault(point.binding.device, []).append((point, gaps))
        known = {name: devices[name] for name in by_device if name in devices and devices[name].host}
        lines = open_connectors(known.values())
        for name, part in by_device.items():
            if name not in lines:
                self._give_up(part, "its device has no address")
            elif lines[name].logs is None:
                self._give_up(part, f"{known[name].protocol} devices keep no logs")
            else:
                await self._fill_device(lines[name], part, len(work))

    async def _fill_device(self, line: Line, part: Sequence[tuple[Point, list[Missing]]], total: int) -> None:
        name = line.device.name
        self.asked.add(name)
        async with line.connector:
            (first,) = await line.connector.read([part[0][0]])
            problem = "no answer" if first.quality in _SILENT else ""
            if problem and not self._is_quiet:
                click.echo(f"{name}: {problem}", err=True)
            for point, gaps in part:
                logged = await self._ask(line, point, gaps, problem)
                problem = logged.problem if logged.is_silent else ""
                if not logged.is_silent:
                    self.answered.add(name)
                self._tell(name, total)

    async def _ask(self, line: Line, point: Point, gaps: list[Missing], problem: str) -> Logged:
        from bms_connectors.device_logs import Logged
        from tui.wiring.backfill import ask_log
        from twin.store.fills import fill_history

        logged = Logged(problem=problem, is_silent=True) if problem else await ask_log(line, point, gaps)
        inserted = fill_history(self._history, logged.readings) if logged.readings else 0
        self._add(point, gaps, len(logged.readings), inserted, logged.problem)
        return logged

    def _give_up(self, part: Sequence[tuple[Point, list[Missing]]], problem: str) -> None:
        for point, gaps in part:
            self._add(point, gaps, 0, 0, problem)

    def _add(self, point: Point, gaps: Sequence[Missing], found: int, inserted: int, problem: str) -> None:
        self.rows.append(
            {
                "point": point.id,
                "gaps": len(gaps),
                "gap_s": round(sum(gap.length_s for gap in gaps), 1),
                "found": found,
                "inserted": inserted,
                "problem": problem,
            }
        )

    def _tell(self, device: str, total: int) -> None:
        if not self._is_quiet and time.monotonic() - self._told_s >= TELL_S:
            self._told_s = time.monotonic()
            click.echo(f"{device}: {len(self.rows)} of {total} points", err=True)
