"""Routes as the event loop needs them: tuples of numbers, computed once, shared by all people and replications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twin.graph.network import Passable, WalkingNetwork
from twin.graph.routes import Route, routes_over
from twin.model.facility import Facility
from twin.model.ids import GlobalId

Hop = tuple[int, int, float, float]
"""(way, space behind it, level metres to walk before it, stair metres to walk before it)."""


@dataclass(frozen=True, slots=True)
class Path:
    """Hops from one space to another, and the level and stair metres after the last of them."""

    hops: tuple[Hop, ...]
    final_level_m: float
    final_stair_m: float


class RouteTable:
    """Paths between spaces by index. Prepared pairs cost a look-up; any other pair is searched once, then kept.

    Args:
        facility: the building.
        nodes: index of every space and outside node.
        ways: index of every door and link.
        passable: which doors people use in the ordinary course of the day.
    """

    def __init__(
        self,
        facility: Facility,
        *,
        nodes: Mapping[GlobalId, int],
        ways: Mapping[GlobalId, int],
        passable: Passable | None = None,
    ) -> None:
        self._nodes = nodes
        self._ways = ways
        self._network = WalkingNetwork(facility, passable=passable)
        self._ids = tuple(nodes)
        self._paths: dict[tuple[int, int], Path] = {}

    def prepare(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Search these pairs, and their ways back, in one go.

        Raises:
            UnreachableSpaceError: a pair has no way.
        """
        wanted = [(self._ids[a], self._ids[b]) for a, b in pairs if (a, b) not in self._paths]
        for route in routes_over(self._network, wanted).values():
            for way in (route, route.reversed()):
                self._paths[self._nodes[way.start], self._nodes[way.goal]] = self._path(way)

    def path(self, start: int, goal: int) -> Path:
        """The path from one space to another.

        Raises:
            UnreachableSpaceError: there is no way.
        """
        found = self._paths.get((start, goal))
        if found is None:
            self.prepare([(start, goal)])
            found = self._paths[start, goal]
        return found

    def _path(self, route: Route) -> Path:
        hops = []
        stair_m = 0.0
        for leg in route.legs:
            hops.append((self._ways[leg.way], self._nodes[leg.to_space], leg.length_m, stair_m))
            stair_m = leg.crossing_m
        return Path(tuple(hops), route.final_m, stair_m)
