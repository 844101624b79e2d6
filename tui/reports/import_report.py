"""The page of an import: what was read, what is missing and would mend it, every door, what became of the old revision.

Also of a file that was refused: then it says why, and what is known of the file nevertheless.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui.reports.pages import write_page
from tui.reports.plan_svg import level_svg
from twin.model.doors import Door
from twin.model.facility import Facility
from twin.model.revision import Revision
from twin.model.vocabulary import Confidence

_MARKS = {Confidence.SURE: "#009e73", Confidence.LIKELY: "#e69f00", Confidence.GUESS: "#d55e00"}
"""Colours of doors on the plans of the page, as in its legend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLine:
    """One door as the page shows it."""

    code: str
    type: str
    storey: str
    joins: str
    source: str
    confidence: str


def write_import_report(
    path: Path,
    report: Any,
    *,
    facility: Facility | None = None,
    revision: Revision | None = None,
    outcome: Mapping[str, object] | None = None,
) -> Path:
    """Write the page.

    Args:
        path: file to write; its folder is made.
        report: an `ImportReport`.
        facility: what was made of the file; None for a refused one.
        revision: what became of the revision before, if there was one.
        outcome: what was carried and what waits, as `gatehouse twin import --json` says it.
    """
    return write_page(
        "import.html",
        path,
        f"Import of {report.file}",
        {
            "report": report,
            "doors": list(_doors(facility)) if facility else [],
            "plans": list(_plans(facility)) if facility else [],
            "revision": revision,
            "outcome": outcome or {},
            "marks": {confidence.value: colour for confidence, colour in _MARKS.items()},
        },
    )


def _doors(facility: Facility) -> Iterator[DoorLine]:
    """The least sure first: they are what a person must look at."""
    order = list(Confidence)
    for door in sorted(facility.doors, key=lambda door: (door.joins is not None, -order.index(door.confidence))):
        yield DoorLine(
            code=door.code,
            type=door.type,
            storey=facility.level_of(door),
            joins=_joins(facility, door),
            source=door.source.value if door.joins else "",
            confidence=door.confidence.value if door.joins else "not known",
        )


def _joins(facility: Facility, door: Door) -> str:
    return " – ".join(facility.node_label(node) for node in door.joins) if door.joins else ""


def _plans(facility: Facility) -> Iterator[tuple[str, str]]:
    """Levels that have outlines, from the lowest up, doors in the colour of their confidence."""
    marks = {door.global_id: _MARKS[door.confidence] for door in facility.doors}
    for level in facility.levels:
        drawn = level_svg(facility, level, marks=marks, all_equipment=True)
        if drawn:
            yield level, drawn
