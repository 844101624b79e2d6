"""``gatehouse bms schedules``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from bms_connectors.schedules import DeviceSchedules, WeeklySchedule
from tui.commands.options import as_json, site_at, site_folder
from twin.files.text import plain
from twin.model.errors import ConnectError, ConnectorError, UnknownIdError
from twin.model.points import Device, Protocol


@click.command("schedules")
@site_folder
@click.option("--device", "name", default="", help="Only this device.")
@click.option("--schedule", "which", default="", help="Only this schedule: its number or name.")
@click.option("--toml", "as_toml", is_flag=True, help="Print one schedule as the file that set-schedule reads.")
@as_json
def command(*, folder: Path, name: str, which: str, as_toml: bool, as_json: bool) -> None:
    """Show the schedules and calendars in the devices, each with its day beside the regime of the site.

    Times are those of the device's clock, and the regime is that of the same time of day.
    """
    from tui.commands.schedule_file import toml_of
    from tui.commands.schedule_rows import schedule_lines, schedule_row
    from twin.store.database import open_database
    from twin.store.register import load_devices

    site = site_at(folder)
    with open_database(site.database) as store:
        devices = [device for device in load_devices(store) if not name or device.name == name]
    if name and not devices:
        raise UnknownIdError("device", name)
    asked = [device for device in devices if device.protocol is Protocol.BACNET and device.host]
    read = asyncio.run(_read(asked))
    for problem in (answer for answer in read.values() if isinstance(answer, ConnectorError)):
        click.echo(f"warning: {plain(str(problem), limit=400)}", err=True)
    answers = {device: answer for device, answer in read.items() if isinstance(answer, DeviceSchedules)}
    if asked and not answers:
        raise ConnectError(name or str(folder), "no device answers")
    found = [
        (device, schedule, answer)
        for device, answer in answers.items()
        for schedule in answer.schedules
        if not which or is_named(schedule, which)
    ]
    if which and not found:
        raise UnknownIdError("schedule", which)
    if as_toml:
        if len(found) != 1:
            raise click.UsageError(f"--toml prints one schedule, and there are {len(found)}: name --device, --schedule")
        device, schedule, answer = found[0]
        click.echo(toml_of(device, schedule, answer.calendars), nl=False)
        return
    rows = [schedule_row(device, schedule, answer, site.regimes) for device, schedule, answer in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for number, ((device, schedule, _), row) in enumerate(zip(found, rows, strict=True)):
        click.echo("\n".join([*([""] if number else []), *schedule_lines(device, schedule, row)]))
    if not rows:
        click.echo(f"{plain(name) or 'This site'} has no schedules.", err=True)


def is_named(schedule: WeeklySchedule, which: str) -> bool:
    """Whether a person means this schedule: by its number, its name, or its object (``schedule,1``)."""
    return which in (str(schedule.instance), schedule.name, f"schedule,{schedule.instance}")


async def _read(devices: list[Device]) -> dict[str, DeviceSchedules | BaseException]:
    from bms_connectors.connectors import open_connectors

    keepers = {name: line.schedules for name, line in open_connectors(devices).items() if line.schedules is not None}
    answers = await asyncio.gather(*(keeper.read() for keeper in keepers.values()), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, ConnectorError):
            raise answer
    return dict(zip(keepers, answers, strict=True))
