from __future__ import annotations

import pytest

from twin.live.session import Session
from twin.model.ids import GlobalId, PointId
from twin.model.journal import JournalRow
from twin.model.operation import Armed, CommandOutcome, DoorIntent, Outcome, PointIntent, ReleaseIntent
from twin.model.points import Reading
from twin.model.vocabulary import DoorAction, Quality, Role, SiteMode

C1, SP1, SP2 = GlobalId("D.C1"), GlobalId("D.SP.1"), GlobalId("D.SP.2")
UNLOCK_C1 = DoorIntent(door=C1, action=DoorAction.UNLOCK)


def armed(result: Armed | CommandOutcome) -> Armed:
    assert isinstance(result, Armed), result
    return result


def refused(result: object) -> str:
    assert isinstance(result, CommandOutcome)
    assert result.outcome is Outcome.REFUSED
    return result.reason


def alarm_of(session: Session, key: str):
    return next((alarm for alarm in session.alarms.active() if alarm.definition.key == key), None)


def test_a_command_is_done_only_when_the_bolt_has_followed(desk):
    desk.all_locked()
    step = armed(desk.session.arm(UNLOCK_C1, desk.now))
    order = desk.session.confirm(step.id, desk.later(1))
    assert not isinstance(order, CommandOutcome)
    assert [command.value for command in order.commands] == [1.0]
    assert not desk.session.is_followed(order)
    desk.later(1)
    desk.read(D_C1__LOCK=1, D_C1__DEADLOCK=0)
    assert desk.session.is_followed(order)
    assert desk.session.settle(order, desk.now, readback_s=1.0).outcome is Outcome.DONE
    assert "command.requested" in desk.journal.kinds()
    assert "command.done" in desk.journal.kinds()


def test_feedback_from_before_the_command_proves_nothing(desk):
    desk.all_locked()
    desk.read(D_C1__LOCK=1, D_C1__DEADLOCK=0)
    step = armed(desk.session.arm(UNLOCK_C1, desk.later(2)))
    order = desk.session.confirm(step.id, desk.now)
    assert not desk.session.is_followed(order)


def test_an_accepted_command_that_the_door_does_not_follow_is_failed_with_an_alarm(desk):
    desk.all_locked()
    step = armed(desk.session.arm(UNLOCK_C1, desk.now))
    order = desk.session.confirm(step.id, desk.now)
    outcome = desk.session.settle(order, desk.later(5), failure="not followed")
    assert outcome.outcome is Outcome.FAILED
    alarm = alarm_of(desk.session, "command-failed")
    assert alarm is not None
    assert alarm.code == "D.C1"
    failed = next(entry for entry in desk.journal.entries if entry.kind == "command.failed")
    assert failed.data["missing"] == ["D.C1"]


def test_an_armed_order_forgets_itself(desk):
    desk.all_locked()
    step = armed(desk.session.arm(UNLOCK_C1, desk.now))
    desk.later(11)
    desk.all_locked()
    assert "expired" in refused(desk.session.confirm(step.id, desk.now))
    assert "arm it again" in refused(desk.session.confirm(step.id, desk.now))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PLANNER, Role.TRAINER, Role.ENGINEER])
def test_roles_without_the_right_are_refused_and_the_refusal_is_journalled(desk_as, journal, role):
    desk = desk_as(role=role)
    desk.all_locked()
    assert f"role {role.value}" in refused(desk.session.arm(UNLOCK_C1, desk.now))
    assert journal.kinds()[-1] == "command.refused"


def test_the_interlock_refuses_the_second_door_and_counts_unknown_as_open(desk):
    desk.all_locked()
    desk.read(D_SP_1__LOCK=1, D_SP_1__DEADLOCK=0)
    reason = refused(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))
    assert "IL-1" in reason
    assert "D.SP.1" in reason
    desk.session.ingest([Reading(PointId("D.SP.1/LOCK"), None, Quality.TIMEOUT, desk.later(1))], desk.now)
    assert "unknown" in refused(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))


def test_the_interlock_is_looked_at_again_when_the_order_is_confirmed(desk):
    desk.all_locked()
    step = armed(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))
    desk.read(D_SP_1__LOCK=1, D_SP_1__DEADLOCK=0)
    assert "IL-1" in refused(desk.session.confirm(step.id, desk.now, typed="D.SP.2", reason="delivery"))


def test_a_critical_door_wants_its_code_typed_and_a_reason(desk):
    desk.all_locked()
    step = armed(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))
    assert step.typed == "D.SP.2"
    asks = desk.session.confirm(step.id, desk.now, typed="D.SP.1", reason="delivery")
    assert isinstance(asks, CommandOutcome)
    assert asks.outcome is Outcome.NEEDS_CONFIRMATION
    assert not isinstance(desk.session.confirm(step.id, desk.now, typed="D.SP.2", reason="delivery"), CommandOutcome)


