"""Too small a terminal: the notice holds for every screen, and keys reach none behind it."""

from __future__ import annotations

import pytest
from block import block
from picture import text_of
from table_desk import TableDesk

from tui.app import GatehouseApp
from tui.screens.role import RoleScreen

NOTICE = "Gatehouse needs at least 80×24; this terminal is 60×20"


async def test_the_role_choice_waits_for_room() -> None:
    app = GatehouseApp(None, choose_role=lambda role: TableDesk(block(cells=4), role=role), ticks=False)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert text_of(app).strip() == NOTICE
        await pilot.press("3")
        assert text_of(app).strip() == NOTICE
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, RoleScreen)
        assert "6  trainer" in text_of(app)
        assert "PLC interlocks always win" in " ".join(text_of(app).replace("┃", " ").split())
        await pilot.press("3")
        await pilot.pause()
        assert "role supervisor" in text_of(app)


@pytest.mark.parametrize("keys", [("question_mark",), ("n", "s"), ("ctrl+p",), ("f2",)], ids=str)
async def test_any_screen_gives_way_to_the_notice_and_comes_back(app: GatehouseApp, keys: tuple[str, ...]) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        before = type(app.screen)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert text_of(app).strip() == NOTICE
        await pilot.press("question_mark", "ctrl+p", "f3", "escape")
        await pilot.pause()
        assert text_of(app).strip() == NOTICE
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert type(app.screen) is before


async def test_no_order_is_armed_behind_the_notice(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n")
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        await pilot.press("o", "a", "enter")
        assert (desk._armed, desk.confirmed) == ({}, [])
        assert all(not alarm.acknowledged_by for alarm in desk.alarms())


async def test_the_plan_opens_for_the_first_size_that_counts(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.resize_terminal(230, 50)
        await pilot.pause()
        grown = text_of(app)
    other = GatehouseApp(desk, ticks=False, flashes=False)
    async with other.run_test(size=(230, 50)) as pilot:
        await pilot.pause()
        assert grown == text_of(other)
