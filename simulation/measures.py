"""Measures of a regime day: a table of what is measured, and one pure function from the record to the values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation.graph import CompiledBuilding
from simulation.lateness import Cause, Punctuality, punctuality
from simulation.models.terms import DAY_S, Block, Scenario
from simulation.models.units import Unit, living_units
from simulation.queues import door_queues
from simulation.record import EventRecord, Kind
from simulation.stays import Stays, shared_hours, stays_of
from twin.model.runs import Interval
from twin.model.vocabulary import SLEEPING, SpaceUse

ROUNDING = 1e-9
PURPOSEFUL = frozenset({SpaceUse.WORKSHOP, SpaceUse.CLASS, SpaceUse.PROGRAMME, SpaceUse.LIBRARY, SpaceUse.PRACTICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. ``target`` with its ``sense``: at least or at most; ``source`` says who sets it."""

    key: str
    label: str
    unit: str
    target: float | None = None
    sense: Literal["≥", "≤"] = "≥"
    source: str = ""

    @property
    def target_text(self) -> str:
        """The target for people: ``≥ 10 (HMIP)``; empty without one."""
        return "" if self.target is None else f"{self.sense} {self.target:g} ({self.source})"

    def verdict(self, interval: Interval) -> str:
        """``met`` or ``missed`` if the whole interval is on one side of the target, else ``uncertain``.

        Empty without a target, and where there was nothing to measure (NaN); infinite limits are on the side they say.
        """
        if self.target is None or isnan(interval.mean):
            return ""
        inside = [self._holds(value) for value in (interval.low, interval.high)]
        return "met" if all(inside) else "uncertain" if any(inside) else "missed"

    def _holds(self, value: float) -> bool:
        assert self.target is not None
        above = value - self.target
        return above >= -ROUNDING if self.sense == "≥" else above <= ROUNDING


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure(key="out_of_cell", label="Time out of cell", unit="h", target=10, source="HMIP Expectations"),
        Measure(key="purposeful", label="Purposeful activity", unit="h", target=5, source="assumed: 25 h a week"),
        Measure(key="purposeful_engaged", label="… of those with a seat that day", unit="h"),
        Measure(key="engaged", label="Prisoners with a seat that day", unit="%"),
        Measure(key="open_air", label="Time in the open air", unit="h", target=1, source="HMIP; EPR 27.1"),
        Measure(key="open_air_share", label="Prisoners with 50 minutes or more in the open air", unit="%"),
        Measure(
            key="landing_ratio",
            label="Prisoners per officer on the landings",
            unit="",
            target=12,
            sense="≤",
            source="assumed",
        ),
        Measure(
            key="landing_ratio_worst",
            label="… in the worst hour",
            unit="",
            target=25,
            sense="≤",
            source="assumed",
        ),
        Measure(key="contact", label="Contact minutes per prisoner", unit="min", target=15, source="assumed"),
        Measure(key="post_cover", label="Posts covered", unit="%", target=100, source="minimum post cover"),
        Measure(key="late", label="Appointments reached late", unit="%"),
        Measure(key="missed", label="Appointments missed", unit="%"),
        *(
            Measure(key=f"late_{cause.name.lower()}", label=f"… late because of: {cause.value}", unit="%")
            for cause in Cause
        ),
        Measure(key="lock_up", label="Lock-up complete after", unit="min"),
        Measure(key="not_locked_up", label="Prisoners outside their cell at midnight", unit=""),
        Measure(key="door_wait", label="Mean wait in front of a door", unit="s"),
        Measure(key="longest_wait", label="Longest wait in front of a door", unit="s"),
    )
}
"""Every measure, in the order of a report. HMIP and EPR 27.1 as cited in the project's domain reference."""


def measure_day(record: EventRecord, building: CompiledBuilding, scenario: Scenario) -> dict[str, float]:
    """Values of all `MEASURES` for one day; shares in %, NaN where nothing was there to measure."""
    units = living_units(building)
    stays = stays_of(record, until_s=DAY_S)
    of_staff = record.is_staff[stays.entity] if len(stays.entity) else np.zeros(0, dtype=np.bool_)
    prisoners, staff = stays.only(~of_staff), stays.only(of_staff)
    return {
        **_hours(record, building, scenario, prisoners),
        **_staff(record, units, scenario, prisoners, staff),
        **_late(record, building, scenario),
        **_locking(record, building, units, scenario, prisoners),
        **_waits(record, building),
    }


def _in(building: CompiledBuilding, stays: Stays, uses: Collection[SpaceUse]) -> NDArray[np.bool_]:
    return np.isin(stays.space, building.spaces_of(uses))


def _per_prisoner(record: EventRecord, stays: Stays) -> NDArray[np.float64]:
    hours = np.bincount(stays.entity, weights=stays.hours, minlength=len(record.entities)).astype(np.float64)
    return hours[~record.is_staff]


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else float("nan")


