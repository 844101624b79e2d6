"""A controller's own alarm: journalled as it comes, listed, acknowledged at the controller; its clock set."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.journal import JournalRow
from twin.model.points import BacnetBinding, Point
from twin.model.vocabulary import Role

TEMP = "VIL/L01/A/C07/ROOM/TEMP"


def told(desk: OperatorDesk) -> list[JournalRow]:
    return [row for row in desk.journal(500) if (row.entry.kind, row.entry.subject) == ("device.event", TEMP)]


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(90):
        while not is_true():
            await asyncio.sleep(0.1)


async def test_an_alarm_of_a_controller_is_journalled_listed_and_acknowledged_there(site: Site, gatehouse) -> None:
    async with BuildingProcess(site.folder, start="2026-05-04T02:00:00+00:00"):

        async def run(*words: str, code: int = 0) -> str:
            done = await asyncio.to_thread(gatehouse, *words, "--site", site.folder)
            assert done.returncode == code, done.stderr
            return str(done.stdout)

        async with OperatorDesk(site, role=Role.OPERATOR) as desk:
            point = next(one for one in desk.points if one.id == TEMP)
            device = _device(point)
            assert desk.poller is not None
            source = desk.poller.line(device).events
            assert source is not None
            await until(lambda: source.counts().enrolled > 0 and source.counts().asked > 0)
            await run("bms", "inject", "stick", TEMP, "value=55")
            await until(lambda: bool(told(desk)))
            (row,) = told(desk)
            assert row.entry.actor == "field"
            assert row.entry.data["state"] == "high-limit"
            assert row.entry.data["notified"]

        def mine(listed: str) -> dict[str, object]:
            return next(row for row in json.loads(listed) if row["point"] == TEMP)

        asked = ("bms", "events", "--device", device, "--json")
        assert mine(await run(*asked)) | {"since": None} == {
            "device": device,
            "object": _object(point),
            "point": TEMP,
            "state": "high-limit",
            "priority": 130,
            "since": None,
            "acknowledged": False,
        }
        order = ("bms", "acknowledge", device, TEMP, "--reason", "seen", "--role")
        await run(*order, "viewer", code=5)
        assert not mine(await run(*asked))["acknowledged"]
        await run(*order, "operator")
        assert mine(await run(*asked))["acknowledged"]
        await run("bms", "acknowledge", device, "analog-input,99999", "--reason", "x", "--role", "operator", code=2)

        clocks = ("bms", "clocks", "--device", device, "--json")
        (clock,) = json.loads(await run(*clocks))
        assert abs(clock["deviation_s"]) < 2.0
        await run(*clocks, "--set", code=2)
        await run(*clocks, "--set", "--role", "operator", "--reason", "drift", code=5)
        (clock,) = json.loads(await run(*clocks, "--set", "--role", "engineer", "--reason", "drift"))
        assert clock["outcome"] == "done"
    assert gatehouse("bms", "events", "--site", site.folder, "--device", device).returncode == 4, "nobody answers now"


def _device(point: Point) -> str:
    assert point.binding is not None
    return point.binding.device


def _object(point: Point) -> str:
    assert isinstance(point.binding, BacnetBinding)
    return f"{point.binding.object_type},{point.binding.object_instance}"
