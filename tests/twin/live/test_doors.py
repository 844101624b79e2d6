from __future__ import annotations

from datetime import timedelta

import pytest

from twin.live.session import Session
from twin.model.ids import GlobalId, PointId
from twin.model.operation import CommandOutcome, DoorIntent, Outcome
from twin.model.points import Reading
from twin.model.vocabulary import DoorAction, DoorState, Quality

C1, SP1, SP2 = GlobalId("D.C1"), GlobalId("D.SP.1"), GlobalId("D.SP.2")


def refused(result: object) -> str:
    assert isinstance(result, CommandOutcome)
    assert result.outcome is Outcome.REFUSED
    return result.reason


def alarm_of(session: Session, key: str):
    return next((alarm for alarm in session.alarms.active() if alarm.definition.key == key), None)


def test_a_door_is_unknown_until_it_was_read(desk):
    assert desk.session.door_state(C1) is DoorState.UNKNOWN


def test_a_door_is_locked_only_when_position_bolt_and_deadlock_agree(desk):
    desk.all_locked()
    assert desk.session.door_state(C1) is DoorState.LOCKED
    desk.read(D_C1__DEADLOCK=0)
    assert desk.session.door_state(C1) is DoorState.MOVING
    desk.session.tick(desk.later(4))
    view = desk.session.door_view(C1, desk.now)
    assert view.state is DoorState.FAULT
    assert "false secure" in view.reason


def test_an_open_door_with_its_bolt_thrown_is_forced_until_it_has_been_shut(desk):
    desk.all_locked()
    desk.read(D_C1__POSITION=1)
    assert desk.session.door_state(C1) is DoorState.FORCED
    desk.read(D_C1__LOCK=1)
    assert desk.session.door_state(C1) is DoorState.FORCED
    desk.read(D_C1__POSITION=0)
    assert desk.session.door_state(C1) is DoorState.CLOSED


def open_c1(desk) -> None:
    desk.all_locked()
    desk.read(D_C1__LOCK=1, D_C1__DEADLOCK=0)
    desk.read(D_C1__POSITION=1)


def test_an_open_door_is_held_only_after_its_time(desk):
    open_c1(desk)
    assert desk.session.door_state(C1) is DoorState.OPEN
    for _ in range(8):
        desk.read(D_C1__POSITION=1)
        desk.session.tick(desk.later(5))
        desk.read(**{f"D_C1__{p}": v for p, v in (("LOCK", 1), ("DEADLOCK", 0), ("TAMPER", 0), ("FAULT", 0))})
    assert alarm_of(desk.session, "door-held") is None
    for _ in range(2):
        desk.read(
            **{f"D_C1__{p}": v for p, v in (("POSITION", 1), ("LOCK", 1), ("DEADLOCK", 0), ("TAMPER", 0), ("FAULT", 0))}
        )
        desk.session.tick(desk.later(5))
    assert alarm_of(desk.session, "door-held").condition
    assert desk.session.door_state(C1) is DoorState.HELD


def test_every_point_of_a_silent_device_is_stale_within_its_age_limit_and_its_doors_unknown(desk):
    desk.all_locked()
    desk.session.tick(desk.later(9.9))
    assert desk.session.door_state(C1) is DoorState.LOCKED
    desk.session.tick(desk.later(0.2))
    assert desk.session.door_state(C1) is DoorState.UNKNOWN
    reading = desk.session.live.reading(PointId("D.C1/LOCK"))
    assert (reading.value, reading.quality) == (None, Quality.STALE)


def test_silence_of_a_device_is_one_alarm_and_not_one_for_each_door(desk):
    desk.all_locked()
    desk.session.tick(desk.later(11))
    assert [alarm.definition.key for alarm in desk.session.alarms.active()] == ["device-stale"]


def test_a_door_as_the_regime_wants_it_is_quiet_and_the_same_door_at_night_is_loud(desk):
    desk.all_locked()
    desk.read(D_C1__LOCK=1, D_C1__DEADLOCK=0)
    assert not desk.session.door_view(C1, desk.now).expected
    assert desk.session.door_view(C1, desk.now + timedelta(hours=8)).expected


@pytest.mark.parametrize("point", ["DEADLOCK", "TAMPER", "FAULT"])
def test_a_contact_that_cannot_be_read_makes_the_door_unknown_and_unknown_is_unsafe(desk, point):
    desk.all_locked()
    desk.session.ingest([Reading(PointId(f"D.SP.1/{point}"), None, Quality.TIMEOUT, desk.later(1))], desk.now)
    assert desk.session.door_state(SP1) is DoorState.UNKNOWN
    assert "D.SP.1" in refused(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))


def test_an_unknown_door_of_an_answering_device_is_a_fault_of_the_door(desk):
    desk.all_locked()
    desk.session.ingest([Reading(PointId("D.C1/LOCK"), None, Quality.DEVICE_ERROR, desk.later(1))], desk.now)
    assert "no data" in alarm_of(desk.session, "door-fault").detail


def test_tamper_or_fault_never_hides_a_forced_door(desk):
    desk.all_locked()
    desk.read(D_C1__POSITION=1, D_C1__TAMPER=1, D_C1__FAULT=1)
    assert desk.session.door_state(C1) is DoorState.FORCED
    assert {"door-forced", "door-tamper", "door-fault"} == {a.definition.key for a in desk.session.alarms.active()}


def test_a_forced_door_that_was_silent_for_a_while_is_still_forced(desk):
    desk.all_locked()
    desk.read(D_C1__POSITION=1)
    desk.session.tick(desk.later(11))
    assert desk.session.door_state(C1) is DoorState.UNKNOWN
    desk.read(D_C1__LOCK=1, D_C1__DEADLOCK=0, D_C1__POSITION=1, D_C1__TAMPER=0, D_C1__FAULT=0)
    assert desk.session.door_state(C1) is DoorState.FORCED


def test_a_clock_that_steps_back_leaves_no_old_value_standing_as_good(desk):
    desk.all_locked()
    desk.later(-3600)
    desk.session.tick(desk.now)
    assert desk.session.door_state(C1) is DoorState.UNKNOWN
    desk.all_locked()
    assert desk.session.door_state(C1) is DoorState.LOCKED


def test_what_is_found_at_the_start_is_one_row_and_not_one_for_each_door(desk):
    desk.all_locked()
    desk.session.tick(desk.later(1))
    assert desk.journal.kinds() == ["state.adopted"]
    desk.read(D_C1__LOCK=1)
    assert desk.journal.kinds()[1:] == ["door.changed"]
