"""Errands in association: shower, telephone, kiosk, sport; booked by the slot, never beyond the seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from simulation.graph import CompiledBuilding
from simulation.models.open_air import Stretch
from simulation.models.terms import ErrandTerms
from simulation.models.units import Unit, nearest
from simulation.streams import stream

SETTLE_S = 300.0
"""Assumed gap between two errands, so that people can walk from one to the next."""


class ErrandBook:
    """Who goes where and when, by slots of the errand's length in the nearest space of its use."""

    def __init__(self, building: CompiledBuilding, terms: Sequence[ErrandTerms], units: Sequence[Unit]) -> None:
        self._building = building
        self._booked: Counter[tuple[int, float]] = Counter()
        self._rooms: dict[tuple[str, int], int | None] = {}
        for errand in terms:
            rooms = building.spaces_of({errand.use})
            building.routes.prepare((room, unit.dayroom) for room in rooms for unit in units)
            for unit in units:
                self._rooms[errand.name, unit.dayroom] = nearest(building, unit.dayroom, rooms)
        self._terms = terms

    def book(self, name: str, unit: Unit, free: Sequence[Stretch], seed: int) -> list[tuple[float, float, int]]:
        """Errands of one person: (start, end, space) within its `free` stretches [s]."""
        draws = stream(seed, name, "errands").random(2 * len(self._terms))
        booked: list[tuple[float, float, int]] = []
        for number, errand in enumerate(self._terms):
            room = self._rooms[errand.name, unit.dayroom]
            if room is None or draws[2 * number] >= errand.share:
                continue
            slot = self._slot(errand, room, _without(free, booked), float(draws[2 * number + 1]))
            if slot is not None:
                self._booked[room, slot] += 1
                booked.append((slot, slot + errand.minutes * 60, room))
        return sorted(booked)

    def _slot(self, errand: ErrandTerms, room: int, free: Sequence[Stretch], draw: float) -> float | None:
        space = self._building.space(room)
        assert space is not None
        seats = space.capacity or errand.seats
        length_s = errand.minutes * 60
        count = int((errand.end - errand.start) / length_s)
        first = int(draw * count)
        for number in range(count):
            start = errand.start + (first + number) % count * length_s
            fits = any(opens <= start and start + length_s <= closes for opens, closes in free)
            if fits and self._booked[room, start] < seats:
                return start
        return None


def _without(free: Sequence[Stretch], booked: Sequence[tuple[float, float, int]]) -> list[Stretch]:
    left = list(free)
    for start, end, _ in booked:
        cut = (start - SETTLE_S, end + SETTLE_S)
        left = [
            part
            for opens, closes in left
            for part in ((opens, min(closes, cut[0])), (max(opens, cut[1]), closes))
            if part[0] < part[1]
        ]
    return left
