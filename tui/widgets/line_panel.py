"""A scrolling panel of lines; the side panels, the drill list and the help are instances of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Row, strip_of


class LinePanel(ScrollView):
    """Shows rows of runs; only visible rows become strips."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Up", show=False),
        Binding("down", "scroll_down", "Down", show=False),
    ]

    def __init__(self, *, id: str | None = None, ground: Ink = Ink.GROUND, focusable: bool = False) -> None:
        super().__init__(id=id)
        self.can_focus = focusable
        self._panel_rows: Sequence[Row] = ()
        self._panel_ground = ground

    def show(self, rows: Sequence[Row]) -> None:
        """Replace the content; nothing is drawn if it is the same."""
        if rows == self._panel_rows:
            return
        grew = len(rows) != len(self._panel_rows)
        self._panel_rows = rows
        if grew:
            self.virtual_size = Size(0, len(rows))
            self.refresh(layout=self.styles.height is not None and self.styles.height.is_auto)
        else:
            self.refresh()

    def get_content_height(self, _container: Size, _viewport: Size, _width: int) -> int:
        """Rows of the content."""
        return len(self._panel_rows)

    def render_line(self, y: int) -> Strip:
        """One visible row."""
        index = y + self.scroll_offset.y
        row = self._panel_rows[index] if index < len(self._panel_rows) else ()
        return strip_of(row, self.size.width, self._panel_ground)
