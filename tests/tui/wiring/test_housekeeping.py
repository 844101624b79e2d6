"""Old days are packed and dropped by themselves, once a day, and what goes wrong is said."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tui.wiring.housekeeping import LOWEST_PRIORITY, Housekeeping, next_time
from twin.model.ids import PointId
from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.dayfiles import DayFile, by_day, day_files

POINT = PointId("TST/A")
NOW = datetime.now(UTC)


def write(history: Path, days_ago: int) -> Path:
    """A sample on a day; its file."""
    history.mkdir(exist_ok=True)
    for day, (part, _) in by_day([Reading(POINT, 1.0, Quality.GOOD, NOW - timedelta(days=days_ago))]).items():
        file = DayFile(history, day)
        file.insert(part)
        file.close()
    return history / f"{NOW - timedelta(days=days_ago):%F}.db"


def loose(path: Path) -> int:
    store = sqlite3.connect(path)
    (count,) = store.execute("SELECT count(*) FROM sample").fetchone()
    store.close()
    return int(count)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "gatehouse.toml").write_text('name = "A block"\n', encoding="utf-8")
    return tmp_path


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


def test_it_is_done_shortly_after_midnight_utc() -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    assert next_time(day) == day + timedelta(minutes=10)
    assert next_time(day + timedelta(minutes=10)) == day + timedelta(days=1, minutes=10)
    assert next_time(day + timedelta(hours=23)) == day + timedelta(days=1, minutes=10)


async def test_days_that_are_old_are_packed_soon_after_the_start_and_older_ones_dropped(
    site: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    older, old, young = (write(site / "history", days) for days in (30, 5, 1))
    lowered: list[int] = []
    monkeypatch.setattr(os, "setpriority", lambda _which, _who, priority: lowered.append(priority))
    async with Housekeeping(site, pack_after_days=3, keep_days=20, start_s=0.01) as keeping:
        await until(lambda: "packed" in caplog.text)
        assert keeping.problem == ""
    assert lowered == [LOWEST_PRIORITY]
    assert (older.exists(), loose(old), loose(young)) == (False, 0, 1)
    assert f"{old.stem} packed: 1 samples" in caplog.text
    assert f"{older.stem} dropped" in caplog.text


async def test_nothing_is_dropped_unless_the_site_says_so(site: Path) -> None:
    oldest = write(site / "history", 4000)
    keeping = Housekeeping(site, pack_after_days=2)
    await keeping.tidy()
    assert (keeping.problem, loose(oldest), len(day_files(site / "history"))) == ("", 0, 1)


async def test_a_day_that_cannot_be_packed_is_a_problem_until_it_can(site: Path) -> None:
    path = write(site / "history", 5)
    path.write_bytes(b"no database at all" * 100)
    keeping = Housekeeping(site, pack_after_days=2)
    await keeping.tidy()
    assert keeping.problem.startswith(f"housekeeping: {path.stem}: ")
    assert "not a database" in keeping.problem
    path.unlink()
    await keeping.tidy()
    assert keeping.problem == ""


async def test_a_site_that_is_none_is_a_problem_and_no_end(tmp_path: Path) -> None:
    keeping = Housekeeping(tmp_path, pack_after_days=2)
    await keeping.tidy()
    assert "gatehouse.toml" in keeping.problem


async def test_it_is_done_again_when_the_next_day_has_begun_and_ends_with_the_desk(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    done_at: list[datetime] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async def tidy() -> None:
        done_at.append(now)

    keeping = Housekeeping(site, pack_after_days=2, now=lambda: now, sleep=sleep)
    monkeypatch.setattr(keeping, "tidy", tidy)
    async with keeping:
        await until(lambda: len(done_at) >= 3)
    first, *nights = done_at[:3]
    assert first == datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    assert nights == [datetime(2026, 3, day, 0, 10, tzinfo=UTC) for day in (2, 3)]


async def test_packing_ends_with_the_desk(site: Path) -> None:
    write(site / "history", 5)
    async with Housekeeping(site, pack_after_days=2, start_s=0.0):
        await asyncio.sleep(0.1)  # the process has been made, and has not got far
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    assert not children.exists() or b"history" not in b"".join(
        Path(f"/proc/{child}/cmdline").read_bytes() for child in children.read_text().split()
    )
