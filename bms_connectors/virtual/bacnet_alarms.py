"""Intrinsic reporting of one device: watches its objects, notifies recipients, answers about events.

GetEventInformation (ASHRAE 135, clause 13.12), AcknowledgeAlarm (13.5), Confirmed- and UnconfirmedEventNotification
(13.8, 13.9). The states themselves are kept by `bacnet_events`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bacpypes3.apdu import (
    ConfirmedEventNotificationRequest,
    GetEventInformationACK,
    SimpleAckPDU,
    UnconfirmedEventNotificationRequest,
)
from bacpypes3.apdu import decode_max_apdu_length_accepted as length_of
from bacpypes3.basetypes import EventState, EventTransitionBits, GetEventInformationEventSummary, NotifyType
from bacpypes3.errors import ExecutionError, ObjectError, ParameterOutOfRange, ServicesError

from bms_connectors.virtual.bacnet_alarm_rules import NotificationRow
from bms_connectors.virtual.bacnet_event_values import event_type, event_values, from_time_stamp, to_time_stamp
from bms_connectors.virtual.bacnet_events import AcknowledgementError, EventBook, State, Transition
from bms_connectors.virtual.bacnet_outbox import Outbox
from bms_connectors.virtual.bacnet_recipients import NotificationClass, address_of
from bms_connectors.virtual.bacnet_time import DeviceClock
from twin.model.points import Point

_SUMMARY_OCTETS = 72
_ENVELOPE = 24


@dataclass(slots=True)
class Watched:
    """An object that reports, its event book and the class that it reports to."""

    target: Any
    point: Point
    book: EventBook
    row: NotificationRow


@dataclass(slots=True)
class AlarmDesk:
    """Everything of one device that reports events."""

    clock: DeviceClock
    classes: dict[int, NotificationClass] = field(default_factory=dict)
    watched: dict[Any, Watched] = field(default_factory=dict)

    def watch(self, watched: Watched) -> None:
        """Add an object; it starts normal, and what alarms already alarms at its first look."""
        self.watched[watched.target.objectIdentifier] = watched

    def active(self) -> list[Watched]:
        return [each for each in self.watched.values() if each.book.is_active]


class AlarmServices:
    """Mixed into an application: event services over an `AlarmDesk`."""

    desk: AlarmDesk
    outbox: Outbox
    request: Any
    response: Any
    device_object: Any
    get_object_id: Any

    def look(self, identifier: Any) -> None:
        """Judge an object's value after it was shown; report a transition."""
        watched = self.desk.watched.get(identifier)
        if watched is None:
            return
        change = watched.book.look(watched.target.known_value(), self.desk.clock.local())
        if change is not None:
            with watched.target.flags_noticed():
                _show(watched)
            self._notify(watched, change.transition, change.before, change.after, change.at)

    async def do_GetEventInformationRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        active = self.desk.active()
        last = apdu.lastReceivedObjectIdentifier
        if last is not None:
            # by order of the objects, so that an event that ended between two requests loses no place
            order = list(self.desk.watched)
            place = order.index(last) if last in self.desk.watched else len(order)
            active = [each for each in active if order.index(each.target.objectIdentifier) > place]
        room = min(length_of(apdu.apduMaxResp), int(self.device_object.maxApduLengthAccepted)) - _ENVELOPE
        fitting = active[: max(1, room // _SUMMARY_OCTETS)]
        await self.response(
            GetEventInformationACK(
                listOfEventSummaries=[_summary(each) for each in fitting],
                moreEvents=len(fitting) < len(active),
                context=apdu,
            )
        )

    async def do_AcknowledgeAlarmRequest(self, apdu: Any) -> None:  # noqa: N802 -- bacpypes3's name
        watched = self.desk.watched.get(apdu.eventObjectIdentifier)
        if watched is None:
            if self.get_object_id(apdu.eventObjectIdentifier) is None:
                raise ObjectError(errorCode="unknownObject")
            raise ExecutionError(errorClass="object", errorCode="noAlarmConfigured")
        try:
            state = State(str(EventState(apdu.eventStateAcknowledged).attr))
            stamp = from_time_stamp(apdu.timeStamp)
        except (ValueError, AttributeError) as error:
            raise ParameterOutOfRange from error
        try:
            transition = watched.book.acknowledge(state, stamp)
        except AcknowledgementError as error:
            raise ServicesError(errorCode=error.code) from error
        _show(watched)
        await self.response(SimpleAckPDU(context=apdu))
        self._notify(watched, transition, None, state, self.desk.clock.local())

    def _notify(
        self, watched: Watched, transition: Transition, before: State | None, after: State, at: datetime
    ) -> None:
        """To every recipient of the class; without `before` it is an acknowledgement (clause 13.5)."""
        for recipient in self.desk.classes[watched.row.instance].due(transition, at):
            confirmed = bool(recipient.issueConfirmedNotifications)
            makes = ConfirmedEventNotificationRequest if confirmed else UnconfirmedEventNotificationRequest
            happened = (
                {
                    "ackRequired": watched.row.ack_required[transition],
                    "fromState": EventState(before.value),
                    "eventValues": event_values(watched.target, watched.book.algorithm, before, after),
                }
                if before is not None
                else {}
            )
            letter = makes(
                processIdentifier=recipient.processIdentifier,
                initiatingDeviceIdentifier=self.device_object.objectIdentifier,
                eventObjectIdentifier=watched.target.objectIdentifier,
                timeStamp=to_time_stamp(at),
                notificationClass=watched.row.instance,
                priority=watched.row.priorities[transition],
                eventType=event_type(watched.target, before, after),
                messageText=f"{watched.point.id}: {watched.point.meaning.label} {after.value}",
                notifyType=NotifyType.alarm if before is not None else NotifyType.ackNotification,
                toState=EventState(after.value),
                destination=address_of(recipient),
                **happened,
            )
            if confirmed:
                # every transition counts: unlike a change of value, a newer one does not replace an older one
                self.outbox.post(letter, ("event", id(letter)))
            else:
                self.request(letter)


def _show(watched: Watched) -> None:
    book, target = watched.book, watched.target
    target.eventState = EventState(book.state.value)
    target.ackedTransitions = EventTransitionBits([int(each) for each in book.acked])
    target.eventTimeStamps = [to_time_stamp(each) for each in book.stamps]


def _summary(watched: Watched) -> GetEventInformationEventSummary:
    book = watched.book
    return GetEventInformationEventSummary(
        objectIdentifier=watched.target.objectIdentifier,
        eventState=EventState(book.state.value),
        acknowledgedTransitions=EventTransitionBits([int(each) for each in book.acked]),
        eventTimeStamps=[to_time_stamp(each) for each in book.stamps],
        notifyType=NotifyType.alarm,
        eventEnable=EventTransitionBits([1, 1, 1]),
        eventPriorities=list(watched.row.priorities),
    )
