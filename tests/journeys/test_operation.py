"""From the wire to the desk and back, with the plug pulled in between."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tui.control.client import ControlClient
from tui.settings import Site, load_site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.errors import ConnectError, RefusedError, ScenarioError, StoreError
from twin.model.operation import Armed, CommandOutcome, DoorIntent, Outcome, ReleaseIntent
from twin.model.point_kinds import Freshness
from twin.model.vocabulary import AlarmState, DoorAction, DoorState, Quality, Role, SiteMode
from twin.store.database import open_database
from twin.store.journal import rows, verify
from twin.store.register import load_devices, load_points, save_register
from twin.store.samples import gaps, query

CELL = "D.VIL-L02-A-C07.1"


async def until(condition, seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s")
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def order(desk: OperatorDesk, code: str, action: DoorAction) -> CommandOutcome:
    armed = desk.arm(DoorIntent(door=desk.facility.door(code).global_id, action=action))
    if not isinstance(armed, Armed):
        return armed
    return await desk.confirm(armed.id, typed=armed.typed, reason="test")


async def test_every_point_is_read_a_door_follows_its_command_and_a_jammed_one_is_a_failed_command(site: Site):
    async with (
        BuildingProcess(site.folder, start="2026-05-04T02:00:00+00:00") as building,
        ControlClient(building.control) as trainer,
        OperatorDesk(site, role=Role.OPERATOR) as desk,
    ):
        await until(lambda: all(desk.reading(p.id).quality is Quality.GOOD for p in desk.points), 60)
        cell = desk.facility.door(CELL).global_id
        assert desk.door_view(cell).state is DoorState.LOCKED
        outcome = await order(desk, CELL, DoorAction.UNLOCK)
        assert outcome.outcome is Outcome.DONE
        assert outcome.readback_s is not None
        assert outcome.readback_s > 0.5, "a bolt takes time: this is the lock's contact, not the write's answer"
        assert desk.door_view(cell).state is DoorState.CLOSED
        assert not desk.door_view(cell).expected, "an unlocked cell at night"
        await order(desk, CELL, DoorAction.LOCK)

        await trainer.ask("inject", what="jam", subject=CELL)
        outcome = await order(desk, CELL, DoorAction.UNLOCK)
        assert outcome.outcome is Outcome.FAILED
        assert CELL in outcome.reason
        assert any(a.definition.key == "command-failed" and a.element == cell for a in desk.alarms())

        release = desk.arm(ReleaseIntent(group="RG-VIL-L02-A-S"))
        assert isinstance(release, CommandOutcome)
        assert "night lock-up" in release.reason
        with pytest.raises(ScenarioError, match="explode"):
            await trainer.ask("inject", what="explode", subject=CELL)
        with pytest.raises(ConnectError, match="did not start"):
            async with BuildingProcess(site.folder):
                pass
    kinds = [row.entry.kind for row in _journal(site)]
    assert kinds.count("command.requested") == 3
    assert kinds.count("command.failed") == 1
    assert "command.refused" in kinds


def _journal(site: Site):
    with open_database(site.database) as store:
        assert verify(store) > 0
        return rows(store)


async def test_killing_the_building_turns_every_point_bad_and_a_new_one_brings_them_back(site: Site):
    async with OperatorDesk(site, role=Role.OPERATOR) as desk:
        # Meters are believed for two intervals of 30 s; everything else is gone within 16 s.
        points = [point for point in desk.points if point.meaning.freshness is not Freshness.METER]
        assert len(desk.points) - 10 < len(points) < len(desk.points)

        def good() -> int:
            return sum(desk.reading(point.id).quality is Quality.GOOD for point in points)

        async with BuildingProcess(site.folder) as building:
            await until(lambda: good() == len(points), 60)
            os.kill(building.pid, signal.SIGKILL)
            await until(lambda: good() == 0, 16)
        assert all(desk.reading(point.id).value is None for point in points)
        await until(lambda: sum(a.definition.key == "device-stale" for a in desk.alarms()) == len(desk.devices()), 60)
        assert {desk.door_view(d.global_id).state for d in desk.facility.doors} <= {
            DoorState.UNKNOWN,
            DoorState.UNMONITORED,
        }
        refused = await order(desk, CELL, DoorAction.UNLOCK)
        assert refused.outcome is Outcome.REFUSED
        async with BuildingProcess(site.folder):
            await until(lambda: good() == len(points), 40)
            await until(lambda: not any(a.definition.key == "device-stale" and a.condition for a in desk.alarms()), 60)


async def test_an_operator_killed_while_polling_leaves_a_database_that_opens_a_chain_that_holds_and_a_gap(site: Site):
    async with BuildingProcess(site.folder):
        first = subprocess.Popen(
            [sys.executable, "-m", "tui.cli", "bms", "poll", "--site", str(site.folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await until(lambda: any(site.history.glob("*.db")) and _has_samples(site), 60)
        first.send_signal(signal.SIGKILL)
        first.wait()
        await asyncio.sleep(1)
        async with OperatorDesk(site, role=Role.OPERATOR) as desk:
            assert desk.history is not None, desk.history_problem
            await until(lambda: all(desk.reading(point.id).quality is Quality.GOOD for point in desk.points), 60)
    assert [row.entry.kind for row in _journal(site)].count("session.opened") == 2
    (gap,) = gaps(site.history)
    assert gap.until > gap.since


def _has_samples(site: Site) -> bool:
    with open_database(site.database) as store:
        point = next(point for point in load_points(store) if point.kind == "temperature")
    return len(query(site.history, point.id, datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC))) > 0


async def test_alarms_outlive_the_desk(site: Site):
    night = "2026-05-04T02:00:00+00:00"  # by day cells stand unlocked: an open one is not forced
    async with BuildingProcess(site.folder, start=night) as building, ControlClient(building.control) as trainer:
        async with OperatorDesk(site, role=Role.OPERATOR) as desk:
            await until(lambda: desk.door_view(desk.facility.door(CELL).global_id).state is not DoorState.UNKNOWN, 60)
            await trainer.ask("inject", what="force", subject=CELL)
            await until(lambda: any(a.definition.key == "door-forced" for a in desk.alarms()), 60)
        async with OperatorDesk(site, role=Role.OPERATOR) as desk:
            (alarm,) = (a for a in desk.alarms() if a.definition.key == "door-forced")
            assert alarm.state is AlarmState.UNACKNOWLEDGED


async def test_a_live_site_is_never_opened_in_another_mode_and_another_mode_never_reaches_real_devices(
    site: Site, tmp_path: Path
):
    file = site.folder / "gatehouse.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('mode = "virtual"', 'mode = "live"'), encoding="utf-8")
    live = load_site(site.folder)
    with pytest.raises(RefusedError, match="live"):
        OperatorDesk(live, role=Role.OPERATOR, mode=SiteMode.EXERCISE)
    file.write_text(text, encoding="utf-8")
    with open_database(site.database) as store:
        points, devices = load_points(store), load_devices(store)
        save_register(store, [replace(devices[0], host="192.0.2.1"), *devices[1:]], points)
    with pytest.raises(RefusedError, match="real devices"):
        async with OperatorDesk(site, role=Role.OPERATOR):
            pass


async def test_a_desk_whose_intake_fails_says_so_and_goes_on(site: Site):
    async with BuildingProcess(site.folder), OperatorDesk(site, role=Role.OPERATOR) as desk:
        await until(lambda: desk.reading(desk.points[0].id).quality is Quality.GOOD, 60)
        assert list(desk.problems()) == []
        tick, desk.session.tick = desk.session.tick, _fail
        await until(lambda: any("disk full" in text for text in desk.problems()), 60)
        desk.session.tick = tick
        await until(lambda: not desk.problems(), 60)


def _fail(_now: object) -> None:
    raise StoreError("gatehouse.db", "disk full")


def test_the_command_line_reads_writes_and_refuses_with_its_exit_codes(site: Site, gatehouse):
    building = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tui.cli",
            "bms",
            "serve",
            "--site",
            str(site.folder),
            "--child",
            "--speed",
            "1",
            "--start",
            "2026-05-04T02:00:00",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert building.stdout is not None
        assert json.loads(building.stdout.readline())["ready"]
        read = gatehouse("bms", "read", CELL, "VIL-L02-A-C07", "--site", site.folder, "--json")
        values = {row["point"].rsplit("/", 1)[1]: row for row in json.loads(read.stdout)}
        assert values["LOCK_STATUS"]["text"] == "locked"
        assert 15 < values["TEMP"]["value"] < 30
        assert all(row["quality"] == "GOOD" for row in values.values())
        only_armed = gatehouse(
            "bms", "write", CELL, "unlock", "--site", site.folder, "--role", "operator", "--reason", "t"
        )
        assert "needs-confirmation" in only_armed.stdout
        assert only_armed.returncode == 0
        done = gatehouse(
            "bms", "write", CELL, "unlock", "--site", site.folder, "--role", "operator", "--reason", "t", "--confirm"
        )
        assert (done.returncode, "done" in done.stdout) == (0, True), done.stderr
        refused = gatehouse(
            "bms", "write", CELL, "unlock", "--site", site.folder, "--role", "viewer", "--reason", "t", "--confirm"
        )
        assert refused.returncode == 5
        assert "role viewer" in refused.stderr
        found = gatehouse("bms", "discover", "--site", site.folder, "--json")
        assert len(json.loads(found.stdout)) >= 11
        second = gatehouse("bms", "serve", "--site", site.folder)
        assert second.returncode == 4
        assert "47808" in second.stderr
        assert gatehouse("audit", "verify", "--site", site.folder).returncode == 0
        exported = gatehouse("audit", "export", "--site", site.folder, "--limit", "5").stdout.splitlines()
        assert len(exported) == 5
        assert json.loads(exported[-1])["number"] > json.loads(exported[0])["number"]
    finally:
        building.stdin.close()
        assert building.wait(10) == 0, "the building goes when its parent's pipe closes"
    gone = gatehouse("bms", "read", CELL, "--site", site.folder, "--json")
    assert gone.returncode == 4
    assert {row["value"] for row in json.loads(gone.stdout)} == {None}
