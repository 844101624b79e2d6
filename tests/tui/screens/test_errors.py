"""What goes wrong at the desk is said on the screen; nothing of it ends the screens."""

from __future__ import annotations

import pytest
from picture import text_of
from table_desk import TableDesk, TableDrills, TableStudies

from tui.app import GatehouseApp
from tui.widgets.status_lines import StatusLine
from twin.model.errors import ConfigError, Fault, StoreError

WRONG_KEY = ConfigError(
    [Fault("drills/d9.toml", "injects.0.when", "is not a known key"), Fault("drills/d9.toml", "title", "is missing")]
)
DISK_FULL = StoreError("twin.db", "disk is full")


def status(app: GatehouseApp) -> str:
    return app.screen.query_one(StatusLine).text


async def test_an_unreadable_scenario_is_named_and_the_screens_go_on(desk: TableDesk) -> None:
    studies = TableStudies()
    studies.unreadable = WRONG_KEY
    app = GatehouseApp(desk, studies, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        text = text_of(app)
        assert "drills/d9.toml: injects.0.when: is not a known key" in text
        assert "title: is missing" in text
        studies.unreadable = None
        await pilot.press("f1", "f4")
        await pilot.pause()
        assert "is not a known key" not in text_of(app)
        assert "Night staffing" in text_of(app)


async def test_an_unreadable_drill_is_named_and_the_screens_go_on(desk: TableDesk) -> None:
    drills = TableDrills()
    drills.unreadable = WRONG_KEY
    app = GatehouseApp(desk, None, drills, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f5")
        await pilot.pause()
        assert "drills/d9.toml: injects.0.when: is not a known key" in text_of(app)
        await pilot.press("f1")
        await pilot.pause()
        assert app.current_mode == "operate"


async def test_a_study_that_fails_says_why(desk: TableDesk) -> None:
    studies = TableStudies()
    studies.failure = DISK_FULL
    app = GatehouseApp(desk, studies, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f4")
        await pilot.pause()
        await pilot.press("x")
        await pilot.pause()
        assert "twin.db: disk is full" in status(app)
        assert "THE STUDY FAILED" in text_of(app)


async def test_a_drill_that_cannot_start_or_stop_says_why(desk: TableDesk) -> None:
    drills = TableDrills()
    app = GatehouseApp(desk, None, drills, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f5")
        await pilot.pause()
        drills.failure = WRONG_KEY
        await pilot.press("x")
        await pilot.pause()
        assert "is not a known key; drills/d9.toml" in status(app)
        drills.failure = None
        await pilot.press("x")
        await pilot.pause()
        drills.failure = DISK_FULL
        await pilot.press("z")
        await pilot.pause()
        assert "Stop: twin.db: disk is full" in status(app)


async def test_a_drill_that_ends_with_an_error_shows_it(desk: TableDesk) -> None:
    drills = TableDrills()
    app = GatehouseApp(desk, None, drills, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f5")
        await pilot.pause()
        await pilot.press("x")
        drills.end_with("the building does not answer")
        for _ in range(10):
            app.tick()
        await pilot.pause()
        assert "THE DRILL FAILED" in text_of(app)
        assert "the building does not answer" in text_of(app)


@pytest.mark.parametrize("keys", [("o",), ("a",), ("s", *"hinge", "enter")], ids=["arm", "acknowledge", "shelve"])
async def test_an_order_that_fails_at_the_desk_is_told(app: GatehouseApp, desk: TableDesk, keys: tuple[str]) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n")
        desk.failure = DISK_FULL
        await pilot.press(*keys)
        await pilot.pause()
        assert "FAILED twin.db: disk is full" in status(app)


async def test_a_confirmation_that_fails_at_the_desk_is_told(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "o")
        desk.failure = DISK_FULL
        await pilot.press("enter")
        await pilot.pause()
        assert "twin.db: disk is full" in status(app)


@pytest.mark.parametrize("key", ["a", "A"])
async def test_the_alarm_list_survives_a_failing_acknowledgement(app: GatehouseApp, desk: TableDesk, key: str) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        desk.failure = DISK_FULL
        await pilot.press(key)
        await pilot.pause()
        assert "disk is full" in status(app)


async def test_a_report_that_fails_is_told(desk: TableDesk) -> None:
    app = GatehouseApp(desk, None, TableDrills(), ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f5")
        await pilot.pause()
        await pilot.press("b")
        await pilot.pause()
        desk.failure = DISK_FULL
        await pilot.press("tab", "down", "down", "w", *"called", "enter")
        await pilot.pause()
        assert "disk is full" in status(app)


async def test_what_is_wrong_with_the_desk_is_loud_on_every_screen_and_goes(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        desk.devices_down = 3
        desk.troubles = ("not recording: disk is full", "readings are not taken in")
        for _ in range(10):
            app.tick()
        await pilot.pause()
        for key in ("f1", "f2", "f3", "f4", "f5"):
            await pilot.press(key)
            await pilot.pause()
            lines = text_of(app).splitlines()
            assert "! 2 DESK FAULTS" in lines[0]
            assert "3 DEVICES DOWN" in lines[0]
            assert "not recording: disk is full" in lines[1]
            assert "readings are not taken in" in lines[2]
        desk.troubles = ()
        for _ in range(10):
            app.tick()
        await pilot.pause()
        assert "DESK FAULT" not in text_of(app)
        assert "recording" not in text_of(app)


async def test_many_problems_leave_room_for_the_screen(app: GatehouseApp, desk: TableDesk) -> None:
    desk.troubles = tuple(f"problem {number}" for number in range(9))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = text_of(app).splitlines()
        assert "and 7 more lines" in lines[3]
        assert "problem" not in lines[4]
