"""A poller that says what it has committed, to be killed: ``python announcing_poller.py FOLDER CYCLE_S ROOM…``.

ROOM is bacnet, modbus, points_each and port of a `plant_room.Room`. The first line printed is the moment [ms since
1970-01-01 UTC] just before polling begins; each further line is what one flush has committed: point and moment [ms] of
every sample.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from plant_room import Room

from bms_connectors.poller import Poller
from twin.model.point_kinds import Freshness
from twin.model.points import Reading
from twin.store.sample_rows import ms_of
from twin.store.samples import HistoryWriter

FLUSH_S = 0.02


class Announced:
    """A sink in front of a history that remembers what was taken until it is announced."""

    def __init__(self, history: HistoryWriter) -> None:
        self._history = history
        self._taken: list[Reading] = []

    def append(self, readings: Iterable[Reading], /) -> int:
        batch = list(readings)
        count = self._history.append(batch)
        self._taken += batch[:count]
        return count

    async def announce(self) -> None:
        """Say what was taken until now, once it is committed."""
        taken, self._taken = self._taken, []
        if taken:
            await asyncio.to_thread(self._history.flush, 60.0)
            print(json.dumps([(reading.point, ms_of(reading.at)) for reading in taken]), flush=True)


async def poll(folder: str, cycle_s: float, room: Room) -> None:
    """Poll until killed."""
    with HistoryWriter(folder) as history:
        sink = Announced(history)
        print(ms_of(datetime.now(UTC)), flush=True)
        async with Poller(room.points, room.devices, sink, cycle_s={Freshness.PLANT: cycle_s}):
            while True:
                await asyncio.sleep(FLUSH_S)
                await sink.announce()


if __name__ == "__main__":
    bacnet, modbus, points_each, port = map(int, sys.argv[3:7])
    room = Room(bacnet=bacnet, modbus=modbus, points_each=points_each, port=port)
    asyncio.run(poll(sys.argv[1], float(sys.argv[2]), room))
