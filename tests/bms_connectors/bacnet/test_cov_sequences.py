"""A counter with notifications lost on purpose: what the supervisor counts is what the sequence numbers say."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from copy import copy
from typing import Any

from bms_town import Listing
from lone_device import LoneApplication, analog_points, lone, serving, talking

from bms_connectors.bacnet.client import Conversation
from bms_connectors.bacnet.reader import BacnetConnector
from bms_connectors.health import CovCounts
from twin.model.vocabulary import Quality

POINTS = analog_points(1)
CHANGES = 500
FATES = ("sent", "lost", "twice", "late")


class Wire:
    """The device's own account of its notifications: each new value has one of the fates, a repeated one is sent.

    ``told`` is what went out, in order; ``events`` is the same with the values that were polled in between.
    """

    def __init__(self, seed: int, weights: tuple[int, ...]) -> None:
        self.now = 1.0
        self.fates: dict[float, str] = {1.0: "sent"}
        self.told: list[float] = []
        self.events: list[tuple[str, float]] = []
        self._chance = random.Random(seed)
        self._weights = weights
        self._held: list[tuple[float, Callable[[], None]]] = []

    def tap(self, app: LoneApplication) -> None:
        self._app, plain = app, app.cov_notification
        app.get_object_name("T1").presentValue = self.now

        def notify(subscription: Any, request: Any) -> None:
            value = self.now
            fate = "sent"
            if value not in self.fates:
                fate = self.fates[value] = self._chance.choices(FATES, self._weights)[0]
            if fate == "late":
                self._held.append((value, lambda: plain(subscription, request)))
                return
            for each in [request, copy(request)][: {"lost": 0, "twice": 2}.get(fate, 1)]:
                self._note(value)
                plain(subscription, each)
            self.release()

        app.cov_notification = notify

    def release(self) -> None:
        """What was held back goes out, after what overtook it."""
        held, self._held = self._held, []
        for value, send in held:
            self._note(value)
            send()

    async def change(self) -> None:
        self.now += 1.0
        self._app.get_object_name("T1").presentValue = self.now
        await until(lambda: self.now in self.fates)

    def polled(self, value: float | None) -> None:
        assert value is not None
        self.events.append(("polled", value))

    def _note(self, value: float) -> None:
        self.told.append(value)
        self.events.append(("told", value))

    def lost(self) -> list[float]:
        return [value for value, fate in self.fates.items() if fate == "lost"]

    def visible_losses(self) -> int:
        """Polls that found what was neither the last value told nor the last one polled."""
        known, losses = 0.0, 0
        for kind, value in self.events:
            losses += kind == "polled" and value != known
            known = value
        return losses


class Desk:
    """The supervised connector, with no grace: a poll is judged when it ends."""

    def __init__(self, talk: Conversation) -> None:
        self.readings = Listing()
        self.connector = BacnetConnector(talk)
        self.connector.watch(POINTS, self.readings.append)
        self.connector._cov._ledger.grace_s = 0.0

    @property
    def counts(self) -> CovCounts:
        counts = self.connector.cov_counts()
        assert counts is not None
        return counts

    def told(self) -> list[float | None]:
        return [reading.value for reading in self.readings.readings]

    async def poll(self, wire: Wire) -> None:
        """Read once everything is heard; a loss is over when the subscription that it causes has been made."""
        wire.release()
        await until(lambda: len(self.told()) == len(wire.told))
        lost, heard = self.counts.lost, len(wire.told)
        (reading,) = await self.connector.read(POINTS)
        assert (reading.quality, reading.value) == (Quality.GOOD, wire.now)  # lost for the subscription, not for us
        wire.polled(reading.value)
        if self.counts.lost > lost:
            await until(lambda: len(wire.told) > heard and len(self.told()) == len(wire.told))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30.0):
        while not condition():
            await asyncio.sleep(0)


async def begun(desk: Desk, wire: Wire, heard: int = 0) -> None:
    """Subscribed, and what a new subscription tells at once is heard."""
    await desk.connector.read(POINTS)
    await until(lambda: len(wire.told) > heard and len(desk.told()) == len(wire.told))


async def test_with_a_poll_after_each_change_every_lost_notification_is_counted_across_a_restart() -> None:
    device, wire = lone(), Wire(1, (70, 30, 0, 0))
    async with talking(device) as talk:
        desk = Desk(talk)
        async with AsyncExitStack() as stack:
            first = await stack.enter_async_context(serving(device, 1))
            wire.tap(first)
            await stack.enter_async_context(desk.connector)
            await begun(desk, wire)
            for _ in range(CHANGES // 2):
                await wire.change()
                await desk.poll(wire)
            before = len(wire.lost())
            assert desk.counts.lost == before > 50
            first.close()
            await asyncio.sleep(0)
            second = await stack.enter_async_context(serving(device, 1, revision=2))
            wire.tap(second)
            desk.connector.presence.silent()
            await begun(desk, wire, len(wire.told))
            assert desk.counts.resubscriptions == 1
            for _ in range(CHANGES // 2):
                await wire.change()
                await desk.poll(wire)
            assert len(second._cov_detections) == 1
    assert desk.counts.lost == len(wire.lost()) > before + 50
    assert set(wire.fates) - set(desk.told()) <= set(wire.lost())
    assert desk.told() == wire.told


async def test_with_a_poll_now_and_then_it_counts_what_a_poll_can_see_and_nothing_is_reordered_unnoticed() -> None:
    device, wire, chance = lone(), Wire(2, (55, 25, 10, 10)), random.Random(3)
    async with talking(device) as talk, serving(device, 1) as app:
        desk = Desk(talk)
        wire.tap(app)
        async with desk.connector:
            await begun(desk, wire)
            for _ in range(CHANGES):
                await wire.change()
                if chance.random() < 0.4:
                    await desk.poll(wire)
            await desk.poll(wire)
    assert desk.told() == wire.told  # each as often and in the order in which it was sent
    assert desk.counts.notified == len(wire.told)
    assert desk.counts.lost == wire.visible_losses()
    overtaken = sum(later < earlier for earlier, later in zip(wire.told, wire.told[1:], strict=False))
    assert overtaken > 10
    assert 50 < desk.counts.lost < len(wire.lost()) + overtaken
