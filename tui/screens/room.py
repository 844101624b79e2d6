"""What stands in the place of every screen while the terminal is too small for it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widgets import Static

LEAST_COLUMNS, LEAST_ROWS = 80, 24


def has_room(size: Size) -> bool:
    """Whether the screens can be read in a terminal of this size."""
    return size.width >= LEAST_COLUMNS and size.height >= LEAST_ROWS


class NoRoomScreen(ModalScreen[None]):
    """One sentence; being modal it also keeps keys from a screen that nobody sees. The app puts and takes it."""

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Static(id="no-room", markup=False)

    def on_resize(self, event: Resize) -> None:
        """Say the present size."""
        columns, rows = event.size
        self.query_one("#no-room", Static).update(
            f"Gatehouse needs at least {LEAST_COLUMNS}×{LEAST_ROWS}; this terminal is {columns}×{rows}"
        )
