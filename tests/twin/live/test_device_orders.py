"""Writes to a device that are no point's value pass the same guard: right, reason, the live site's list, journal."""

from __future__ import annotations

import pytest

from twin.live.commands import WritePolicy
from twin.live.device_orders import device_refusal
from twin.model.operation import CommandOutcome, DeviceAction, DeviceIntent, Outcome
from twin.model.vocabulary import Role, SiteMode

CLOCK = DeviceIntent(device="AHU-01", action=DeviceAction.SET_CLOCK)


@pytest.mark.parametrize(
    ("role", "action", "may"),
    [
        (Role.ENGINEER, DeviceAction.SET_CLOCK, True),
        (Role.ENGINEER, DeviceAction.SCHEDULE, True),
        (Role.OPERATOR, DeviceAction.ACKNOWLEDGE, True),
        (Role.OPERATOR, DeviceAction.SET_CLOCK, False),
        (Role.VIEWER, DeviceAction.ACKNOWLEDGE, False),
    ],
)
def test_each_action_asks_for_its_right(role: Role, action: DeviceAction, may: bool):
    intent = DeviceIntent(device="AHU-01", action=action)
    refused = device_refusal(intent, "drill", role=role, mode=SiteMode.VIRTUAL, policy=WritePolicy())
    assert (refused == "") is may


def test_a_live_device_is_written_only_where_the_site_lists_it():
    def refusal(policy: WritePolicy) -> str:
        return device_refusal(CLOCK, "drift", role=Role.ENGINEER, mode=SiteMode.LIVE, policy=policy)

    assert "does not list" in refusal(WritePolicy())
    assert "does not list" in refusal(WritePolicy(devices=frozenset({"AHU-01"})))  # listed, but writing is off
    assert "does not list" in refusal(WritePolicy(enabled=True, devices=frozenset({"AHU-02"})))
    assert refusal(WritePolicy(enabled=True, devices=frozenset({"AHU-01"}))) == ""


def test_a_write_without_a_reason_is_refused_and_journalled(desk_as):
    desk = desk_as(role=Role.ENGINEER)
    outcome = desk.session.begin_device(CLOCK, desk.now, reason=" ")
    assert isinstance(outcome, CommandOutcome)
    assert (outcome.outcome, outcome.reason) == (Outcome.REFUSED, "a reason is needed")
    assert desk.journal.kinds() == ["command.refused"]


def test_what_was_written_stands_in_the_journal_with_what_became_of_it(desk_as):
    desk = desk_as(role=Role.ENGINEER)
    assert desk.session.begin_device(CLOCK, desk.now, reason="drift") is None
    assert desk.session.settle_device(CLOCK, desk.now).outcome is Outcome.DONE
    assert desk.session.settle_device(CLOCK, desk.now, failure="no answer").outcome is Outcome.FAILED
    assert desk.journal.kinds() == ["device.requested", "device.done", "device.failed"]
    assert desk.journal.entries[0].data == {"action": "set-clock", "what": "", "reason": "drift"}
