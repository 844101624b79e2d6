"""Alarms and Points: filter, acknowledge, quality instead of an old value, and the way to the plan."""

from __future__ import annotations

from picture import text_of
from table_desk import TableDesk

from tui.app import GatehouseApp
from tui.screens.alarms import AlarmsScreen
from tui.screens.operate import OperateScreen
from tui.screens.points import PointsScreen
from tui.widgets.floor_plan import FloorPlan
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT
from twin.model.vocabulary import DoorState, Quality


def alarms(app: GatehouseApp) -> AlarmsScreen:
    assert isinstance(app.screen, AlarmsScreen)
    return app.screen


def points(app: GatehouseApp) -> PointsScreen:
    assert isinstance(app.screen, PointsScreen)
    return app.screen


async def test_a_row_is_acknowledged_by_key(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        assert [a.code for a in desk.alarms() if a.state in NEEDS_ACKNOWLEDGEMENT] == ["D.TST-L00-B-C05.1"]
        assert "acked" in text_of(app)


async def test_acknowledging_a_page_leaves_filtered_alarms_alone(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("slash", *"held", "enter", "A")
        assert [a.code for a in desk.alarms() if a.state in NEEDS_ACKNOWLEDGEMENT] == ["D.TST-L00-A-C11.1"]


async def test_an_alarm_raised_meanwhile_is_there_when_the_screen_comes_back(
    app: GatehouseApp, desk: TableDesk
) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f2")
        await pilot.press("f1")
        desk.set_door("D.TST-L01-A-C01.1", DoorState.FAULT)
        app.tick()
        await pilot.press("f2")
        await pilot.pause()
        assert "L01-A-C01.1" in text_of(app)


async def test_enter_on_an_alarm_shows_its_door_on_the_plan(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, OperateScreen)
        assert app.screen.query_one(FloorPlan).selected == desk.facility.door("D.TST-L00-B-C05.1").global_id


async def test_points_filter_to_one_door(app: GatehouseApp) -> None:
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        everything = points(app).grid.row_count
        await pilot.press("slash", *"l00/a/c07 bolt", "enter")
        assert points(app).grid.row_count == 1 < everything
        await pilot.press("escape")
        assert points(app).grid.row_count == everything


async def test_a_stale_point_shows_its_quality_and_no_old_value(app: GatehouseApp, desk: TableDesk) -> None:
    point = desk.points[0]
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("f3")
        await pilot.pause()
        assert "closed" in text_of(app).splitlines()[2]
        desk.set_reading(point.id, None, Quality.STALE)
        app.tick()
        await pilot.pause()
        line = text_of(app).splitlines()[2]
        assert "STALE" in line
        assert "closed" not in line


async def test_a_lost_device_is_named_in_the_banner(app: GatehouseApp, desk: TableDesk) -> None:
    desk.devices_down = 2
    async with app.run_test(size=(160, 45)):
        assert "2 DEVICES DOWN" in text_of(app).splitlines()[0]
