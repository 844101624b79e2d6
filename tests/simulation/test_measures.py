"""Stays, queues and punctuality of records written by hand."""

import numpy as np
import pytest

from simulation.graph import CompiledBuilding, compile_building
from simulation.lateness import Cause, punctuality
from simulation.measures import MEASURES
from simulation.queues import door_queues
from simulation.record import EventRecord, Kind, Recorder, record_digest
from simulation.stays import shared_hours, stays_of
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
    assert (found.planned, found.late, found.missed) == (1, 1, 0)
    assert found.causes == {cause: 1}


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
    assert (found.planned, found.late, found.missed) == (2, 0, 2)


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


def test_a_digest_sees_every_column() -> None:
    rows = [(0.0, Kind.SPAWN, 0, -1, 5, 0.0), (10.0, Kind.PASS, 0, 2, 6, 1.0)]
    digests = {record_digest(record(*rows))}
    for column, value in enumerate((10.5, Kind.SEARCH, 1, 3, 7, 1.5)):
        changed = list(rows[1])
        changed[column] = value
        digests.add(record_digest(record(rows[0], tuple(changed))))  # type: ignore[arg-type]
    assert len(digests) == 7
    assert np.isfinite(record(*rows).t_s).all()
