"""The banner of every screen: site mode, alarm counts and faults come first and are never cut; the rest gives way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run, length, strip_of
from tui.widgets.wording import PRIORITY_LOOK
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm
from twin.model.vocabulary import SiteMode

MODE_LOOK: dict[SiteMode, tuple[str, Ink, Ink]] = {
    SiteMode.VIRTUAL: ("VIRTUAL", Ink.BLACK, Ink.GREEN),
    SiteMode.EXERCISE: ("EXERCISE", Ink.BLACK, Ink.CALL),
    SiteMode.LIVE: ("LIVE", Ink.WHITE, Ink.SELECT),
}
"""Word and colours of the site mode; the same colours frame the screen (gatehouse.tcss)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerText:
    """What stands in the banner."""

    mode: SiteMode
    alarms: Sequence[Alarm]
    place: str
    code: str
    level: str
    regime: str
    role: str
    clock: str
    stale: str = ""
    fault: str = ""
    ascii_only: bool = False


def banner_runs(text: BannerText, width: int, *, flash_on: bool = False) -> list[Run]:
    """Mode, counts and what is wrong always; then clock, place, level, regime and role as room allows."""
    word, fg, bg = MODE_LOOK[text.mode]
    runs = [Run(f" {word} ", fg, bg, bold=True), Run(" ")]
    counts = Counter(alarm.priority for alarm in text.alarms)
    waiting = Counter(alarm.priority for alarm in text.alarms if alarm.state in NEEDS_ACKNOWLEDGEMENT)
    for priority, (sign, ink, ground) in PRIORITY_LOOK.items():
        count = counts[priority]
        symbol = f"P{priority}:" if text.ascii_only else sign
        if not count:
            runs.append(Run(f" {symbol}0 ", Ink.DIM))
            continue
        badge = Run(f" {symbol}{count} ", ink, ground, bold=True)
        runs.append(badge._replace(fg=ground, bg=Ink.WHITE) if flash_on and waiting[priority] else badge)
    if text.fault:
        runs.append(Run(f" ! {text.fault} ", Ink.VERMILLION, Ink.WHITE, bold=True))
    if text.stale:
        runs.append(Run(f" {text.stale} ", Ink.BLACK, Ink.PURPLE, bold=True))
    parts = [
        Run(f" {text.clock} ", Ink.BRIGHT, bold=True),
        Run(f"  {text.place}", Ink.TEXT),
        Run(f" ▸ {text.level}" if text.level else "", Ink.BRIGHT, bold=True),
        Run(f"  regime {text.regime}" if text.regime else ""),
        Run(f"  role {text.role}"),
    ]
    if length(parts) > width - length(runs):
        parts[1] = Run(f"  {text.code}")
    order = (0, 2, 3, 4, 1)  # what is kept first when the line is short
    kept: set[int] = set()
    free = width - length(runs)
    for index in order:
        need = length([parts[index]])
        if need <= free:
            kept.add(index)
            free -= need
    left = [parts[index] for index in (1, 2, 3, 4) if index in kept]
    right = [parts[0]] if 0 in kept else []
    return [*runs, *left, Run(" " * max(free, 0)), *right]


class Banner(Widget):
    """One line at the top of every screen."""

    DEFAULT_CSS = "Banner { height: 1; dock: top; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._banner_text: BannerText | None = None
        self._banner_flash = False

    def show(self, text: BannerText, *, flash_on: bool) -> None:
        """Draw anew if anything changed."""
        if (text, flash_on) != (self._banner_text, self._banner_flash):
            self._banner_text, self._banner_flash = text, flash_on
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        runs = (
            []
            if self._banner_text is None or y
            else banner_runs(self._banner_text, self.size.width, flash_on=self._banner_flash)
        )
        return strip_of(runs, self.size.width, Ink.PASSAGE)
