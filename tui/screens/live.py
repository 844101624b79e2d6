"""What every screen shares: banner, body, status and keys, the live tick, and a clear word when there is no room."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize, ScreenResume
from textual.screen import Screen
from textual.widget import Widget

from tui.desk import Desk
from tui.screens.room import has_room
from tui.widgets.banner import Banner, BannerText
from tui.widgets.line_panel import LinePanel
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run, folded
from tui.widgets.status_lines import KeyLine, StatusLine
from tui.widgets.wording import clock_text, error_text, outcome_run
from twin.model.errors import GatehouseError
from twin.model.operation import Changes, CommandOutcome

T = TypeVar("T")
PROBLEM_LINES = 3
"""Most lines that the desk's problems take from the screen; how many more there are is said."""
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
        """Banner, what is wrong with the desk, body, status line, keys."""
        yield Banner(id="banner")
        yield LinePanel(id="problems", ground=Ink.VERMILLION)
        with Vertical(id="body", classes=f"-{self.desk.mode.value}"):
            yield from self.body()
        yield StatusLine(id="status")
        yield KeyLine(id="keys")

    def on_resize(self, event: Resize) -> None:
        """Without room nothing is laid out: the plan takes its opening zoom from the first size that counts."""
        self.set_class(not has_room(event.size), "-too-small")

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Catch up with what changed while another screen was on."""
        self.redraw()
        self.show_banner()
        self._show_problems()

    def tick(self, changes: Changes, *, flash_on: bool) -> None:
        """Called ten times a second while the screen is on."""
        self._live_ticks += 1
        flashed, self.flash_on = flash_on != self.flash_on, flash_on
        self.take(changes)
        if flashed:
            self.flash()
        if self._live_ticks % EVERYTHING_AGES_TICKS == 0:
            self.age()
            self._show_problems()
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
        problems = len(desk.problems())
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
            fault=f"{problems} DESK FAULT{'S' if problems > 1 else ''}" if problems else "",
            ascii_only=self.ascii_only,
        )
        self.query_one(Banner).show(text, flash_on=self.flash_on)

    def _show_problems(self) -> None:
        panel = self.query_one("#problems", LinePanel)
        width = max(self.size.width - 4, 20)
        lines = [line for problem in self.desk.problems() for line in folded(problem, width)]
        if len(lines) > PROBLEM_LINES:
            lines[PROBLEM_LINES - 1 :] = [f"and {len(lines) - PROBLEM_LINES + 1} more lines"]
        panel.display = bool(lines)
        panel.show([[Run(f" ! {line}", Ink.WHITE, bold=True)] for line in lines])

    @property
    def ascii_only(self) -> bool:
        """Whether the terminal takes ASCII only."""
        return getattr(self.app, "ascii_only", False)

    def attempt(self, work: Callable[[], T]) -> T | None:
        """Do what may fail; what is wrong is said on the status line, and None comes back."""
        try:
            return work()
        except GatehouseError as error:
            self.say_error(error)
            return None

    def attempt_order(self, work: Callable[[], CommandOutcome]) -> None:
        """Do what has an outcome, and say it."""
        outcome = self.attempt(work)
        if outcome is not None:
            self.say_outcome(outcome)

    def say_error(self, error: GatehouseError, subject: str = "") -> None:
        """Put what went wrong on the status line."""
        text = f"{subject}: {error_text(error)}" if subject else error_text(error)
        self.query_one(StatusLine).say(Run(f" FAILED {text} ", Ink.WHITE, Ink.VERMILLION, bold=True))

    def say(self, text: str, *, ink: Ink = Ink.TEXT) -> None:
        """Put a sentence on the status line."""
        self.query_one(StatusLine).say(Run(f" {text} ", ink))

    def say_outcome(self, result: CommandOutcome) -> None:
        """Put the outcome of a command on the status line."""
        self.query_one(StatusLine).say(outcome_run(result))

    def key_line(self) -> None:
        """Draw the keys anew after the focus moved."""
        self.query_one(KeyLine).refresh()
