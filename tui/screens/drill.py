"""Drill: choose, start with the scripted team or by hand, follow the lines against their standards, report, stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui.desk import Desk, DrillCard, DrillDesk, DrillLine, DrillStatus
from tui.screens.live import LiveScreen
from tui.screens.prompts import AskScreen
from tui.widgets.error_rows import error_rows
from tui.widgets.line_panel import LinePanel
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Row, Run, folded, title
from tui.widgets.virtual_grid import Column, VirtualGrid
from tui.widgets.wording import minutes_text
from twin.model.errors import GatehouseError


class DrillScreen(LiveScreen):
    """The trainer's screen; in live mode there is nothing on it."""

    AUTO_FOCUS = "#drills"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "start(True)", "Start, scripted team"),
        Binding("b", "start(False)", "Start, trainees play"),
        Binding("tab", "app.focus_next", "Lines", show=False),
        Binding("w", "report", "Report the action"),
        Binding("z", "stop", "Stop"),
    ]

    def __init__(self, desk: Desk, drills: DrillDesk | None) -> None:
        super().__init__(desk)
        self._drill_desk = drills
        self._drill_status = DrillStatus()
        self._drill_problem = ""

    def body(self) -> Iterable[Widget]:
        """Drills at the left, the script with its evidence at the right."""
        with Horizontal():
            with Vertical(id="drill-left"):
                yield VirtualGrid[DrillCard](
                    [Column(title="Drill", width=0, show=lambda card: Run(card.title))],
                    search=lambda card: card.title,
                    id="drills",
                )
                yield LinePanel(id="drill-text")
            with Vertical(id="drill-right"):
                yield LinePanel(id="drill-head")
                yield VirtualGrid[DrillLine](_columns(self._elapsed), search=lambda line: line.text, id="drill-lines")

    def _elapsed(self) -> float:
        return self._drill_status.elapsed_s

    @property
    def cards(self) -> VirtualGrid[DrillCard]:
        """The list of drills."""
        return self.query_one("#drills", VirtualGrid)

    @property
    def lines(self) -> VirtualGrid[DrillLine]:
        """The running drill's lines."""
        return self.query_one("#drill-lines", VirtualGrid)

    def redraw(self) -> None:
        """Drills and status."""
        drills = self._drill_desk
        self._drill_problem = ""
        try:
            self.cards.set_records(tuple(drills.drills()) if drills else ())
        except GatehouseError as error:
            self._drill_problem = str(error)
            self.cards.set_records(())
        self._show_status()

    def age(self) -> None:
        """The status once a second."""
        self._show_status()

    def _show_status(self) -> None:
        status = self._drill_desk.status() if self._drill_desk else DrillStatus()
        if status.lines != self._drill_status.lines:
            self.lines.set_records(status.lines)
        self._drill_status = status
        self.lines.touch()
        head = self.query_one("#drill-head", LinePanel)
        width = max(head.size.width - 1, 40)
        problems = error_rows("DRILLS CANNOT BE READ", self._drill_problem, width)
        head.show([*problems, *_head(status, width, has_desk=self._drill_desk is not None)])
        card = self.cards.current
        panel = self.query_one("#drill-text", LinePanel)
        text = card.description if card else ""
        panel.show([[Run(line, Ink.DIM)] for line in folded(text, max(panel.size.width - 1, 24))])

    def action_start(self, scripted_team: bool) -> None:
        """Start the drill under the cursor."""
        card = self.cards.current
        if card is None or self._drill_desk is None:
            self.say("No drill to start at this desk.")
        elif self._drill_status.running:
            self.say("A drill is running; z stops it.")
        else:
            self.say(f"Starting {card.title} …", ink=Ink.CALL)
            self.run_worker(self._start(self._drill_desk, card, scripted_team), group="drill")

    async def _start(self, drills: DrillDesk, card: DrillCard, scripted_team: bool) -> None:
        try:
            await drills.start(card.key, scripted_team=scripted_team)
        except GatehouseError as error:
            self.say_error(error, card.title)
        else:
            who = "the scripted team plays" if scripted_team else "trainees play on F1"
            self.say(f"{card.title} runs; {who}.", ink=Ink.CALL)
        self._show_status()

    def action_stop(self) -> None:
        """Stop the running drill; its report follows."""
        if self._drill_desk is not None and self._drill_status.running:
            self.run_worker(self._stop(self._drill_desk), group="drill")

    async def _stop(self, drills: DrillDesk) -> None:
        try:
            await drills.stop()
        except GatehouseError as error:
            self.say_error(error, "Stop")
            return
        finally:
            self._show_status()
        self.say(f"Drill stopped. Report: {self._drill_status.report or 'being written'}")

    def action_report(self) -> None:
        """Journal the action of the line under the cursor: a call made, a count given."""
        line = self.lines.current
        if line is None or not line.action:
            self.say("This line is read from the building; only lines marked w are reported by hand.")
            return

        def send(answer: tuple[str, ...] | None) -> None:
            if answer is not None:
                self.attempt_order(lambda: self.desk.report(line.action, answer[0]))
                self._show_status()

        self.app.push_screen(AskScreen(f"Report: {line.text}", (("what was said or counted", ""),)), send)


