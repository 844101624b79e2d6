"""``gatehouse bms read``."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from tui.commands.options import as_json, print_rows, site_at, site_folder
from tui.settings import Site
from twin.model.errors import ConnectError, UnknownIdError
from twin.model.points import Device, Point, Reading
from twin.model.vocabulary import Quality


@click.command("read")
@click.argument("points", nargs=-1, required=True, metavar="POINT…")
@site_folder
@as_json
def command(*, points: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Read points once. A POINT is an id, or the code of a space or door for all of its points."""
    from twin.store.database import open_database
    from twin.store.facilities import load_facility
    from twin.store.register import load_devices, load_points

    site = site_at(folder)
    with open_database(site.database) as store:
        known, devices, facility = load_points(store), load_devices(store), load_facility(store)
    elements = {e.code: e.global_id for e in facility.spaces} | {e.code: e.global_id for e in facility.doors}
    asked: list[Point] = []
    for name in points:
        found = [point for point in known if point.id == name or point.element == elements.get(name, name)]
        if not found:
            raise UnknownIdError("point", name)
        asked += found
    readings = asyncio.run(_read(site, asked, devices))
    print_rows(
        [
            {
                "point": reading.point,
                "value": reading.value,
                "text": "" if reading.value is None else point.text_of(reading.value),
                "unit": point.meaning.unit,
                "quality": reading.quality.name,
                "at": reading.at.isoformat(timespec="milliseconds"),
            }
            for point, reading in zip(asked, readings, strict=True)
        ],
        json_wanted=as_json,
    )
    if all(reading.quality in _SILENT for reading in readings):
        raise ConnectError(str(folder), "no device answers")


_SILENT = (Quality.TIMEOUT, Quality.NOT_CONNECTED)


class _Nowhere:
    def append(self, readings: object, /) -> int:  # noqa: ARG002 - the cycles' readings are not wanted here
        return 0


async def _read(site: Site, points: list[Point], devices: list[Device]) -> list[Reading]:
    from bms_connectors.poller import Poller
    from tui.wiring.certificates import certificates_of

    needed = {point.binding.device for point in points if point.binding is not None}
    asked = [device for device in devices if device.name in needed]
    async with Poller(points, asked, _Nowhere(), tls=certificates_of(site, devices)) as poller:
        return await poller.read(points)
