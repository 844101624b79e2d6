"""The two steps of an order, for any screen that shows an `OrderPanel`: arm, read back, confirm, tell the outcome."""

from __future__ import annotations

from textual import on

from tui.screens.live import LiveScreen
from tui.widgets.order_panel import OrderPanel
from tui.widgets.plan.looks import Ink
from twin.model.errors import GatehouseError
from twin.model.operation import Armed, Changes, CommandOutcome, Intent


class OrderingScreen(LiveScreen):
    """A screen from which orders are given."""

    def order(self, intent: Intent) -> None:
        """First step; a refusal is shown at once."""
        answer = self.attempt(lambda: self.desk.arm(intent))
        if answer is None:
            return
        if isinstance(answer, CommandOutcome):
            self.say_outcome(answer)
            return
        self.show_orders()
        self.query_one(OrderPanel).arm(answer, self.desk.clock().at)
        self.say(f"Armed: {answer.subject}. Enter confirms, Esc cancels.", ink=Ink.CALL)

    def show_orders(self) -> None:
        """Bring the order panel into sight (on narrow terminals it is behind a tab)."""

    def after_order(self) -> None:
        """Put the focus back where the order came from."""

    def tick(self, changes: Changes, *, flash_on: bool) -> None:
        """The countdown of an armed order runs with the tick."""
        super().tick(changes, flash_on=flash_on)
        self.query_one(OrderPanel).tick(self.desk.clock().at)

    @on(OrderPanel.Confirmed)
    def _confirm(self, event: OrderPanel.Confirmed) -> None:
        event.stop()
        self.say(f"Commanded: {event.armed.subject} …", ink=Ink.SKY)
        self.run_worker(
            self._carry_out(event.armed, event.typed, event.reason, event.second_person),
            group="orders",
            exit_on_error=True,
        )
        self.after_order()

    async def _carry_out(self, armed: Armed, typed: str, reason: str, second_person: str) -> None:
        try:
            result = await self.desk.confirm(armed.id, typed=typed, reason=reason, second_person=second_person)
        except GatehouseError as error:
            self.say_error(error, armed.subject)
        else:
            self.say_outcome(result)

    @on(OrderPanel.Dropped)
    def _dropped(self, event: OrderPanel.Dropped) -> None:
        event.stop()
        self.say(f"{'Ran out of time' if event.expired else 'Cancelled'}: {event.armed.subject}")
        self.after_order()
