"""A finished drill as data: what a report is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulation.drills.assessment import Assessment
from simulation.drills.script import Script
from twin.model.journal import JournalRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """A finished drill: script, start, rows of the journal and what they prove."""

    script: Script
    started_at: datetime
    ended_s: float
    speed: float
    scripted_team: bool
    slowness: float
    rows: tuple[JournalRow, ...]
    assessment: Assessment
    given: tuple[tuple[int, float], ...]
