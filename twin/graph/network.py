"""The walking network behind the routes: a node for each side of each door and link, edges that are metres.

Inside a space people walk from door centre to door centre; a stair or lift is entered at the middle of its shaft.
Outdoors nobody walks from door to door: an upper OUTSIDE is only the platform between a door and an external stair, and
the outdoors at ground level is where a way ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from math import dist, hypot

import networkx as nx

from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.vocabulary import LinkKind

DEFAULT_RISER_MM = 165.0
DEFAULT_TREAD_MM = 280.0
"""Assumed where a stair does not say: a comfortable public stair (2 R + T = 610 mm)."""

Passable = Callable[[Door], bool]
Side = tuple[GlobalId, GlobalId]
"""(door or link, the space or outside node on this side of it)."""


def link_length_m(link: Link) -> float:
    """Walking length of a link [m]: its own figure, or the slope of a stair, or the rise of a lift."""
    if link.length_m > 0:
        return link.length_m
    if link.kind is not LinkKind.STAIR:
        return abs(link.rise_m)
    riser = link.riser_mm or DEFAULT_RISER_MM
    return abs(link.rise_m) * hypot(riser, link.tread_mm or DEFAULT_TREAD_MM) / riser


class WalkingNetwork:
    """Sides of the passable ways, and the metres between them.

    Args:
        facility: the building.
        passable: which doors count as ways; None for all of them.
        lifts: whether a lift is a way (not in a fire, and key-switched in secure zones: off by default).
    """

    def __init__(self, facility: Facility, *, passable: Passable | None = None, lifts: bool = False) -> None:
        self.facility = facility
        self.sides_of: dict[GlobalId, list[Side]] = {}
        self._at: dict[Side, tuple[float, float] | None] = {}
        self._crossing: list[tuple[Side, Side, float]] = []
        ground = {outside_id(storey.global_id) for storey in facility.storeys if storey.is_ground}
        for door in facility.doors:
            if door.joins is not None and door.is_route and (passable is None or passable(door)):
                self._add_way(door.global_id, door.joins, 0.0, door.centre)
        self._links = {link.global_id for link in facility.links}
        for link in facility.links:
            if link.joins[0] != link.joins[1] and (lifts or link.kind is not LinkKind.LIFT):
                self._add_way(link.global_id, link.joins, link_length_m(link), None)
        self._indoors = self._graph(lambda node: not is_outside(node))
        self._with_platforms = self._graph(lambda node: node not in ground)

    def _add_way(
        self, way: GlobalId, joins: tuple[GlobalId, GlobalId], length_m: float, at: tuple[float, float] | None
    ) -> None:
        sides = [(way, node) for node in joins]
        for side in sides:
            self.sides_of.setdefault(side[1], []).append(side)
            self._at[side] = at
        self._crossing.append((sides[0], sides[1], length_m))

    def _graph(self, open_for_walking: Callable[[GlobalId], bool]) -> nx.Graph:
        graph = nx.Graph()
        for one, other, length_m in self._crossing:
            graph.add_edge(one, other, weight=length_m)
        for node, sides in self.sides_of.items():
            if open_for_walking(node):
                graph.add_weighted_edges_from(self._walks(node, sides))
        return graph

    def _walks(self, node: GlobalId, sides: list[Side]) -> Iterator[tuple[Side, Side, float]]:
        for one, other in combinations(sides, 2):
            if is_outside(node) and one[0] not in self._links and other[0] not in self._links:
                continue
            yield one, other, dist(self._position(one), self._position(other)) if not is_outside(node) else 0.0

    def _position(self, side: Side) -> tuple[float, float]:
        return self._at[side] or self.facility.space_by_id[side[1]].centre

    def walk_from_middle_m(self, side: Side) -> float:
        """Metres from the middle of the side's space to the side; 0 outdoors, where nothing is measured."""
        if is_outside(side[1]):
            return 0.0
        return dist(self._position(side), self.facility.space_by_id[side[1]].centre)

    def paths_from(self, start: GlobalId, *, outdoors: bool) -> tuple[dict[Side, float], dict[Side, list[Side]]]:
        """Shortest metres and path of sides from the middle of `start` to every side that can be reached."""
        graph = self._with_platforms if outdoors else self._indoors
        origin: Side = (GlobalId(""), start)
        for side in self.sides_of.get(start, ()):
            graph.add_edge(origin, side, weight=self.walk_from_middle_m(side))
        if origin not in graph:
            return {}, {}
        try:
            lengths, paths = nx.single_source_dijkstra(graph, origin)
        finally:
            graph.remove_node(origin)
        return lengths, {side: path[1:] for side, path in paths.items()}
