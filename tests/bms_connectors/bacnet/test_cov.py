"""Subscriptions on the wire: they tell, they are kept, they are made again, and what they do not tell is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from types import SimpleNamespace

from bms_town import Listing
from lone_device import LoneApplication, analog_points, lone, serving, talking

from bms_connectors.bacnet import cov
from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.poller import Poller
from twin.model.point_kinds import Freshness
from twin.model.points import Device
from twin.model.vocabulary import Quality

POINTS = analog_points(3)
Wait = Callable[..., Coroutine[object, object, None]]


class Desk:
    """A subscribed connector that is read when the test says so."""

    def __init__(self, talk: Conversation) -> None:
        self.told = Listing()
        self.connector = BacnetConnector(talk)
        self.connector.watch(POINTS, self.told.append)

    @property
    def counts(self) -> cov.CovCounts:
        counts = self.connector.cov_counts()
        assert counts is not None
        return counts

    def has_heard(self, value: float) -> bool:
        return any(reading.value == value for reading in self.told.readings)


async def opened(stack: AsyncExitStack, device: Device) -> Desk:
    desk = Desk(await stack.enter_async_context(talking(device)))
    await stack.enter_async_context(desk.connector)
    return desk


def show(app: LoneApplication, number: int, value: float) -> None:
    app.get_object_name(f"T{number}").presentValue = value


def swallow(app: LoneApplication) -> None:
    app.cov_notification = lambda *_: None


async def test_a_change_is_told_without_being_asked(wait_until: Wait) -> None:
    device = lone()
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(serving(device, 3))
        desk = await opened(stack, device)
        await wait_until(lambda: desk.counts.subscribed == 3 and desk.counts.notified >= 3)
        show(app, 2, 77.0)
        await wait_until(lambda: desk.has_heard(77.0))
        assert desk.told.readings[-1].point == POINTS[1].id
        assert (desk.counts.lost, desk.counts.dropped, desk.counts.refused) == (0, 0, 0)
        subscriptions = [sub for found in app._cov_detections.values() for sub in found.cov_subscriptions]
        assert len({sub.proc_id for sub in subscriptions}) == 3
        assert {(sub.lifetime, bool(sub.confirmed)) for sub in subscriptions} == {(300, True)}


async def test_leaving_cancels_the_subscriptions(wait_until: Wait) -> None:
    device = lone()
    async with serving(device, 3) as app:
        async with AsyncExitStack() as stack:
            desk = await opened(stack, device)
            await wait_until(lambda: desk.counts.subscribed == 3)
        await wait_until(lambda: app._cov_detections == {})


async def test_a_restarted_device_is_subscribed_to_again(wait_until: Wait) -> None:
    device = lone()
    async with AsyncExitStack() as stack:
        desk = await opened(stack, device)
        async with serving(device, 3):
            await wait_until(lambda: desk.counts.notified >= 3)
            await desk.connector.read(POINTS)
        async with serving(device, 3, revision=2) as app:
            desk.connector.presence.silent()
            await desk.connector.read(POINTS)
            assert desk.connector.presence.lifeline.restarts == 1
            await wait_until(lambda: len(app._cov_detections) == 3)
            show(app, 1, 55.0)
            await wait_until(lambda: desk.has_heard(55.0))


async def test_the_i_am_of_a_started_device_renews_its_subscriptions(wait_until: Wait) -> None:
    device = lone()
    async with AsyncExitStack() as stack:
        desk = await opened(stack, device)
        async with serving(device, 3):
            await wait_until(lambda: desk.counts.subscribed == 3)
        async with serving(device, 3) as app:
            app.i_am(cov_client(desk))
            await wait_until(lambda: len(app._cov_detections) == 3)


def cov_client(desk: Desk) -> object:
    from bacpypes3.pdu import Address

    return Address(f"127.0.0.1:{desk.connector._talk.client.port}")


async def test_changes_that_were_not_notified_are_counted_and_subscribed_to_again(wait_until: Wait) -> None:
    device = lone()
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(serving(device, 3))
        desk = await opened(stack, device)
        desk.connector._cov._ledger.grace_s = 0.0
        await wait_until(lambda: desk.counts.notified >= 3)
        swallow(app)
        renewals = desk.counts.renewals
        for value in (60.0, 70.0, 80.0):
            show(app, 1, value)
            readings = await desk.connector.read(POINTS)
            assert readings[0].value == value  # lost for the subscription, not for us
        assert desk.counts.lost == 3
        await wait_until(lambda: desk.counts.renewals > renewals)


async def test_a_device_that_refuses_is_polled_only(wait_until: Wait) -> None:
    device = lone()
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(serving(device, 3))
        for name in ("T1", "T2", "T3"):
            app.get_object_name(name)._cov_criteria = None
        desk = await opened(stack, device)
        await wait_until(lambda: desk.counts.refused == 3)
        readings = await desk.connector.read(POINTS)
        assert {reading.quality for reading in readings} == {Quality.GOOD}
        assert desk.counts.lost == desk.counts.subscribed == 0


async def test_a_flood_is_bounded_and_what_is_dropped_is_counted(monkeypatch: object, wait_until: Wait) -> None:
    device = lone()
    monkeypatch.setattr(cov, "MOST_WAITING", 5)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(device, 3))
        desk = await opened(stack, device)
        await wait_until(lambda: desk.counts.notified >= 3)
        supervisor = desk.connector._cov
        take = supervisor._taker(next(iter(supervisor._objects)))
        for _ in range(20):
            take(SimpleNamespace(monitoredObjectIdentifier=(2, 1), listOfValues=()))
        assert desk.counts.dropped == 15
        heard = desk.counts.notified
        await wait_until(lambda: desk.counts.notified == heard + 5)


async def test_a_poller_with_subscriptions_has_one_reading_a_cycle_and_the_changes_besides(
    sink: Listing, wait_until: Wait
) -> None:
    device = lone()
    async with (
        serving(device, 3) as app,
        Poller(POINTS, [device], sink, cycle_s={Freshness.PLANT: 30.0}, cov=lambda point: point.id != "T3") as poller,
    ):
        await wait_until(lambda: poller.cov_counts()["BOX"].subscribed == 2)
        await asyncio.sleep(0)
        show(app, 2, 91.0)
        show(app, 3, 92.0)
        await wait_until(lambda: sink.latest()["T2"].value == 91.0)
        assert sink.latest()["T3"].value == 3.0
        assert sum(counters.points_polled for counters in poller.counters().values()) == 3
