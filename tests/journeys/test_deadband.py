"""Devices that are polled into a history with deadbands: every cycle is stored or counted as left out."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from plant_room import Field, Room, polled

from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from twin.model.ids import PointId
from twin.store.database import open_database
from twin.store.deadband import Deadband, deadbands
from twin.store.register import load_points
from twin.store.samples import HistoryWriter

ROOM = Room(bacnet=4, modbus=2, points_each=20, port=48950)
CYCLE_S, CYCLES = 0.5, 12


def rows(folder: Path) -> dict[PointId, list[tuple[float | None, int]]]:
    """Value and quality of each row by point, oldest first."""
    found: dict[PointId, list[tuple[float | None, int]]] = {}
    for path in sorted(folder.glob("????-??-??.db")):
        store = sqlite3.connect(path)
        for name, value, quality in store.execute("SELECT id, v, q FROM sample JOIN point USING (p) ORDER BY ts"):
            found.setdefault(PointId(name), []).append((value, quality))
        store.close()
    return found


async def test_expected_is_stored_and_left_out_also_when_a_device_dies(tmp_path: Path) -> None:
    bands = deadbands(ROOM.points, {"temperature": 0.1})
    assert len(bands) == len(ROOM.points)
    with HistoryWriter(tmp_path) as history, Field(ROOM, alone=["B1"]) as field:
        sink = Deadband(history, bands)
        alive = await polled(ROOM, field, sink, cycles=CYCLES, cycle_s=CYCLE_S)
        field.kill("B1")
        dead = await polled(ROOM, field, sink, cycles=CYCLES, cycle_s=CYCLE_S)
        sink.settle()
    expected = sum(each.good + each.bad for each in (alive, dead))
    stored = rows(tmp_path)
    count = sum(map(len, stored.values()))
    bad = sum(quality != 0 for found in stored.values() for _, quality in found)
    print(f"expected {expected} = stored {count} + left out {sink.left_out}; bad {bad}")
    assert (alive.cycles, history.dropped) == (CYCLES, 0)
    assert expected == count + sink.left_out
    assert bad == alive.bad + dead.bad > 0  # every one of them
    assert sink.left_out > expected / 2  # temperatures that stand still
    for point in ROOM.points:
        found = stored[point.id]
        assert found[0][1] == 0, point.id
        assert len({value for value, quality in found if quality == 0}) == 1


async def test_a_site_with_deadbands_is_polled_and_says_how_many_readings_were_left_out(site: Site, gatehouse) -> None:
    file = site.folder / "gatehouse.toml"
    file.write_text(
        f"{file.read_text(encoding='utf-8')}\n[history]\ndeadband = {{temperature = 2}}\n", encoding="utf-8"
    )
    async with BuildingProcess(site.folder):
        words = ("bms", "poll", "--site", site.folder, "--seconds", "14")
        done = await asyncio.to_thread(gatehouse, *words, timeout_s=120)
    assert done.returncode == 0, done.stderr
    (told,) = [line for line in done.stderr.splitlines() if "left out of the history" in line]
    assert int(told.split()[0]) > 0
    with open_database(site.database) as store:
        rooms = [point.id for point in load_points(store) if point.kind == "temperature"]
    stored = rows(site.history)
    good = [[value for value, quality in stored[name] if quality == 0] for name in rooms if name in stored]
    assert any(len(values) == 2 for values in good)  # the first one, and the one with which recording ended
    assert all(len(values) <= 3 for values in good)
