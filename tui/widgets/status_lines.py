"""The two lines at the foot of every screen: what just happened with the safety statement, and the keys."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run, length, strip_of
from tui.widgets.wording import SAFETY_SHORT


class StatusLine(Widget):
    """The last outcome at the left, the short safety statement at the right where it fits."""

    DEFAULT_CSS = "StatusLine { height: 1; dock: bottom; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._status_run = Run("")

    def say(self, run: Run) -> None:
        """Show a message until the next one."""
        self._status_run = run
        self.refresh()

    @property
    def text(self) -> str:
        """The message on show."""
        return self._status_run.text

    def render_line(self, _y: int) -> Strip:
        """The line."""
        width = self.size.width
        free = width - length([self._status_run])
        safety = SAFETY_SHORT if free > len(SAFETY_SHORT) else "Aid only, no safety system" if free > 26 else ""
        gap = " " * max(free - len(safety), 0)
        return strip_of([self._status_run, Run(gap), Run(safety, Ink.DIM)], width, Ink.PASSAGE)


class KeyLine(Widget):
    """The keys of the screen, as far as they fit, from the active bindings; help is always there."""

    DEFAULT_CSS = "KeyLine { height: 1; dock: bottom; }"

    def render_line(self, _y: int) -> Strip:
        """The line."""
        width = self.size.width
        runs: list[Run] = [Run(" ?", Ink.ORANGE, bold=True), Run(" Help ")]
        seen: set[str] = set()
        bindings = list(self.screen.active_bindings.values())
        bindings.sort(key=lambda active: not active.binding.action.startswith("mode("))  # where to go, then what to do
        for active in bindings:
            binding = active.binding
            if not binding.show or binding.action in seen or not active.enabled or binding.key == "question_mark":
                continue
            seen.add(binding.action)
            key = self.app.get_key_display(binding)
            is_here = binding.action == f"mode('{self.app.current_mode}')"
            ground = Ink.CONTROL if is_here else None
            pair = [
                Run(f" {key}", Ink.ORANGE, ground, bold=True),
                Run(f" {binding.description} ", bg=ground, bold=is_here),
            ]
            if length(runs) + length(pair) > width:
                continue
            runs += pair
        return strip_of(runs, width, Ink.PASSAGE)
