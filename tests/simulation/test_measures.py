"""Stays, queues and punctuality of records written by hand."""

from math import inf, isnan, nan

import numpy as np
import pytest

from simulation.graph import CompiledBuilding, compile_building
from simulation.lateness import Cause, punctuality
from simulation.measures import measure_day
from simulation.models.terms import Scenario
from simulation.queues import door_queues
from simulation.record import EventRecord, Kind, Recorder, record_digest
from simulation.stays import shared_hours, stays_of
from simulation.targets import MEASURES
from twin.model.facility import Facility
from twin.model.ids import GlobalId
from twin.model.runs import Interval

NAMES = ["P-0001", "P-0002", "R-1"]
STAFF = [False, False, True]


@pytest.fixture(scope="module")
def building(block: Facility) -> CompiledBuilding:
    return compile_building(block)


def record(*rows: tuple[float, Kind, int, int, int, float]) -> EventRecord:
    recorder = Recorder()
    for row in rows:
        recorder.add(*row)
    return recorder.finish(NAMES, STAFF)


def test_a_stay_lasts_until_the_next_door_and_the_last_one_until_the_end() -> None:
    stays = stays_of(
        record((0, Kind.SPAWN, 0, -1, 5, 0), (10, Kind.SPAWN, 1, -1, 5, 0), (60, Kind.PASS, 0, 2, 6, 0)), until_s=100
    )
    found = list(zip(stays.entity, stays.space, stays.from_s, stays.to_s, strict=True))
    assert found == [(0, 5, 0, 60), (0, 6, 60, 100), (1, 5, 10, 100)]


def test_who_has_left_stays_nowhere_and_an_exclusive_task_is_no_contact() -> None:
    stays = stays_of(
        record(
            (0, Kind.SPAWN, 2, -1, 5, 0),
            (0, Kind.SPAWN, 0, -1, 5, 0),
            (20, Kind.BUSY, 2, -1, 5, 1),
            (30, Kind.PASS, 2, 1, 6, 0),
            (40, Kind.BUSY, 2, -1, 6, 0),
            (90, Kind.LEAVE, 2, -1, 6, 0),
        ),
        until_s=200,
    )
    staff = stays.only(stays.entity == 2)
    assert staff.busy.tolist() == [False, True, True, False]
    assert float(staff.hours.sum()) == pytest.approx(90 / 3600)
    free = staff.only(~staff.busy)
    assert shared_hours(free, stays.only(stays.entity == 0)) == pytest.approx(20 / 3600)


def test_a_task_that_never_ended_does_not_make_others_busy() -> None:
    stays = stays_of(
        record((0, Kind.SPAWN, 0, -1, 5, 0), (5, Kind.BUSY, 0, -1, 5, 1), (0, Kind.SPAWN, 1, -1, 5, 0)), until_s=10
    )
    assert stays.only(stays.entity == 1).busy.tolist() == [False]


def test_two_people_in_a_room_are_one_presence() -> None:
    stays = stays_of(
        record((0, Kind.SPAWN, 0, -1, 5, 0), (50, Kind.SPAWN, 1, -1, 5, 0), (0, Kind.SPAWN, 2, -1, 5, 0)), until_s=100
    )
    staff, prisoners = stays.only(stays.entity == 2), stays.only(stays.entity != 2)
    assert shared_hours(staff, prisoners) == pytest.approx(100 / 3600)
    assert shared_hours(prisoners, staff) == pytest.approx(150 / 3600)


def test_queues_are_counted_by_door(building: CompiledBuilding) -> None:
    gate, cell = (building.way_index[GlobalId(code)] for code in ("gA", "cA1"))
    queues = door_queues(
        record((1, Kind.PASS, 0, gate, 3, 2.0), (2, Kind.PASS, 1, gate, 3, 4.0), (3, Kind.PASS, 0, cell, 3, 1.0)),
        building,
    )
    assert [(q.code, q.passages, q.mean_wait_s, q.longest_wait_s) for q in queues] == [
        ("gA", 2, 3.0, 4.0),
        ("cA1", 1, 1.0, 1.0),
    ]


@pytest.mark.parametrize(
    ("waits_s", "cause"),
    [
        ({"cA1": 200.0, "s1": 90.0}, Cause.CELL_DOOR),
        ({"gA": 20.0, "s1": 90.0, "s2": 40.0}, Cause.SALLY_PORT),
        ({"gA": 100.0}, Cause.GATE),
        ({"wA": 100.0}, Cause.DOOR_QUEUE),
        ({"wA": 5.0}, Cause.DISTANCE),
    ],
)
def test_a_late_way_is_blamed_on_its_longest_wait(
    building: CompiledBuilding, waits_s: dict[str, float], cause: Cause
) -> None:
    shop = building.node_index[GlobalId("SHOP")]
    before = (1.0, Kind.PASS, 0, building.way_index[GlobalId("yA")], 0, 900.0)
    rows = [(10.0, Kind.PASS, 0, building.way_index[GlobalId(code)], 0, wait) for code, wait in waits_s.items()]
    found = punctuality(
        record(before, (5.0, Kind.DUE, 0, -1, shop, 50.0), *rows, (500.0, Kind.ARRIVE, 0, -1, shop, 450.0)),
        building,
        goals=[shop],
        late_after_s=300.0,
        on_request=["D-GATE"],
    )
    assert (found.planned, found.late, found.missed) == (1, {cause: 1}, {})


def test_who_never_arrives_has_missed_it(building: CompiledBuilding) -> None:
    shop, day = (building.node_index[GlobalId(code)] for code in ("SHOP", "DAYA"))
    found = punctuality(
        record(
            (5.0, Kind.DUE, 0, -1, shop, 50.0),
            (6.0, Kind.MISSED, 1, -1, shop, 1.0),
            (7.0, Kind.DUE, 1, -1, day, 50.0),
        ),
        building,
        goals=[shop],
        late_after_s=300.0,
    )
    assert (found.planned, found.late, found.missed) == (2, {}, {Cause.DISTANCE: 2})


