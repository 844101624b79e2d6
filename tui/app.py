"""The app: modes on F1–F5, one 10 Hz tick that drains the desk, the flash, and no locals on the terminal in a crash."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from tui.desk import Desk, DrillDesk, StudyDesk
from tui.screens.alarms import AlarmsScreen
from tui.screens.drill import DrillScreen
from tui.screens.help import HelpScreen, KeyHelp, keys_of
from tui.screens.live import LiveScreen
from tui.screens.operate import OperateScreen
from tui.screens.points import PointsScreen
from tui.screens.role import RoleScreen
from tui.screens.room import NoRoomScreen, has_room
from tui.screens.simulate import SimulateScreen
from tui.widgets.ascii_only import AsciiOnly, wants_ascii
from tui.widgets.messages import ShowElement
from tui.widgets.plan.looks import PALETTE, Ink
from twin.model.vocabulary import Role

TICK_S = 0.1
FLASH_TICKS = 3
"""Ticks of half a flash: 0.3 s, so 1.7 flashes a second; never above 2 Hz."""

QUIET = Theme(
    name="gatehouse",
    primary=PALETTE[Ink.CONTROL],
    secondary=PALETTE[Ink.CELL],
    accent=PALETTE[Ink.ORANGE],
    warning=PALETTE[Ink.ORANGE],
    error=PALETTE[Ink.VERMILLION],
    success=PALETTE[Ink.SKY],
    foreground=PALETTE[Ink.TEXT],
    background=PALETTE[Ink.GROUND],
    surface=PALETTE[Ink.GROUND],
    panel=PALETTE[Ink.PASSAGE],
    dark=True,
    variables={"block-cursor-background": PALETTE[Ink.SELECT], "block-cursor-foreground": PALETTE[Ink.WHITE]},
)

MODES: tuple[tuple[str, str, str], ...] = (
    ("operate", "f1", "Operate"),
    ("alarms", "f2", "Alarms"),
    ("points", "f3", "Points"),
    ("simulate", "f4", "Simulate"),
    ("drill", "f5", "Drill"),
)
"""Mode, key, title."""


class GatehouseApp(App[None]):
    """A client of a desk.

    Args:
        desk: A ready desk, or None where the role is chosen first.
        studies: The planner's desk, if there is one.
        drills: The trainer's desk; None in live mode.
        choose_role: Makes the desk of a chosen role; needed if ``desk`` is None.
        crash_log: File that takes the traceback of a crash; None: it is dropped.
        flashes: Whether unacknowledged alarms flash; off in tests and where flashing is not wanted.
        ticks: Whether the 10 Hz tick runs; tests call `tick` themselves.
        ascii_only: Draw without box characters and symbols; None: as the terminal and the locale demand.
    """

    CSS_PATH = "gatehouse.tcss"
    TITLE = "Gatehouse"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"mode('{mode}')", title, key_display=key.upper()) for mode, key, title in MODES),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        desk: Desk | None,
        studies: StudyDesk | None = None,
        drills: DrillDesk | None = None,
        *,
        choose_role: Callable[[Role], Desk] | None = None,
        crash_log: Path | None = None,
        flashes: bool = True,
        ticks: bool = True,
        ascii_only: bool | None = None,
    ) -> None:
        super().__init__()
        if desk is None and choose_role is None:
            raise ValueError("a desk or a way to make one from a role is needed")
        self._gate_desk = desk
        self._gate_studies, self._gate_drills = studies, drills
        self._gate_choose_role = choose_role
        self._gate_crash_log = crash_log
        self._gate_flashes, self._gate_ticks = flashes, ticks
        self.ascii_only = _needs_ascii() if ascii_only is None else ascii_only
        self._gate_filters = (AsciiOnly(),) if self.ascii_only else ()
        self._gate_tick_count = 0
        self.crash = ""

    def on_mount(self) -> None:
        """Ask for the role, or open the desk."""
        self.register_theme(QUIET)
        self.theme = QUIET.name
        if self._gate_desk is not None:
            self._open(self._gate_desk)
        else:
            self.push_screen(RoleScreen(), self._role_chosen)
        self.call_later(self._make_room)

    def on_resize(self, _event: Resize) -> None:
        """Below 80 × 24 a notice instead of any screen; it goes when there is room again."""
        self.call_later(self._make_room)

    def _make_room(self) -> None:
        is_small, is_noticed = not has_room(self.size), isinstance(self.screen, NoRoomScreen)
        if is_small and not is_noticed:
            self.push_screen(NoRoomScreen())
        elif is_noticed and not is_small:
            self.pop_screen()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line passes before it goes to the terminal."""
        return [*super().get_line_filters(), *self._gate_filters]

    def _role_chosen(self, role: Role | None) -> None:
        if role is not None and self._gate_choose_role is not None:
            self._open(self._gate_choose_role(role))

    def _open(self, desk: Desk) -> None:
        self._gate_desk = desk
        self.add_mode("operate", lambda: OperateScreen(desk))
        self.add_mode("alarms", lambda: AlarmsScreen(desk))
        self.add_mode("points", lambda: PointsScreen(desk))
        self.add_mode("simulate", lambda: SimulateScreen(desk, self._gate_studies))
        self.add_mode("drill", lambda: DrillScreen(desk, self._gate_drills))
        self.switch_mode("operate")
        if self._gate_ticks:
            self.set_interval(TICK_S, self.tick)
            # The twin stays for good; looking through it for garbage takes 80 ms, which are felt at a key.
            self.call_after_refresh(gc.freeze)

    def tick(self) -> None:
        """Drain the desk once and hand the changes to the screen that is on; the others catch up when they resume."""
        desk = self._gate_desk
        live = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, LiveScreen)), None)
        if desk is None or live is None or not live.is_mounted or not self.is_running:
            return  # before its widgets are there, and while the program closes, a screen has nothing to draw on
        self._gate_tick_count += 1
        flash_on = self._gate_flashes and self._gate_tick_count // FLASH_TICKS % 2 == 1
        live.tick(desk.drain_changes(), flash_on=flash_on)

    async def action_mode(self, mode: str) -> None:
        """Switch the mode once a desk is open."""
        if self._gate_desk is not None and isinstance(self.screen, LiveScreen) and mode != self.current_mode:
            await self.switch_mode(mode)

    def action_help(self) -> None:
        """Every key that counts here; Enter runs one."""
        if isinstance(self.screen, HelpScreen | NoRoomScreen):
            return
        active = list(self.screen.active_bindings.values())
        shown = {entry.binding.key: self.get_key_display(entry.binding) for entry in active}
        self.push_screen(HelpScreen(keys_of(active, shown)), self._run_key)

    def action_command_palette(self) -> None:
        """The palette, unless there is no room for it."""
        if not isinstance(self.screen, NoRoomScreen):
            super().action_command_palette()

    async def _run_key(self, chosen: KeyHelp | None) -> None:
        if chosen is not None:
            await self.run_action(chosen.action, chosen.node)

    @on(ShowElement)
    async def _show_element(self, event: ShowElement) -> None:
        await self.switch_mode("operate")
        if isinstance(self.screen, OperateScreen):
            self.screen.select(event.element)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Modes and every action of the screen in the palette."""
        for mode, key, title in MODES:
            yield SystemCommand(
                title, f"Go to {title} ({key.upper()})", lambda mode=mode: self.call_later(self.action_mode, mode)
            )
        yield SystemCommand("Help", "Every key of this screen (?)", self.action_help)
        yield SystemCommand("Quit", "Leave Gatehouse (ctrl+q)", self.exit)
        for row in keys_of(list(screen.active_bindings.values()), {}):
            if row.node is screen:
                yield SystemCommand(
                    row.does,
                    f"{row.where}: key {row.keys}",
                    lambda row=row: self.call_later(self.run_action, row.action, row.node),
                )

    def _fatal_error(self) -> None:
        """Write the traceback to the log file; the terminal gets one sentence, without any locals."""
        text = traceback.format_exc()
        where = "no log file was given"
        if self._gate_crash_log is not None:
            stamp = datetime.now(UTC).isoformat(timespec="seconds")
            with self._gate_crash_log.open("a", encoding="utf-8") as log:
                log.write(f"{stamp}\n{text}\n")
            where = f"see {self._gate_crash_log}"
        self.crash = text
        self.bell()
        self._exit_renderables.append(Text(f"Gatehouse stopped after an error; {where}"))
        self._close_messages_no_wait()


def _needs_ascii() -> bool:
    return wants_ascii(os.environ, getattr(sys.__stdout__, "encoding", None))
