"""What cannot be journalled does not happen: a journal that fails leaves orders and alarms as they were."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from twin.live.session import Session
from twin.model.errors import StoreError
from twin.model.ids import GlobalId
from twin.model.journal import JournalEntry
from twin.model.operation import Armed, DoorIntent, ReleaseIntent
from twin.model.vocabulary import AlarmState, DoorAction

SP1, SP2 = GlobalId("D.SP.1"), GlobalId("D.SP.2")


def fail(_entries: Sequence[JournalEntry], /) -> None:
    raise StoreError("gatehouse.db", "database or disk is full")


def arm(session: Session, intent: DoorIntent | ReleaseIntent, desk) -> Armed:
    armed = session.arm(intent, desk.now)
    assert isinstance(armed, Armed), armed
    return armed


def test_an_order_that_cannot_be_journalled_blocks_no_other_door_of_its_interlock(desk, monkeypatch):
    desk.all_locked()
    one = arm(desk.session, DoorIntent(door=SP1, action=DoorAction.UNLOCK), desk)
    two = arm(desk.session, DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk)
    with monkeypatch.context() as patch:
        patch.setattr(desk.journal, "append", fail)
        with pytest.raises(StoreError):
            desk.session.confirm(one.id, desk.now, typed="D.SP.1", reason="x")
    order = desk.session.confirm(two.id, desk.now, typed="D.SP.2", reason="x")
    assert [command.point for command in order.commands] == ["D.SP.2/COMMAND"]


def test_an_alarm_whose_acknowledgement_or_shelving_cannot_be_journalled_stays_as_it_is(desk, monkeypatch):
    desk.all_locked()
    desk.read(D_C1__TAMPER=1, D_C1__CALL=1)
    alarm = next(alarm for alarm in desk.session.alarms.active() if alarm.priority > 1)
    with monkeypatch.context() as patch:
        patch.setattr(desk.journal, "append", fail)
        with pytest.raises(StoreError):
            desk.session.acknowledge(alarm.id, desk.now)
        with pytest.raises(StoreError):
            desk.session.shelve(alarm.id, desk.now, minutes=10, reason="x")
    assert desk.session.alarms.get(alarm.id) == alarm
    desk.session.acknowledge(alarm.id, desk.now)
    assert desk.session.alarms.get(alarm.id).state is AlarmState.ACKNOWLEDGED