@pytest.mark.parametrize(
    ("key", "low", "high", "verdict"),
    [
        ("out_of_cell", 10.5, 11.0, "met"),
        ("out_of_cell", 9.5, 11.0, "uncertain"),
        ("out_of_cell", 8.0, 9.0, "missed"),
        ("landing_ratio", 8.0, 9.0, "met"),
        ("landing_ratio", 13.0, 19.0, "missed"),
        ("late", 0.0, 1.0, ""),
    ],
)
def test_a_verdict_needs_the_whole_interval(key: str, low: float, high: float, verdict: str) -> None:
    assert MEASURES[key].verdict(Interval(mean=(low + high) / 2, low=low, high=high)) == verdict


def test_a_verdict_on_nothing_is_none_and_infinity_misses_an_upper_target() -> None:
    ratio, hours = MEASURES["landing_ratio_worst"], MEASURES["out_of_cell"]
    assert ratio.verdict(Interval(mean=nan, low=nan, high=nan)) == ""
    assert ratio.verdict(Interval(mean=inf, low=26.0, high=inf)) == "missed"
    assert ratio.verdict(Interval(mean=inf, low=9.0, high=inf)) == "uncertain"
    assert hours.verdict(Interval(mean=11.0, low=-inf, high=inf)) == "uncertain"


def test_people_still_in_front_of_a_door_count_in_its_queue(building: CompiledBuilding) -> None:
    gate = building.way_index[GlobalId("gA")]
    (queue,) = door_queues(
        record((1, Kind.PASS, 0, gate, 3, 2.0), (9000, Kind.WAIT, 1, gate, 2, 8000.0)),
        building,
    )
    assert (queue.passages, queue.standing, queue.mean_wait_s, queue.longest_wait_s) == (1, 1, 4001.0, 8000.0)


def spawned(building: CompiledBuilding, *codes: str) -> list[tuple[float, Kind, int, int, int, float]]:
    return [
        (0.0, Kind.SPAWN, number, -1, building.node_index[GlobalId(code)], 0.0) for number, code in enumerate(codes)
    ]


def test_purposeful_time_is_time_in_the_session_and_a_seat_is_a_seat(
    building: CompiledBuilding, scenario: Scenario
) -> None:
    # The session lasts from 08:30 to 12:00. One person with a seat comes early and leaves late, another looks in.
    shop, cor, way = (
        building.node_index[GlobalId("SHOP")],
        building.node_index[GlobalId("COR")],
        building.way_index[GlobalId("k")],
    )
    rows = [
        *spawned(building, "COR", "COR", "POST"),
        (0.0, Kind.SEAT, 0, -1, shop, 0.0),
        (8.25 * 3600, Kind.PASS, 0, way, shop, 0.0),
        (9.00 * 3600, Kind.PASS, 1, way, shop, 0.0),
        (9.01 * 3600, Kind.PASS, 1, way, cor, 0.0),
        (12.2 * 3600, Kind.PASS, 0, way, cor, 0.0),
    ]
    values = measure_day(record(*rows), building, scenario)
    assert values["purposeful_engaged"] == pytest.approx(3.5)
    assert values["purposeful"] == pytest.approx(3.51 / 2)
    assert values["engaged"] == 50.0


def test_a_landing_with_nobody_on_it_has_no_ratio(building: CompiledBuilding, scenario: Scenario) -> None:
    inside = measure_day(record(*spawned(building, "A1", "A2", "LANDA")), building, scenario)
    assert isnan(inside["landing_ratio"])
    assert isnan(inside["landing_ratio_worst"])
    alone = measure_day(record(*spawned(building, "LANDA", "A2", "POST")), building, scenario)
    assert alone["landing_ratio_worst"] == inf


CELLS = ("cA1", "cA2", "cA3", "cB1", "cB2", "cB3")


@pytest.mark.parametrize(
    ("rows", "minutes"),
    [
        ([], 5.0),
        ([(22.0, Kind.LOCK, "gA")], 5.0),
        ([(21.0, Kind.UNLOCK, "cB2"), (21.5, Kind.LOCK, "cB2")], 90.0),
        ([(23.0, Kind.UNLOCK, "cB2")], inf),
    ],
    ids=["all locked at 20:05", "a gate later", "one opened again", "one open at midnight"],
)
def test_lock_up_is_complete_when_the_last_cell_is_locked(
    building: CompiledBuilding, scenario: Scenario, rows: list[tuple[float, Kind, str]], minutes: float
) -> None:
    # Lock-up begins at 20:00.
    moves = [*((20 + 5 / 60, Kind.LOCK, code) for code in CELLS), *rows]
    day = [(hour * 3600, kind, -1, building.way_index[GlobalId(code)], -1, 0.0) for hour, kind, code in moves]
    values = measure_day(record(*spawned(building, "A1", "A2", "POST"), *day), building, scenario)
    assert values["lock_up"] == pytest.approx(minutes)


def test_a_digest_sees_every_column() -> None:
    rows = [(0.0, Kind.SPAWN, 0, -1, 5, 0.0), (10.0, Kind.PASS, 0, 2, 6, 1.0)]
    digests = {record_digest(record(*rows))}
    for column, value in enumerate((10.5, Kind.SEARCH, 1, 3, 7, 1.5)):
        changed = list(rows[1])
        changed[column] = value
        digests.add(record_digest(record(rows[0], tuple(changed))))  # type: ignore[arg-type]
    assert len(digests) == 7
    assert np.isfinite(record(*rows).t_s).all()
