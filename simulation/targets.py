"""What is measured of a regime, in which unit, and which value it should have by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Literal

from simulation.lateness import Cause
from twin.model.runs import Interval

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. ``target`` with its ``sense``: at least or at most; ``source`` says who sets it."""

    key: str
    label: str
    unit: str
    target: float | None = None
    sense: Literal["≥", "≤"] = "≥"
    source: str = ""

    @property
    def target_text(self) -> str:
        """The target for people: ``≥ 10 (HMIP)``; empty without one."""
        return "" if self.target is None else f"{self.sense} {self.target:g} ({self.source})"

    def verdict(self, interval: Interval) -> str:
        """``met`` or ``missed`` if the whole interval is on one side of the target, else ``uncertain``.

        Empty without a target, and where there was nothing to measure (NaN); infinite limits are on the side they say.
        """
        if self.target is None or isnan(interval.mean):
            return ""
        inside = [self._holds(value) for value in (interval.low, interval.high)]
        return "met" if all(inside) else "uncertain" if any(inside) else "missed"

    def _holds(self, value: float) -> bool:
        assert self.target is not None
        above = value - self.target
        return above >= -ROUNDING if self.sense == "≥" else above <= ROUNDING


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure(key="out_of_cell", label="Time out of cell", unit="h", target=10, source="HMIP Expectations"),
        Measure(key="purposeful", label="Purposeful activity", unit="h", target=5, source="assumed: 25 h a week"),
        Measure(key="purposeful_engaged", label="… of those with a seat", unit="h"),
        Measure(key="engaged", label="People with a seat", unit="%"),
        Measure(key="purposeful_week", label="Purposeful activity a week", unit="h", target=25, source="assumed"),
        Measure(key="open_air", label="Time in the open air", unit="h", target=1, source="HMIP; EPR 27.1"),
        Measure(key="open_air_share", label="People with 50 minutes or more in the open air", unit="%"),
        Measure(
            key="landing_ratio",
            label="Prisoners per officer on the landings",
            unit="",
            target=12,
            sense="≤",
            source="assumed",
        ),
        Measure(
            key="landing_ratio_worst",
            label="… in the worst hour",
            unit="",
            target=25,
            sense="≤",
            source="assumed",
        ),
        Measure(key="contact", label="Contact minutes per person", unit="min", target=15, source="assumed"),
        Measure(key="post_cover", label="Posts covered", unit="%", target=100, source="minimum post cover"),
        Measure(key="late", label="Appointments reached late", unit="%"),
        Measure(key="missed", label="Appointments missed", unit="%"),
        *(
            Measure(key=f"late_{cause.name.lower()}", label=f"… late because of: {cause.value}", unit="%")
            for cause in Cause
        ),
        *(
            Measure(key=f"missed_{cause.name.lower()}", label=f"… missed because of: {cause.value}", unit="%")
            for cause in Cause
        ),
        Measure(
            key="count_first",
            label="Roll count: first result after",
            unit="min",
            target=15,
            sense="≤",
            source="assumed",
        ),
        Measure(
            key="count_clear",
            label="Roll count: roll correct after",
            unit="min",
            target=30,
            sense="≤",
            source="assumed",
        ),
        Measure(key="count_again", label="Roll counts that needed a recount", unit="%"),
        Measure(key="count_given_up", label="Roll counts given up", unit=""),
        Measure(key="service_wait", label="Mean wait at a service point", unit="min"),
        Measure(key="turned_away", label="Came to a service point in vain", unit="%"),
        Measure(key="escort_wait", label="Mean wait of those who wait for an escort", unit="min"),
        Measure(key="search_wait", label="Mean wait for a search portal", unit="s"),
        Measure(key="search_wait_longest", label="Longest wait for a search portal", unit="s"),
        Measure(key="lock_up", label="Lock-up complete after, on average of the days", unit="min"),
        Measure(key="not_locked_up", label="People outside their cell at the end", unit=""),
        Measure(key="door_wait", label="Mean wait in front of a door", unit="s"),
        Measure(key="longest_wait", label="Longest wait in front of a door", unit="s"),
    )
}
"""Every measure, in the order of a report. HMIP and EPR 27.1 as cited in the project's domain reference."""