def _hours(record: EventRecord, building: CompiledBuilding, scenario: Scenario, prisoners: Stays) -> dict[str, float]:
    outside = _per_prisoner(record, prisoners.only(~_in(building, prisoners, SLEEPING)))
    at_work = prisoners.only(_in(building, prisoners, PURPOSEFUL))
    sessions = [block for block in scenario.block if block.place == "session"]
    purposeful = np.zeros(int((~record.is_staff).sum()))
    for block in sessions:
        purposeful += _per_prisoner(record, at_work.between(block.start, block.end))
    open_air = _per_prisoner(record, prisoners.only(_in(building, prisoners, {SpaceUse.YARD})))
    has_seat = (record.kind == Kind.SEAT) & np.isin(record.space, building.spaces_of(PURPOSEFUL))
    engaged = np.isin(np.flatnonzero(~record.is_staff), record.entity[has_seat])
    return {
        "out_of_cell": _mean(outside),
        "purposeful": _mean(purposeful),
        "purposeful_engaged": _mean(purposeful[engaged]),
        "engaged": _share(float(engaged.sum()), len(engaged)),
        "open_air": _mean(open_air),
        "open_air_share": _share(float((open_air >= 50 / 60).sum()), len(open_air)),
    }


def _staff(
    record: EventRecord, units: Collection[Unit], scenario: Scenario, prisoners: Stays, staff: Stays
) -> dict[str, float]:
    landings = [space for unit in units for space in unit.spaces]
    unlocked = prisoners.only(np.isin(prisoners.space, landings))
    officers = staff.only(np.isin(staff.space, landings))
    opens_s, closes_s = _open_hours(scenario)
    edges_s = [*np.arange(opens_s, closes_s, 3600.0), closes_s]
    hourly = [_ratio(unlocked.between(*hour), officers.between(*hour)) for hour in pairwise(edges_s)]
    free = staff.only(~staff.busy)
    required_h = sum(post.count * (post.end - post.start) / 3600 for post in scenario.staff.post)
    count = int((~record.is_staff).sum())
    return {
        "landing_ratio": _ratio(unlocked.between(opens_s, closes_s), officers.between(opens_s, closes_s)),
        "landing_ratio_worst": max((ratio for ratio in hourly if not isnan(ratio)), default=float("nan")),
        "contact": 60 * shared_hours(free, prisoners) / count if count else float("nan"),
        "post_cover": _share(float(staff.hours.sum()), required_h),
    }


def _open_hours(scenario: Scenario) -> tuple[float, float]:
    """From the first block in which cells are not locked to the end of the last one [s]."""
    open_blocks = [block for block in scenario.block if not block.locked]
    if not open_blocks:
        return DAY_S, DAY_S
    return open_blocks[0].start, open_blocks[-1].end


def _ratio(prisoners: Stays, officers: Stays) -> float:
    """People per officer; NaN with no people there (nothing to measure), infinite with people and no officer."""
    people_h, officer_h = float(prisoners.hours.sum()), float(officers.hours.sum())
    if not people_h:
        return float("nan")
    return people_h / officer_h if officer_h else float("inf")


def _late(record: EventRecord, building: CompiledBuilding, scenario: Scenario) -> dict[str, float]:
    uses = {*PURPOSEFUL, SpaceUse.YARD, *(errand.use for errand in scenario.errand)}
    found: Punctuality = punctuality(
        record,
        building,
        goals=building.spaces_of(uses),
        late_after_s=scenario.people.late_after_s,
        on_request=scenario.doors.on_request_types,
    )
    return {
        "late": _share(found.late, found.planned),
        "missed": _share(found.missed, found.planned),
        **{f"late_{cause.name.lower()}": _share(found.causes[cause], found.planned) for cause in Cause},
    }


def _locking(
    record: EventRecord, building: CompiledBuilding, units: Collection[Unit], scenario: Scenario, prisoners: Stays
) -> dict[str, float]:
    last = max((block for block in scenario.block if block.locked), key=lambda block: block.start, default=None)
    at_midnight = prisoners.only(prisoners.to_s >= DAY_S)
    return {
        "lock_up": _lock_up_min(record, units, last) if last else float("nan"),
        "not_locked_up": float((~_in(building, at_midnight, SLEEPING)).sum()),
    }


def _lock_up_min(record: EventRecord, units: Collection[Unit], block: Block) -> float:
    """Minutes after the start of `block` until the last cell door is locked; infinite if one is not at its end."""
    doors = [cell.door for unit in units for cell in unit.cells]
    moved = np.isin(record.kind, (Kind.LOCK, Kind.UNLOCK)) & np.isin(record.way, doors) & (record.t_s <= block.end)
    last = {int(record.way[row]): row for row in np.flatnonzero(moved)}
    if any(door not in last or record.kind[last[door]] == Kind.UNLOCK for door in doors):
        return float("inf")
    return max(0.0, max(float(record.t_s[row]) for row in last.values()) - block.start) / 60


def _waits(record: EventRecord, building: CompiledBuilding) -> dict[str, float]:
    queues = door_queues(record, building)
    people = sum(queue.passages + queue.standing for queue in queues)
    total_s = sum(queue.total_wait_s for queue in queues)
    return {
        "door_wait": total_s / people if people else float("nan"),
        "longest_wait": max((queue.longest_wait_s for queue in queues), default=float("nan")),
    }
