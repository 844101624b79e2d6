"""Alarms as lines of a side panel and as columns of the grid; both from the alarm itself, so they never disagree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from tui.widgets.plan.looks import Ink
from tui.widgets.runs import Row, Run, title
from tui.widgets.virtual_grid import Column
from tui.widgets.wording import STATE_WORD, badge, clock_name, listed_time, short_code, shown_time, span_text
from twin.model.alarms import NEEDS_ACKNOWLEDGEMENT, Alarm
from twin.model.vocabulary import SiteMode


def alarm_rows(alarms: Sequence[Alarm], site: str, *, flash_on: bool, limit: int) -> list[Row]:
    """Two lines an alarm, unacknowledged first; how many more there are is said, not hidden."""
    waiting = sum(alarm.state in NEEDS_ACKNOWLEDGEMENT for alarm in alarms)
    rows: list[Row] = [title("ALARMS", f"{waiting} to acknowledge" if waiting else f"{len(alarms)} standing")]
    shown = alarms[:limit]
    for alarm in shown:
        is_waiting = alarm.state in NEEDS_ACKNOWLEDGEMENT
        rows.append(
            [
                badge(alarm, flash_on=flash_on),
                Run(f" {shown_time(alarm.raised_at, alarm.exercise_at)} "),
                Run(STATE_WORD[alarm.state], Ink.BRIGHT if is_waiting else Ink.DIM, bold=is_waiting),
            ]
        )
        rows.append(
            [
                Run(f" {short_code(alarm.code, site)} ", Ink.BRIGHT if is_waiting else Ink.TEXT),
                Run(alarm.definition.text, Ink.DIM),
            ]
        )
    if len(alarms) > limit:
        rows.append([Run(f"  and {len(alarms) - limit} more: F2", Ink.DIM)])
    return rows


def alarm_columns(
    place_of: Callable[[Alarm], str], flash_on: Callable[[], bool], now: Callable[[], datetime], mode: SiteMode
) -> list[Column[Alarm]]:
    """Columns of the alarm list: priority, state, time, location, text, action. ``now`` is wall time."""

    def state(alarm: Alarm) -> Run:
        waiting = alarm.state in NEEDS_ACKNOWLEDGEMENT
        left = f" {span_text((alarm.shelved_until - now()).total_seconds())}" if alarm.shelved_until else ""
        return Run(STATE_WORD[alarm.state] + left, Ink.BRIGHT if waiting else Ink.DIM, bold=waiting)

    def raised(alarm: Alarm) -> Run:
        return Run(listed_time(alarm.raised_at, alarm.exercise_at, mode))

    def text(alarm: Alarm) -> Run:
        detail = f": {alarm.detail}" if alarm.detail else ""
        return Run(alarm.definition.text + detail)

    return [
        Column(title=" P", width=5, show=lambda a: badge(a, flash_on=flash_on()), order=lambda a: a.priority),
        Column(title="State", width=15, show=state, order=lambda a: a.state.value),
        Column(title=clock_name(mode), width=13, show=raised, order=lambda a: a.raised_at),
        Column(title="Location", width=24, show=lambda a: Run(place_of(a), Ink.BRIGHT), order=lambda a: a.code),
        Column(title="Alarm", width=0, show=text, order=lambda a: a.definition.text),
        Column(title="Do", width=0, show=lambda a: Run(a.definition.action, Ink.DIM)),
        Column(title="By", width=10, show=lambda a: Run(a.acknowledged_by, Ink.DIM), order=lambda a: a.acknowledged_by),
    ]
