"""What of the building services raises an alarm, which, and of what urgency."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from twin.live.alarms import Condition
from twin.live.conditions import COUNT_ALARMS, LIMIT_ALARMS, STATE_ALARMS, WHILE_RUNNING, point_conditions
from twin.live.definitions import DEFINITIONS
from twin.live.session import Session
from twin.live.state import LiveState
from twin.model.equipment import Equipment
from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS
from twin.model.points import Point, Reading
from twin.model.vocabulary import Quality, Role, SiteMode

# kind, value that is wrong, value that is right, alarm, priority
STATES = (
    ("duress", 1, 0, "duress", 1),
    ("perimeter_alarm", 1, 0, "perimeter-alarm", 1),
    ("mist_flow", 1, 0, "mist-flow", 1),
    ("perimeter_tamper", 1, 0, "perimeter-tamper", 2),
    ("emergency_stop", 1, 0, "emergency-stop", 2),
    ("mains", 1, 0, "mains-failed", 2),
    ("generator", 3, 2, "generator-failed", 2),
    ("ups_on_battery", 1, 0, "ups-on-battery", 2),
    ("fire_zone", 1, 0, "fire-pre-alarm", 2),
    ("smoke_detector", 3, 2, "detector-fault", 3),
    ("leak", 1, 0, "leak", 3),
    ("camera", 1, 0, "camera-fault", 3),
    ("portal_fault", 1, 0, "portal-fault", 3),
    ("frost", 1, 0, "frost", 3),
    ("late_returns", 2, 0, "late-return", 3),
    ("lift_recall", 2, 1, "lift-fault", 3),
    ("fire_panel", 4, 2, "fire-disablement", 3),
    ("kiosk_online", 0, 1, "kiosk-offline", 4),
    ("legionella_cycle", 0, 1, "legionella", 4),
)


def point(kind: str, name: str = "", low: float | None = None, high: float | None = None) -> Point:
    return Point(id=PointId(name or f"E/{kind}"), kind=kind, element=GlobalId("E"), low=low, high=high)


def state_of(start, points: dict[Point, float | None]) -> LiveState:
    live = LiveState(list(points), start)
    quality = {True: Quality.TIMEOUT, False: Quality.GOOD}
    live.apply(Reading(p.id, value, quality[value is None], start) for p, value in points.items())
    return live


def standing(conditions) -> set[str]:
    return {condition.key for condition in conditions if condition.stands}


@pytest.mark.parametrize(("kind", "wrong", "right", "key", "priority"), STATES)
def test_a_state_raises_its_alarm_and_takes_it_back(start, kind, wrong, right, key, priority):
    subject = point(kind)
    assert standing(point_conditions(subject, state_of(start, {subject: wrong}), "E")) == {key}
    assert key not in standing(point_conditions(subject, state_of(start, {subject: right}), "E"))
    assert DEFINITIONS[key].priority == priority


def test_every_alarm_of_the_tables_is_defined_and_of_a_kind_and_state_that_exist():
    for kind, states in STATE_ALARMS.items():
        assert all(value < len(POINT_KINDS[kind].states) and key in DEFINITIONS for value, key in states), kind
    for table in (LIMIT_ALARMS, COUNT_ALARMS):
        assert table.keys() <= POINT_KINDS.keys()
        assert set(table.values()) <= DEFINITIONS.keys()
    assert {*WHILE_RUNNING, *WHILE_RUNNING.values()} <= POINT_KINDS.keys()
    assert len(set(LIMIT_ALARMS.values())) == len(LIMIT_ALARMS)  # two kinds of one element never share an alarm


@pytest.mark.parametrize("kind", sorted(LIMIT_ALARMS))
def test_a_value_outside_the_limits_of_its_point_is_an_alarm(start, kind):
    subject = point(kind, low=10.0, high=20.0)
    for value, outside in ((9.9, True), (10.0, False), (20.0, False), (20.1, True)):
        conditions = list(point_conditions(subject, state_of(start, {subject: value}), "E"))
        assert standing(conditions) == ({LIMIT_ALARMS[kind]} if outside else set()), value
    free = point(kind)
    assert standing(point_conditions(free, state_of(start, {free: 1e6}), "E")) == set()


@pytest.mark.parametrize("kind", ["humidity", "noise", "portal_alarm_rate", "window_contact", "open_time"])
def test_other_kinds_raise_nothing_even_outside_their_limits(start, kind):
    subject = point(kind, low=2.0, high=3.0)
    assert list(point_conditions(subject, state_of(start, {subject: 1.0}), "E")) == []


@pytest.mark.parametrize(("kind", "running"), sorted(WHILE_RUNNING.items()))
def test_a_fan_that_stands_has_no_limits(start, kind, running):
    subject, fan = point(kind, low=10.0), point(running)
    assert standing(point_conditions(subject, state_of(start, {subject: 0.0, fan: 1.0}), "E"))
    assert not standing(point_conditions(subject, state_of(start, {subject: 0.0, fan: 0.0}), "E"))
    assert standing(point_conditions(subject, state_of(start, {subject: 0.0, fan: None}), "E"))


def test_of_two_cameras_in_a_room_one_is_enough_and_silence_clears_nothing(start):
    one, other = point("camera", "E/CAM1"), point("camera", "E/CAM2")
    conditions = list(point_conditions(other, state_of(start, {one: 1.0, other: 0.0}), "E"))
    assert standing(conditions) == {"camera-fault"}
    assert list(point_conditions(other, state_of(start, {one: None, other: 0.0}), "E")) == []
    (cleared,) = point_conditions(other, state_of(start, {one: 0.0, other: 0.0}), "E")
    assert cleared == Condition("camera-fault", GlobalId("E"), "E", False, "E/CAM2")


def test_a_point_without_a_value_keeps_its_alarm_as_it_is(start):
    subject = point("duress")
    assert list(point_conditions(subject, state_of(start, {subject: None}), "E")) == []


def test_a_detector_on_a_stair_raises_the_fire_alarm_itself_and_one_in_a_compartment_leaves_it_to_the_zone(start):
    subject = point("smoke_detector")
    live = state_of(start, {subject: 2.0})
    assert standing(point_conditions(subject, live, "E", is_zoned=False)) == {"fire"}
    assert standing(point_conditions(subject, live, "E", is_zoned=True)) == set()
    broken = state_of(start, {subject: 3.0})
    lost = point_conditions(subject, broken, "E", was_fire=True, is_zoned=False)
    assert standing(lost) == {"fire", "detector-fault"}


@pytest.fixture
def air_session(facility, journal, start):
    unit = Equipment(
        global_id=GlobalId("E"), code="TST-AHU-01", ifc_class="IfcUnitaryEquipment", name="AHU", storey=GlobalId("L00")
    )
    points = [point("static_pressure", low=150.0), point("fan_run"), point("fire_stop"), point("mains")]
    return Session(
        replace(facility, equipment=(unit,)),
        points,
        journal,
        mode=SiteMode.VIRTUAL,
        role=Role.OPERATOR,
        who="control-1",
        started_at=start,
        regimes=(),
    )


def ingest(session, now, **values):
    session.ingest([Reading(PointId(f"E/{kind}"), value, Quality.GOOD, now) for kind, value in values.items()], now)


def keys(session) -> list[str]:
    return [alarm.definition.key for alarm in session.alarms.active() if alarm.condition]


def test_an_alarm_of_equipment_has_the_code_of_the_equipment(air_session, start):
    ingest(air_session, start, mains=1.0)
    (alarm,) = air_session.alarms.active()
    assert (alarm.code, alarm.element) == ("TST-AHU-01", "E")


def test_the_limit_is_looked_at_again_when_the_fan_itself_starts_or_stops(air_session, start):
    ingest(air_session, start, fan_run=1.0, static_pressure=0.0)
    assert keys(air_session) == ["duct-pressure"]
    ingest(air_session, start + timedelta(seconds=1), fan_run=0.0)
    assert keys(air_session) == []
    ingest(air_session, start + timedelta(seconds=2), fan_run=1.0)
    assert keys(air_session) == ["duct-pressure"]
