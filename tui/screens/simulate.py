"""Simulate: choose a scenario, run it in other processes, read intervals, targets and door queues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Label, ProgressBar

from tui.desk import Desk, MeasureRow, ScenarioCard, StudyDesk, StudyResult
from tui.screens.live import LiveScreen
from tui.widgets.error_rows import error_rows
from tui.widgets.line_panel import LinePanel
from tui.widgets.plain_text import fit
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Row, Run, folded, title
from tui.widgets.virtual_grid import Column, VirtualGrid
from twin.model.errors import GatehouseError

VERDICT_LOOK = {"met": (Ink.BLACK, Ink.SKY, "✓"), "missed": (Ink.WHITE, Ink.VERMILLION, "✗")}
DEFAULT_REPLICATIONS, DEFAULT_SEED = 100, 1
_FIGURE_COLUMNS, _LONGEST_NAME = 58, 52
"""Columns that figures, unit, verdict and the begin of the target take beside the name of a measure, and its own."""


class SimulateScreen(LiveScreen):
    """The planner's screen; studies never run in this process."""

    AUTO_FOCUS = "#scenarios"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "run", "Run the scenario"),
        Binding("escape", "list", "Back to the list", show=False),
    ]

    def __init__(self, desk: Desk, studies: StudyDesk | None) -> None:
        super().__init__(desk)
        self._simulate_studies = studies
        self._simulate_busy = False
        self._simulate_result: StudyResult | None = None

    def body(self) -> Iterable[Widget]:
        """Scenarios and inputs at the left, results at the right."""
        with Horizontal():
            with Vertical(id="study-left"):
                yield VirtualGrid[ScenarioCard](
                    [Column(title="Scenario", width=0, show=lambda card: Run(card.title))],
                    search=lambda card: card.title,
                    id="scenarios",
                )
                yield LinePanel(id="scenario-text")
                yield Label("replications", classes="dim")
                yield Input(str(DEFAULT_REPLICATIONS), id="replications", type="integer", compact=True)
                yield Label("seed", classes="dim")
                yield Input(str(DEFAULT_SEED), id="seed", type="integer", compact=True)
                yield ProgressBar(id="progress", show_eta=False)
            yield LinePanel(id="study-result", focusable=True)

    def redraw(self) -> None:
        """The scenarios of the desk."""
        studies = self._simulate_studies
        problem = ""
        try:
            self._grid.set_records(tuple(studies.scenarios()) if studies else ())
        except GatehouseError as error:
            problem = str(error)
            self._grid.set_records(())
        self._show_result("SCENARIOS CANNOT BE READ", problem)
        self._describe()

    def _show_result(self, heading: str = "", problem: str = "") -> None:
        """What is wrong, then the last study."""
        rows = error_rows(heading, problem, max(self._result.size.width - 1, 40))
        if self._simulate_studies is None:
            rows = [title("STUDIES"), [Run("No studies at this desk.", Ink.DIM)]]
        elif self._simulate_result is not None:
            rows += [*([[]] if rows else []), *result_rows(self._simulate_result, self._result.size.width)]
        self._result.show(rows)

    @property
    def _grid(self) -> VirtualGrid[ScenarioCard]:
        return self.query_one("#scenarios", VirtualGrid)

    @property
    def _result(self) -> LinePanel:
        return self.query_one("#study-result", LinePanel)

    def _describe(self) -> None:
        card = self._grid.current
        panel = self.query_one("#scenario-text", LinePanel)
        text = f"{card.key}. {card.description}" if card else ""
        panel.show([[Run(line, Ink.DIM)] for line in folded(text, max(panel.size.width - 1, 24))])

    def age(self) -> None:
        """The description follows the cursor."""
        self._describe()

    @on(VirtualGrid.Picked, "#scenarios")
    def _picked(self) -> None:
        self.query_one("#replications").focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "replications":
            self.query_one("#seed").focus()
        else:
            self.action_run()

    def action_list(self) -> None:
        """Focus the scenarios."""
        self._grid.focus()

    def action_run(self) -> None:
        """Start the study under the cursor, unless one runs."""
        card = self._grid.current
        replications, seed = (self.query_one(name, Input).value for name in ("#replications", "#seed"))
        if card is None or self._simulate_studies is None:
            self.say("No scenario to run.")
        elif self._simulate_busy:
            self.say("A study is running.")
        elif not (replications.isdecimal() and int(replications) > 0 and seed.isdecimal()):
            self.say("Replications must be a number above 0, the seed a whole number.")
        else:
            self._simulate_busy = True
            self.say(f"Running {card.title} …", ink=Ink.SKY)
            self._grid.focus()
            self.run_worker(self._run(self._simulate_studies, card, int(replications), int(seed)), group="study")

    async def _run(self, studies: StudyDesk, card: ScenarioCard, replications: int, seed: int) -> None:
        bar = self.query_one(ProgressBar)
        bar.update(total=replications, progress=0)
        bar.display = True
        try:
            result = await studies.run(
                card.key,
                replications=replications,
                seed=seed,
                on_progress=lambda done, total: bar.update(total=total, progress=done),
            )
        except GatehouseError as error:
            self.say_error(error, card.title)
            self._show_result("THE STUDY FAILED", str(error))
        else:
            self._simulate_result = result
            self._show_result()
            self.say(f"{card.title}: {result.replications} replications. Report: {result.report}", ink=Ink.SKY)
        finally:
            self._simulate_busy = False
            bar.display = False


