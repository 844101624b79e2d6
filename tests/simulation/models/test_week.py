"""A regime over days: counts, tools, escorts, service points, several groups; and what the record says of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.hours import hours_of
from simulation.lateness import Cause, punctuality
from simulation.measures import measure_day
from simulation.models.notation import DAY_S
from simulation.models.regime import compile_for, simulate_day
from simulation.models.terms import Scenario
from simulation.procedures import roll_counts, service_waits_s
from simulation.record import EventRecord, Hold, Kind
from simulation.stays import stays_of
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id

OFFICERS = {"start": "00:00", "end": "24:00", "scope": "unit", "uses": ["DAYROOM", "LANDING"], "unlocks": True}
CONTROL = {"name": "control", "count": 1, "start": "00:00", "end": "24:00", "scope": "site", "uses": ["CONTROL"]}
POSTS = [{"name": "unit officer", "count": 2, **OFFICERS}, {**CONTROL, "control": True}]
PHONE = {
    "name": "telephone",
    "use": "CLASS",
    "start": "13:00",
    "end": "15:00",
    "share": 1.0,
    "service": {"distribution": "fixed", "mean_min": 10},
    "servers": 1,
}


def plan(scenario: Scenario, **changes: object) -> Scenario:
    """The short day with changes, key by key."""
    plain = scenario.model_dump()
    for key, value in changes.items():
        plain[key] = {**plain[key], **value} if isinstance(value, dict) else value
    return Scenario.model_validate(plain)


def play(block: Facility, scenario: Scenario, seed: int = 1) -> EventRecord:
    return simulate_day(compile_for(block, scenario), scenario, seed)


def of(record: EventRecord, *kinds: Kind) -> NDArray[np.bool_]:
    return np.isin(record.kind, kinds)


def test_seven_days_are_seven_days(block: Facility, scenario: Scenario) -> None:
    week = plan(scenario, calendar={"days": 7}, staff={"post": POSTS})
    record = play(block, week)
    building = compile_for(block, week)
    values = measure_day(record, building, week)
    one = plan(scenario, staff={"post": POSTS})
    day = measure_day(play(block, one), building, one)
    assert values["out_of_cell"] == pytest.approx(day["out_of_cell"], rel=0.02)
    assert values["open_air"] == pytest.approx(1.0, abs=0.1)
    assert values["post_cover"] == pytest.approx(100.0)
    assert values["not_locked_up"] == 0.0
    for number in range(1, 8):
        night = stays_of(record, until_s=7 * DAY_S).between(number * DAY_S - 1800, number * DAY_S)
        assert len(night.only(~record.is_staff[night.entity]).entity) == 8


def test_a_weekend_has_a_timetable_of_its_own(block: Facility, scenario: Scenario) -> None:
    weekdays = [{**entry, "days": ["MO", "TU", "WE", "TH", "FR"]} for entry in scenario.model_dump()["block"]]
    weekend = [
        {"name": "rest", "start": "00:00", "end": "10:00", "place": "cell", "locked": True, "days": ["SA", "SU"]},
        {"name": "open", "start": "10:00", "end": "24:00", "place": "dayroom", "days": ["SA", "SU"]},
    ]
    week = plan(scenario, calendar={"days": 2, "first": "FR"}, block=[*weekdays, *weekend], staff={"post": POSTS})
    record = play(block, week)
    moved = record.t_s[of(record, Kind.PASS) & ~record.is_staff[record.entity]]
    assert ((moved > DAY_S) & (moved < DAY_S + 10 * 3600)).sum() == 0
    assert ((moved > DAY_S + 10 * 3600) & (moved < DAY_S + 10.2 * 3600)).sum() == 16
    assert (of(record, Kind.DUE) & (record.t_s > DAY_S) & (record.space == week_shop(block, week))).sum() == 0


def week_shop(block: Facility, scenario: Scenario) -> int:
    return compile_for(block, scenario).node_index[GlobalId("SHOP")]


def test_a_day_without_a_block_leaves_people_without_a_place(scenario: Scenario) -> None:
    weekdays = [{**entry, "days": ["MO"]} for entry in scenario.model_dump()["block"]]
    with pytest.raises(ValueError, match="residents have no place on TU: a day needs at least one block"):
        plan(scenario, calendar={"days": 2}, block=weekdays)


def test_a_roll_count_stops_movement_until_the_roll_is_correct(block: Facility, scenario: Scenario) -> None:
    # At 12:57 everybody is in a day room; whoever sets out for the turn in the yard at 13:00 has to wait.
    counted = plan(scenario, count={"at": ["12:57"], "error_rate": 0.0}, staff={"post": POSTS})
    record = play(block, counted)
    counts = roll_counts(record)
    assert counts.comparisons.tolist() == [1]
    assert counts.given_up == 0
    (began,) = record.t_s[of(record, Kind.FREEZE)]
    (clear,) = record.t_s[of(record, Kind.CLEAR)]
    assert record.aux[of(record, Kind.RESULT)].tolist() == [0.0]
    assert clear - began == pytest.approx(counts.clear_s[0])
    set_out = of(record, Kind.PASS) & ~record.is_staff[record.entity] & (record.t_s > began) & (record.t_s < clear)
    assert set_out.sum() == 0
    held = of(record, Kind.HELD) & (record.way == Hold.ROLL_COUNT)
    assert held.sum() == 3
    assert (record.t_s[held] == clear).all()


def test_a_slip_of_the_count_leads_to_a_recount_and_too_many_to_giving_up(block: Facility, scenario: Scenario) -> None:
    slips = plan(scenario, count={"at": ["14:30"], "error_rate": 1.0, "recounts": 2}, staff={"post": POSTS})
    found = [roll_counts(play(block, slips, seed)) for seed in range(12)]
    # Both units are one off: up and down, the roll tallies by luck; otherwise it is counted again, three times at most.
    assert {int(counts.comparisons[0]) for counts in found} == {1, 2, 3}
    assert sum(counts.given_up for counts in found) > 0


def test_without_officers_a_count_is_given_up_at_the_end(block: Facility, scenario: Scenario) -> None:
    nobody = plan(scenario, count={"at": ["14:30"]}, staff={"post": POSTS, "absence": 1.0})
    counts = roll_counts(play(block, nobody))
    assert counts.given_up == 1
    assert counts.clear_s.tolist() == [np.inf]


def test_a_lock_up_goes_on_while_a_count_stops_movement(block: Facility, scenario: Scenario) -> None:
    late = plan(
        scenario, people={"set_out_within_s": 240.0}, count={"at": ["20:01"], "error_rate": 0.0}, staff={"post": POSTS}
    )
    record = play(block, late)
    values = measure_day(record, compile_for(block, late), late)
    assert values["not_locked_up"] == 0
    assert values["lock_up"] < 15
    assert values["count_clear"] < 30


def test_an_officer_who_waits_for_somebody_does_other_jobs_meanwhile(block: Facility, scenario: Scenario) -> None:
    # Everybody queues for one telephone when lock-up comes: cells that are not complete are looked at again later.
    phone = {**PHONE, "start": "19:30", "end": "19:59", "service": {"distribution": "fixed", "mean_min": 25}}
    called = plan(scenario, errand=[phone], staff={"post": POSTS})
    record = play(block, called)
    busy = record.kind == Kind.BUSY
    officers = np.unique(record.entity[busy & (record.t_s > 20 * 3600)])
    assert len(officers) == 2
    last_in_s = record.t_s[(record.kind == Kind.ARRIVE) & (record.t_s > 20 * 3600)].max()
    assert last_in_s > 20 * 3600 + 600  # somebody really kept them waiting
    for officer in officers:
        mine = busy & (record.entity == officer)
        begun, ended = record.t_s[mine & (record.aux == 1)], record.t_s[mine & (record.aux == 0)]
        assert (ended - begun[: len(ended)]).max() < 300


def test_people_queue_at_a_service_point_and_are_served_one_by_one(block: Facility, scenario: Scenario) -> None:
    called = plan(scenario, errand=[PHONE], open_air={"windows": []}, staff={"post": POSTS})
    record = play(block, called)
    served, done = record.t_s[of(record, Kind.SERVE)], record.t_s[of(record, Kind.DONE)]
    assert 5 <= len(served) <= 8
    assert np.allclose(done - served, 600.0)
    assert (served[1:] >= done[:-1] - 1e-6).all()
    assert len(served) + of(record, Kind.TURNED).sum() == 8
    assert service_waits_s(record).max() > 60


def test_a_queue_in_the_hours_is_what_little_says(block: Facility, scenario: Scenario) -> None:
    called = plan(scenario, errand=[PHONE], open_air={"windows": []}, staff={"post": POSTS})
    record = play(block, called)
    building = compile_for(block, called)
    hours = hours_of(record, building, DAY_S, ("telephone",))
    waits = record.aux[of(record, Kind.SERVE, Kind.TURNED)]
    assert hours.queues["telephone CLAS"].sum() * 3600 == pytest.approx(waits.sum())
    assert sum(hours.people.values()) == pytest.approx(np.full(24, 8.0))


def test_an_errand_with_an_officer_waits_for_one_and_is_missed_without(block: Facility, scenario: Scenario) -> None:
    sick = {**PHONE, "name": "sick call", "escorted": True, "start": "09:00", "end": "11:30"}
    escort = {"name": "escort", "count": 1, "start": "09:30", "end": "12:00", "scope": "site", "uses": ["CORRIDOR"]}
    with_one = plan(scenario, errand=[sick], staff={"post": [*POSTS, {**escort, "escorts": True}]})
    record = play(block, with_one)
    served = record.t_s[of(record, Kind.SERVE)]
    assert len(served) > 0
    assert served.min() > 9.5 * 3600
    assert (of(record, Kind.HELD) & (record.way == Hold.ESCORT)).sum() > 0
    away = plan(with_one, staff={"post": [*POSTS, {**escort, "escorts": True, "days": ["SU"]}]})
    building = compile_for(block, away)
    found = punctuality(play(block, away), building, goals=[building.node_index[GlobalId("CLAS")]], late_after_s=300.0)
    assert found.missed[Cause.ESCORT] > 0


def test_people_from_outside_come_to_their_seats_and_go_again(block: Facility, scenario: Scenario) -> None:
    trainees = {"name": "trainees", "count": 3, "prefix": "T", "common": "CORRIDOR"}
    blocks = [
        {"name": "before", "start": "00:00", "end": "09:00", "place": "away"},
        {"name": "lesson", "start": "09:00", "end": "12:00", "place": "session", "otherwise": "away", "lead_s": 600},
        {"name": "after", "start": "12:00", "end": "24:00", "place": "away"},
    ]
    shop = [{"use": "WORKSHOP"}]
    course = plan(scenario, group=[trainees], block=blocks, activity=shop, staff={"post": [POSTS[1]]})
    record = play(block, course)
    building = compile_for(block, course)
    at_noon = stays_of(record, until_s=DAY_S).between(11 * 3600, 11 * 3600 + 1)
    people = at_noon.only(~record.is_staff[at_noon.entity])
    assert people.space.tolist() == [building.node_index[GlobalId("SHOP")]] * 3
    night = stays_of(record, until_s=DAY_S).between(DAY_S - 1, DAY_S)
    outside = building.node_index[outside_id("L0")]
    assert night.only(~record.is_staff[night.entity]).space.tolist() == [outside] * 3
    assert np.isnan(measure_day(record, building, course)["out_of_cell"])


def test_every_fault_of_a_scenario_in_its_building_comes_at_once(block: Facility, scenario: Scenario) -> None:
    wrong = plan(
        scenario,
        search={"spaces": ["NOWHERE"]},
        errand=[{**PHONE, "use": "HEALTH", "escorted": True}],
        activity=[{"use": "PROG", "sessions": [2]}, {"use": "CONTROL", "sessions": [7]}],
        tools={"uses": ["SPORT"]},
        staff={"post": [*POSTS, {**CONTROL, "name": "guard", "uses": ["MUSEUM"]}]},
    )
    with pytest.raises(ScenarioError) as caught:
        play(block, wrong)
    assert [(fault.key, fault.text) for fault in caught.value.faults] == [
        ("search.spaces", "the building has no space 'NOWHERE'"),
        ("activity PROG", "the building has no such space"),
        ("errand telephone", "the building has no space of use HEALTH"),
        ("tools.uses", "the building has no space of use SPORT"),
        ("block session", "no activity has seats in session 1"),
        ("activity PROG", "nobody has such a session on its days"),
        ("activity CONTROL", "nobody has such a session on its days"),
        ("errand telephone", "is escorted, but no post escorts"),
        ("staff.post guard 1", "finds no MUSEUM in its site"),
    ]


def test_more_people_than_the_common_room_holds_and_sessions_without_seats_are_faults(
    block: Facility, scenario: Scenario
) -> None:
    crowd = {"name": "residents", "home": ["CELL-S", "CELL-D"], "common": "CLASS"}
    with pytest.raises(ScenarioError) as caught:
        play(block, plan(scenario, group=[crowd], activity=[{"use": "WORKSHOP", "sessions": [2]}]))
    texts = [fault.text for fault in caught.value.faults]
    assert "no activity has seats in session 1" in texts
    assert "8 of residents in CLAS, which is for 2" in texts


def test_where_no_way_leads_every_pair_is_named(block: Facility, scenario: Scenario) -> None:
    shut = plan(scenario, doors={"closed_types": ["D-ROOM"]})
    with pytest.raises(ScenarioError) as caught:
        play(block, shut)
    assert any("CLAS to " in fault.key for fault in caught.value.faults)
    assert all("no ordinary way" in fault.text for fault in caught.value.faults)


def test_who_comes_late_from_a_queue_was_held_up_by_the_queue(block: Facility, scenario: Scenario) -> None:
    phone = {**PHONE, "start": "12:10", "end": "19:00", "service": {"distribution": "fixed", "mean_min": 90}}
    called = plan(scenario, errand=[phone], open_air={"windows": [["18:00", "19:30"]], "turn_min": 60})
    called = plan(called, staff={"post": POSTS})
    building = compile_for(block, called)
    records = [play(block, called, seed) for seed in range(4)]
    found = [
        punctuality(record, building, goals=[building.node_index[GlobalId("YARD")]], late_after_s=60.0)
        for record in records
    ]
    assert sum(each.late[Cause.SERVICE] + each.missed[Cause.SERVICE] for each in found) > 0


def test_people_from_outside_are_not_counted_as_prisoners_of_the_house(block: Facility, scenario: Scenario) -> None:
    alone = plan(scenario, staff={"post": POSTS})
    visitors = {"name": "visitors", "count": 10, "prefix": "V", "common": "CORRIDOR"}
    outside = {"name": "outside", "start": "00:00", "end": "24:00", "place": "away", "groups": ["visitors"]}
    mine = [{**entry, "groups": ["residents"]} for entry in scenario.model_dump()["block"]]
    both = plan(alone, group=[scenario.group[0].model_dump(), visitors], block=[*mine, outside])
    one, other = (measure_day(play(block, each), compile_for(block, each), each) for each in (alone, both))
    for key in ("out_of_cell", "open_air", "not_locked_up", "lock_up"):
        assert other[key] == pytest.approx(one[key], abs=0.1)


def test_escorts_are_as_many_as_are_on_duty(block: Facility, scenario: Scenario) -> None:
    # Three are in their cells then, all want to go within a minute, and the way takes longer.
    sick = {**PHONE, "name": "sick call", "escorted": True, "start": "09:10", "end": "09:21", "servers": 8}
    escort = {"name": "escort", "count": 1, "start": "08:00", "end": "12:00", "scope": "site", "uses": ["CORRIDOR"]}
    late = {**escort, "name": "late escort", "count": 5, "start": "13:00", "end": "18:00", "escorts": True}
    slow = plan(scenario, errand=[sick], people={"speed_m_s": 0.3}, open_air={"windows": []})
    one = plan(slow, staff={"post": [*POSTS, {**escort, "escorts": True}]})
    more = plan(one, staff={"post": [*POSTS, {**escort, "escorts": True}, late]})
    waits = [measure_day(play(block, each), compile_for(block, each), each)["escort_wait"] for each in (one, more)]
    assert waits[0] > 0.5
    assert waits[1] == pytest.approx(waits[0])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"staff": {"post": []}}, "cells are locked, but no post unlocks them"),
        ({"staff": {"post": []}, "count": {"at": ["12:30"]}}, "a roll count stops movement, but no post"),
        ({"staff": {"post": [POSTS[0]]}}, "doors open on request, but no post has the control of them"),
        (
            {"errand": [{**PHONE, "start": "08:40", "end": "11:00"}]},
            "falls into no block in which anybody is free for it",
        ),
    ],
)
def test_what_a_plan_needs_somebody_for_needs_a_post(
    block: Facility, scenario: Scenario, changes: dict[str, object], text: str
) -> None:
    with pytest.raises(ScenarioError, match=text):
        play(block, plan(scenario, **changes))


@pytest.mark.parametrize(
    ("number", "change", "text"),
    [
        (3, {"lead_s": 7200.0}, "people set out for block 'session' before 'breakfast' begins"),
        (2, {"spread_min": 61.0}, "spread_min 61 is longer than the block 'breakfast'"),
    ],
)
def test_people_cannot_set_out_before_or_after_a_block(
    scenario: Scenario, number: int, change: dict[str, float], text: str
) -> None:
    blocks = list(scenario.model_dump()["block"])
    blocks[number] = {**blocks[number], **change}
    with pytest.raises(ValueError, match=text):
        plan(scenario, block=blocks)


def test_counts_that_follow_one_another_too_closely_are_given_up_one_by_one(
    block: Facility, scenario: Scenario
) -> None:
    close = plan(
        scenario,
        count={"at": ["14:30", "14:31", "14:33", "14:33", "14:40"], "error_rate": 1.0, "compare_s": 90.0},
        staff={"post": POSTS},
    )
    for seed in range(5):
        counts = roll_counts(play(block, close, seed))
        assert len(counts.clear_s) == 4
        assert counts.given_up >= 1
