"""Stretches of time: what is left of some when others are taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Stretch = tuple[float, float]
"""(from, to) [s]."""


def without(free: Sequence[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """The parts of `free` that none of `taken` covers."""
    left = list(free)
    for start, end in taken:
        left = [
            part
            for opens, closes in left
            for part in ((opens, min(closes, start)), (max(opens, end), closes))
            if part[0] < part[1]
        ]
    return left
