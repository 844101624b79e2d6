"""The after-action report of a drill: ratings and times with the journal rows they rest on, and the whole timeline."""

from __future__ import annotations

from pathlib import Path

from simulation.drills.assessment import Verdict, elapsed_s
from simulation.drills.result import DrillResult
from tui.reports.pages import minutes, write_page
from tui.reports.plan_svg import level_svg
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.journal import JournalRow

FIRE_COLOUR, REFUGE_COLOUR, OPENED_COLOUR = "#f4c7ae", "#cfe8d8", "#d55e00"


def write_drill_report(result: DrillResult, facility: Facility, folder: Path) -> Path:
    """Write the page into the reports folder; its path."""
    verdicts = result.assessment.verdicts
    name = f"{result.script.key}-{result.started_at:%Y%m%d}-{result.rows[0].number if result.rows else 0}.html"
    return write_page(
        "drill.html",
        folder / name,
        f"{result.script.title}: after-action report",
        {
            "script": result.script,
            "facility": facility.name,
            "started_at": result.started_at.isoformat(sep=" ", timespec="seconds"),
            "scripted": result.scripted_team,
            "speed": f"{result.speed:g}",
            "ended": minutes(result.ended_s),
            "ratings": result.assessment.ratings,
            "verdicts": [_line(verdict) for verdict in verdicts],
            "strengths": [v.text for v in verdicts if v.is_met and v.standard_s is not None],
            "improvements": [_missed(v) for v in verdicts if not v.is_met],
            "plan": level_svg(facility, _level(result, facility), marks=_marks(result, facility)),
            "timeline": [_event(row, result) for row in result.rows],
            "msel": [
                {
                    "planned": minutes(inject.at),
                    "given": minutes(dict(result.given).get(number)),
                    "channel": inject.channel,
                    "text": inject.text,
                }
                for number, inject in enumerate(result.script.inject, start=1)
            ],
        },
    )


def _line(verdict: Verdict) -> dict[str, str]:
    if verdict.taken_s is None:
        word = "not done"
    elif verdict.standard_s is None:
        word = "done"
    else:
        word = "met" if verdict.is_met else "missed"
    return {
        "text": verdict.text,
        "time": minutes(verdict.taken_s),
        "standard": minutes(verdict.standard_s),
        "verdict": word,
        "css": "met" if verdict.is_met else "missed",
        "rows": ", ".join(map(str, verdict.rows)),
        "source": verdict.source,
    }


def _missed(verdict: Verdict) -> str:
    if verdict.taken_s is None:
        return f"{verdict.text}: not done"
    return f"{verdict.text}: {minutes(verdict.taken_s)}, standard {minutes(verdict.standard_s)}"


def _event(row: JournalRow, result: DrillResult) -> dict[str, object]:
    detail = ", ".join(f"{key} {value}" for key, value in row.entry.data.items() if value not in ("", None, [], {}))
    return {
        "time": minutes(elapsed_s(row, result.started_at)),
        "number": row.number,
        "kind": row.entry.kind,
        "actor": row.entry.actor,
        "subject": row.entry.subject,
        "detail": detail[:200],
    }


def _level(result: DrillResult, facility: Facility) -> str:
    return facility.level_of(facility.space(result.script.opening.fire_in))


def _marks(result: DrillResult, facility: Facility) -> dict[GlobalId, str]:
    opened = {
        row.entry.subject
        for row in result.rows
        if row.entry.kind == "door.changed" and row.entry.data.get("to") in ("open", "closed")
    }
    marks = {door.global_id: OPENED_COLOUR for door in facility.doors if door.code in opened}
    marks[facility.space(result.script.opening.fire_in).global_id] = FIRE_COLOUR
    marks[facility.space(result.script.opening.refuge).global_id] = REFUGE_COLOUR
    return marks
