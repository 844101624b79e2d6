"""Measures of a regime: a table of what is measured, and one pure function from the record to the values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation.graph import CompiledBuilding
from simulation.lateness import Cause, Punctuality, punctuality
from simulation.models.calendar import Slot, slots_of, timetable
from simulation.models.notation import DAY_S
from simulation.models.stretches import Stretch, without
from simulation.models.terms import GroupTerms, Scenario
from simulation.models.units import Unit, living_units
from simulation.procedures import (
    NAN,
    escort_waits_s,
    roll_counts,
    search_waits_s,
    service_waits_s,
    turned_away_share,
)
from simulation.queues import door_queues
from simulation.record import EventRecord, Kind
from simulation.stays import Stays, shared_hours, stays_of
from twin.model.runs import Interval
from twin.model.vocabulary import SpaceUse

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
        Measure(key="purposeful_engaged", label="… of those with a seat", unit="h"),
        Measure(key="engaged", label="People with a seat", unit="%"),
        Measure(key="purposeful_week", label="Purposeful activity a week", unit="h", target=25, source="assumed"),
        Measure(key="open_air", label="Time in the open air", unit="h", target=1, source="HMIP; EPR 27.1"),
        Measure(key="open_air_share", label="People with 50 minutes or more in the open air", unit="%"),
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
        Measure(key="contact", label="Contact minutes per person", unit="min", target=15, source="assumed"),
        Measure(key="post_cover", label="Posts covered", unit="%", target=100, source="minimum post cover"),
        Measure(key="late", label="Appointments reached late", unit="%"),
        Measure(key="missed", label="Appointments missed", unit="%"),
        *(
            Measure(key=f"late_{cause.name.lower()}", label=f"… late because of: {cause.value}", unit="%")
            for cause in Cause
        ),
        *(
            Measure(key=f"missed_{cause.name.lower()}", label=f"… missed because of: {cause.value}", unit="%")
            for cause in Cause
        ),
        Measure(
            key="count_first",
            label="Roll count: first result after",
            unit="min",
            target=15,
            sense="≤",
            source="assumed",
        ),
        Measure(
            key="count_clear",
            label="Roll count: roll correct after",
            unit="min",
            target=30,
            sense="≤",
            source="assumed",
        ),
        Measure(key="count_again", label="Roll counts that needed a recount", unit="%"),
        Measure(key="count_given_up", label="Roll counts given up", unit=""),
        Measure(key="service_wait", label="Mean wait at a service point", unit="min"),
        Measure(key="turned_away", label="Came to a service point in vain", unit="%"),
        Measure(key="escort_wait", label="Mean wait of those who wait for an escort", unit="min"),
        Measure(key="search_wait", label="Mean wait for a search portal", unit="s"),
        Measure(key="search_wait_longest", label="Longest wait for a search portal", unit="s"),
        Measure(key="lock_up", label="Lock-up complete after, on average of the days", unit="min"),
        Measure(key="not_locked_up", label="People outside their cell at the end", unit=""),
        Measure(key="door_wait", label="Mean wait in front of a door", unit="s"),
        Measure(key="longest_wait", label="Longest wait in front of a door", unit="s"),
    )
}
"""Every measure, in the order of a report. HMIP and EPR 27.1 as cited in the project's domain reference."""


def measure_day(record: EventRecord, building: CompiledBuilding, scenario: Scenario) -> dict[str, float]:
    """Values of all `MEASURES`, per day of the plan; shares in %, NaN where nothing was there to measure."""
    units = units_of(building, scenario)
    stays = stays_of(record, until_s=scenario.horizon_s)
    of_staff = record.is_staff[stays.entity] if len(stays.entity) else np.zeros(0, dtype=np.bool_)
    prisoners, staff = stays.only(~of_staff), stays.only(of_staff)
    return {
        **_hours(record, building, scenario, prisoners),
        **_staff(record, units, scenario, prisoners, staff),
        **_late(record, building, scenario),
        **_locking(building, record, scenario, prisoners),
        **_procedures(record),
        **_waits(record, building),
    }


def units_of(building: CompiledBuilding, scenario: Scenario) -> tuple[Unit, ...]:
    """The living units of all groups, each once."""
    found = [unit for group in scenario.group for unit in living_units(building, group)]
    return tuple({unit.name: unit for unit in found}.values())


def _in(building: CompiledBuilding, stays: Stays, uses: Collection[SpaceUse]) -> NDArray[np.bool_]:
    return np.isin(stays.space, building.spaces_of(uses))


