"""How the conversation with a device goes: what came of the last cycle, since when, what was counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from twin.model.ids import PointId
from twin.model.operation import DeviceHealth
from twin.model.points import Device, Reading
from twin.model.vocabulary import Quality

LOST = frozenset({Quality.TIMEOUT, Quality.NOT_CONNECTED})
"""Qualities that say that nobody answered; all others are an answer."""


@dataclass(slots=True)
class PollCounters:
    """Counted since the start: points_polled = good + bad, always."""

    cycles: int = 0
    good: int = 0
    bad: int = 0
    by_quality: Counter[Quality] = field(default_factory=Counter)

    @property
    def points_polled(self) -> int:
        return self.good + self.bad

    def count(self, readings: Iterable[Reading]) -> None:
        qualities = Counter(reading.quality for reading in readings)
        self.by_quality += qualities
        good = qualities[Quality.GOOD]
        self.good += good
        self.bad += qualities.total() - good


@dataclass(slots=True)
class CovCounts:
    """What the supervisor of subscriptions (ASHRAE 135, clause 13.1) saw since the start.

    ``lost``: changes that a poll found and no notification told. ``dropped``: notifications that the queue had no room
    for. ``refused``: objects that the device does not notify; they are polled only.
    """

    subscribed: int = 0
    refused: int = 0
    notified: int = 0
    lost: int = 0
    dropped: int = 0
    renewals: int = 0
    failed_renewals: int = 0
    resubscriptions: int = 0


@dataclass(slots=True)
class DeviceRecord:
    """What is known of one device; `view` is what others see of it. ``since`` is when its state began (UTC)."""

    device: Device
    points: int
    is_up: bool = False
    detail: str = "not asked yet"
    since: datetime | None = None
    last_good_at: datetime | None = None
    is_good: dict[PointId, bool] = field(default_factory=dict)

    def take(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            good = reading.quality is Quality.GOOD
            self.is_good[reading.point] = good
            if good and (self.last_good_at is None or reading.at > self.last_good_at):
                self.last_good_at = reading.at

    def enter(self, is_up: bool, detail: str, at: datetime) -> None:
        """The state as it is now; ``since`` moves only when it changes."""
        if self.since is None or (is_up, detail) != (self.is_up, self.detail):
            self.since = at
        self.is_up = is_up
        self.detail = detail

    def view(self, remark: str = "") -> DeviceHealth:
        """`remark` is what the connector has to say of a device that answers: a duplicate, a changed object list."""
        good = sum(self.is_good.values())
        told = self.detail
        if told and self.since is not None:
            told = f"{told} since {self.since:%H:%M:%S} UTC"
        return DeviceHealth(
            device=self.device.name,
            protocol=self.device.protocol.value,
            is_up=self.is_up,
            points=self.points,
            good=good,
            bad=self.points - good,
            last_good_at=self.last_good_at,
            detail="; ".join(text for text in (told, remark) if text),
        )
