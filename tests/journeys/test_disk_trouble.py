"""A disk that is full or read-only while a site is operated: told in words, what can be kept is kept, no traceback.

Disks are small ones of our own, which only root can mount; without that the tests skip.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tui.control.client import ControlClient
from tui.settings import Site, load_site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.errors import StoreError
from twin.model.vocabulary import AlarmState, Quality, Role
from twin.store.database import open_database
from twin.store.history_query import query
from twin.store.journal import rows, verify
from twin.store.missing import missing

CELL = "D.VIL-L02-A-C07.1"
NIGHT = "2026-05-04T02:00:00+00:00"
ROOM_MB = 12
"""What a site may grow by before its disk is full."""


def mounted(*words: str | Path) -> None:
    """Mount, or skip the test where that is not permitted."""
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"needs to mount a disk of its own: {done.stderr.strip()}")


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of so many megabytes in the place of a folder, with what was in it."""
    before = folder.with_name(f"{folder.name}-before")
    shutil.copytree(folder, before)
    mounted("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder)
    try:
        shutil.copytree(before, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """A file or folder that nobody can write, root included."""
    mounted("--bind", path, path)
    try:
        mounted("-o", "remount,bind,ro", path)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk of a folder without room, until the block ends."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture
def on_small_disk(site: Site) -> Iterator[Site]:
    """The site on a disk with little room, its history folder in place."""
    site.history.mkdir(exist_ok=True)
    size = sum(path.stat().st_size for path in site.folder.rglob("*") if path.is_file())
    with small_disk(site.folder, size // 2**20 + ROOM_MB):
        yield load_site(site.folder)


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


def all_are_good(desk: OperatorDesk) -> bool:
    return all(desk.reading(point.id).quality is Quality.GOOD for point in desk.points)


def kinds(site: Site) -> list[str]:
    with open_database(site.database) as store:
        verify(store)
        return [row.entry.kind for row in rows(store)]


async def test_while_the_disk_is_full_the_desk_says_so_and_afterwards_nothing_of_the_field_is_missing(
    on_small_disk: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site = on_small_disk
    async with (
        BuildingProcess(site.folder, start=NIGHT) as building,
        ControlClient(building.control) as trainer,
        OperatorDesk(site, role=Role.OPERATOR) as desk,
    ):
        await until(lambda: all_are_good(desk))
        assert list(desk.problems()) == []
        with full(site.folder):
            since = datetime.now(UTC)
            await trainer.ask("inject", what="force", subject=CELL)
            await until(lambda: any(text.startswith("history: ") for text in desk.problems()))
            await until(lambda: any(text.startswith("journal: ") for text in desk.problems()))
            (alarm,) = (a for a in desk.alarms() if a.definition.key == "door-forced")
            with pytest.raises(StoreError, match="full"):
                desk.acknowledge(alarm.id)
            (alarm,) = (a for a in desk.alarms() if a.definition.key == "door-forced")
            assert alarm.state is AlarmState.UNACKNOWLEDGED  # what is not journalled has not happened
            assert all_are_good(desk)  # polling goes on
            until_then = datetime.now(UTC)
        await until(lambda: not desk.problems())
        desk.acknowledge(alarm.id)
        point = next(point for point in desk.points if point.kind == "door_position")
    assert "Traceback" not in caplog.text
    assert not any(record.exc_info for record in caplog.records)
    found = kinds(site)
    assert found.count("alarm.unacknowledged") >= 1
    assert found.count("alarm.acknowledged") == 1
    waited = [reading for reading in query(site.history, point.id, since, until_then) if reading.at > since]
    assert waited  # kept in memory meanwhile
    async with OperatorDesk(site, role=Role.OPERATOR, record=False) as desk:
        assert any(a.definition.key == "door-forced" for a in desk.alarms())


async def test_what_finds_no_room_in_memory_while_the_disk_is_full_is_a_recorded_gap(
    on_small_disk: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = on_small_disk
    async with BuildingProcess(site.folder, start=NIGHT), OperatorDesk(site, role=Role.OPERATOR) as desk:
        await until(lambda: all_are_good(desk))
        assert desk.history is not None
        desk.history.flush()
        assert desk.history.dropped == 0
        with full(site.history), monkeypatch.context() as patch:
            patch.setattr(desk.history, "_capacity", 8000)  # a few seconds instead of minutes
            await until(lambda: desk.history is not None and desk.history.dropped > len(desk.points))
            lost_at = datetime.now(UTC)
            await asyncio.sleep(1)
        await until(lambda: not desk.problems())
        back_at = datetime.now(UTC)
        await asyncio.sleep(8)
        desk.history.flush()
        point = next(point for point in desk.points if point.kind == "door_position")
        now = datetime.now(UTC)
    found = query(site.history, point.id, lost_at - timedelta(seconds=60), now)
    # More than one mark where a commit found a few free pages meanwhile, or was under way when readings were dropped.
    assert {reading.quality for reading in found if reading.value is None} == {Quality.DROPPED}
    assert found[-1].at > back_at
    gaps = missing(site.history, [point.id], found[0].at, now, is_recording=True)[point.id]
    assert gaps[0].since < lost_at
    assert lost_at < gaps[-1].until < back_at + timedelta(seconds=5)


def polling(site: Site, seconds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "bms", "poll", "--site", site.folder, "--seconds", str(seconds), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def finished(poll: subprocess.Popen[str]) -> tuple[int, list[dict[str, object]], str]:
    """Exit code, health rows and talk of a poll."""
    out, talk = await asyncio.to_thread(poll.communicate, timeout=120)
    assert "Traceback" not in talk, talk
    return poll.returncode, json.loads(out or "[]"), talk


async def polled(site: Site, seconds: int = 6) -> tuple[int, list[dict[str, object]], str]:
    return await finished(polling(site, seconds))


async def test_polling_into_a_history_that_is_read_only_says_so_and_ends_with_3(site: Site) -> None:
    site.history.mkdir(exist_ok=True)
    async with BuildingProcess(site.folder):
        with read_only(site.history):
            code, health, talk = await polled(site)
            assert (code, all(row["up"] for row in health)) == (3, True)
            assert "Read-only file system" in talk
            assert talk.splitlines()[-1].startswith("error: ")
            async with OperatorDesk(site, role=Role.OPERATOR) as desk:
                assert any("cannot be written" in text for text in desk.problems())
                await until(lambda: all_are_good(desk))
        code, health, talk = await polled(site)
        assert (code, bool(health)) == (0, True), talk


async def test_polling_with_a_database_that_is_read_only_ends_with_3_and_names_it(site: Site) -> None:
    async with BuildingProcess(site.folder):
        with read_only(site.database):
            code, health, talk = await polled(site)
            assert (code, health) == (3, [])
            assert str(site.database) in talk
            assert "readonly" in talk
            with pytest.raises(StoreError, match="readonly"):
                async with OperatorDesk(site, role=Role.OPERATOR):
                    pass
        code, _, talk = await polled(site)
        assert code == 0, talk


@pytest.mark.parametrize(("ends", "seconds"), [("full", 12), ("with room", 20)])
async def test_a_poll_that_meets_a_full_disk_goes_on_and_its_exit_code_says_how_it_ended(
    on_small_disk: Site, ends: str, seconds: int
) -> None:
    site = on_small_disk
    async with BuildingProcess(site.folder):
        poll = polling(site, seconds)
        await until(lambda: any(site.history.glob("????-??-??.db")))
        await asyncio.sleep(3)
        with full(site.folder):
            if ends == "full":
                code, health, talk = await finished(poll)
            else:
                await asyncio.sleep(5)
        if ends != "full":
            code, health, talk = await finished(poll)
    assert len(health) > 5
    assert "problem: history: " in talk
    assert code == (3 if ends == "full" else 0), talk
    assert ("no problem any more" in talk) == (ends != "full")
