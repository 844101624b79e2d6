"""Small questions over a screen: how long and why an alarm is shelved; what to report."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label


class AskScreen(ModalScreen[tuple[str, ...] | None]):
    """Asks for one text a field; every field must be filled. Escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, question: str, fields: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._ask_question = question
        self._ask_fields = fields

    def compose(self) -> ComposeResult:
        """The question and its fields (label, first value)."""
        with Vertical(id="ask"):
            yield Label(self._ask_question, markup=False, id="ask-question")
            for index, (label, value) in enumerate(self._ask_fields):
                yield Label(label, markup=False)
                yield Input(value, id=f"ask-{index}", compact=True)
            yield Label("Enter goes on, Esc cancels", markup=False, classes="dim")

    def on_mount(self) -> None:
        """Start at the first field without a value."""
        boxes = list(self.query(Input))
        next((box for box in boxes if not box.value), boxes[0]).focus()

    @on(Input.Submitted)
    def _go_on(self, event: Input.Submitted) -> None:
        event.stop()
        values = tuple(box.value.strip() for box in self.query(Input))
        if all(values):
            self.dismiss(values)
        else:
            next(box for box in self.query(Input) if not box.value.strip()).focus()


def shelve_question(subject: str) -> AskScreen:
    """Minutes and reason of shelving."""
    return AskScreen(f"Shelve {subject}", (("minutes (at most 480)", "30"), ("reason", "")))


def minutes_of(text: str) -> int:
    """Minutes that were typed; 0 if it is no whole number, which the desk refuses."""
    return int(text) if text.isdecimal() else 0
