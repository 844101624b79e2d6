"""``gatehouse bms set-schedule``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bms_connectors.schedules import Calendar, WeeklySchedule
from tui.commands.bms_schedules import is_named
from tui.commands.options import as_json, print_object, site_at, site_folder
from tui.settings import Site
from twin.model.errors import RefusedError, UnknownIdError
from twin.model.operation import CommandOutcome, DeviceAction, DeviceIntent, Outcome
from twin.model.points import BacnetBinding, Point
from twin.model.vocabulary import Role, SafetyClass

if TYPE_CHECKING:
    from bms_connectors.connectors import Line
    from tui.commands.schedule_file import ScheduleFile

LIFE_SAFETY_PRIORITIES = (1, 2)
"""Manual and automatic life safety (ASHRAE 135, table 19-1); a schedule that uses them is not ours to write."""


@click.command("set-schedule")
@click.argument("device")
@click.argument("schedule")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@site_folder
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="As whom.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
@as_json
def command(*, device: str, schedule: str, file: Path, folder: Path, role: str, reason: str, as_json: bool) -> None:
    """Write the SCHEDULE (its number or name) of a DEVICE from a TOML FILE, and read it back.

    `gatehouse bms schedules --toml` prints that file. It says all of the schedule: what it leaves out is empty.
    Calendars are written if it names them.
    """
    from tui.commands.schedule_file import ScheduleFile
    from twin.files.toml import read_toml

    content = read_toml(file, ScheduleFile)
    outcome = asyncio.run(_write(site_at(folder), device, schedule, content, file, Role(role), reason))
    print_object(
        {"outcome": outcome.outcome.value, "device": outcome.subject, "schedule": schedule, "reason": outcome.reason},
        json_wanted=as_json,
    )
    if outcome.outcome is Outcome.REFUSED:
        raise RefusedError(outcome.reason)
    if outcome.outcome is Outcome.FAILED:
        raise click.exceptions.Exit(1)


async def _write(
    site: Site, device: str, which: str, content: ScheduleFile, file: Path, role: Role, reason: str
) -> CommandOutcome:
    from tui.commands.schedule_file import calendars_of, schedule_of, toml_of
    from tui.wiring.operator import OperatorDesk

    async with OperatorDesk(site, role=role, record=False) as desk:
        assert desk.poller is not None  # entered
        keeper = desk.poller.line(device).schedules
        await desk.first_look()  # the first poll of a whole site is long; a schedule is many small questions
        found = await keeper.read() if keeper is not None else None
        known = next((each for each in found.schedules if is_named(each, which)), None) if found else None
        if known is None or found is None:
            raise UnknownIdError("schedule", f"{device} {which}")
        targets = _commanded(known, device, desk.points)
        if refused := refusal(known, targets):
            raise RefusedError(refused)
        wanted = schedule_of(content, file, known, targets)
        calendars = calendars_of(content, file, found.calendars)
        said = toml_of(device, wanted, {each.instance: each for each in calendars})
        what = " ".join(line for line in said.splitlines() if line and not line.startswith("#"))
        intent = DeviceIntent(
            device=device, action=DeviceAction.SCHEDULE, what=f"schedule,{known.instance} {known.name}: {what}"
        )
        return await desk.order_device(intent, lambda line: _act(line, wanted, calendars), reason=reason)


async def _act(line: Line, schedule: WeeklySchedule, calendars: Iterable[Calendar]) -> str:
    assert line.schedules is not None  # it was read
    problems = [await line.schedules.write_calendar(calendar) for calendar in calendars]
    problems.append(await line.schedules.write(schedule))
    return "; ".join(filter(None, problems))


def _commanded(schedule: WeeklySchedule, device: str, points: Iterable[Point]) -> dict[str, Point]:
    """The points of the register that the schedule commands, by target."""
    at = {
        f"{point.binding.object_type},{point.binding.object_instance} {point.binding.property}": point
        for point in points
        if isinstance(point.binding, BacnetBinding) and point.binding.device == device
    }
    return {target: at[target] for target in schedule.targets if target in at}


def refusal(schedule: WeeklySchedule, points: Mapping[str, Point]) -> str:
    """What no role may do, in any mode; the empty text if it may be done.

    Life safety is never ours to write, points that are only read neither, and doors never move by themselves.

    Args:
        schedule: as the device has it.
        points: the points that it commands, by target; others than those of the register cannot be told.
    """
    if schedule.priority in LIFE_SAFETY_PRIORITIES:
        return f"{schedule.name} commands at priority {schedule.priority}, which is not ours to use"
    for target in schedule.targets:
        if target.startswith("life-safety"):
            return f"{schedule.name} commands {target}: life safety is never ours to write"
        point = points.get(target)
        if target.startswith("access-door") or (point is not None and point.meaning.safety is SafetyClass.SECURITY):
            return f"{schedule.name} commands {target}: doors and locks are ordered one by one, never by a schedule"
        if point is not None and not point.is_writable:
            return f"{schedule.name} commands {point.id}, which is not writable"
    return ""
