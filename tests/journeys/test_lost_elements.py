"""Points whose element is gone in a new model go on being read, and nothing stumbles over them."""

from __future__ import annotations

import sqlite3

from tui.app import GatehouseApp
from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.vocabulary import Quality, Role


async def test_points_that_wait_for_a_decision_are_read_and_shown(site: Site) -> None:
    with sqlite3.connect(site.database) as database:
        gone = database.execute("SELECT element FROM point GROUP BY element ORDER BY element").fetchall()[::40]
        for number, (element,) in enumerate(gone):
            database.execute("UPDATE point SET element = ? WHERE element = ?", (f"gone{number:018d}", element))
        lost = [point for (point,) in database.execute("SELECT id FROM point WHERE element LIKE 'gone%'")]
    assert len(lost) > 20
    async with (
        BuildingProcess(site.folder, start="2026-05-04T02:00:00+00:00"),
        OperatorDesk(site, role=Role.OPERATOR, record=False) as desk,
    ):
        await desk.first_look(60)
        read = [desk.reading(point) for point in lost]
        # The virtual building has no behaviour for an element that it does not know; the line to it must stand.
        assert {reading.quality for reading in read} <= {Quality.GOOD, Quality.DEVICE_ERROR, Quality.DECODE}
        app = GatehouseApp(desk, flashes=False, ascii_only=False)
        async with app.run_test(size=(160, 45)) as pilot:
            for key in ("f2", "f3", "f1"):
                await pilot.press(key)
                await pilot.pause()
