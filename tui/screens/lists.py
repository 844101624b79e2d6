"""A screen around a virtual grid: slash filters, escape leaves the filter."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from tui.screens.live import LiveScreen
from tui.widgets.messages import ShowElement
from tui.widgets.virtual_grid import VirtualGrid
from twin.model.ids import GlobalId


class ListScreen(LiveScreen):
    """Subclasses give `grids` and `element_of`."""

    AUTO_FOCUS = "VirtualGrid"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("escape", "leave", "Clear the filter", show=False),
    ]

    @abstractmethod
    def grids(self) -> Iterable[Widget]:
        """The lists of the screen; the first one is filtered."""

    @abstractmethod
    def element_of(self, record: object) -> GlobalId | None:
        """The element that a picked record is about."""

    def body(self) -> Iterable[Widget]:
        """Filter line and lists."""
        yield Input(placeholder="filter: every word must occur", id="filter", compact=True)
        yield from self.grids()

    def first_grid(self) -> VirtualGrid[Any]:
        """The list that is filtered."""
        return self.query(VirtualGrid).first()

    def action_filter(self) -> None:
        """Open the filter line."""
        box = self.query_one("#filter", Input)
        box.display = True
        box.focus()

    def action_leave(self) -> None:
        """Clear and close the filter line."""
        box = self.query_one("#filter", Input)
        box.value, box.display = "", False
        self.first_grid().focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        self.first_grid().set_filter(event.value)

    @on(Input.Submitted, "#filter")
    def _filtered(self, event: Input.Submitted) -> None:
        event.stop()
        self.first_grid().focus()

    @on(VirtualGrid.Picked)
    def _picked(self, event: VirtualGrid.Picked) -> None:
        element = self.element_of(event.record)
        if element is not None:
            self.post_message(ShowElement(element))
