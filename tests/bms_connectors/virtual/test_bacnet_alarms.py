"""Events on the wire: notifications, event information, acknowledgements, recipient lists."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bacpypes3.apdu import (
    AcknowledgeAlarmRequest,
    AddListElementRequest,
    ChangeListError,
    ConfirmedEventNotificationRequest,
    ErrorPDU,
    GetEventInformationRequest,
    RemoveListElementRequest,
    UnconfirmedEventNotificationRequest,
)
from bacpypes3.basetypes import (
    Destination,
    DeviceAddress,
    EventState,
    EventTransitionBits,
    Recipient,
    StatusFlags,
    TimeStamp,
)
from bacpypes3.constructeddata import Any as AnyValue
from bacpypes3.constructeddata import ListOf
from bacpypes3.primitivedata import Real
from bms_town import Town, bacnet, point
from wire_peer import WirePeer, local, talking

from bms_connectors.virtual.bacnet_devices import BacnetServer
from bms_connectors.virtual.bacnet_event_values import to_time_stamp
from bms_connectors.virtual.bacnet_events import State
from bms_connectors.virtual.bacnet_time import DeviceClock
from twin.model.points import Device, Point

EVERY_DAY = [1] * 7
SECURITY, PLANT, LIFE_SAFETY = "notification-class,2", "notification-class,3", "notification-class,1"


@pytest.fixture
def alarmed(town: Town) -> Town:
    """The air handling unit with limits, a duress button, a generator and a detector."""
    place = next(n for n, p in enumerate(town.points) if p.id == "AHU/TEMP")
    town.points[place] = dataclasses.replace(town.points[place], low=16.0, high=26.0)
    for id_, kind, where, instance in (
        ("C1/DURESS", "duress", "binary-input", 5),
        ("P/GENERATOR", "generator", "multi-state-input", 6),
        ("C1/SMOKE", "smoke_detector", "life-safety-point", 7),
    ):
        town.points.append(point(id_, kind, bacnet("AHU", where, instance)))
        town.host.set(id_, 0.0)
    return town


def destination(port: int, *, host: str = "127.0.91.77", confirmed: bool = True, **more: Any) -> Destination:
    return Destination(
        **{
            "validDays": EVERY_DAY,
            "fromTime": (0, 0, 0, 0),
            "toTime": (23, 59, 59, 99),
            "recipient": Recipient(address=DeviceAddress(f"{host}:{port}")),
            "processIdentifier": 42,
            "issueConfirmedNotifications": confirmed,
            "transitions": EventTransitionBits([1, 1, 1]),
        }
        | more
    )


async def enrol(peer: WirePeer, device: Device, where: str, *recipients: Destination) -> None:
    await peer.ask(device, listed(AddListElementRequest, where, *recipients))


def listed(kind: Any, where: str, *recipients: Destination) -> Any:
    return kind(
        objectIdentifier=where,
        propertyIdentifier="recipient-list",
        listOfElements=AnyValue(ListOf(Destination)(list(recipients))),
    )


def become(town: Town, server: BacnetServer, id_: str, value: float | None) -> Point:
    town.host.set(id_, value)
    server.show(town.point(id_).id)
    server.settle()
    return town.point(id_)


async def information(peer: WirePeer, device: Device, last: str | None = None) -> Any:
    return await peer.ask(device, GetEventInformationRequest(lastReceivedObjectIdentifier=last))


async def active(peer: WirePeer, device: Device) -> dict[str, tuple[str, list[int]]]:
    answer = await information(peer, device)
    return {
        str(each.objectIdentifier): (str(each.eventState), list(each.acknowledgedTransitions))
        for each in answer.listOfEventSummaries
    }


def acknowledgement(where: str, state: State, stamp: TimeStamp) -> AcknowledgeAlarmRequest:
    return AcknowledgeAlarmRequest(
        acknowledgingProcessIdentifier=42,
        eventObjectIdentifier=where,
        eventStateAcknowledged=EventState(state.value),
        timeStamp=stamp,
        acknowledgmentSource="desk",
        timeOfAcknowledgment=to_time_stamp(local(2026, 3, 1)),
    )


async def test_a_limit_that_is_passed_is_notified_with_value_and_limit(alarmed: Town) -> None:
    async with talking(alarmed) as (server, peer, device):
        await enrol(peer, device, PLANT, destination(peer.port))
        become(alarmed, server, "AHU/TEMP", 27.5)
        told = await peer.next_told()
        assert isinstance(told, ConfirmedEventNotificationRequest)
        assert (str(told.fromState), str(told.toState)) == ("normal", "high-limit")
        assert (told.processIdentifier, told.notificationClass, told.priority) == (42, 3, 130)
        assert told.ackRequired
        beyond = told.eventValues.outOfRange
        assert (beyond.exceedingValue, beyond.exceededLimit) == (27.5, 26.0)
        assert list(beyond.statusFlags) == [1, 0, 0, 0]
        assert list(await peer.read(device, "analog-input,1", "status-flags", StatusFlags)) == [1, 0, 0, 0]
        assert await peer.read(device, "analog-input,1", "high-limit", Real) == 26.0
        become(alarmed, server, "AHU/TEMP", 21.0)
        told = await peer.next_told()
        assert (str(told.fromState), str(told.toState), told.priority) == ("high-limit", "normal", 150)
        assert not told.ackRequired


async def test_doors_power_and_fire_report_in_the_parameters_of_their_types(alarmed: Town) -> None:
    async with talking(alarmed) as (server, peer, device):
        for where in (SECURITY, PLANT, LIFE_SAFETY):
            await enrol(peer, device, where, destination(peer.port, confirmed=False))
        become(alarmed, server, "C1/DURESS", 1.0)
        told = await peer.next_told()
        assert isinstance(told, UnconfirmedEventNotificationRequest)
        assert (str(told.toState), told.notificationClass, told.priority) == ("offnormal", 2, 70)
        assert told.eventValues.changeOfState.newState.binaryValue == 1
        become(alarmed, server, "P/GENERATOR", 3.0)
        told = await peer.next_told()
        assert told.eventValues.changeOfState.newState.unsignedValue == 4
        become(alarmed, server, "C1/SMOKE", 2.0)
        told = await peer.next_told()
        assert (str(told.toState), told.notificationClass, told.priority) == ("life-safety-alarm", 1, 10)
        assert str(told.eventValues.changeOfLifeSafety.newState) == "alarm"
        assert "C1/SMOKE" in str(told.messageText)


async def test_a_value_that_gets_lost_is_reported_as_a_fault(alarmed: Town) -> None:
    async with talking(alarmed) as (server, peer, device):
        await enrol(peer, device, SECURITY, destination(peer.port))
        become(alarmed, server, "C1/DURESS", None)
        told = await peer.next_told()
        assert (str(told.eventType), str(told.toState), told.priority) == ("change-of-reliability", "fault", 80)
        assert str(told.eventValues.changeOfReliability.reliability) == "unreliable-other"


async def test_event_information_lists_what_stands_or_waits_for_an_acknowledgement(alarmed: Town) -> None:
    async with talking(alarmed) as (server, peer, device):
        assert await active(peer, device) == {}
        become(alarmed, server, "AHU/TEMP", 10.0)
        become(alarmed, server, "C1/DURESS", 1.0)
        become(alarmed, server, "C1/DURESS", 0.0)
        assert await active(peer, device) == {
            "analog-input,1": ("low-limit", [0, 1, 1]),
            "binary-input,5": ("normal", [0, 1, 1]),
        }


async def test_an_acknowledgement_needs_the_time_of_the_event(alarmed: Town) -> None:
    async with talking(alarmed) as (server, peer, device):
        become(alarmed, server, "C1/DURESS", 1.0)
        (summary,) = (await information(peer, device)).listOfEventSummaries
        stamp = summary.eventTimeStamps[0]
        where = "binary-input,5"
        wrong = to_time_stamp(local(2020, 1, 1))
        for request, error in (
            (acknowledgement(where, State.OFFNORMAL, wrong), "invalid-time-stamp"),
            (acknowledgement(where, State.OFFNORMAL, TimeStamp(sequenceNumber=1)), "invalid-time-stamp"),
            (acknowledgement(where, State.HIGH_LIMIT, stamp), "invalid-event-state"),
            (acknowledgement("binary-input,99", State.OFFNORMAL, stamp), "unknown-object"),
            (acknowledgement("binary-input,1", State.OFFNORMAL, stamp), "no-alarm-configured"),
        ):
            with pytest.raises(ErrorPDU, match=error):
                await peer.ask(device, request)
        assert await active(peer, device) == {where: ("offnormal", [0, 1, 1])}
        await enrol(peer, device, SECURITY, destination(peer.port))
        await peer.ask(device, acknowledgement(where, State.OFFNORMAL, stamp))
        assert await active(peer, device) == {where: ("offnormal", [1, 1, 1])}
        told = await peer.next_told()
        assert (str(told.notifyType), str(told.toState)) == ("ack-notification", "offnormal")
        become(alarmed, server, "C1/DURESS", 0.0)
        assert await active(peer, device) == {}


async def test_many_events_come_in_parts(alarmed: Town) -> None:
    for number in range(100, 160):
        alarmed.points.append(point(f"L/{number}", "leak", bacnet("AHU", "binary-input", number)))
        alarmed.host.set(f"L/{number}", 1.0)
    async with talking(alarmed) as (_, peer, device):
        found: list[str] = []
        answer = await information(peer, device)
        while answer.moreEvents:
            found += [str(each.objectIdentifier) for each in answer.listOfEventSummaries]
            answer = await information(peer, device, found[-1])
        found += [str(each.objectIdentifier) for each in answer.listOfEventSummaries]
    assert found == [f"binary-input,{number}" for number in range(100, 160)]


@pytest.mark.parametrize("host", ["10.1.2.3", "192.168.0.9"])
async def test_recipients_beyond_loopback_are_refused(alarmed: Town, host: str) -> None:
    async with talking(alarmed) as (_, peer, device):
        outside = destination(47808, host=host)
        with pytest.raises(ChangeListError) as refused:
            await enrol(peer, device, PLANT, destination(peer.port), outside)
        assert refused.value.firstFailedElementNumber == 2
        with pytest.raises(ErrorPDU, match="value-out-of-range"):
            await peer.write(device, PLANT, "recipient-list", ListOf(Destination)([outside]))
        by_name = destination(1, recipient=Recipient(device=("device", 5)))
        with pytest.raises(ChangeListError):
            await enrol(peer, device, PLANT, by_name)
        assert list(await peer.read(device, PLANT, "recipient-list", ListOf(Destination))) == []


async def test_a_recipient_is_added_once_and_can_be_removed(alarmed: Town) -> None:
    async with talking(alarmed) as (_, peer, device):
        me = destination(peer.port)
        await enrol(peer, device, PLANT, me)
        await enrol(peer, device, PLANT, me)
        assert len(await peer.read(device, PLANT, "recipient-list", ListOf(Destination))) == 1
        await peer.ask(device, listed(RemoveListElementRequest, PLANT, me))
        assert len(await peer.read(device, PLANT, "recipient-list", ListOf(Destination))) == 0
        with pytest.raises(ChangeListError):
            await peer.ask(device, listed(RemoveListElementRequest, PLANT, me))
        with pytest.raises(ChangeListError):
            await enrol(peer, device, PLANT, *(destination(peer.port, processIdentifier=n) for n in range(17)))
        with pytest.raises(ChangeListError):
            await enrol(peer, device, "binary-input,1", me)
        await peer.write(device, PLANT, "recipient-list", ListOf(Destination)([me]))
        assert len(await peer.read(device, PLANT, "recipient-list", ListOf(Destination))) == 1


async def test_recipients_hear_only_their_transitions_days_and_hours(alarmed: Town) -> None:
    sunday_noon = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    async with talking(alarmed, clock=DeviceClock(now=lambda: sunday_noon)) as (server, peer, device):
        await enrol(
            peer,
            device,
            SECURITY,
            destination(peer.port, processIdentifier=1, transitions=EventTransitionBits([0, 1, 1])),
            destination(peer.port, processIdentifier=2, validDays=[1, 1, 1, 1, 1, 1, 0]),
            destination(peer.port, processIdentifier=3, toTime=(11, 59, 59, 99)),
            destination(peer.port, processIdentifier=4),
        )
        become(alarmed, server, "C1/DURESS", 1.0)
        assert (await peer.next_told()).processIdentifier == 4
        become(alarmed, server, "C1/DURESS", 0.0)
        assert {(await peer.next_told()).processIdentifier for _ in range(2)} == {1, 4}
        assert peer.told.empty()


async def test_what_alarms_when_the_device_starts_is_an_event(alarmed: Town) -> None:
    alarmed.host.set("C1/SMOKE", 2.0)
    before = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=1)
    async with talking(alarmed) as (_, peer, device):
        (summary,) = (await information(peer, device)).listOfEventSummaries
        assert str(summary.eventState) == "life-safety-alarm"
        assert list(summary.eventPriorities) == [10, 20, 30]
        assert summary.eventTimeStamps[0].dateTime is not None
        assert before.year == 1900 + summary.eventTimeStamps[0].dateTime.date[0]


async def test_a_recipient_that_is_gone_holds_up_nobody_else(alarmed: Town) -> None:
    async with talking(alarmed) as (server, peer, device):
        await enrol(peer, device, SECURITY, destination(9, host="127.0.91.78"), destination(peer.port))
        for _ in range(300):
            become(alarmed, server, "C1/DURESS", 1.0)
            become(alarmed, server, "C1/DURESS", 0.0)
            await peer.next_told()
            await peer.next_told()
        assert server._app.outbox.lost > 0
