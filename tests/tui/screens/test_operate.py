"""Operate by keys alone: select, two steps, refusal, acknowledgement, zoom, pan, level, search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from picture import text_of
from table_desk import TableDesk

from tui.app import GatehouseApp
from tui.screens.operate import OperateScreen
from tui.screens.selection import SelectionScreen
from tui.widgets.floor_plan import FloorPlan
from tui.widgets.order_panel import OrderPanel
from tui.widgets.status_lines import StatusLine
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT
from twin.model.operation import DoorIntent, ReleaseIntent
from twin.model.vocabulary import DoorAction, DoorState, SiteMode


def plan(app: GatehouseApp) -> FloorPlan:
    return app.screen.query_one(FloorPlan)


def status(app: GatehouseApp) -> str:
    return app.screen.query_one(StatusLine).text


async def test_a_door_is_unlocked_in_two_steps(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("slash", *"A-C07", "enter", "o")
        assert "interlock idle" in text_of(app)
        assert desk.confirmed == []
        await pilot.press("o")
        await pilot.pause()
        [(armed, *_)] = desk.confirmed
        assert armed.intent == DoorIntent(
            door=desk.facility.door("D.TST-L00-A-C07.1").global_id, action=DoorAction.UNLOCK
        )
        assert "DONE unlock D.TST-L00-A-C07.1 read back in 1.2 s" in status(app)


async def test_a_refusal_is_told_with_its_reason_and_nothing_is_armed(app: GatehouseApp, desk: TableDesk) -> None:
    desk.refusal = "interlock: another door of the group is open"
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "o")
        assert "REFUSED" in status(app)
        assert "another door of the group is open" in status(app)
        assert app.screen.query_one(OrderPanel).armed is None


async def test_escape_drops_an_armed_order(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "o", "escape", "enter")
        await pilot.pause()
        assert desk.confirmed == []
        assert "Cancelled" in status(app)


async def test_while_an_order_is_armed_no_letter_is_a_shortcut(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "o")
        before = plan(app).selected
        await pilot.press("n", "r", "m", "p", "g", "d")
        await pilot.pause()
        assert plan(app).selected == before
        assert app.screen.query_one(OrderPanel).armed is not None
        await pilot.press("enter")
        await pilot.pause()
        assert len(desk.confirmed) == 1


async def test_a_building_without_a_response_team_says_so(app: GatehouseApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "d")
        assert "may have none" in status(app)


async def test_an_armed_order_runs_out_of_time(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "o")
        desk.now += timedelta(seconds=11)
        app.tick()
        await pilot.pause()
        assert "Ran out of time" in status(app)
        assert app.screen.query_one(OrderPanel).armed is None


async def test_a_group_release_wants_the_typed_name_a_reason_and_a_second_person(
    app: GatehouseApp, desk: TableDesk
) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "g", "enter")
        assert desk.confirmed == []
        await pilot.press(*"RG-L00-A-N", "enter", *"unlock", "enter", "enter")
        assert desk.confirmed == []
        await pilot.press(*"post", "enter")
        await pilot.pause()
        [(armed, typed, reason, second)] = desk.confirmed
        assert armed.intent == ReleaseIntent(group="RG-L00-A-N", emergency=False)
        assert (typed, reason, second) == ("RG-L00-A-N", "unlock", "post")


async def test_a_mistyped_group_is_refused_by_the_desk(app: GatehouseApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "g", *"RG", "enter", *"x", "enter", *"y", "enter")
        await pilot.pause()
        assert "does not match" in status(app)


async def test_emergency_release_is_a_different_command(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "E")
        armed = app.screen.query_one(OrderPanel).armed
        assert armed is not None
        assert armed.intent == ReleaseIntent(group="RG-L00-A-N", emergency=True)


async def test_acknowledging_takes_the_selected_alarm_only(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("a")
        assert sum(alarm.state in NEEDS_ACKNOWLEDGEMENT for alarm in desk.alarms()) == 2
        await pilot.press("n", "a")
        waiting = [alarm.code for alarm in desk.alarms() if alarm.state in NEEDS_ACKNOWLEDGEMENT]
        assert waiting == ["D.TST-L00-B-C05.1"]


async def test_next_alarm_goes_by_priority_and_the_panel_names_the_same_door(
    app: GatehouseApp, desk: TableDesk
) -> None:
    async with app.run_test(size=(230, 50)) as pilot:
        for code in ("D.TST-L00-A-C11.1", "D.TST-L00-B-C05.1"):
            await pilot.press("n")
            assert plan(app).selected == desk.facility.door(code).global_id
            assert code in text_of(app)


async def test_shelving_asks_minutes_and_reason(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "s", *"hinge", "enter")
        await pilot.pause()
        assert desk.shelved == [("alarm-1", 30, "hinge")]


async def test_zoom_keeps_the_selected_door_in_view(app: GatehouseApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n")
        before = plan(app).zoom.columns_per_module
        await pilot.press("plus", "plus", "plus")
        await pilot.pause()
        assert plan(app).zoom.columns_per_module > before
        assert "▲FORCED" in text_of(app)
        await pilot.press("0")
        assert plan(app).virtual_size.width <= plan(app).size.width


async def test_arrows_and_letters_pan_the_same(app: GatehouseApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        x = plan(app).scroll_offset.x
        await pilot.press("left")
        left = plan(app).scroll_offset.x
        await pilot.press("l")
        assert left < x == plan(app).scroll_offset.x


async def test_levels_step_and_the_banner_names_them(app: GatehouseApp) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "▸ L01" in text_of(app).splitlines()[0]
        await pilot.press("pagedown")
        assert plan(app).level == "L00"


async def test_shift_arrows_walk_from_door_to_door(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(230, 50)) as pilot:
        await pilot.press("n", "shift+right")
        assert plan(app).selected == desk.facility.door("D.TST-L00-A-C12.1").global_id
        await pilot.press("shift+down")
        assert plan(app).selected == desk.facility.door("D.TST-L00-A-C28.1").global_id


async def test_r_goes_from_a_door_to_its_cell_and_back(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("n", "r")
        assert plan(app).selected == desk.facility.space("TST-L00-A-C11").global_id
        await pilot.press("r")
        assert plan(app).selected == desk.facility.door("D.TST-L00-A-C11.1").global_id


async def test_a_changed_door_is_on_screen_after_one_tick(app: GatehouseApp, desk: TableDesk) -> None:
    async with app.run_test(size=(230, 50)) as pilot:
        app.tick()
        await pilot.pause()
        before = text_of(app)
        desk.set_door("D.TST-L00-A-C01.1", DoorState.FAULT)
        app.tick()
        await pilot.pause()
        now = text_of(app)
        assert before.count("!?!") == 0
        assert now.count("!?!") == 1
        assert "■1" in now.splitlines()[0]


async def test_a_model_without_points_shows_quiet_unmonitored_doors(desk: TableDesk) -> None:
    app = GatehouseApp(TableDesk(desk.facility, monitored=False), ticks=False)
    async with app.run_test(size=(230, 50)) as pilot:
        await pilot.press("slash", *"A-C07", "enter")
        text = text_of(app)
        assert "▪" not in text.replace("▪ Locked", "").replace("▪  Locked", "")
        assert "no points are bound" in text


@pytest.mark.parametrize("mode", list(SiteMode))
async def test_the_site_mode_stands_first_and_frames_the_screen(desk: TableDesk, mode: SiteMode) -> None:
    app = GatehouseApp(TableDesk(desk.facility, mode=mode), ticks=False)
    async with app.run_test(size=(80, 24)):
        assert text_of(app).startswith(f" {mode.value.upper()} ")
        assert app.screen.query_one("#body").has_class(f"-{mode.value}")


async def test_sixty_columns_say_so_and_recover(app: GatehouseApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        assert text_of(app).strip() == "Gatehouse needs at least 80×24; this terminal is 60×20"
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "VIRTUAL" in text_of(app)
        assert "┬" in text_of(app)


async def test_on_a_narrow_terminal_panels_are_tabs_and_an_order_comes_to_the_front(app: GatehouseApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        assert "DOORS" not in text_of(app)
        await pilot.press("3")
        assert "to acknowledge" in text_of(app)
        await pilot.press("1", "n", "o")
        await pilot.pause()
        assert "ARMED" in text_of(app)


async def test_no_two_bindings_of_screen_and_plan_share_a_key(app: GatehouseApp) -> None:
    async with app.run_test(size=(120, 36)):
        keys = [
            key
            for owner in (OperateScreen, SelectionScreen, FloorPlan)
            for binding in owner.BINDINGS
            for key in binding.key.split(",")  # type: ignore[union-attr]
        ]
        assert len(set(keys)) == len(keys)
