"""The app: role first, help that runs keys, palette, a crash that tells nothing to the terminal."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from block import block
from picture import text_of
from rich.console import Console
from snapshot import check_snapshot
from table_desk import TableDesk, TableDrills, TableStudies

from tui.app import MODES, GatehouseApp
from tui.screens.help import HelpScreen
from tui.screens.operate import OperateScreen
from tui.screens.role import RoleScreen
from tui.screens.selection import SelectionScreen
from tui.widgets.floor_plan import FloorPlan
from tui.widgets.wording import SAFETY
from twin.model.vocabulary import DoorState, Role


def small() -> TableDesk:
    return TableDesk(block(cells=4))


async def test_the_role_is_chosen_before_the_desk_is_made() -> None:
    asked: list[Role] = []

    def desk_of(role: Role) -> TableDesk:
        asked.append(role)
        return TableDesk(block(cells=4), role=role)

    app = GatehouseApp(None, choose_role=desk_of, ticks=False)
    async with app.run_test(size=(120, 30)) as pilot:
        assert isinstance(app.screen, RoleScreen)
        assert "not a life-safety" in " ".join(text_of(app).replace("┃", " ").split())
        await pilot.press("f2", "3")
        await pilot.pause()
        assert asked == [Role.SUPERVISOR]
        assert "role supervisor" in text_of(app)


def test_an_app_without_desk_and_role_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="desk"):
        GatehouseApp(None)


async def test_help_lists_every_key_of_the_screen_and_the_whole_safety_statement() -> None:
    app = GatehouseApp(small(), ticks=False)
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        listed = {row.action for row in app.screen._help_rows}
        wanted = {
            binding.action
            for owner in (OperateScreen, SelectionScreen)
            for binding in owner.BINDINGS
            if binding.description
        }  # type: ignore[union-attr]
        assert wanted - {"app.help"} <= listed
        assert " ".join(SAFETY.split()[-6:]) in " ".join(text_of(app).replace("┃", " ").split())


async def test_help_is_searched_and_runs_the_marked_key() -> None:
    app = GatehouseApp(small(), ticks=False)
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.press("question_mark", *"temperature", "enter")
        await pilot.pause()
        assert "Showing temperature" in text_of(app)


async def test_every_mode_has_a_key_and_stands_in_the_palette() -> None:
    app = GatehouseApp(small(), TableStudies(), TableDrills(), ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        offered = {command.title for command in app.get_system_commands(app.screen)}
        for mode, key, title in MODES:
            await pilot.press(key)
            await pilot.pause()
            assert app.current_mode == mode
            assert title in offered
            assert text_of(app).startswith(" VIRTUAL ")


async def test_a_crash_goes_to_the_log_and_no_local_to_the_terminal(tmp_path: Path) -> None:
    log = tmp_path / "crash.log"
    app = GatehouseApp(small(), ticks=False, crash_log=log)

    def fall() -> None:
        secret_door_list = "D.SECRET"
        raise RuntimeError(f"fell over after {len(secret_door_list)}")

    async def run() -> None:
        async with app.run_test(size=(100, 30)) as pilot:
            app.call_later(fall)
            await pilot.pause()

    with pytest.raises(RuntimeError):
        await run()
    console = Console(record=True, width=120)
    for renderable in app._exit_renderables:
        console.print(renderable)
    assert "D.SECRET" not in console.export_text()
    assert "fell over" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [(230, 50), (120, 36), (80, 24)])
async def test_operate_reads_as_it_did(size: tuple[int, int]) -> None:
    desk = TableDesk(block())
    desk.set_door("D.TST-L00-A-C11.1", DoorState.FORCED, reason="open while the bolt reads locked")
    desk.set_door("D.TST-L00-B-C05.1", DoorState.HELD, reason="open 94 s")
    desk.set_room("TST-L00-C-CTRL", temp_c=21.5, occupancy=2)
    app = GatehouseApp(desk, flashes=False, ticks=False)
    async with app.run_test(size=size) as pilot:
        await pilot.press("n")
        await pilot.pause()
        check_snapshot(app, f"operate-{size[0]}x{size[1]}")


@pytest.mark.parametrize("key", ["f2", "f3"])
async def test_lists_read_as_they_did(key: str) -> None:
    desk = small()
    desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED, reason="open while the bolt reads locked")
    app = GatehouseApp(desk, flashes=False, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        check_snapshot(app, f"list-{key}")


async def test_unacknowledged_alarms_flash_below_two_hertz_and_only_they() -> None:
    desk = small()
    door = desk.set_door("D.TST-L00-A-C01.1", DoorState.FORCED)
    app = GatehouseApp(desk, ticks=False)
    async with app.run_test(size=(120, 36)) as pilot:
        phases = []
        for _ in range(20):  # two seconds of ticks
            app.tick()
            assert isinstance(app.screen, OperateScreen)
            phases.append(app.screen.flash_on)
        rises = sum(now and not before for before, now in pairwise(phases))
        assert 2 <= rises <= 4
        desk.acknowledge(desk.alarms()[0].id)
        app.tick()
        await pilot.pause()
        plan = app.screen.query_one(FloorPlan)
        assert plan._plan_state.doors[door].alarm_unacknowledged is False


async def test_a_tick_while_the_program_closes_touches_no_widget_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[BaseException | None] = []

    class Leaving(OperateScreen):
        def on_unmount(self) -> None:
            desk.set_door(desk.facility.doors[0].code, DoorState.OPEN)
            try:
                self.app.tick()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
                met.append(error)
            else:
                met.append(None)

    monkeypatch.setattr("tui.app.OperateScreen", Leaving)
    desk = small()
    async with GatehouseApp(desk, ticks=False).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
    assert met == [None]
