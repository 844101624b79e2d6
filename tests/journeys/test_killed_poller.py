"""A poller that is killed at any moment, again and again, loses nothing committed, and every kill is a recorded gap.

Three times here; ``POLLER_KILLS=100`` for the long show.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from plant_room import Field, Room

from twin.model.points import Reading
from twin.model.vocabulary import Quality
from twin.store.history_query import query
from twin.store.recordings import ALIVE_MS
from twin.store.sample_rows import ms_of
from twin.store.samples import HistoryWriter, gaps

KILLS = int(os.environ.get("POLLER_KILLS", "3"))
ROOM = Room(bacnet=3, modbus=2, points_each=8, port=48970)
CYCLE_S = 0.2
LONGEST_S = 2.5
"""Of a run that began to poll: longer than the second to which the end of a recording is known."""
STARTING_S = 1.5
"""About how long the poller takes to start; every third kill falls into this time."""
HOUSE = Path(__file__).parents[2]
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(slots=True)
class Run:
    """One life of the poller. ``began_ms``: when it began to poll, None if it died before it could say so."""

    killed_at: datetime
    began_ms: int | None = None
    committed: set[tuple[str, int]] = field(default_factory=set)


def killed_poller(folder: Path, dice: random.Random, *, is_starting: bool) -> Run:
    """Poll until killed."""
    room = map(str, (ROOM.bacnet, ROOM.modbus, ROOM.points_each, ROOM.port))
    poller = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("announcing_poller.py"), folder, str(CYCLE_S), *room],
        cwd=HOUSE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert poller.stdout is not None
    first = "" if is_starting else poller.stdout.readline()
    time.sleep(dice.uniform(0.0, STARTING_S if is_starting else LONGEST_S))
    poller.send_signal(signal.SIGKILL)
    poller.wait()
    run = Run(datetime.now(UTC))
    said = (first + poller.stdout.read()).split("\n")[:-1]  # the last line may be cut off
    poller.stdout.close()
    if said:
        run.began_ms = int(said[0])
        run.committed = {(point, ms) for line in said[1:] for point, ms in json.loads(line)}
    return run


def moments_of(run: Run, readings: Iterable[Reading]) -> list[int]:
    """When a point was recorded in one run [ms], oldest first."""
    if run.began_ms is None:
        return []
    return sorted(
        ms for ms in (ms_of(reading.at) for reading in readings) if run.began_ms <= ms <= ms_of(run.killed_at)
    )


def test_a_poller_killed_at_random_moments_loses_nothing_committed_and_every_kill_is_in_a_gap(tmp_path: Path) -> None:
    dice = random.Random(11)
    with Field(ROOM):
        runs = [killed_poller(tmp_path, dice, is_starting=n % 3 == 1) for n in range(KILLS)]
    HistoryWriter(tmp_path).close()
    samples = {
        point.id: [reading for reading in query(tmp_path, point.id, *EVER) if reading.quality is not Quality.GAP]
        for point in ROOM.points
    }
    committed = {one for run in runs for one in run.committed}
    found = {(str(name), ms_of(reading.at)) for name, readings in samples.items() for reading in readings}
    lost = committed - found
    print(f"{KILLS} kills: {len(committed)} samples announced as committed, {len(found)} found, {len(lost)} lost")
    assert committed
    assert lost == set()

    found_gaps = gaps(tmp_path)
    assert {gap.reason for gap in found_gaps} == {"crashed"}
    for run in runs:
        (around,) = [gap for gap in found_gaps if gap.since <= run.killed_at <= gap.until]
        assert ms_of(around.since) >= max((ms for _, ms in run.committed), default=0) - ALIVE_MS
    for run in runs:
        for name, readings in samples.items():  # no row comes before its cycle, so no cycle has two
            began = [ms - round(n * CYCLE_S * 1000) for n, ms in enumerate(moments_of(run, readings))]
            assert all(ms >= (run.began_ms or 0) - 1 for ms in began), name
    for path in tmp_path.glob("*.db"):
        store = sqlite3.connect(path)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",), path
        store.close()
