"""Notification classes and their recipient lists, which anybody on loopback may write (ASHRAE 135, clause 12.21)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bacpypes3.apdu import ChangeListError, SimpleAckPDU
from bacpypes3.basetypes import Destination, ErrorType, EventTransitionBits, PropertyIdentifier
from bacpypes3.constructeddata import ListOf
from bacpypes3.errors import ExecutionError, ObjectError, PropertyError
from bacpypes3.local.object import Object as LocalObject
from bacpypes3.object import NotificationClassObject
from bacpypes3.pdu import Address, LocalStation, RemoteStation

from bms_connectors.virtual.bacnet_alarm_rules import NotificationRow
from bms_connectors.virtual.bacnet_events import Transition
from bms_connectors.virtual.bacnet_services import Writable

MOST_RECIPIENTS = 16
_IP_OCTETS = 6
_Recipients = ListOf(Destination)
_RECIPIENT_LIST = int(PropertyIdentifier("recipient-list"))


class NotificationClass(Writable, LocalObject, NotificationClassObject):  # type: ignore[misc]  # bacpypes3 has no types
    """A notification class whose recipients are addresses on loopback, at most 16.

    Recipients by device identifier are refused: a virtual device asks no Who-Is to find one.
    """

    async def write_property(
        self, attr: int | str, value: Any, index: int | None = None, _priority: int | None = None
    ) -> None:
        """Replace the recipient list; nothing else of this object can be written."""
        name = str(self._property_identifier_class(attr).attr) if isinstance(attr, int) else attr
        if name != "recipientList" or index is not None:
            raise PropertyError(errorCode="writeAccessDenied")
        self.replace(list(value))

    def replace(self, recipients: list[Any]) -> None:
        """Take over a list.

        Raises:
            PropertyError, ExecutionError: too many, or one that is no loopback address.
        """
        if len(recipients) > MOST_RECIPIENTS:
            raise ExecutionError(errorClass="resources", errorCode="noSpaceToAddListElement")
        for recipient in recipients:
            check_recipient(recipient)
        self.recipientList = recipients

    def due(self, transition: Transition, at: datetime) -> list[Any]:
        """Recipients that want this transition on this day at this time (naive local time of the device)."""
        return [each for each in self.recipientList or () if _wants(each, transition, at)]


def notification_class(row: NotificationRow, device_name: str) -> NotificationClass:
    """The object of one row, without recipients."""
    return NotificationClass(
        objectIdentifier=("notification-class", row.instance),
        objectName=f"{device_name} notification class {row.name}",
        notificationClass=row.instance,
        priority=list(row.priorities),
        ackRequired=EventTransitionBits([int(each) for each in row.ack_required]),
        recipientList=[],
    )


def check_recipient(recipient: Any) -> None:
    """Raise PropertyError unless the recipient is an IPv4 loopback address with a port."""
    where = recipient.recipient.address if recipient.recipient is not None else None
    mac = bytes(where.macAddress) if where is not None else b""
    if len(mac) != _IP_OCTETS or not ipaddress.IPv4Address(mac[:4]).is_loopback or mac[4:] == b"\0\0":
        raise PropertyError(errorCode="valueOutOfRange")


def address_of(recipient: Any) -> Address:
    """Where to send; the network number 0 means the device's own network."""
    where = recipient.recipient.address
    mac = bytes(where.macAddress)
    return RemoteStation(int(where.networkNumber), mac) if where.networkNumber else LocalStation(mac)


def _wants(recipient: Any, transition: Transition, at: datetime) -> bool:
    now = (at.hour, at.minute, at.second, at.microsecond // 10_000)
    return bool(
        recipient.transitions[transition]
        and recipient.validDays[at.weekday()]  # BACnetDaysOfWeek begins with Monday as well
        and tuple(recipient.fromTime) <= now <= tuple(recipient.toTime)
    )


class ListServices:
    """Mixed into an application: AddListElement and RemoveListElement of recipient lists (clauses 15.1, 15.2)."""

    get_object_id: Any
    response: Any

    async def do_AddListElementRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        await self._change(apdu, _added)

    async def do_RemoveListElementRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        await self._change(apdu, _removed)

    async def _change(self, apdu: Any, change: Any) -> None:
        try:
            target = self._recipients_of(apdu)
            target.replace(change(list(target.recipientList), list(apdu.listOfElements.cast_out(_Recipients))))
        except ExecutionError as error:
            # these two services have an error of their own kind; bacpypes3 would answer with the plain one
            kind = ErrorType(errorClass=error.errorClass, errorCode=error.errorCode)
            first = getattr(error, "element", 0)
            await self.response(
                ChangeListError(
                    service_choice=apdu.apduService, errorType=kind, firstFailedElementNumber=first, context=apdu
                )
            )
            return
        await self.response(SimpleAckPDU(context=apdu))

    def _recipients_of(self, apdu: Any) -> NotificationClass:
        target = self.get_object_id(apdu.objectIdentifier)
        if target is None:
            raise ObjectError(errorCode="unknownObject")
        if not isinstance(target, NotificationClass):
            raise PropertyError(errorCode="writeAccessDenied")
        if int(apdu.propertyIdentifier) != _RECIPIENT_LIST or apdu.propertyArrayIndex is not None:
            raise PropertyError(errorCode="writeAccessDenied")
        return target


def _added(old: list[Any], new: Iterable[Any]) -> list[Any]:
    for number, each in enumerate(new, start=1):
        try:
            check_recipient(each)
        except PropertyError as error:
            error.element = number
            raise
        if each not in old:
            old.append(each)
    return old


def _removed(old: list[Any], gone: Iterable[Any]) -> list[Any]:
    for number, each in enumerate(gone, start=1):
        if each not in old:
            error = ExecutionError(errorClass="services", errorCode="listElementNotFound")
            error.element = number
            raise error
        old.remove(each)
    return old
