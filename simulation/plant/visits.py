"""What people set going where they pass: portals count them, kiosks are used and queued for, tools are out.

Where people are is all that is known: who is in a workshop has come through a portal of its building, who is in a room
with kiosks uses one or waits, and everybody at work holds one tool (assumption).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from simulation.plant.signals import Signals
from twin.model.facility import Facility
from twin.model.ids import GlobalId, PointId
from twin.model.points import Point
from twin.model.vocabulary import SpaceUse

BEHIND_PORTALS = frozenset({SpaceUse.WORKSHOP, SpaceUse.PROGRAMME, SpaceUse.CLASS, SpaceUse.PRACTICE})
"""Uses that people reach through a search portal (assumption)."""


class Visits:
    """Moves the signals of portals and kiosks with the people; one that a trainer has set is left alone."""

    def __init__(self, facility: Facility, points: Iterable[Point]) -> None:
        self._building = {s.global_id: facility.storey_by_id[s.storey].building for s in facility.spaces}
        room_of = {thing.global_id: thing.space for thing in facility.equipment}
        self._workplaces = [s.global_id for s in facility.spaces if s.use in BEHIND_PORTALS]
        self._workshops = [s.global_id for s in facility.spaces if s.use is SpaceUse.WORKSHOP]
        self._sessions: dict[GlobalId, list[PointId]] = defaultdict(list)
        self._queues: dict[GlobalId, list[PointId]] = defaultdict(list)
        self._portals: dict[str, dict[GlobalId, list[PointId]]] = {
            "portal_in": defaultdict(list),
            "portal_out": defaultdict(list),
        }
        for point in points:
            room = room_of.get(point.element)
            if room is None:
                continue
            if point.kind == "kiosk_session":
                self._sessions[room].append(point.id)
            elif point.kind == "kiosk_queue":
                self._queues[room].append(point.id)
            elif point.kind in self._portals:
                self._portals[point.kind][self._building[room]].append(point.id)
        self._inside: dict[GlobalId, int] | None = None

    def follow(self, counts: Mapping[GlobalId, int], signals: Signals) -> None:
        """Look at where people are now."""
        for room, sessions in self._sessions.items():
            used = min(counts.get(room, 0), len(sessions))
            for number, point in enumerate(sessions):
                signals.follow(point, float(number < used))
        for room, queues in self._queues.items():
            waiting = max(counts.get(room, 0) - len(queues), 0)
            for number, point in enumerate(queues):
                signals.follow(point, float(waiting // len(queues) + (number < waiting % len(queues))))
        self._count_passages(counts, signals)

    def tools_out(self, room: GlobalId, counts: Mapping[GlobalId, int], signals: Signals) -> float:
        """Tools in use: of a workshop its own, of a tool crib those of all workshops of its building."""
        building = self._building.get(room)
        shops = [room] if room in self._workshops else [s for s in self._workshops if self._building[s] == building]
        shops = shops or [room]
        return float(sum(counts.get(shop, 0) for shop in shops if signals.machines_run(shop)))

    def _count_passages(self, counts: Mapping[GlobalId, int], signals: Signals) -> None:
        inside: dict[GlobalId, int] = defaultdict(int)
        for space in self._workplaces:
            inside[self._building[space]] += counts.get(space, 0)
        before, self._inside = self._inside, inside
        if before is None:
            return  # who is inside at the start has passed earlier
        for building, people in inside.items():
            came = people - before[building]
            portals = self._portals["portal_in" if came > 0 else "portal_out"][building]
            for number, point in enumerate(portals):
                passed = abs(came) // len(portals) + (number < abs(came) % len(portals))
                signals.follow(point, signals.value(point) + passed)
