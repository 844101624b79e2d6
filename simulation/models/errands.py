"""Errands in free time: showers, telephones, kiosks, sick call, visits; booked by the slot, or with a queue.

A booked slot is never beyond the seats of a room. To a service point people come when it suits them, and wait there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulation.graph import CompiledBuilding
from simulation.models.homes import Home
from simulation.models.notation import Weekday
from simulation.models.stretches import Stretch, without
from simulation.models.terms import ErrandTerms
from simulation.models.units import Unit, nearest
from simulation.streams import stream

SETTLE_S = 300.0
"""Assumed gap between two errands, so that people can walk from one to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Be in `space` from `start_s` to `end_s`.

    ``number`` is the errand's in the scenario, -1 for a turn in the yard; ``queues``: `end_s` is a guess, since one has
    to wait; ``last_s``: when the point closes, or one's free time is over.
    """

    start_s: float
    end_s: float
    space: int
    number: int = -1
    queues: bool = False
    escorted: bool = False
    last_s: float = 0.0

    @property
    def leave_s(self) -> float:
        """When one sets out for it."""
        return self.start_s - SETTLE_S / 2

    @property
    def closes_s(self) -> float:
        """When there is no point in going any more."""
        return self.last_s if self.queues else self.end_s


class ErrandBook:
    """Who goes where and when, in the nearest space of its use."""

    def __init__(self, building: CompiledBuilding, terms: Sequence[ErrandTerms], units: Iterable[Unit]) -> None:
        self._building = building
        self._terms = terms
        self._booked: dict[int, list[Stretch]] = {}
        self._rooms: dict[tuple[str, str], int | None] = {}
        for unit in {unit.name: unit for unit in units}.values():
            start = unit.dayroom if unit.dayroom is not None else None
            for errand in terms:
                rooms = building.spaces_of({errand.use})
                if start is not None:
                    building.routes.prepare((room, start) for room in rooms)
                self._rooms[errand.name, unit.name] = None if start is None else nearest(building, start, rooms)

    def room(self, errand: ErrandTerms, unit: Unit) -> int | None:
        """Where a unit goes for an errand."""
        return self._rooms[errand.name, unit.name]

    def book(
        self,
        home: Home,
        weekday: Weekday,
        opens_s: float,
        *,
        free: Sequence[Stretch],
        at_home: Sequence[Stretch],
        seed: int,
    ) -> list[Errand]:
        """Errands of one person on a day that begins at `opens_s`, within its `free` stretches [s].

        Who is fetched by an officer may also come from the cell (`at_home`).
        """
        draws = stream(seed, home.name, "errands").random(2 * len(self._terms)).tolist()
        booked: list[Errand] = []
        for number, errand in enumerate(self._terms):
            room = self.room(errand, home.unit)
            is_mine = weekday in errand.days and (not errand.groups or home.group.name in errand.groups)
            if room is None or not is_mine or draws[2 * number] >= errand.share:
                continue
            claimed = [(visit.start_s - SETTLE_S, visit.end_s + SETTLE_S) for visit in booked]
            window = (opens_s + errand.start, opens_s + errand.end)
            open_to_me = without(at_home if errand.escorted else free, claimed)
            find = self._slot if errand.service is None else self._moment
            found = find(errand, room, window, open_to_me, draws[2 * number + 1])
            if found is not None:
                booked.append(
                    Errand(
                        start_s=found[0],
                        end_s=found[1],
                        space=room,
                        number=number,
                        queues=errand.service is not None,
                        escorted=errand.escorted,
                        last_s=min(
                            [window[1], *(closes for opens, closes in open_to_me if opens <= found[0] < closes)]
                        ),
                    )
                )
        return booked

    def _slot(
        self, errand: ErrandTerms, room: int, window: Stretch, free: Sequence[Stretch], draw: float
    ) -> Stretch | None:
        """The first slot from a random one on that is free and has a seat left."""
        space = self._building.space(room)
        assert space is not None
        seats = space.capacity or errand.seats
        length_s = errand.length_min * 60
        count = int((window[1] - window[0]) / length_s)
        first = int(draw * count)
        for number in range(count):
            start = window[0] + (first + number) % count * length_s
            end = start + length_s
            fits = any(opens <= start and end <= closes for opens, closes in free)
            if fits and self._most_at_once(room, start, end) < seats:
                self._booked.setdefault(room, []).append((start, end))
                return start, end
        return None

    def _moment(
        self, errand: ErrandTerms, _: int, window: Stretch, free: Sequence[Stretch], draw: float
    ) -> Stretch | None:
        """A random moment of the time that is free and long enough for a service."""
        length_s = errand.length_min * 60
        within = [(max(opens, window[0]), min(closes, window[1]) - length_s) for opens, closes in free]
        within = [(opens, closes) for opens, closes in within if opens <= closes]
        left_s = draw * sum(closes - opens for opens, closes in within)
        for opens, closes in within:
            if left_s <= closes - opens:
                return opens + left_s, opens + left_s + length_s
            left_s -= closes - opens
        return None

    def _most_at_once(self, room: int, start: float, end: float) -> int:
        """Most people booked in a room at any time between two; slots of different errands may overlap in part."""
        overlapping = [slot for slot in self._booked.get(room, ()) if slot[0] < end and slot[1] > start]
        times = {start, *(opens for opens, _ in overlapping if opens > start)}
        return max(sum(opens <= time < closes for opens, closes in overlapping) for time in times)
