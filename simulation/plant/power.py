"""Mains, generator and UPS: who carries the building when the mains fail.

What starts and what takes over stands in the cause-and-effect table; this module only lets time pass: a UPS empties
while nothing feeds it and fills again afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from twin.model.ids import GlobalId

STAND_BY, RUNNING, FAILED = 1.0, 2.0, 3.0
AUTONOMY_MIN = 60.0
"""What a full battery carries: at least 60 min (domain reference, section 5.4)."""
CHARGE_SHARE = 0.1
"""Minutes of autonomy that a minute of charging gives back (assumption: full again after 10 h)."""


class Ups:
    """One uninterruptible power supply."""

    def __init__(self) -> None:
        self.on_battery = False
        self.autonomy_min = AUTONOMY_MIN

    def advance(self, dt_s: float, *, on_battery: bool) -> None:
        """Empty or fill the battery."""
        self.on_battery = on_battery
        gained = -dt_s / 60 if on_battery else CHARGE_SHARE * dt_s / 60
        self.autonomy_min = min(AUTONOMY_MIN, max(0.0, self.autonomy_min + gained))


class Power:
    """The electrical supply of the buildings of a site.

    ``building_of`` tells the building of any element; ``generators_of`` the generators that the table starts for one.
    """

    def __init__(
        self,
        upses: Iterable[GlobalId],
        building_of: Callable[[GlobalId], GlobalId],
        generators_of: Callable[[GlobalId], Iterable[GlobalId]],
        is_started: Callable[[GlobalId], bool],
    ) -> None:
        self.failed: set[GlobalId] = set()
        self.defects: set[GlobalId] = set()
        self.upses = {element: Ups() for element in upses}
        self._building_of = building_of
        self._generators_of = generators_of
        self._is_started = is_started

    def mains_failed(self, element: GlobalId) -> bool:
        """Whether the mains of the element's building have failed."""
        return bool(self.failed) and self._building_of(element) in self.failed

    def generator(self, element: GlobalId) -> float:
        """State of a generator."""
        if element in self.defects:
            return FAILED
        return RUNNING if self._is_started(element) else STAND_BY

    def feeds(self, element: GlobalId) -> bool:
        """Whether mains or a running generator feed the element."""
        if not self.mains_failed(element):
            return True
        return any(self.generator(each) == RUNNING for each in self._generators_of(self._building_of(element)))

    def advance(self, dt_s: float, carries: Callable[[GlobalId], bool]) -> None:
        """Let every UPS work; ``carries``: the table has it take over."""
        for element, ups in self.upses.items():
            ups.advance(dt_s, on_battery=carries(element) and not self.feeds(element))
