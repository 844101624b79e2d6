"""One line of tabs for terminals too narrow for panels side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run, length, strip_of


class PaneTabs(Widget):
    """Numbered names; number keys of the screen switch them, a click too."""

    DEFAULT_CSS = "PaneTabs { height: 1; }"

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        index: int

    def __init__(self, names: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tab_names = tuple(names)
        self._tab_active = 0

    def activate(self, index: int) -> None:
        """Mark a tab."""
        self._tab_active = index
        self.refresh()

    def _runs(self) -> list[Run]:
        return [
            Run(f" {index + 1} {name} ", Ink.BRIGHT if index == self._tab_active else Ink.DIM,
                Ink.CONTROL if index == self._tab_active else None, index == self._tab_active)
            for index, name in enumerate(self._tab_names)
        ]  # fmt: skip

    def on_click(self, event: Click) -> None:
        """Find the tab under the mouse."""
        end = 0
        for index, run in enumerate(self._runs()):
            end += length([run])
            if event.x < end:
                self.post_message(self.Chosen(index))
                return

    def render_line(self, y: int) -> Strip:
        """The line."""
        return strip_of(self._runs() if y == 0 else [], self.size.width, Ink.PASSAGE)
