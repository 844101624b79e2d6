"""Faults of sensors and controllers, injected from the command line and seen on the wire."""

from __future__ import annotations

import asyncio

from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.ids import PointId
from twin.model.vocabulary import Quality, Role

TEMP = PointId("VIL/L01/A/C07/ROOM/TEMP")


async def test_a_stuck_sensor_and_a_silent_controller_are_seen_as_such(site: Site, gatehouse) -> None:
    async with (
        BuildingProcess(site.folder, start="2026-05-04T02:00:00+00:00"),
        OperatorDesk(site, role=Role.ENGINEER, record=False) as desk,
    ):
        await desk.first_look(60)
        point = next(one for one in desk.points if one.id == TEMP)
        assert point.binding is not None

        async def inject(*words: str) -> None:
            done = await asyncio.to_thread(gatehouse, "bms", "inject", *words, "--site", site.folder)
            assert done.returncode == 0, done.stderr

        async def shows(value: float | None, quality: Quality) -> bool:
            for _ in range(400):
                reading = desk.reading(TEMP)
                if (reading.value, reading.quality) == (value, quality):
                    return True
                await asyncio.sleep(0.05)
            return False

        await inject("stick", TEMP, "value=31")
        assert await shows(31.0, Quality.GOOD)
        await inject("silence", point.binding.device)
        assert await shows(None, Quality.DEVICE_ERROR), "a value that nobody knows is no value"
        await inject("silence", point.binding.device, "on=0")
        assert await shows(31.0, Quality.GOOD)
    unknown = gatehouse("bms", "inject", "stick", TEMP, "--site", site.folder)
    assert unknown.returncode == 4, "no building is running now"
