"""Evacuation plans of a site folder: found by name, played on the imported building, told as rows and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.settings import Site
from tui.wiring.planners_files import find_plan, find_scenario
from tui.wiring.studies import finite
from twin.model.errors import ConfigError, Fault, ScenarioError
from twin.model.runs import Interval

if TYPE_CHECKING:
    from simulation.egress.plan_study import PlanStudy
    from simulation.egress.plan_summary import Evacuated

Row = dict[str, object]
Progress = Callable[[int, int], None]
_KIND = re.compile(r'^\s*kind\s*=\s*["\']evacuation["\']', re.MULTILINE)
_WIDTHS = ("effective_width", "full_width")


def is_plan(path: Path) -> bool:
    """Whether a file says that it is an evacuation plan (and no hand-made network)."""
    return path.is_file() and bool(_KIND.search(path.read_text(encoding="utf-8", errors="replace")))


def run_plan(
    site: Site,
    key: str,
    *,
    snapshot: Path | None,
    seed: int,
    replications: int,
    on_progress: Progress | None = None,
) -> PlanStudy:
    """Play a plan on the site's imported building.

    Raises:
        ConfigError, ScenarioError: every fault of the plan, of its snapshot and of the scenario it names.
    """
    from simulation.egress.plan import load_plan
    from simulation.egress.plan_checks import plan_faults
    from simulation.egress.plan_study import Source, study_plan
    from simulation.snapshot_file import load_snapshot
    from simulation.study.scenario import load_scenario
    from twin.store.database import open_database
    from twin.store.facilities import load_facility

    path = find_plan(site, key)
    with open_database(site.database) as store:
        facility = load_facility(store)
    faults: list[Fault] = []
    plan = placed = scenario = None
    try:
        plan = load_plan(path)
    except ConfigError as error:
        faults += error.faults
    try:
        placed = load_snapshot(snapshot, facility) if snapshot is not None else None
    except ConfigError as error:
        faults += error.faults
    try:
        scenario = load_scenario(find_scenario(site, plan.start.scenario)) if plan and plan.start else None
    except (ConfigError, ScenarioError) as error:
        faults += error.faults
    if plan is not None:
        faults += plan_faults(plan, facility, str(path), placed)
    if plan is None or faults:
        raise ConfigError(faults)
    source = Source(facility=facility, where=str(path), scenario=scenario, snapshot=placed)
    return study_plan(plan, source, seed=seed, replications=replications, on_progress=on_progress)


def plan_json(study: PlanStudy) -> str:
    """A study as JSON; what is no finite number is null."""
    told: Row = {
        "title": study.title,
        "not_for": study.not_for,
        "seed": study.seed,
        "replications": study.replications,
        "locked_at_alarm": study.held,
        "not_called": study.not_called,
        "staff_staying": study.staff_staying,
        **{width: _evacuated(getattr(study, width)) for width in _WIDTHS},
        "sensitivity": [asdict(each) for each in study.sensitivity],
    }
    return json.dumps(finite(told), ensure_ascii=False, indent=1, allow_nan=False)


def _evacuated(width: Evacuated) -> Row:
    from simulation.egress.plan import UNLOCK_WITHIN_S

    return {
        **asdict(replace(width, staying={})),
        "unlock_criterion_s": UNLOCK_WITHIN_S,
        "queues": {door: {"mean": mean, "most": most} for door, (mean, most) in width.queues.items()},
        "staying": [
            {"space": stay.space, "reason": stay.reason, "door": stay.door, "people": people}
            for stay, people in width.staying.items()
        ],
    }


# tables: each a title and rows with the same keys


def plan_warnings(study: PlanStudy) -> Iterator[str]:
    """What must be read before the times: people who never come out."""
    for width in (study.effective_width, study.full_width):
        inside = sum(width.staying.values())
        if inside:
            yield f"{inside:.1f} people stay inside: the times below are those of the others (table: Not out)."
            return


def plan_tables(study: PlanStudy) -> Iterator[tuple[str, list[Row]]]:
    """A study as tables for people, in the order in which they are read."""
    pairs = [(width.removesuffix("_width"), getattr(study, width)) for width in _WIDTHS]
    yield "Last one out [s]", [_total_row(name, width) for name, width in pairs]
    if any(width.out for _, width in pairs):
        yield "Where the time goes [s]", [row for name, width in pairs for row in _part_rows(name, width)]
    if any(width.cells_locked for _, width in pairs):
        yield "Cells unlocked [s] (planning criterion after IBC 408.4.1)", [_cell_row(*pair) for pair in pairs]
    yield "Goals reached [s]", [row for name, width in pairs for row in _goal_rows(name, width)]
    yield "Longest queues", _queue_rows(study)
    yield "Not out", [row for name, width in pairs for row in _stay_rows(name, width)]
    yield (
        "Sensitivity: staff against the stream [s]",
        [
            {
                "width": each.width.removesuffix("_width"),
                "officer priority": each.officer_priority,
                "slowing": each.slowing,
                "total": _mean(each.total),
                "cells unlocked": _mean(each.cells_unlocked),
            }
            for each in study.sensitivity
        ],
    )


def _total_row(name: str, width: Evacuated) -> Row:
    total = width.total
    return {
        "width": name,
        "people": width.people,
        "out": width.out,
        "mean": _mean(total),
        "low": None if total is None else total.low,
        "high": None if total is None else total.high,
        "median": _limits(width.total_median_s),
        "95 %": _limits(width.total_p95_s),
    }


def _part_rows(name: str, width: Evacuated) -> Iterator[Row]:
    told: Mapping[str, Mapping[str, Interval | None]] = {
        "mean person": width.mean,
        "95 % of persons": width.p95,
        "last person": width.last,
    }
    for whose, parts in told.items():
        yield {"width": name, "whose": whose, **{part: _mean(interval) for part, interval in parts.items()}}


def _cell_row(name: str, width: Evacuated) -> Row:
    from simulation.egress.plan import UNLOCK_WITHIN_S

    share = width.cells_within
    return {
        "width": name,
        "cells": width.cells_locked,
        "last after": _mean(width.cells_unlocked),
        "criterion": UNLOCK_WITHIN_S,
        "met": None if share is None else f"in {share:.0%} of the replications",
    }


def _goal_rows(name: str, width: Evacuated) -> Iterator[Row]:
    for goal, reached in width.reached.items():
        row: Row = {"width": name, "goal": goal, "first": reached.first_s, "last": reached.last_s}
        yield {**row, "people": reached.count}


def _queue_rows(study: PlanStudy, most: int = 10) -> list[Row]:
    """The longest queues by effective width; all of them are in the JSON."""
    narrow, wide = study.effective_width.queues, study.full_width.queues
    return [
        {"door": door, "effective": peak, "at most": top, "full": wide.get(door, (0.0, 0))[0]}
        for door, (peak, top) in list(narrow.items())[:most]
    ]


def _stay_rows(name: str, width: Evacuated) -> Iterator[Row]:
    for stay, people in width.staying.items():
        yield {"width": name, "space": stay.space, "people": people, "why": stay.reason.value, "door": stay.door}


def _mean(interval: Interval | None) -> float | None:
    return None if interval is None else interval.mean


def _limits(pair: tuple[float, float] | None) -> str | None:
    return None if pair is None else f"{pair[0]:.1f}–{pair[1]:.1f}"
