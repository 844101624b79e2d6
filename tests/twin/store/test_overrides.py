"""A crash forgets no order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from twin.model.errors import StoreError
from twin.model.ids import PointId
from twin.model.points import Command
from twin.model.vocabulary import Role
from twin.store.connection import Database
from twin.store.overrides import OrderStatus, StandingOrder, open_orders, record_order, set_status


@pytest.fixture
def order(now: datetime) -> StandingOrder:
    command = Command(
        id="c-1",
        point=PointId("TST/L00/A/C01/DOOR1/COMMAND"),
        value=1.0,
        who="post CR-1",
        role=Role.OPERATOR,
        reason="round",
        issued_at=now,
        expires_at=now + timedelta(minutes=5),
    )
    return StandingOrder(command=command, status=OrderStatus.SENT, changed_at=now)


def test_an_open_order_comes_back_equal(database: Database, order: StandingOrder) -> None:
    endless = replace(order, command=replace(order.command, id="c-2", expires_at=None), status=OrderStatus.ACTIVE)
    record_order(database, order)
    record_order(database, endless)
    assert open_orders(database) == [order, endless]


@pytest.mark.parametrize("status", [OrderStatus.RELINQUISHED, OrderStatus.EXPIRED, OrderStatus.FAILED])
def test_a_finished_order_is_no_longer_open(database: Database, order: StandingOrder, status: OrderStatus) -> None:
    record_order(database, order)
    set_status(database, "c-1", status, order.changed_at)
    assert open_orders(database) == []


def test_an_order_moves_on(database: Database, order: StandingOrder) -> None:
    record_order(database, order)
    later = order.changed_at + timedelta(seconds=2)
    set_status(database, "c-1", OrderStatus.ACTIVE, later)
    assert open_orders(database) == [replace(order, status=OrderStatus.ACTIVE, changed_at=later)]


def test_an_unknown_order_cannot_move(database: Database, now: datetime) -> None:
    with pytest.raises(StoreError, match="knows no order c-9"):
        set_status(database, "c-9", OrderStatus.ACTIVE, now)
