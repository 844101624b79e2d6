"""Errands in association: shower, telephone, kiosk, sport; booked by the slot, never beyond the seats of a room."""

from __future__ import annotations

from collections.abc import Sequence

from simulation.graph import CompiledBuilding
from simulation.models.stretches import Stretch, without
from simulation.models.terms import ErrandTerms
from simulation.models.units import Unit, nearest
from simulation.streams import stream

SETTLE_S = 300.0
"""Assumed gap between two errands, so that people can walk from one to the next."""


class ErrandBook:
    """Who goes where and when, by slots of the errand's length in the nearest space of its use."""

    def __init__(self, building: CompiledBuilding, terms: Sequence[ErrandTerms], units: Sequence[Unit]) -> None:
        self._building = building
        self._booked: dict[int, list[Stretch]] = {}
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
            claimed = [(start - SETTLE_S, end + SETTLE_S) for start, end, _ in booked]
            slot = self._slot(errand, room, without(free, claimed), float(draws[2 * number + 1]))
            if slot is not None:
                self._booked.setdefault(room, []).append(slot)
                booked.append((*slot, room))
        return sorted(booked)

    def _slot(self, errand: ErrandTerms, room: int, free: Sequence[Stretch], draw: float) -> Stretch | None:
        space = self._building.space(room)
        assert space is not None
        seats = space.capacity or errand.seats
        length_s = errand.minutes * 60
        count = int((errand.end - errand.start) / length_s)
        first = int(draw * count)
        for number in range(count):
            start = errand.start + (first + number) % count * length_s
            end = start + length_s
            fits = any(opens <= start and end <= closes for opens, closes in free)
            if fits and self._most_at_once(room, start, end) < seats:
                return start, end
        return None

    def _most_at_once(self, room: int, start: float, end: float) -> int:
        """Most people booked in a room at any time between two; slots of different errands may overlap in part."""
        overlapping = [slot for slot in self._booked.get(room, ()) if slot[0] < end and slot[1] > start]
        times = {start, *(opens for opens, _ in overlapping if opens > start)}
        return max(sum(opens <= time < closes for opens, closes in overlapping) for time in times)
