"""Outdoor air: temperatures at moments, between which the weather moves in straight lines.

A record that does not cover the exercise begins again at its start, as a typical year does.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Outdoor temperatures [°C] at rising moments, seconds from the first; ``start`` is that moment, aware UTC."""

    start: datetime
    at_s: tuple[float, ...]
    temp_c: tuple[float, ...]

    def outdoor_c(self, moment: datetime) -> float:
        """Temperature at a moment; before and after the file, that of the same place within its length."""
        length_s = self.at_s[-1] - self.at_s[0]
        if length_s <= 0:
            return self.temp_c[0]
        at_s = (moment - self.start).total_seconds() % length_s
        after = min(max(bisect_right(self.at_s, at_s), 1), len(self.at_s) - 1)
        before = after - 1
        share = (at_s - self.at_s[before]) / (self.at_s[after] - self.at_s[before])
        return self.temp_c[before] + share * (self.temp_c[after] - self.temp_c[before])
