"""The armed order: what will be done, read back; the second step confirms it, escape or time drops it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from tui.widgets.line_panel import LinePanel
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Row, Run, folded
from twin.model.operation import Armed


class OrderPanel(Vertical, can_focus=True):
    """Shows an armed order and collects what its second step demands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,o", "confirm", "Confirm", show=False),
        Binding("escape", "cancel", "Cancel", show=False, priority=True),
    ]
    FIELDS: ClassVar[tuple[str, ...]] = ("typed", "reason", "second")

    @dataclass
    class Confirmed(Message):
        """The operator took the second step."""

        armed: Armed
        typed: str
        reason: str
        second_person: str

    @dataclass
    class Dropped(Message):
        """The order was cancelled or ran out of time."""

        armed: Armed
        expired: bool

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._order: Armed | None = None
        self._order_left_s = 0

    def compose(self) -> ComposeResult:
        """Lines, then the fields, hidden until demanded."""
        yield LinePanel(id="order-lines", ground=Ink.CONTROL)
        for field in self.FIELDS:
            yield Input(id=f"order-{field}", compact=True, classes="order-field")

    @property
    def armed(self) -> Armed | None:
        """The order that waits, if any."""
        return self._order

    def arm(self, armed: Armed, now: datetime) -> None:
        """Show an order and put the focus where its second step begins."""
        self._order = armed
        self.display = True
        needs = {
            "typed": (f"type {armed.typed}", bool(armed.typed)),
            "reason": ("reason", armed.needs_reason),
            "second": ("second person (post)", armed.needs_second_person),
        }
        first: Input | None = None
        for field, (hint, needed) in needs.items():
            box = self.query_one(f"#order-{field}", Input)
            box.value, box.placeholder, box.display = "", hint, needed
            first = first or (box if needed else None)
        self.tick(now)
        (first or self).focus()

    def tick(self, now: datetime) -> None:
        """Count down; an order that ran out of time is dropped."""
        armed = self._order
        if armed is None:
            return
        left = (armed.expires_at - now).total_seconds()
        if left <= 0:
            self._drop(expired=True)
            return
        self._order_left_s = ceil(left)
        self._show(armed)

    def clear(self) -> None:
        """Hide the panel without a message."""
        self._order = None
        self.display = False

    def _show(self, armed: Armed) -> None:
        width = max(self.size.width - 2, 20)
        rows: list[Row] = [
            [Run(" ARMED ", Ink.BLACK, Ink.CALL, bold=True), Run(f" {self._order_left_s} s", Ink.CALL, bold=True)],
            *([Run(line, Ink.BRIGHT, bold=True)] for line in folded(armed.subject, width)),
            *([Run(line)] for text in armed.read_back for line in folded(text, width)),
            [Run("Enter", Ink.ORANGE, bold=True), Run(" confirm  "), Run("Esc", Ink.ORANGE, bold=True), Run(" cancel")],
        ]
        self.query_one(LinePanel).show(rows)

    def _drop(self, *, expired: bool) -> None:
        armed, self._order = self._order, None
        self.display = False
        if armed is not None:
            self.post_message(self.Dropped(armed, expired))

    def on_key(self, event: events.Key) -> None:
        """While an order is armed no letter is a shortcut: only its own keys, help and leaving count."""
        if self._order is not None and event.is_printable and event.character not in ("o", "?"):
            event.stop()
            event.prevent_default()

    def action_cancel(self) -> None:
        """Drop the order."""
        self._drop(expired=False)

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        boxes = [box for box in self.query(Input) if box.display]
        index = boxes.index(event.input)
        if index + 1 < len(boxes):
            boxes[index + 1].focus()
        else:
            self.action_confirm()

    def action_confirm(self) -> None:
        """Take the second step, if all demanded fields are filled."""
        armed = self._order
        if armed is None:
            return
        for box in self.query(Input):
            if box.display and not box.value.strip():
                box.focus()
                return
        values = [self.query_one(f"#order-{field}", Input).value.strip() for field in self.FIELDS]
        self.clear()
        self.post_message(self.Confirmed(armed, *values))