def result_rows(result: StudyResult, width: int) -> list[Row]:
    """Measures with 95 % interval, target and verdict; then the doors where people waited longest."""
    room = min(max(width - _FIGURE_COLUMNS, 16), _LONGEST_NAME)
    rows: list[Row] = [
        title(result.title, f"{result.replications} replications, seed {result.seed}, run {result.run}"),
        [Run(f"{'measure':<{room}}{'mean':>10}{'low':>10}{'high':>10}  {'unit':<5}{'verdict':<15}target", Ink.DIM)],
        *(_measure(measure, room) for measure in result.measures if measure.says_something),
    ]
    if result.door_queues:
        rows += [[], title("DOOR QUEUES", "mean and longest wait, s")]
        rows += _bars(result.door_queues)
    if result.report:
        rows += [[], [Run("report  ", Ink.DIM), Run(result.report, Ink.BRIGHT)]]
    return rows


def _measure(measure: MeasureRow, room: int) -> Row:
    interval = measure.interval
    fg, bg, mark = VERDICT_LOOK.get(measure.verdict, (Ink.BLACK, Ink.ORANGE, "~"))
    figures = "".join(f" {value:>9.4g}" for value in (interval.mean, interval.low, interval.high))
    runs = [Run(fit(measure.label, room)), Run(figures, Ink.BRIGHT), Run(f"  {measure.unit:<5}", Ink.DIM)]
    if not measure.verdict:
        return [*runs, Run(f"{'':<15}{measure.target}", Ink.DIM)] if measure.target else runs
    verdict = f" {mark} {measure.verdict} "
    return [*runs, Run(verdict, fg, bg, bold=True), Run(f"{'':<{15 - len(verdict)}}{measure.target}", Ink.DIM)]


def _bars(queues: Sequence[tuple[str, float, float]]) -> list[Row]:
    longest = max(wait for _, _, wait in queues) or 1.0
    return [
        [
            Run(f"{door[:30]:<31}"),
            Run(f"{mean:>8.1f}{worst:>8.1f}  ", Ink.BRIGHT),
            Run("█" * round(30 * mean / longest), Ink.SKY),
            Run("░" * (round(30 * worst / longest) - round(30 * mean / longest)), Ink.DIM),
        ]
        for door, mean, worst in queues
    ]
