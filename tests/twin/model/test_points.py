from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twin.model.ids import GlobalId, PointId
from twin.model.point_kinds import POINT_KINDS, Freshness, age_limit_s
from twin.model.points import Point, Reading
from twin.model.units import UNITS
from twin.model.vocabulary import Quality, SafetyClass

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("quality", [quality for quality in Quality if quality is not Quality.GOOD])
def test_a_failed_read_never_carries_a_value(quality):
    with pytest.raises(ValueError, match="P"):
        Reading(PointId("P"), 0.0, quality, AT)
    assert Reading(PointId("P"), None, quality, AT).value is None


def test_a_good_reading_always_carries_one():
    with pytest.raises(ValueError, match="P"):
        Reading(PointId("P"), None, Quality.GOOD, AT)


def test_no_life_safety_kind_is_writable():
    for kind in POINT_KINDS.values():
        point = Point(id=PointId("P"), kind=kind.key, element=GlobalId("E"))
        assert not (kind.safety is SafetyClass.LIFE_SAFETY and point.is_writable), kind.key


def test_every_kind_has_a_known_unit():
    assert {kind.unit for kind in POINT_KINDS.values()} <= set(UNITS)


def test_states_are_named_and_numbers_stay_numbers():
    lock = Point(id=PointId("P"), kind="lock_status", element=GlobalId("E"))
    assert [lock.text_of(value) for value in (0.0, 1.0, 9.0)] == ["locked", "unlocked", "9"]
    team = Point(id=PointId("P"), kind="response_position", element=GlobalId("E"), states=("base", "LAND1"))
    assert team.text_of(1.0) == "LAND1"


def test_age_limits_follow_the_class():
    assert [age_limit_s(kind, 5.0) for kind in (Freshness.SECURITY, Freshness.PLANT, Freshness.METER)] == [10, 15, 10]
