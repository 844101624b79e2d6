"""Help: every key of the screen below, made from its bindings; searchable, and Enter runs the action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, Label

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run
from tui.widgets.virtual_grid import Column, VirtualGrid
from tui.widgets.wording import SAFETY


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """One key: where it counts, what it does, the action behind it."""

    keys: str
    does: str
    where: str
    action: str
    node: DOMNode


_NOT_OURS = frozenset({"screen.copy_text", "help_quit"})
_WHERE = {"FloorPlan": "Plan", "VirtualGrid": "List", "LinePanel": "Panel", "SiteTree": "Places", "GatehouseApp": "All"}
"""Words for people, not class names."""


def keys_of(active: Sequence[ActiveBinding], display: dict[str, str]) -> list[KeyHelp]:
    """One row an action: all its keys together."""
    rows: dict[tuple[str, str], KeyHelp] = {}
    for entry in active:
        binding = entry.binding
        if not binding.description or binding.action in _NOT_OURS:
            continue
        key = binding.key_display or display.get(binding.key, binding.key)
        where = _WHERE.get(type(entry.node).__name__, type(entry.node).__name__.removesuffix("Screen"))
        slot = (binding.action, where)
        known = rows.get(slot)
        if known is None:
            keys = key
        else:
            keys = known.keys if key in {known.keys, *known.keys.split()} else f"{known.keys} {key}"
        rows[slot] = KeyHelp(keys, binding.description, where, binding.action, entry.node)
    return sorted(
        rows.values(), key=lambda row: isinstance(row.node, Widget) and not isinstance(row.node, Screen)
    )  # the screen before its widgets


class HelpScreen(ModalScreen[KeyHelp | None]):
    """Type to search, Enter to run, escape to go back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down", "list", "To the list", show=False),
    ]

    def __init__(self, rows: Sequence[KeyHelp]) -> None:
        super().__init__()
        self._help_rows = rows

    def compose(self) -> ComposeResult:
        """Search line, keys, safety statement."""
        columns = [
            Column[KeyHelp](title="Key", width=18, show=lambda row: Run(row.keys, Ink.ORANGE, bold=True)),
            Column[KeyHelp](title="Does", width=0, show=lambda row: Run(row.does, Ink.BRIGHT)),
            Column[KeyHelp](title="Where", width=14, show=lambda row: Run(row.where, Ink.DIM)),
        ]
        with Vertical(id="help"):
            yield Input(placeholder="search the keys; Enter runs the marked one", id="help-search", compact=True)
            yield VirtualGrid[KeyHelp](columns, search=lambda row: f"{row.keys} {row.does} {row.where}", id="help-keys")
            yield Label(SAFETY, markup=False, id="help-safety")

    def on_mount(self) -> None:
        """Fill the list."""
        self.grid.set_records(self._help_rows)

    @property
    def grid(self) -> VirtualGrid[KeyHelp]:
        """The list of keys."""
        return self.query_one("#help-keys", VirtualGrid)

    def action_list(self) -> None:
        """Leave the search line for the list."""
        self.grid.focus()

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self.grid.set_filter(event.value)

    @on(Input.Submitted)
    def _run_first(self) -> None:
        self.dismiss(self.grid.current)

    @on(VirtualGrid.Picked)
    def _run(self) -> None:
        self.dismiss(self.grid.current)
