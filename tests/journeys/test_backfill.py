"""Nobody records for a while; the devices logged meanwhile, and the command line puts it into the history."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from bms_connectors.virtual import bacnet_devices
from bms_connectors.virtual.serve import VirtualBuilding
from tui.settings import Site
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


def test_beside_a_process_that_records_it_says_so(site: Site, gatehouse) -> None:
    with HistoryWriter(site.history):
        done = gatehouse("bms", "backfill", "--site", site.folder)
    assert done.returncode == 3
    assert "another process is recording there" in done.stderr


def test_where_nothing_was_ever_recorded_nothing_is_missing(site: Site, gatehouse) -> None:
    done = gatehouse("bms", "backfill", "--site", site.folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no gaps" in done.stderr