def _per_prisoner(record: EventRecord, stays: Stays) -> NDArray[np.float64]:
    hours = np.bincount(stays.entity, weights=stays.hours, minlength=len(record.entities)).astype(np.float64)
    return hours[~record.is_staff]


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else NAN


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else NAN


def _hours(record: EventRecord, building: CompiledBuilding, scenario: Scenario, prisoners: Stays) -> dict[str, float]:
    days = scenario.calendar.days
    homes = {use for group in scenario.group for use in group.home}
    outside = prisoners.only(~_in(building, prisoners, homes))
    uses = PURPOSEFUL | {activity.use for activity in scenario.activity}
    at_work = prisoners.only(_in(building, prisoners, uses))
    sessions = _session_spells(scenario)
    has_sessions = bool(sessions)
    purposeful = np.zeros(int((~record.is_staff).sum()))
    for spell in sessions:
        purposeful += _per_prisoner(record, at_work.between(*spell))
    with_sessions = len({int(start_s // DAY_S) for start_s, _ in sessions}) or NAN
    in_yards = prisoners.only(_in(building, prisoners, {SpaceUse.YARD}))
    has_yard = bool(scenario.open_air.windows)
    open_air = np.array([_per_prisoner(record, in_yards.between(*day)) for day in _days(scenario)])
    has_seat = (record.kind == Kind.SEAT) & np.isin(record.space, building.spaces_of(uses))
    engaged = np.isin(np.flatnonzero(~record.is_staff), record.entity[has_seat])
    return {
        "out_of_cell": _mean(_per_prisoner(record, outside)) / days if homes else NAN,
        "purposeful": _mean(purposeful) / with_sessions,
        "purposeful_engaged": _mean(purposeful[engaged]) / with_sessions,
        "purposeful_week": _mean(purposeful) / (days / 7) if has_sessions and days % 7 == 0 else NAN,
        "engaged": _share(float(engaged.sum()), len(engaged)) if has_sessions else NAN,
        "open_air": _mean(open_air.ravel()) if has_yard else NAN,
        "open_air_share": _share(float((open_air >= 50 / 60).sum()), open_air.size) if has_yard else NAN,
    }


def _days(scenario: Scenario) -> list[Stretch]:
    return [(day * DAY_S, (day + 1) * DAY_S) for day in range(scenario.calendar.days)]


def _session_spells(scenario: Scenario) -> list[Stretch]:
    """Times in which some group has a session, each moment once [s]."""
    found: list[Stretch] = []
    slots = [slot for group in scenario.group for slot in timetable(scenario, group) if slot.block.place == "session"]
    for slot in slots:
        found += without([(slot.start_s, slot.end_s)], found)
    return _after(found, scenario.begins_s)


def _after(spells: Sequence[Stretch], begins_s: float) -> list[Stretch]:
    """What of some spells lies after a plan begins."""
    return without(spells, [(0.0, begins_s)])


def _staff(
    record: EventRecord, units: Collection[Unit], scenario: Scenario, prisoners: Stays, staff: Stays
) -> dict[str, float]:
    landings = [space for unit in units if unit.cells and scenario.staff.post for space in unit.spaces]
    unlocked = prisoners.only(np.isin(prisoners.space, landings))
    officers = staff.only(np.isin(staff.space, landings))
    open_spells = _open_spells(scenario)
    hours = [
        hour
        for opens_s, closes_s in open_spells
        for hour in pairwise([*np.arange(opens_s, closes_s, 3600.0), closes_s])
    ]
    hourly = [_ratio([unlocked.between(*hour)], [officers.between(*hour)]) for hour in hours]
    free = staff.only(~staff.busy)
    duties = [
        (day * DAY_S + post.start, day * DAY_S + post.end)
        for day in range(scenario.calendar.days)
        for post in scenario.staff.post
        for _ in range(post.count)
        if scenario.calendar.weekday(day) in post.days
    ]
    required_h = sum(end_s - start_s for start_s, end_s in _after(duties, scenario.begins_s)) / 3600
    count = int((~record.is_staff).sum())
    contact_h = shared_hours(free, prisoners) / scenario.calendar.days
    return {
        "landing_ratio": _ratio(
            [unlocked.between(*spell) for spell in open_spells], [officers.between(*spell) for spell in open_spells]
        ),
        "landing_ratio_worst": max((ratio for ratio in hourly if not isnan(ratio)), default=NAN),
        "contact": 60 * contact_h / count if count else NAN,
        "post_cover": _share(float(staff.hours.sum()), required_h),
    }


def _open_spells(scenario: Scenario) -> list[Stretch]:
    """Of each day: from the first block in which cells are not locked to the end of the last one [s]."""
    spells = []
    for day in range(scenario.calendar.days):
        slots = [slot for group in scenario.group for slot in slots_of(scenario, group, day) if group.home]
        opened = [slot for slot in slots if not slot.block.locked]
        if opened:
            spells.append((min(slot.start_s for slot in opened), max(slot.end_s for slot in opened)))
    return _after(spells, scenario.begins_s)


def _ratio(prisoners: Collection[Stays], officers: Collection[Stays]) -> float:
    """People per officer; NaN with no people there (nothing to measure), infinite with people and no officer."""
    people_h, officer_h = (sum(float(stays.hours.sum()) for stays in parts) for parts in (prisoners, officers))
    if not people_h:
        return NAN
    return people_h / officer_h if officer_h else float("inf")


def _late(record: EventRecord, building: CompiledBuilding, scenario: Scenario) -> dict[str, float]:
    uses = {
        *PURPOSEFUL,
        SpaceUse.YARD,
        *(activity.use for activity in scenario.activity),
        *(errand.use for errand in scenario.errand),
    }
    found: Punctuality = punctuality(
        record,
        building,
        goals=building.spaces_of(uses),
        late_after_s=scenario.people.late_after_s,
        on_request=scenario.doors.on_request_types,
    )
    return {
        "late": _share(found.late.total(), found.planned),
        "missed": _share(found.missed.total(), found.planned),
        **{f"late_{cause.name.lower()}": _share(found.late[cause], found.planned) for cause in Cause},
        **{f"missed_{cause.name.lower()}": _share(found.missed[cause], found.planned) for cause in Cause},
    }


def _locking(building: CompiledBuilding, record: EventRecord, scenario: Scenario, prisoners: Stays) -> dict[str, float]:
    taken_min = []
    locked_in: set[SpaceUse] = set()
    for group in scenario.group:
        last = [_last_locked(scenario, group, day) for day in range(scenario.calendar.days)]
        doors = [cell.door for unit in living_units(building, group) for cell in unit.cells]
        taken_min += [_lock_up_min(record, doors, slot) for slot in last if slot is not None]
        locked_in |= set(group.home)
    at_the_end = prisoners.only(prisoners.to_s >= scenario.horizon_s)
    return {
        "lock_up": _mean(np.array(taken_min)),
        "not_locked_up": float((~_in(building, at_the_end, locked_in)).sum()) if taken_min else NAN,
    }


def _last_locked(scenario: Scenario, group: GroupTerms, day: int) -> Slot | None:
    locked = [slot for slot in slots_of(scenario, group, day) if slot.block.locked]
    return locked[-1] if locked else None


def _lock_up_min(record: EventRecord, doors: Collection[int], slot: Slot) -> float:
    """Minutes after the start of `slot` until the last cell door is locked; infinite if one is not at its end."""
    moved = (
        np.isin(record.kind, (Kind.LOCK, Kind.UNLOCK)) & np.isin(record.way, list(doors)) & (record.t_s <= slot.end_s)
    )
    last = {int(record.way[row]): row for row in np.flatnonzero(moved)}
    if any(door not in last or record.kind[last[door]] == Kind.UNLOCK for door in doors):
        return float("inf")
    return max(0.0, max(float(record.t_s[row]) for row in last.values()) - slot.start_s) / 60


def _procedures(record: EventRecord) -> dict[str, float]:
    counts = roll_counts(record)
    search_s = search_waits_s(record)
    return {
        "count_first": _mean(counts.first_s) / 60,
        "count_clear": _mean(counts.clear_s) / 60,
        "count_again": counts.recounted,
        "count_given_up": float(counts.given_up) if len(counts.clear_s) else NAN,
        "service_wait": _mean(service_waits_s(record)) / 60,
        "turned_away": turned_away_share(record),
        "escort_wait": _mean(escort_waits_s(record)) / 60,
        "search_wait": _mean(search_s),
        "search_wait_longest": float(search_s.max()) if len(search_s) else NAN,
    }


def _waits(record: EventRecord, building: CompiledBuilding) -> dict[str, float]:
    queues = door_queues(record, building)
    people = sum(queue.passages + queue.standing for queue in queues)
    total_s = sum(queue.total_wait_s for queue in queues)
    return {
        "door_wait": total_s / people if people else NAN,
        "longest_wait": max((queue.longest_wait_s for queue in queues), default=NAN),
    }
