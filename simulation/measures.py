"""Measures of a regime: one pure function from the record to the values of everything in `simulation.targets`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from math import isnan

import numpy as np
from numpy.typing import NDArray

from simulation.graph import CompiledBuilding
from simulation.lateness import Cause, Punctuality, punctuality
from simulation.models.calendar import Slot, slots_of, timetable
from simulation.models.homes import Home, homes_of, inhabited
from simulation.models.notation import DAY_S
from simulation.models.stretches import Stretch, without
from simulation.models.terms import GroupTerms, Scenario
from simulation.models.units import Unit
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
from twin.model.vocabulary import CELLS, SpaceUse

PURPOSEFUL = frozenset({SpaceUse.WORKSHOP, SpaceUse.CLASS, SpaceUse.PROGRAMME, SpaceUse.LIBRARY, SpaceUse.PRACTICE})


def measure_day(record: EventRecord, building: CompiledBuilding, scenario: Scenario) -> dict[str, float]:
    """Values of all `MEASURES`, per whole day of the plan; shares in %, NaN where nothing was there to measure."""
    homes = homes_of(building, scenario)
    stays = stays_of(record, until_s=scenario.horizon_s)
    of_staff = record.is_staff[stays.entity] if len(stays.entity) else np.zeros(0, dtype=np.bool_)
    prisoners, staff = stays.only(~of_staff), stays.only(of_staff)
    return {
        **_hours(record, building, scenario, homes, prisoners),
        **_staff(record, inhabited(homes), scenario, prisoners, staff),
        **_late(record, building, scenario),
        **_locking(record, scenario, homes, prisoners),
        **_procedures(record),
        **_waits(record, building),
    }


def _in(building: CompiledBuilding, stays: Stays, uses: Collection[SpaceUse]) -> NDArray[np.bool_]:
    return np.isin(stays.space, building.spaces_of(uses))


def _per_person(people: NDArray[np.intp], stays: Stays) -> NDArray[np.float64]:
    """Hours of stays of each of some entities."""
    hours = np.bincount(stays.entity, weights=stays.hours, minlength=int(people.max(initial=-1)) + 1)
    return hours.astype(np.float64)[people]


def _entities(record: EventRecord, homes: Iterable[Home]) -> NDArray[np.intp]:
    """Entities of some people, as far as they are in the record."""
    names = {home.name for home in homes}
    return np.array([number for number, name in enumerate(record.entities) if name in names], dtype=np.intp)


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else NAN


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else NAN


def _hours(
    record: EventRecord, building: CompiledBuilding, scenario: Scenario, homes: Sequence[Home], prisoners: Stays
) -> dict[str, float]:
    people = np.flatnonzero(~record.is_staff)
    days = _whole_days(scenario)
    uses = PURPOSEFUL | {activity.use for activity in scenario.activity}
    at_work = prisoners.only(_in(building, prisoners, uses))
    sessions = _session_spells(scenario)
    purposeful = np.zeros(len(people))
    for spell in sessions:
        purposeful += _per_person(people, at_work.between(*spell))
    with_sessions = len({int(start_s // DAY_S) for start_s, _ in sessions}) or NAN
    has_seat = (record.kind == Kind.SEAT) & np.isin(record.space, building.spaces_of(uses))
    engaged = np.isin(people, record.entity[has_seat])
    return {
        "out_of_cell": _out_of_cell(record, building, homes, prisoners, days),
        "purposeful": _mean(purposeful) / with_sessions,
        "purposeful_engaged": _mean(purposeful[engaged]) / with_sessions,
        "purposeful_week": _mean(purposeful) / (len(days) / 7) if sessions and days and len(days) % 7 == 0 else NAN,
        "engaged": _share(float(engaged.sum()), len(engaged)) if sessions else NAN,
        **_open_air(record, building, scenario, homes, prisoners, days),
    }


def _out_of_cell(
    record: EventRecord, building: CompiledBuilding, homes: Sequence[Home], prisoners: Stays, days: Sequence[Stretch]
) -> float:
    """Hours a day outside the cell, of those who live in cells."""
    cells = {use for home in homes for use in home.group.home if use in CELLS}
    residents = _entities(record, (home for home in homes if cells.intersection(home.group.home)))
    outside = prisoners.only(~_in(building, prisoners, cells))
    hours = [_per_person(residents, outside.between(*day)) for day in days]
    return _mean(np.array(hours).ravel())


def _open_air(
    record: EventRecord,
    building: CompiledBuilding,
    scenario: Scenario,
    homes: Sequence[Home],
    prisoners: Stays,
    days: Sequence[Stretch],
) -> dict[str, float]:
    """Hours a day in the yards, of those who live there and have a yard."""
    residents = _entities(record, (home for home in homes if home.cell and home.unit.yard is not None))
    in_yards = prisoners.only(_in(building, prisoners, {SpaceUse.YARD}))
    hours = np.array([_per_person(residents, in_yards.between(*day)) for day in days if scenario.open_air.windows])
    return {
        "open_air": _mean(hours.ravel()),
        "open_air_share": _share(float((hours >= 50 / 60).sum()), hours.size),
    }


def _whole_days(scenario: Scenario) -> list[Stretch]:
    """The days that are played from midnight to midnight [s]."""
    days = [(day * DAY_S, (day + 1) * DAY_S) for day in range(scenario.calendar.days)]
    return [day for day in days if day[0] >= scenario.begins_s]


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
    days = _whole_days(scenario)
    contact_h = sum(shared_hours(free.between(*day), prisoners.between(*day)) for day in days) / (len(days) or NAN)
    return {
        "landing_ratio": _ratio(
            [unlocked.between(*spell) for spell in open_spells], [officers.between(*spell) for spell in open_spells]
        ),
        "landing_ratio_worst": max((ratio for ratio in hourly if not isnan(ratio)), default=NAN),
        "contact": 60 * contact_h / count if count and scenario.staff.post else NAN,
        "post_cover": _share(_on_duty_h(record, scenario, staff), required_h),
    }


def _on_duty_h(record: EventRecord, scenario: Scenario, staff: Stays) -> float:
    """Hours that posts were manned, without those after the end of their duty."""
    ends_s = {
        (f"{post.name} {number + 1}", post.start): post.end
        for post in scenario.staff.post
        for number in range(post.count)
    }
    until_s = np.zeros(len(record.entities))
    spawned = (record.kind == Kind.SPAWN) & record.is_staff[record.entity]
    for entity, t_s in zip(record.entity[spawned].tolist(), record.t_s[spawned].tolist(), strict=True):
        day_s = t_s // DAY_S * DAY_S
        # A post that was on duty when the plan began has no start of its own in the record.
        until_s[entity] = day_s + ends_s.get((record.entities[entity], t_s - day_s), DAY_S)
    hours = (np.minimum(staff.to_s, until_s[staff.entity]) - staff.from_s) / 3600
    return float(np.maximum(hours, 0.0).sum())


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


def _locking(record: EventRecord, scenario: Scenario, homes: Sequence[Home], prisoners: Stays) -> dict[str, float]:
    taken_min: list[float] = []
    outside = NAN
    at_the_end = prisoners.only(prisoners.to_s >= scenario.horizon_s)
    where = dict(zip(at_the_end.entity.tolist(), at_the_end.space.tolist(), strict=True))
    for group in scenario.group:
        theirs = [home for home in homes if home.group is group and home.cell is not None]
        doors = [cell.door for unit in inhabited(theirs) for cell in unit.cells]
        last = [_last_locked(scenario, group, day) for day in range(scenario.calendar.days)]
        taken_min += [_lock_up_min(record, doors, slot) for slot in last if slot is not None and doors]
        if last[-1] is not None and last[-1].end_s == scenario.horizon_s:
            home_of = {home.name: home.space for home in theirs}
            mine = _entities(record, theirs).tolist()
            astray = sum(where.get(entity) != home_of[record.entities[entity]] for entity in mine)
            outside = (0.0 if isnan(outside) else outside) + astray
    return {"lock_up": _mean(np.array(taken_min)), "not_locked_up": outside}


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
