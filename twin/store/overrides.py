"""Orders that outlive the process: overrides with their expiry, and door orders, so that a crash forgets none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twin.model.errors import StoreError
from twin.model.points import Command
from twin.model.vocabulary import Role
from twin.store.columns import MOMENT, Rows, choice
from twin.store.connection import Database


class OrderStatus(StrEnum):
    """How far an order has come."""

    SENT = "sent"  # written, the physical feedback has not followed yet
    ACTIVE = "active"  # it stands
    RELINQUISHED = "relinquished"  # taken back
    EXPIRED = "expired"  # its time is over; a door then waits for a decision
    FAILED = "failed"


OPEN = (OrderStatus.SENT, OrderStatus.ACTIVE)
"""What a restart must look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrder:
    """A command as written, and how far it has come."""

    command: Command
    status: OrderStatus
    changed_at: datetime


_COMMANDS = Rows(Command, {"role": choice(Role), "issued_at": MOMENT, "expires_at": MOMENT})


def record_order(database: Database, order: StandingOrder) -> None:
    """Write an order, new or changed; an order is known by its command's id.

    Raises:
        StoreError: the database cannot serve.
    """
    row = {**_COMMANDS.row(order.command), "status": order.status, "changed_at": MOMENT.write(order.changed_at)}
    with database.transaction() as tables:
        tables.utils.table("command_order").upsert(row, pk="id")


def set_status(database: Database, command: str, status: OrderStatus, at: datetime) -> None:
    """Move an order on.

    Raises:
        StoreError: there is no such order, or the database cannot serve.
    """
    statement = "UPDATE command_order SET status = ?, changed_at = ? WHERE id = ?"
    with database.transaction() as tables:
        if not tables.execute(statement, (status, MOMENT.write(at), command)):
            raise StoreError(str(database.path), f"knows no order {command}")


def open_orders(database: Database) -> list[StandingOrder]:
    """Orders that are sent or stand, oldest first.

    Raises:
        StoreError: the database cannot serve, or a row makes no sense.
    """
    found = database.rows(
        f"SELECT {_COMMANDS.selection}, status, changed_at FROM command_order"  # noqa: S608
        " WHERE status IN (?, ?) ORDER BY issued_at, id",
        OPEN,
    )
    try:
        return [
            StandingOrder(
                command=_COMMANDS.item(values), status=OrderStatus(status), changed_at=MOMENT.read(changed_at)
            )
            for *values, status, changed_at in found
        ]
    except ValueError as error:
        raise StoreError(str(database.path), f"an order makes no sense: {error}") from error
