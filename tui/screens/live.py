"""What every screen shares: banner, body, status and keys, the live tick, and a clear word when there is no room."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize, ScreenResume
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.desk import Desk
from tui.widgets.banner import Banner, BannerText
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run
from tui.widgets.status_lines import KeyLine, StatusLine
from tui.widgets.wording import clock_text, outcome_run
from twin.model.operation import Changes, CommandOutcome

LEAST_COLUMNS, LEAST_ROWS = 80, 24
EVERYTHING_AGES_TICKS = 10
"""Ages and clocks move once in so many ticks (1 s at 10 Hz)."""


class LiveScreen(Screen[None]):
    """A screen over one desk. Subclasses give `body`, and redraw in `take`, `redraw` and `age`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (42, "-tall")]  # noqa: RUF012 - as above
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.flash_on = False
        self._live_ticks = 0

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """Widgets between banner and status line."""

    def compose(self) -> ComposeResult:
        """Banner, body, status line, keys; the too-small notice is hidden."""
        yield Banner(id="banner")
        with Vertical(id="body", classes=f"-{self.desk.mode.value}"):
            yield from self.body()
        yield StatusLine(id="status")
        yield KeyLine(id="keys")
        yield Static(id="too-small", markup=False)

    def on_resize(self, event: Resize) -> None:
        """Below 80 × 24 a sentence instead of a broken screen; it goes when there is room again."""
        columns, rows = event.size
        is_small = columns < LEAST_COLUMNS or rows < LEAST_ROWS
        self.set_class(is_small, "-too-small")
        self.query_one("#too-small", Static).update(
            f"Gatehouse needs at least {LEAST_COLUMNS}×{LEAST_ROWS}; this terminal is {columns}×{rows}"
        )

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Catch up with what changed while another screen was on."""
        self.redraw()
        self.show_banner()

    def tick(self, changes: Changes, *, flash_on: bool) -> None:
        """Called ten times a second while the screen is on."""
        self._live_ticks += 1
        flashed, self.flash_on = flash_on != self.flash_on, flash_on
        self.take(changes)
        if flashed:
            self.flash()
        if self._live_ticks % EVERYTHING_AGES_TICKS == 0:
            self.age()
        if changes.alarms or flashed or self._live_ticks % EVERYTHING_AGES_TICKS == 0:
            self.show_banner()

    def take(self, changes: Changes) -> None:
        """Draw what changed."""

    def redraw(self) -> None:
        """Draw everything from the desk."""

    def age(self) -> None:
        """Once a second: ages and countdowns."""

    def flash(self) -> None:
        """The flash changed its half (``flash_on``)."""

    def level(self) -> str:
        """Level named in the banner."""
        return ""

    def show_banner(self) -> None:
        """Mode, alarm counts, place, regime, role, clock."""
        desk = self.desk
        down = [device for device in desk.devices() if not device.is_up]
        text = BannerText(
            mode=desk.mode,
            alarms=tuple(desk.alarms()),
            place=desk.facility.name or desk.facility.code,
            code=desk.facility.code,
            level=self.level(),
            regime=desk.regime(),
            role=desk.role.value,
            clock=clock_text(desk.clock(), desk.mode),
            stale=f"{len(down)} DEVICE{'S' if len(down) > 1 else ''} DOWN" if down else "",
        )
        self.query_one(Banner).show(text, flash_on=self.flash_on)

    def say(self, text: str, *, ink: Ink = Ink.TEXT) -> None:
        """Put a sentence on the status line."""
        self.query_one(StatusLine).say(Run(f" {text} ", ink))

    def say_outcome(self, result: CommandOutcome) -> None:
        """Put the outcome of a command on the status line."""
        self.query_one(StatusLine).say(outcome_run(result))

    def key_line(self) -> None:
        """Draw the keys anew after the focus moved."""
        self.query_one(KeyLine).refresh()
