"""Nobody records for a while; the devices logged meanwhile, and the command line puts it into the history."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import pytest

from bms_connectors.poller import Poller
from bms_connectors.virtual import bacnet_devices
from bms_connectors.virtual.serve import VirtualBuilding
from tui.settings import Site
from tui.wiring.backfill import BackFill
from tui.wiring.routers import routers_of
from twin.model.ids import PointId
from twin.model.points import Device, Point
from twin.store.database import open_database
from twin.store.history_query import query, query_backfilled
from twin.store.register import load_devices, load_points
from twin.store.samples import HistoryWriter

LOG_INTERVAL_S = 0.5
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
KINDS = {"temperature", "supply_temperature", "electrical_power"}


class Steady:
    """A building in which nothing happens: every analog value is the number of its object."""

    def __init__(self, points: Collection[Point]) -> None:
        self.values = {point.id: 0.0 for point in points}
        for number, point in enumerate(point for point in points if point.kind in KINDS):
            self.values[point.id] = 15 + number / 8

    def value(self, point: PointId, /) -> float | None:
        return self.values[point]

    def write(self, point: PointId, value: float, /) -> str:
        return "nothing happens here"

    def drain_changed(self) -> Collection[PointId]:
        return ()


def register(site: Site) -> tuple[list[Point], list[Device]]:
    with open_database(site.database) as store:
        return load_points(store), load_devices(store)


async def test_a_gap_of_the_recording_is_filled_from_the_logs_of_the_devices(
    site: Site, gatehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bacnet_devices, "LOG_INTERVAL_S", LOG_INTERVAL_S)
    points, devices = register(site)
    router = routers_of(site, devices)[0]
    behind = {controller.device.name: controller for controller in router.controllers}
    direct = next(device.name for device in devices if device.name.startswith("ROOM-") and device.name not in behind)
    plain = next(name for name, controller in behind.items() if controller.max_apdu == 206 and "ROOM" in name)
    modbus = next(device.name for device in devices if device.protocol == "modbus")
    served = [device for device in devices if device.name in {direct, modbus, *behind}]
    theirs = [p for p in points if p.binding is not None and p.binding.device in {device.name for device in served}]
    host = Steady(theirs)

    async def run(verb: str, *words: object):
        return await asyncio.to_thread(gatehouse, "bms", verb, *words, "--site", site.folder, timeout_s=300)

    async def fill(device: str):
        done = await run("backfill", "--device", device, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    async with VirtualBuilding(theirs, served, host, routed=[router]):
        polled = await run("poll", "--seconds", "4", "--quiet")
        assert polled.returncode == 0, polled.stderr
        await asyncio.sleep(8 * LOG_INTERVAL_S)
        rows = {row["point"]: row for name in (direct, plain, modbus) for row in await fill(name)}
        again = {row["point"]: row for row in await fill(direct)}
    mine = [p for p in theirs if p.binding is not None and p.binding.device in {direct, plain, modbus}]
    assert rows.keys() == {point.id for point in mine}
    logged = [point for point in mine if _is_logged(point)]
    assert {point.binding.device for point in logged if point.binding is not None} == {direct, plain}
    lacking = {rows[point.id]["problem"] for point in mine if not _is_logged(point)}
    assert lacking == {"the device keeps no log of it", "modbus devices keep no logs"}
    for point in logged:
        row = rows[point.id]
        assert (row["problem"], row["inserted"]) == ("", row["found"])
        assert row["found"] >= 5
        recorded = [reading.at for reading in query(site.history, point.id, *EVER) if reading.value is not None]
        filled = query_backfilled(site.history, point.id, *EVER)
        assert {reading.value for reading in filled} == {host.values[point.id]}
        assert not recorded or filled[0].at > recorded[-1]
        later = again.get(point.id, {"inserted": 0, "found": 0})
        assert len(filled) == row["inserted"] + later["inserted"]
        assert later["inserted"] <= max(later["found"] - row["found"], 0)  # what was there already is not new


async def test_what_a_silenced_device_logged_is_in_the_history_soon_after_it_is_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bacnet_devices, "LOG_INTERVAL_S", LOG_INTERVAL_S)
    points, devices = register(site)
    point = next(point for point in points if _is_logged(point) and _host_of(point, devices).count(":") == 0)
    assert point.binding is not None
    name = point.binding.device
    device = next(device for device in devices if device.name == name)
    theirs = [point for point in points if point.binding is not None and point.binding.device == name]
    host = Steady(theirs)
    async with VirtualBuilding(theirs, [device], host) as building:
        with HistoryWriter(site.history) as history:
            async with (
                Poller(theirs, [device], history) as poller,
                BackFill(poller, theirs, history, down_s=1.0, settle_s=0.5, look_s=0.1),
            ):
                await until(lambda: poller.health()[0].is_up)
                building.silence(name)
                await until(lambda: not poller.health()[0].is_up)
                host.values[point.id] = 31.25
                building._bacnet[name].show(point.id)
                await asyncio.sleep(5 * LOG_INTERVAL_S)
                logged_until = datetime.now(UTC)
                building.silence(name, False)
                await until(lambda: any(r.value == 31.25 for r in query_backfilled(site.history, point.id, *EVER)))
                await until(lambda: not _is_filling())
        log = next(log for log in building._bacnet[name]._logs if log.objectName.startswith(point.id))
        records = {(record.at.replace(tzinfo=UTC), record.value) for record in log._buffer.records}
    filled = query_backfilled(site.history, point.id, *EVER)
    recorded = query(site.history, point.id, *EVER)
    assert {(reading.at, reading.value) for reading in filled} <= records  # each exactly as it was logged
    assert sum(reading.value == 31.25 and reading.at < logged_until for reading in filled) >= 4
    lost = [reading.at for reading in recorded if reading.value is None]
    assert lost
    assert all(reading.at > lost[0] - timedelta(seconds=10) for reading in filled)
    assert not {reading.at for reading in filled} & {reading.at for reading in recorded if reading.value is not None}


def _is_filling() -> bool:
    return any(task.get_name().startswith("back-fill ") for task in asyncio.all_tasks())


def _host_of(point: Point, devices: list[Device]) -> str:
    return next(device.host for device in devices if point.binding is not None and device.name == point.binding.device)


async def until(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():
            await asyncio.sleep(0.05)


def _is_logged(point: Point) -> bool:
    return point.kind in KINDS and getattr(point.binding, "object_type", "") == "analog-input"


def test_without_a_device_that_answers_it_is_a_fault_of_the_connection(site: Site, gatehouse) -> None:
    with HistoryWriter(site.history):
        pass
    time.sleep(0.1)
    _, devices = register(site)
    name = next(device.name for device in devices if device.protocol == "bacnet")
    done = gatehouse("bms", "backfill", "--site", site.folder, "--device", name, "--json")
    assert done.returncode == 4
    assert "no device answers" in done.stderr
    rows = json.loads(done.stdout)
    assert rows
    assert {(row["found"], row["problem"]) for row in rows} == {(0, "no answer")}
    nobody = gatehouse("bms", "backfill", "--site", site.folder, "--device", "NOBODY")
    assert nobody.returncode == 2
    assert gatehouse("bms", "backfill", "--site", site.folder, "--since", "2999-01-01").returncode == 2


def test_interrupted_it_tells_what_it_has_done_and_ends_as_interrupted(site: Site) -> None:
    with HistoryWriter(site.history):
        pass
    time.sleep(0.1)
    command = [sys.executable, "-m", "tui.cli", "bms", "backfill", "--site", str(site.folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as filling:
        assert filling.stderr is not None
        while ": no answer" not in filling.stderr.readline():  # of the first device, of which nobody is there
            pass
        filling.send_signal(signal.SIGINT)
        told, complaint = filling.communicate(timeout=60)
    assert filling.returncode == 130
    assert complaint.splitlines()[-1] == "interrupted"
    rows = json.loads(told)
    assert rows
    assert {row["inserted"] for row in rows} == {0}


def test_beside_a_process_that_records_it_says_so(site: Site, gatehouse) -> None:
    with HistoryWriter(site.history):
        done = gatehouse("bms", "backfill", "--site", site.folder)
    assert done.returncode == 3
    assert "another process is recording there" in done.stderr


def test_where_nothing_was_ever_recorded_nothing_is_missing(site: Site, gatehouse) -> None:
    done = gatehouse("bms", "backfill", "--site", site.folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no gaps" in done.stderr
