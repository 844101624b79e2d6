"""The devices' own alarms on the wire: received, listed, acknowledged, found when lost, refused when forged."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bacpypes3.apdu import ConfirmedEventNotificationRequest, ErrorPDU, UnconfirmedEventNotificationRequest
from bacpypes3.basetypes import DeviceAddress, EventState, EventType, NotifyType
from bms_town import Town, bacnet, point
from wire_peer import peering

from bms_connectors.bacnet.client import BacnetClient, Conversation
from bms_connectors.bacnet.event_recipients import EVENT_PROCESS, recipient
from bms_connectors.bacnet.events import MOST_WAITING, EventDesk
from bms_connectors.bacnet.presence import Presence
from bms_connectors.connectors import open_connectors
from bms_connectors.device_events import DeviceEvent
from bms_connectors.virtual.bacnet_application import VirtualApplication
from bms_connectors.virtual.bacnet_devices import BacnetServer
from bms_connectors.virtual.bacnet_event_values import to_time_stamp
from bms_connectors.virtual.bacnet_field import FieldController
from bms_connectors.virtual.bacnet_router import FieldRouter, Line
from bms_connectors.virtual.bacnet_time import DeviceClock
from bms_connectors.virtual.serve import VirtualBuilding
from twin.model.errors import ConnectorError, DeviceRefusedError
from twin.model.points import Device, Protocol

WITHIN_S = 1.0
Wait = Callable[..., Any]


@pytest.fixture
def alarmed(town: Town) -> Town:
    """The air handling unit with limits, a duress button and a detector."""
    place = next(n for n, p in enumerate(town.points) if p.id == "AHU/TEMP")
    town.points[place] = dataclasses.replace(town.points[place], low=16.0, high=26.0)
    for id_, kind, where, instance in (
        ("C1/DURESS", "duress", "binary-input", 5),
        ("C1/SMOKE", "smoke_detector", "life-safety-point", 7),
    ):
        town.points.append(point(id_, kind, bacnet("AHU", where, instance)))
        town.host.set(id_, 0.0)
    return town


@asynccontextmanager
async def served(town: Town, name: str = "AHU", **more: Any) -> AsyncIterator[BacnetServer]:
    points = [p for p in town.points if p.binding is not None and p.binding.device == name]
    server = BacnetServer(town.device(name), points, town.host, **more)
    await server.open()
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def listening(
    town: Town, *, device: Device | None = None, may_enrol: bool = True, **more: Any
) -> AsyncIterator[EventDesk]:
    """A desk at one device, after its first look."""
    device = device or town.device("AHU")
    more = {"every_s": 300.0, "grace_s": 0.2, "least_s": 0.05} | more
    async with BacnetClient(avoid={device.port}) as client:
        talk = Conversation(device, client)
        desk = EventDesk(talk, Presence(talk), town.points, **more)
        await desk.open(may_enrol=may_enrol)
        try:
            yield desk
        finally:
            await desk.close()


async def enrolled(desk: EventDesk, wait_until: Wait, classes: int = 3) -> None:
    await wait_until(lambda: desk.counts().enrolled >= classes and desk.counts().asked > 0)


def become(town: Town, server: BacnetServer, id_: str, value: float | None) -> None:
    town.host.set(id_, value)
    server.show(town.point(id_).id)
    server.settle()


def recipients(server: BacnetServer) -> list[int]:
    return [int(each.processIdentifier) for one in server._desk.classes.values() for each in one.recipientList]


async def next_event(desk: EventDesk, limit_s: float = 60.0) -> DeviceEvent:
    async with asyncio.timeout(limit_s):
        while True:
            for event in desk.drain(1):
                return event
            await asyncio.sleep(0.01)


async def test_an_alarm_of_a_device_is_received_within_a_second(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server, listening(alarmed) as desk:
        await enrolled(desk, wait_until)
        began, now = time.monotonic(), datetime.now(UTC)
        become(alarmed, server, "AHU/TEMP", 27.5)
        event = await next_event(desk)
        assert time.monotonic() - began < WITHIN_S
        assert (event.device, event.object_name, event.point) == ("AHU", "analog-input,1", "AHU/TEMP")
        assert (event.from_state, event.state, event.priority) == ("normal", "high-limit", 130)
        assert (event.is_notified, event.ack_required, event.unacknowledged) == (True, True, ("to-offnormal",))
        assert event.at is not None
        assert abs(event.at - now) < timedelta(seconds=5)
        assert "high" in event.message
        become(alarmed, server, "AHU/TEMP", 21.0)
        event = await next_event(desk)
        assert (event.from_state, event.state, event.is_acknowledged) == ("high-limit", "normal", True)
        assert (desk.counts().received, desk.counts().lost) == (2, 0)


async def test_our_entry_is_put_beside_those_of_others_and_taken_back(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server:
        somebody = recipient(DeviceAddress("127.0.91.77:48900"), process=42)
        server._desk.classes[3].recipientList = [somebody]
        async with listening(alarmed) as desk:
            await enrolled(desk, wait_until)
            assert sorted(recipients(server)) == [42, *[EVENT_PROCESS] * 3]
        assert recipients(server) == [42]


async def test_nothing_is_written_to_a_device_that_does_not_allow_it(alarmed: Town, wait_until: Wait) -> None:
    alarmed.host.set("C1/DURESS", 1.0)
    async with served(alarmed) as server, listening(alarmed, may_enrol=False, every_s=0.3) as desk:
        event = await next_event(desk)
        assert (event.subject, event.state, event.is_notified) == ("C1/DURESS", "offnormal", False)
        assert recipients(server) == []
        become(alarmed, server, "C1/SMOKE", 2.0)
        event = await next_event(desk)
        assert (event.subject, event.state) == ("C1/SMOKE", "life-safety-alarm")
        assert desk.counts().lost == 0, "nobody was to notify us"


async def test_an_acknowledgement_is_seen_at_the_device(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server, listening(alarmed) as desk:
        await enrolled(desk, wait_until)
        become(alarmed, server, "C1/DURESS", 1.0)
        (event,) = await desk.standing()
        assert not event.is_acknowledged
        assert await desk.acknowledge(event, source="operator") == ""
        (event,) = await desk.standing()
        assert (event.state, event.is_acknowledged) == ("offnormal", True)


async def test_an_alarm_that_is_over_is_acknowledged_in_the_state_that_it_had(alarmed: Town) -> None:
    async with served(alarmed) as server, listening(alarmed, may_enrol=False) as desk:
        become(alarmed, server, "AHU/TEMP", 10.0)
        become(alarmed, server, "AHU/TEMP", 20.0)
        (event,) = await desk.standing()
        assert (event.state, event.unacknowledged) == ("normal", ("to-offnormal",))
        assert await desk.acknowledge(event, source="operator") == ""
        assert await desk.standing() == []


async def test_what_happened_after_the_look_is_not_acknowledged(alarmed: Town) -> None:
    async with served(alarmed) as server, listening(alarmed, may_enrol=False) as desk:
        become(alarmed, server, "C1/DURESS", 1.0)
        (event,) = await desk.standing()
        become(alarmed, server, "C1/DURESS", 0.0)
        await asyncio.sleep(0.02)
        become(alarmed, server, "C1/DURESS", 1.0)
        with pytest.raises(DeviceRefusedError, match="invalid-time-stamp"):
            await desk.acknowledge(event, source="operator")
        await desk.standing()
        assert "look again" in await desk.acknowledge(event, source="operator")
        (event,) = await desk.standing()
        assert not event.is_acknowledged


async def test_a_notification_that_got_lost_is_found_by_asking_and_counted(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server, listening(alarmed, every_s=0.3) as desk:
        await enrolled(desk, wait_until)
        for each in server._desk.classes.values():
            each.recipientList = []  # somebody else cleared the lists
        become(alarmed, server, "C1/SMOKE", 2.0)
        event = await next_event(desk)
        assert (event.subject, event.state, event.is_notified) == ("C1/SMOKE", "life-safety-alarm", False)
        assert desk.counts().lost == 1
        (listed,) = await desk.standing()
        assert await desk.acknowledge(listed, source="operator") == ""
        become(alarmed, server, "C1/SMOKE", 0.0)
        event = await next_event(desk)
        assert (event.subject, event.state) == ("C1/SMOKE", "normal")


async def test_after_a_restart_we_enrol_again_and_find_what_happened_meanwhile(alarmed: Town, wait_until: Wait) -> None:
    async with listening(alarmed) as desk:
        async with served(alarmed):
            await enrolled(desk, wait_until)
        alarmed.host.set("C1/DURESS", 1.0)
        async with served(alarmed) as server:
            desk._presence.heartbeat(100.0)
            desk._presence.heartbeat(1.0)
            event = await next_event(desk)
            assert (event.subject, event.state) == ("C1/DURESS", "offnormal")
            await wait_until(lambda: len(recipients(server)) == 3)
            become(alarmed, server, "C1/DURESS", 0.0)
            assert (await next_event(desk)).is_notified


def forged(device: Device, kind: Any, number: int = 1) -> Any:
    return kind(
        processIdentifier=EVENT_PROCESS,
        initiatingDeviceIdentifier=("device", device.instance),
        eventObjectIdentifier=("binary-input", number),
        timeStamp=to_time_stamp(datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)),
        notificationClass=2,
        priority=1,
        eventType=EventType.changeOfState,
        messageText="\x1b[31mfire",
        notifyType=NotifyType.alarm,
        ackRequired=True,
        fromState=EventState.normal,
        toState=EventState.offnormal,
    )


async def test_nobody_speaks_for_another_device(alarmed: Town, wait_until: Wait) -> None:
    ahu = alarmed.device("AHU")
    async with served(alarmed), peering([ahu.port]) as peer, listening(alarmed) as desk:
        await enrolled(desk, wait_until)
        us = f"127.0.0.1:{desk._talk.client.port}"
        with pytest.raises(ErrorPDU, match="service-request-denied"):
            await peer.ask_at(us, forged(ahu, ConfirmedEventNotificationRequest))
        await peer.ask_at(us, forged(ahu, UnconfirmedEventNotificationRequest))
        await asyncio.sleep(0.1)
        assert (desk.drain(10), desk.counts().received) == ([], 0)


async def test_a_flood_of_events_is_bounded_and_counted(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server, listening(alarmed) as desk:
        await enrolled(desk, wait_until)
        for number in range(MOST_WAITING + 200):
            assert desk._take(forged(alarmed.device("AHU"), UnconfirmedEventNotificationRequest, number))
        assert (desk.counts().received, desk.counts().dropped) == (MOST_WAITING + 200, 200)
        events = desk.drain(2 * MOST_WAITING)
        assert len(events) == MOST_WAITING
        assert "\x1b" not in events[0].message
        become(alarmed, server, "C1/DURESS", 1.0)
        assert (await next_event(desk)).subject == "C1/DURESS"


async def test_a_notification_that_is_sent_again_is_one_event(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed), listening(alarmed) as desk:
        await enrolled(desk, wait_until)
        for _ in range(3):
            assert desk._take(forged(alarmed.device("AHU"), ConfirmedEventNotificationRequest))
        assert len(desk.drain(10)) == 1
        assert desk.counts().received == 3


async def test_many_events_are_listed_whole(alarmed: Town) -> None:
    for number in range(100, 160):
        alarmed.points.append(point(f"L/{number}", "leak", bacnet("AHU", "binary-input", number)))
        alarmed.host.set(f"L/{number}", 1.0)
    async with served(alarmed), listening(alarmed, may_enrol=False) as desk:
        events = await desk.standing()
    assert [event.subject for event in events] == [f"L/{number}" for number in range(100, 160)]


async def test_time_stamps_become_utc_by_the_offset_of_the_device(alarmed: Town) -> None:
    there = DeviceClock(utc_offset_min=-120)
    async with served(alarmed, clock=there) as server, listening(alarmed, may_enrol=False) as desk:
        become(alarmed, server, "C1/DURESS", 1.0)
        (event,) = await desk.standing()
    assert event.at is not None
    assert abs(event.at - datetime.now(UTC)) < timedelta(seconds=10)


async def test_a_dead_device_says_so_and_holds_up_nobody(alarmed: Town) -> None:
    alarmed.host.set("C1/DURESS", 1.0)
    points = [p for p in alarmed.points if p.binding is not None and p.binding.device == "AHU"]
    async with VirtualBuilding(points, [alarmed.device("AHU")], alarmed.host):
        lines = open_connectors(alarmed.devices)
        async with lines["AHU"].connector, lines["ACS"].connector:
            alive, dead = lines["AHU"].events, lines["ACS"].events
            assert alive is not None
            assert dead is not None
            assert lines["PLC"].events is None
            listed, failed = await asyncio.gather(alive.standing(), dead.standing(), return_exceptions=True)
    assert isinstance(listed, list)
    assert [event.object_name for event in listed] == ["binary-input,5"], "nobody said which point it is"
    assert isinstance(failed, ConnectorError)


async def test_a_list_without_hundredths_of_seconds_is_no_loss(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server, listening(alarmed, every_s=0.3) as desk:
        await enrolled(desk, wait_until)
        become(alarmed, server, "C1/DURESS", 1.0)
        assert (await next_event(desk)).is_notified
        book = next(each.book for each in server._desk.watched.values() if each.point.id == "C1/DURESS")
        stamp = book.stamps[0]
        assert stamp is not None
        book.stamps[0] = stamp.replace(microsecond=0)
        asked = desk.counts().asked
        await wait_until(lambda: desk.counts().asked > asked + 1)
        assert (desk.drain(10), desk.counts().lost) == ([], 0)


class _PlainApplication(VirtualApplication):
    """A device whose lists can only be read and written whole."""

    do_AddListElementRequest = None  # noqa: N815 -- bacpypes3's name
    do_RemoveListElementRequest = None  # noqa: N815


async def test_a_device_that_cannot_add_elements_gets_its_list_back_with_our_entry(
    alarmed: Town, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BacnetServer, "application", _PlainApplication)
    async with served(alarmed) as server:
        server._desk.classes[2].recipientList = [recipient(DeviceAddress("127.0.91.77:48900"), process=42)]
        async with listening(alarmed) as desk:
            await enrolled(desk, wait_until)
            assert sorted(recipients(server)) == sorted([42, *[EVENT_PROCESS] * 3])
            become(alarmed, server, "C1/DURESS", 1.0)
            assert (await next_event(desk)).is_notified
        assert recipients(server) == [42]


async def test_a_full_list_is_left_alone_and_the_device_asked_instead(alarmed: Town, wait_until: Wait) -> None:
    async with served(alarmed) as server:
        full = [recipient(DeviceAddress("127.0.91.77:48900"), process=number) for number in range(16)]
        server._desk.classes[2].recipientList = full
        async with listening(alarmed, every_s=0.3) as desk:
            await wait_until(lambda: desk.counts().asked > 0)
            assert "no-space-to-add-list-element" in desk.remark()
            become(alarmed, server, "C1/DURESS", 1.0)
            assert (await next_event(desk)).subject == "C1/DURESS"
        assert len(server._desk.classes[2].recipientList) == 16


async def test_a_controller_behind_a_router_notifies_us_through_it(alarmed: Town, wait_until: Wait) -> None:
    router = dataclasses.replace(alarmed.device("AHU"), name="ROUTER", instance=9199)
    field = Device(name="F0", protocol=Protocol.BACNET, host="", port=0, instance=9200, station=10)
    alarmed.points.append(point("F0/DURESS", "duress", bacnet("F0", "binary-input", 1)))
    alarmed.host.set("F0/DURESS", 0.0)
    behind = dataclasses.replace(field, host=f"2001:10@{router.host}", port=router.port)
    async with (
        FieldRouter(
            router, Line(network=2001), [FieldController(device=field)], alarmed.points, alarmed.host
        ) as routed,
        listening(alarmed, device=behind) as desk,
    ):
        await enrolled(desk, wait_until, 1)
        become(alarmed, routed.servers["F0"], "F0/DURESS", 1.0)
        event = await next_event(desk)
        assert (event.subject, event.state, event.is_notified) == ("F0/DURESS", "offnormal", True)
        (listed,) = await desk.standing()
        assert await desk.acknowledge(listed, source="operator") == ""