def test_group_release_is_held_off_by_a_regime_that_keeps_the_doors_locked(desk):
    desk.all_locked()
    assert "regime night" in refused(desk.session.arm(ReleaseIntent(group="RG-N"), desk.now))


def test_group_release_by_day_wants_name_reason_and_another_person(desk):
    desk.later(8 * 3600)
    desk.all_locked()
    step = armed(desk.session.arm(ReleaseIntent(group="RG-N"), desk.now))
    assert (step.typed, step.needs_reason, step.needs_second_person) == ("RG-N", True, True)
    same = desk.session.confirm(step.id, desk.now, typed="RG-N", reason="unlock", second_person="control-1")
    assert isinstance(same, CommandOutcome)
    assert "another" in same.reason
    order = desk.session.confirm(step.id, desk.now, typed="RG-N", reason="unlock", second_person="floor-2")
    assert not isinstance(order, CommandOutcome)
    assert len(order.commands) == 2
    assert "less than 10 s" in refused(desk.session.arm(ReleaseIntent(group="RG-N"), desk.later(5)))


def test_one_person_suffices_for_emergency_release_while_the_compartment_burns_and_a_review_is_due(desk):
    desk.all_locked()
    calm = armed(desk.session.arm(ReleaseIntent(group="RG-N", emergency=True), desk.now))
    assert calm.needs_second_person
    desk.read(SC__FIRE=2)
    step = armed(desk.session.arm(ReleaseIntent(group="RG-N", emergency=True), desk.now))
    assert not step.needs_second_person
    assert not isinstance(desk.session.confirm(step.id, desk.now), CommandOutcome)
    desk.session.tick(desk.later(599))
    assert alarm_of(desk.session, "release-review") is None
    desk.session.tick(desk.later(2))
    assert alarm_of(desk.session, "release-review") is not None
    desk.session.report("release-review:RG-N", "cell fire; second person shift commander", desk.now)
    assert not alarm_of(desk.session, "release-review").condition


def test_a_lock_order_on_an_open_door_is_refused_and_is_never_done_by_a_bolt_in_the_air(desk):
    desk.all_locked()
    lock = DoorIntent(door=C1, action=DoorAction.LOCK)
    step = armed(desk.session.arm(lock, desk.now))
    order = desk.session.confirm(step.id, desk.now)
    desk.read(D_C1__POSITION=1)
    assert "D.C1" in desk.session.missing_proofs(order)
    assert "shut it first" in refused(desk.session.arm(lock, desk.now))


def test_two_doors_of_a_group_ordered_at_once_race_for_nothing(desk):
    desk.all_locked()
    one = armed(desk.session.arm(DoorIntent(door=SP1, action=DoorAction.UNLOCK), desk.now))
    two = armed(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))
    order = desk.session.confirm(one.id, desk.now, typed="D.SP.1", reason="x")
    assert "being unlocked" in refused(desk.session.confirm(two.id, desk.now, typed="D.SP.2", reason="x"))
    desk.session.settle(order, desk.now, failure="no answer")
    armed(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))


@pytest.mark.parametrize("group", ["RG", "R", "", "RG-N-1"])
def test_a_release_names_a_group_or_its_unit_and_nothing_wider(desk, group):
    desk.all_locked()
    result = desk.session.arm(ReleaseIntent(group=group, emergency=True), desk.now)
    if group == "RG":
        assert armed(result).read_back[1].startswith("2 doors"), "the unit right above the sub-group"
    else:
        assert "no door belongs" in refused(result)


def test_the_operator_is_never_the_second_person_however_written(desk):
    desk.all_locked()
    desk.read(SC__FIRE=2)
    step = armed(desk.session.arm(ReleaseIntent(group="RG-N", emergency=True), desk.now))
    asks = desk.session.confirm(step.id, desk.now, reason="fire", second_person=" Control-1 ")
    assert isinstance(asks, CommandOutcome)
    assert "another" in asks.reason


def test_a_viewer_cannot_close_a_review_and_nobody_without_words(desk_as):
    desk = desk_as(role=Role.VIEWER)
    assert "no right" in refused(desk.session.report("release-review:RG-N", "all well", desk.now))
    desk = desk_as()
    assert "second person" in refused(desk.session.report("release-review:RG-N", " ", desk.now))


