from __future__ import annotations

import pytest

from twin.live.session import Session
from twin.model.errors import UnknownIdError
from twin.model.ids import GlobalId, PointId
from twin.model.operation import CommandOutcome, Outcome
from twin.model.vocabulary import AlarmState

C1, SP1, SP2 = GlobalId("D.C1"), GlobalId("D.SP.1"), GlobalId("D.SP.2")


def refused(result: object) -> str:
    assert isinstance(result, CommandOutcome)
    assert result.outcome is Outcome.REFUSED
    return result.reason


def alarm_of(session: Session, key: str):
    return next((alarm for alarm in session.alarms.active() if alarm.definition.key == key), None)


def test_a_forced_door_goes_through_its_alarm_states_and_latches(desk):
    desk.all_locked()
    desk.read(D_C1__POSITION=1)
    alarm = alarm_of(desk.session, "door-forced")
    assert (alarm.priority, alarm.state) == (1, AlarmState.UNACKNOWLEDGED)
    desk.session.acknowledge(alarm.id, desk.now)
    assert alarm_of(desk.session, "door-forced").state is AlarmState.ACKNOWLEDGED
    desk.read(D_C1__POSITION=0)
    assert alarm_of(desk.session, "door-forced").state is AlarmState.LATCHED
    desk.session.acknowledge(alarm.id, desk.now)
    assert alarm_of(desk.session, "door-forced") is None


def test_a_cell_call_that_nobody_answers_in_five_minutes_is_urgent(desk):
    desk.all_locked()
    desk.read(D_C1__CALL=1)
    call = alarm_of(desk.session, "cell-call")
    desk.session.tick(desk.later(299))
    assert alarm_of(desk.session, "cell-call-unanswered") is None
    desk.session.tick(desk.later(2))
    assert alarm_of(desk.session, "cell-call-unanswered").condition
    desk.session.acknowledge(call.id, desk.now)
    desk.session.tick(desk.later(1))
    assert not alarm_of(desk.session, "cell-call-unanswered").condition


def test_temperature_outside_its_limits_is_an_alarm_with_the_figures(desk):
    desk.all_locked()
    desk.read(C1__TEMP=16.4)
    assert "16.4" in alarm_of(desk.session, "temperature").detail
    assert desk.session.space_view(GlobalId("C1")).temperature_deviation == -1


def test_priority_one_is_never_shelved_and_others_only_with_a_reason_for_hours(desk):
    desk.all_locked()
    desk.read(D_C1__POSITION=1, C1__TEMP=16.0)
    forced, cold = alarm_of(desk.session, "door-forced"), alarm_of(desk.session, "temperature")
    assert "never" in refused(desk.session.shelve(forced.id, desk.now, minutes=30, reason="repair"))
    assert "reason" in refused(desk.session.shelve(cold.id, desk.now, minutes=30, reason=" "))
    assert "480" in refused(desk.session.shelve(cold.id, desk.now, minutes=481, reason="repair"))
    desk.session.shelve(cold.id, desk.now, minutes=30, reason="repair")
    assert alarm_of(desk.session, "temperature").state is AlarmState.SHELVED
    desk.session.tick(desk.later(1801))
    assert alarm_of(desk.session, "temperature").state is AlarmState.UNACKNOWLEDGED


def test_an_unknown_alarm_is_named_in_the_error(desk):
    with pytest.raises(UnknownIdError, match="nothing"):
        desk.session.acknowledge("nothing", desk.now)


def test_a_fire_is_still_shown_in_its_rooms_when_nothing_is_heard_of_the_zone_any_more(desk):
    desk.all_locked()
    desk.read(SC__FIRE=2)
    assert desk.session.space_view(GlobalId("C1")).fire == "alarm"
    desk.session.tick(desk.later(30))
    assert desk.session.live.reading(PointId("SC/FIRE")).value is None
    assert desk.session.space_view(GlobalId("C1")).fire == "alarm"
    desk.read(SC__FIRE=0)
    assert desk.session.space_view(GlobalId("C1")).fire == ""
