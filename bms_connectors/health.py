"""How the conversation with a device goes: when to try again, what came of the last cycle, what was counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from twin.model.ids import PointId
from twin.model.operation import DeviceHealth
from twin.model.points import Device, Reading
from twin.model.vocabulary import Quality

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0
"""Age limit of doors: a device that comes back is seen again before anybody stops waiting for it (assumption)."""
JITTER = 0.2
LOST = frozenset({Quality.TIMEOUT, Quality.NOT_CONNECTED})


@dataclass(slots=True)
class Breaker:
    """Circuit breaker with exponential back-off: the first silence is retried at once, then pauses of 1, 2, 4 … s."""

    failures: int = 0
    closed_at_s: float = 0.0
    rng: random.Random = field(default_factory=random.Random)

    def allows(self, now_s: float) -> bool:
        return now_s >= self.closed_at_s

    def failed(self, now_s: float) -> None:
        self.failures += 1
        if self.failures > 1:
            pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self.failures - 2, 16))
            self.closed_at_s = now_s + pause_s * self.rng.uniform(1 - JITTER, 1 + JITTER)

    def answered(self) -> None:
        self.failures = 0
        self.closed_at_s = 0.0


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
class DeviceRecord:
    """What is known of one device; `view` is what others see of it."""

    device: Device
    points: int
    is_up: bool = False
    detail: str = "not asked yet"
    last_good_at: datetime | None = None
    is_good: dict[PointId, bool] = field(default_factory=dict)

    def take(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            good = reading.quality is Quality.GOOD
            self.is_good[reading.point] = good
            if good and (self.last_good_at is None or reading.at > self.last_good_at):
                self.last_good_at = reading.at

    def view(self) -> DeviceHealth:
        good = sum(self.is_good.values())
        return DeviceHealth(
            device=self.device.name,
            protocol=self.device.protocol.value,
            is_up=self.is_up,
            points=self.points,
            good=good,
            bad=self.points - good,
            last_good_at=self.last_good_at,
            detail=self.detail,
        )