def test_an_owed_review_outlives_the_session(desk, facility, points, journal):
    desk.all_locked()
    desk.read(SC__FIRE=2)
    step = armed(desk.session.arm(ReleaseIntent(group="RG-N", emergency=True), desk.now))
    desk.session.confirm(step.id, desk.now)
    rows = [
        JournalRow(number=n, entry=entry, previous_hash="", hash="") for n, entry in enumerate(journal.entries, start=1)
    ]
    later = Session(
        facility,
        points,
        journal,
        mode=SiteMode.VIRTUAL,
        role=Role.OPERATOR,
        who="control-2",
        started_at=desk.now,
        rows=rows,
    )
    later.tick(desk.later(601))
    assert alarm_of(later, "release-review") is not None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_set_point_that_is_no_number_is_refused(desk_as, value):
    desk = desk_as(role=Role.ENGINEER)
    desk.all_locked()
    assert "no value" in refused(desk.session.arm(PointIntent(point=PointId("AHU/SP"), value=value), desk.now))


def test_a_set_point_is_followed_in_single_precision(desk_as):
    desk = desk_as(role=Role.ENGINEER)
    desk.all_locked()
    step = armed(desk.session.arm(PointIntent(point=PointId("AHU/SP"), value=21.3), desk.now))
    order = desk.session.confirm(step.id, desk.now)
    desk.later(1)
    desk.session.ingest([Reading(PointId("AHU/SP"), 21.299999237060547, Quality.GOOD, desk.now)], desk.now)
    assert desk.session.is_followed(order)


def test_life_safety_points_are_never_writable_in_any_mode(desk_as):
    for mode in SiteMode:
        desk = desk_as(role=Role.ENGINEER, mode=mode)
        desk.all_locked()
        reason = refused(desk.session.arm(PointIntent(point=PointId("SC/FIRE"), value=0.0), desk.now))
        assert "life-safety" in reason


def test_a_live_site_is_read_only_unless_it_lists_the_point(desk_as):
    desk = desk_as(mode=SiteMode.LIVE)
    desk.all_locked()
    assert "does not list" in refused(desk.session.arm(UNLOCK_C1, desk.now))


def test_a_set_point_outside_its_limits_is_refused(desk_as):
    desk = desk_as(role=Role.ENGINEER)
    desk.all_locked()
    assert "above 28" in refused(desk.session.arm(PointIntent(point=PointId("AHU/SP"), value=60.0), desk.now))
    assert armed(desk.session.arm(PointIntent(point=PointId("AHU/SP"), value=20.0), desk.now)).subject == "AHU/SP"


def test_doors_are_not_ordered_behind_the_guard_of_their_interlock(desk):
    desk.all_locked()
    reason = refused(desk.session.arm(PointIntent(point=PointId("D.SP.1/COMMAND"), value=1.0), desk.now))
    assert "by door" in reason


def test_a_door_without_communication_takes_no_order(desk):
    assert "does not answer" in refused(desk.session.arm(UNLOCK_C1, desk.now))


def test_a_fire_zone_that_loses_its_loop_still_burns(desk):
    desk.all_locked()
    desk.read(SC__FIRE=2)
    desk.read(SC__FIRE=3)
    assert alarm_of(desk.session, "fire").condition
    assert alarm_of(desk.session, "fire-fault").condition
    desk.read(SC__FIRE=0)
    assert not alarm_of(desk.session, "fire").condition


def test_a_failed_second_step_is_journalled_with_what_it_lacked(desk):
    desk.all_locked()
    step = armed(desk.session.arm(DoorIntent(door=SP2, action=DoorAction.UNLOCK), desk.now))
    desk.session.confirm(step.id, desk.now, typed="wrong", reason="x")
    last = desk.journal.entries[-1]
    assert (last.kind, last.subject) == ("command.not-confirmed", "D.SP.2")
    assert "type D.SP.2" in last.data["reason"]


def test_a_trainer_plays_along_in_an_exercise_and_only_there(desk_as):
    for mode, may in ((SiteMode.EXERCISE, True), (SiteMode.VIRTUAL, False), (SiteMode.LIVE, False)):
        desk = desk_as(role=Role.TRAINER, mode=mode)
        desk.all_locked()
        result = desk.session.arm(UNLOCK_C1, desk.now)
        assert isinstance(result, Armed) is may, mode


def test_unlocking_against_the_regime_is_said_before_it_is_confirmed(desk):
    desk.all_locked()
    assert any("AGAINST" in line for line in armed(desk.session.arm(UNLOCK_C1, desk.now)).read_back)
    desk.later(8 * 3600)
    desk.all_locked()
    assert not any("AGAINST" in line for line in armed(desk.session.arm(UNLOCK_C1, desk.now)).read_back)
