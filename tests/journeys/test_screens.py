"""The screens on the real desk: keys go through the guard and the wire, and the journal tells of it."""

from __future__ import annotations

import asyncio

from tui.app import GatehouseApp
from tui.settings import Site
from tui.wiring.building_process import BuildingProcess
from tui.wiring.operator import OperatorDesk
from twin.model.vocabulary import DoorState, Role


async def test_a_cell_is_unlocked_and_a_team_is_sent_for_by_keys_alone(site: Site):
    async with (
        BuildingProcess(site.folder, start="2026-05-04T02:00:00+00:00"),
        OperatorDesk(site, role=Role.OPERATOR) as desk,
    ):
        await desk.first_look(60)
        cell = desk.facility.door("D.VIL-L02-A-C07.1").global_id
        app = GatehouseApp(desk, flashes=False, ascii_only=False)
        async with app.run_test(size=(160, 45)) as pilot:
            await pilot.press("slash", *"L02-A-C07.1", "enter", "o")
            await pilot.pause()
            await pilot.press("enter")
            for _ in range(200):
                if desk.door_view(cell).state is DoorState.CLOSED:
                    break
                await asyncio.sleep(0.05)
            await pilot.press("slash", *"L02-A-LAND1", "enter", "d", "enter")
            for _ in range(300):
                if any(row.entry.kind == "command.failed" for row in desk.journal(5)):
                    break
                await asyncio.sleep(0.05)
        requested = [row.entry for row in desk.journal(50) if row.entry.kind == "command.requested"]
    assert desk.door_view(cell).state is DoorState.CLOSED
    assert {entry.subject.rsplit("/", 1)[-1] for entry in requested} == {"D.VIL-L02-A-C07.1", "RESPONSE_DISPATCH"}
    sent = next(entry for entry in requested if entry.subject.endswith("DISPATCH"))
    ((point, value),) = sent.data["commands"]
    states = next(p for p in desk.points if p.id == point).states
    assert states[int(value)] == "VIL-L02-A-LAND1"
