from __future__ import annotations

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
