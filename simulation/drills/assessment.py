"""From journal rows to verdicts: when was each expected action proved, in time or not, and how was each task done.

Ratings follow HSEEP: P performed without challenges, S with some challenges, M with major challenges, U unable. The
rule that turns times into ratings is the project's (assumption): all in time P; late by up to a half S; done at all M;
else U.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from simulation.drills.script import Expected, Script, Task
from twin.model.journal import JournalRow

SOME_LATE = 1.5
"""Up to this multiple of the standard an action is late but usable (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One expected action: when it was proved [exercise s after its base], against its standard, by which rows."""

    key: str
    text: str
    at_s: float | None
    taken_s: float | None
    standard_s: float | None
    rows: tuple[int, ...]
    source: str = ""

    @property
    def is_met(self) -> bool:
        """Done, and in time where there is a standard."""
        return self.taken_s is not None and (self.standard_s is None or self.taken_s <= self.standard_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One critical task: P, S, M or U, with the rows it rests on."""

    key: str
    text: str
    rating: str
    reason: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The whole drill."""

    verdicts: tuple[Verdict, ...]
    ratings: tuple[Rating, ...]

    @property
    def is_passed(self) -> bool:
        """Every standard met and no task rated M or U."""
        return all(verdict.is_met for verdict in self.verdicts) and all(r.rating in "PS" for r in self.ratings)


def assess(script: Script, rows: Sequence[JournalRow], started_at: datetime) -> Assessment:
    """Judge a drill from the journal alone.

    Args:
        script: the drill.
        rows: journal rows of the exercise, in order; rows without exercise time or from before the start are ignored.
        started_at: exercise time of the start.
    """
    during = [(row, at) for row in rows if (at := elapsed_s(row, started_at)) is not None and at >= 0]
    verdicts: dict[str, Verdict] = {}
    for expected in script.expect:
        verdicts[expected.key] = _verdict(expected, during, verdicts)
    ratings = tuple(_rating(task, verdicts, during) for task in script.task)
    return Assessment(verdicts=tuple(verdicts.values()), ratings=ratings)


def elapsed_s(row: JournalRow, started_at: datetime) -> float | None:
    """Exercise seconds from the start to a row."""
    at = row.entry.exercise_at
    return None if at is None else (at - started_at).total_seconds()


def _verdict(expected: Expected, rows: Sequence[tuple[JournalRow, float]], earlier: Mapping[str, Verdict]) -> Verdict:
    base = earlier[expected.since].at_s if expected.since in earlier else 0.0
    if base is None:
        found = None
    else:
        found = next(((row, at) for row, at in rows if at >= base and _proves(expected, row)), None)
    base_rows = earlier[expected.since].rows if expected.since in earlier else ()
    return Verdict(
        key=expected.key,
        text=expected.text,
        at_s=None if found is None else found[1],
        taken_s=None if found is None or base is None else found[1] - base,
        standard_s=expected.standard,
        rows=(*base_rows, found[0].number) if found else (),
        source=expected.source,
    )


def _proves(expected: Expected, row: JournalRow) -> bool:
    return expected.evidence.matches(row.entry.kind, row.entry.subject, dict(row.entry.data))


def _rating(task: Task, verdicts: Mapping[str, Verdict], rows: Sequence[tuple[JournalRow, float]]) -> Rating:
    broken = [
        row.number
        for evidence in task.forbidden
        for row, _at in rows
        if evidence.matches(row.entry.kind, row.entry.subject, dict(row.entry.data))
    ]
    mine = [verdicts[key] for key in task.actions]
    cited = tuple(sorted({number for verdict in mine for number in verdict.rows} | set(broken)))
    if broken:
        return Rating(
            key=task.key, text=task.text, rating="M", reason="something was done that must not be", rows=cited
        )
    missing = [verdict.text for verdict in mine if verdict.taken_s is None]
    if missing:
        return Rating(key=task.key, text=task.text, rating="U", reason=f"never: {'; '.join(missing)}", rows=cited)
    late = [verdict for verdict in mine if not verdict.is_met]
    if not late:
        return Rating(key=task.key, text=task.text, rating="P", reason="in time", rows=cited)
    usable = all((v.taken_s or 0) <= SOME_LATE * (v.standard_s or 0) for v in late)
    reason = "late: " + "; ".join(f"{v.text} {v.taken_s:.0f} s for {v.standard_s:.0f} s" for v in late)
    return Rating(key=task.key, text=task.text, rating="S" if usable else "M", reason=reason, rows=cited)
