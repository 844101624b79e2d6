from __future__ import annotations

import random

from bms_connectors.bacnet.cov_ledger import GRACE_S, CovLedger
from twin.model.ids import PointId

DOOR = PointId("D1")


def test_what_was_told_is_no_loss() -> None:
    ledger = CovLedger()
    ledger.notified(DOOR, 0.0)
    ledger.notified(DOOR, 1.0)
    ledger.polled(DOOR, 1.0, 10.0)
    assert ledger.settle(100.0) == []


def test_the_first_poll_is_no_loss() -> None:
    ledger = CovLedger()
    ledger.polled(DOOR, 1.0, 0.0)
    assert not ledger.is_open


def test_a_change_that_nobody_told_is_one_loss_however_often_it_is_polled() -> None:
    ledger = CovLedger()
    ledger.notified(DOOR, 0.0)
    lost = []
    for second in range(10):
        ledger.polled(DOOR, 1.0, float(second))
        lost += ledger.settle(float(second))
    assert lost == [DOOR]


def test_a_notification_that_comes_within_the_grace_explains_the_change() -> None:
    ledger = CovLedger()
    ledger.notified(DOOR, 0.0)
    ledger.polled(DOOR, 1.0, 0.0)
    assert ledger.is_open
    ledger.notified(DOOR, 1.0)
    assert ledger.settle(GRACE_S * 2) == []


def test_a_change_below_the_increment_is_no_loss() -> None:
    ledger = CovLedger(tolerance={DOOR: 0.5})
    ledger.notified(DOOR, 20.0)
    ledger.polled(DOOR, 20.4, 0.0)
    assert not ledger.is_open
    ledger.polled(DOOR, 20.5, 0.0)
    assert ledger.settle(GRACE_S) == [DOOR]


def test_what_is_told_of_a_later_change_does_not_explain_an_earlier_one() -> None:
    ledger = CovLedger()
    ledger.notified(DOOR, 0.0)
    ledger.polled(DOOR, 1.0, 0.0)
    ledger.notified(DOOR, 2.0)
    ledger.polled(DOOR, 2.0, 1.0)
    assert ledger.settle(GRACE_S) == [DOOR]
    assert not ledger.is_open


def test_several_changes_within_one_grace_are_several_losses() -> None:
    ledger = CovLedger()
    ledger.notified(DOOR, 0.0)
    for tenth, value in enumerate((1.0, 2.0, 2.0, 0.0)):
        ledger.polled(DOOR, value, tenth / 10)
    assert ledger.settle(GRACE_S + 1.0) == [DOOR] * 3


def test_lost_and_late_notifications_are_told_apart() -> None:
    """A change a second, polled half a second later; a third of the notifications is late, but within the grace."""
    chance, ledger = random.Random(7), CovLedger()
    ledger.notified(DOOR, 0.0)
    due: dict[int, list[float]] = {}
    never, lost = 0, 0
    for second in range(1, 501):
        fate = chance.choice(("told", "late", "never"))
        never += fate == "never"
        if fate != "never":
            due.setdefault(second + (fate == "late"), []).append(float(second))
        for value in sorted(due.pop(second, [])):
            ledger.notified(DOOR, value)
        ledger.polled(DOOR, float(second), second + 0.5)
        lost += len(ledger.settle(second + 0.5))
    for value in due.pop(501, []):
        ledger.notified(DOOR, value)
    assert lost + len(ledger.settle(600.0)) == never > 100
