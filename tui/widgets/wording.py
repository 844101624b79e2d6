"""How times, ages, values, alarms and outcomes are worded; one place, so that all screens say the same."""

from __future__ import annotations

from datetime import datetime

from tui.desk import Clock
from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Run
from twin.model.alarms import Alarm
from twin.model.errors import GatehouseError
from twin.model.operation import CommandOutcome, Outcome
from twin.model.points import Point, Reading
from twin.model.units import UNITS
from twin.model.vocabulary import AlarmState, Quality, SiteMode

SAFETY_SHORT = "Aid only: not a life-safety or security system. Keys, fire panel and PLC interlocks always win."
SAFETY = (
    "Gatehouse is a planning, training and monitoring aid. It is not a life-safety, fire-alarm, access-control or "
    "security system, has no SIL, EN 54 or EN 60839 approval, and must never be the only means to detect, release or "
    "secure. It reads by default; a real back end is read-only unless the site configuration enables writing and lists "
    "the points; points marked life_safety are never writable. Local keys, fire panel and PLC interlocks always win."
)
"""The safety statement of the project."""

PRIORITY_LOOK: dict[int, tuple[str, Ink, Ink]] = {
    1: ("▲", Ink.WHITE, Ink.VERMILLION),
    2: ("◆", Ink.BLACK, Ink.ORANGE),
    3: ("■", Ink.BLACK, Ink.SKY),
    4: ("●", Ink.BLACK, Ink.WALL),
}
"""Symbol and colours of an alarm priority."""

STATE_WORD: dict[AlarmState, str] = {
    AlarmState.NORMAL: "normal",
    AlarmState.UNACKNOWLEDGED: "UNACK",
    AlarmState.ACKNOWLEDGED: "acked",
    AlarmState.RETURNED: "UNACK, gone",
    AlarmState.LATCHED: "latched",
    AlarmState.SHELVED: "shelved",
    AlarmState.SUPPRESSED: "suppressed",
    AlarmState.OUT_OF_SERVICE: "out of service",
}


def time_of_day(at: datetime | None) -> str:
    """Local wall time, hours to seconds."""
    return at.astimezone().strftime("%H:%M:%S") if at is not None else "–"


def clock_text(clock: Clock, mode: SiteMode) -> str:
    """Exercise time and speed where the building publishes them, otherwise wall time; always wall time when live."""
    if clock.exercise_at is None or mode is SiteMode.LIVE:
        return time_of_day(clock.at)
    speed = f" ×{clock.speed:g}" if clock.speed is not None else ""
    return f"exercise {shown_time(clock.at, clock.exercise_at)}{speed}"


def shown_time(at: datetime, exercise_at: datetime | None) -> str:
    """Exercise time where there is one, as the building publishes it (it knows no time zone); otherwise wall time."""
    return time_of_day(at) if exercise_at is None else f"{exercise_at:%H:%M:%S}"


def clock_name(mode: SiteMode) -> str:
    """The clock that the times of lists are read on."""
    return "Wall time" if mode is SiteMode.LIVE else "Exercise"


def listed_time(at: datetime, exercise_at: datetime | None, mode: SiteMode) -> str:
    """A time for a column headed `clock_name`: what happened without exercise time says so."""
    if mode is SiteMode.LIVE:
        return time_of_day(at)
    return shown_time(at, exercise_at) + (" wall" if exercise_at is None else "")


def span_text(seconds: float) -> str:
    """A duration in the largest fitting unit."""
    seconds = max(seconds, 0.0)
    for limit, unit, divisor in ((120, "s", 1), (7200, "min", 60), (172800, "h", 3600)):
        if seconds < limit:
            return f"{seconds / divisor:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"


def minutes_text(seconds: float) -> str:
    """A stop-watch time."""
    whole = round(abs(seconds))
    return f"{'-' if seconds < -0.5 else ''}{whole // 60:02}:{whole % 60:02}"


def value_text(point: Point, reading: Reading) -> str:
    """State word or number with its unit; a reading that is not good shows its quality, never an old value."""
    if reading.value is None:
        return reading.quality.name.replace("_", " ")
    unit = UNITS.get(point.meaning.unit)
    return f"{point.text_of(reading.value)} {unit.symbol if unit else ''}".rstrip()


def value_ink(reading: Reading) -> Ink:
    """Purple for what cannot be trusted."""
    return Ink.TEXT if reading.quality is Quality.GOOD else Ink.PURPLE


def short_code(code: str, site: str) -> str:
    """A code without the words that every code of the site begins with: ``D.SITE-L00-A-C07.1`` → ``L00-A-C07.1``."""
    return code.removeprefix("D.").removeprefix(f"{site}-")


def badge(alarm: Alarm, *, flash_on: bool = False) -> Run:
    """Priority and its symbol; inverse in the other half of the flash."""
    symbol, fg, bg = PRIORITY_LOOK.get(alarm.priority, PRIORITY_LOOK[4])
    if flash_on and alarm.state in {AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED}:
        fg, bg = bg, Ink.WHITE
    return Run(f" {alarm.priority} {symbol} ", fg, bg, bold=True)


def error_text(error: GatehouseError) -> str:
    """What went wrong in one line: file, key and text of every fault."""
    return "; ".join(str(error).splitlines())


def outcome_run(result: CommandOutcome) -> Run:
    """What became of a command, in one line."""
    match result.outcome:
        case Outcome.DONE:
            how = f" read back in {result.readback_s:.1f} s" if result.readback_s is not None else ""
            return Run(f" DONE {result.subject}{how}. {result.reason}".rstrip() + " ", Ink.BLACK, Ink.SKY, bold=True)
        case Outcome.FAILED:
            return Run(f" FAILED {result.subject}: {result.reason} ", Ink.WHITE, Ink.VERMILLION, bold=True)
        case Outcome.REFUSED:
            return Run(f" REFUSED {result.subject}: {result.reason} ", Ink.BLACK, Ink.ORANGE, bold=True)
        case Outcome.NEEDS_CONFIRMATION:
            return Run(f" CONFIRM {result.subject}: {result.reason} ", Ink.BLACK, Ink.CALL, bold=True)
