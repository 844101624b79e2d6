"""A restart knows the alarms that stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from twin.model.alarms import Alarm, AlarmDefinition
from twin.model.errors import StoreError
from twin.model.ids import GlobalId
from twin.model.vocabulary import AlarmState
from twin.store.alarms import load_alarms, save_alarms
from twin.store.connection import Database


@pytest.fixture
def alarm(now: datetime) -> Alarm:
    return Alarm(
        id="door-forced@x",
        definition=AlarmDefinition(
            key="door-forced", priority=1, text="Door forced", action="Send response", latching=True
        ),
        element=GlobalId("x"),
        code="D1",
        state=AlarmState.SHELVED,
        condition=True,
        raised_at=now,
        detail="position open while locked",
        acknowledged_at=now + timedelta(seconds=3),
        acknowledged_by="operator",
        shelved_until=now + timedelta(hours=1),
    )


def test_an_alarm_that_stands_comes_back_equal(database: Database, alarm: Alarm) -> None:
    save_alarms(database, [alarm])
    assert load_alarms(database) == [alarm]


def test_a_changed_alarm_replaces_itself_and_leaves_others(database: Database, alarm: Alarm) -> None:
    other = replace(alarm, id="fire@y", raised_at=alarm.raised_at - timedelta(seconds=1))
    save_alarms(database, [alarm, other])
    changed = replace(alarm, state=AlarmState.LATCHED, condition=False)
    save_alarms(database, [changed])
    assert load_alarms(database) == [other, changed]


def test_an_alarm_that_is_normal_again_is_forgotten(database: Database, alarm: Alarm) -> None:
    save_alarms(database, [alarm])
    save_alarms(database, [replace(alarm, state=AlarmState.NORMAL)])
    assert load_alarms(database) == []


def test_a_state_nobody_knows_is_a_store_error(database: Database, alarm: Alarm) -> None:
    save_alarms(database, [alarm])
    database.connection().execute("UPDATE alarm SET state = 'cheerful'")
    with pytest.raises(StoreError, match="cheerful"):
        load_alarms(database)