def _head(status: DrillStatus, width: int, *, has_desk: bool) -> list[Row]:
    if not has_desk:
        return [title("DRILL", "drills exist in virtual and exercise mode only")]
    if not status.key:
        return [title("DRILL", "none is running")]
    state = Run(" RUNNING ", Ink.BLACK, Ink.CALL, bold=True) if status.running else Run(" ended ", Ink.DIM)
    rows: list[Row] = [
        [Run(f"{status.title}  ", Ink.BRIGHT, bold=True), state, Run(f"  {minutes_text(status.elapsed_s)}")]
    ]
    if status.report:
        rows.append([Run("report  ", Ink.DIM), Run(status.report, Ink.BRIGHT)])
    return rows + error_rows("THE DRILL FAILED", status.error, width)


def _columns(elapsed: object) -> list[Column[DrillLine]]:
    assert callable(elapsed)

    def verdict(line: DrillLine) -> Run:
        if line.is_inject:
            return Run("given", Ink.DIM) if line.done_at_s is not None else Run("")
        if line.done_at_s is None:
            late = line.standard_s is not None and elapsed() > line.at_s + line.standard_s
            return Run(" LATE ", Ink.WHITE, Ink.VERMILLION, bold=True) if late else Run("waiting", Ink.CALL)
        if line.standard_s is None:
            return Run("done", Ink.DIM)
        in_time = line.done_at_s - line.at_s <= line.standard_s
        return Run(" in time ", Ink.BLACK, Ink.SKY) if in_time else Run(" too late ", Ink.BLACK, Ink.ORANGE)

    def took(line: DrillLine) -> Run:
        if line.done_at_s is None:
            return Run("")
        return Run(minutes_text(line.done_at_s - (0.0 if line.is_inject else line.at_s)), Ink.BRIGHT)

    return [
        Column(title="At", width=6, show=lambda line: Run(minutes_text(line.at_s)), order=lambda line: line.at_s),
        Column(title="", width=2, show=lambda line: Run("w" if line.action else "", Ink.ORANGE, bold=True)),
        Column(
            title="Channel", width=10, show=lambda line: Run(line.channel, Ink.DIM), order=lambda line: line.channel
        ),
        Column(
            title="Line",
            width=0,
            show=lambda line: Run(line.text, Ink.CALL if line.is_inject else Ink.BRIGHT),
        ),
        Column(title="Took", width=6, show=took, align="right"),
        Column(
            title="Std",
            width=6,
            show=lambda line: Run("" if line.standard_s is None else minutes_text(line.standard_s), Ink.DIM),
            align="right",
        ),
        Column(title="", width=10, show=verdict),
    ]
