"""Many points over many devices, some of which die: every cycle has its row, nobody else is late, all come back.

Small here; ``PLANT_ROOM_POINTS=10000 PLANT_ROOM_CYCLES=120`` is ten minutes of the real size.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest

from twin.model.vocabulary import Quality
from twin.store.samples import HistoryWriter

sys.path.insert(0, str(Path(__file__).parent))

from plant_room import Field, Mishaps, Room, polled

POINTS = int(os.environ.get("PLANT_ROOM_POINTS", "1200"))
CYCLES = int(os.environ.get("PLANT_ROOM_CYCLES", "16"))
CYCLE_S = 5.0 if POINTS >= 5000 else 1.0
LATE = 0.1
"""Of a cycle: what the death of one device may cost the others."""
MISHAPS = Mishaps(dies="B1", freezes="B2", restarts="B3")
UNLUCKY = ["B1", "B2", "B3"]


def rows(folder: Path) -> Counter[int]:
    """Rows in the day files by quality."""
    found: Counter[int] = Counter()
    for path in folder.glob("????-??-??.db"):
        with sqlite3.connect(path) as store:
            found.update(dict(store.execute("SELECT q, count(*) FROM sample GROUP BY q")))
    return found


@pytest.mark.timed
async def test_one_dead_one_frozen_and_one_restarted_device_cost_the_others_nothing(tmp_path: Path) -> None:
    room = Room(bacnet=20, modbus=4, points_each=-(-POINTS // 24), port=48990)
    with HistoryWriter(tmp_path) as history, Field(room, alone=UNLUCKY) as field:
        outcome = await polled(room, field, history, cycles=CYCLES, cycle_s=CYCLE_S, mishaps=MISHAPS)
        history.flush(60)
        assert history.dropped == 0
    by_quality = rows(tmp_path)
    expected = len(room.points) * outcome.cycles
    others = [device.name for device in room.devices if device.name not in UNLUCKY]
    late = {name: outcome.diary.late_s(name, CYCLE_S) for name in others}
    back = {name: outcome.diary.back_s(name, since) for name, since in outcome.marks.items()}
    print(
        f"{len(room.points)} points, {outcome.cycles} cycles of {CYCLE_S:g} s: expected {expected}"
        f" = {outcome.good} good + {outcome.bad} bad; in the history {by_quality.total()};"
        f" poller {outcome.cpu:.0%} of a core; latest start of the others {max(late.values()) * 1000:.0f} ms;"
        f" back after {', '.join(f'{name} {seconds:.1f} s' for name, seconds in back.items())}"
    )
    assert outcome.good + outcome.bad == expected
    assert by_quality.total() == expected
    assert by_quality[int(Quality.GOOD)] == outcome.good
    assert max(late.values()) <= LATE * CYCLE_S, late
    assert max(back.values()) < 30.0, back
