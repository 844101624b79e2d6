"""Routes as the event loop needs them: tuples of numbers, computed once, shared by all people and replications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from twin.graph.network import Passable, WalkingNetwork
from twin.graph.routes import Route, RouteTree
from twin.model.errors import UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside

Hop = tuple[int, int, float, float]
"""(way, space behind it, level metres to walk before it, stair metres to walk before it)."""


@dataclass(frozen=True, slots=True)
class Path:
    """Hops from one space to another, and the level and stair metres after the last of them."""

    hops: tuple[Hop, ...]
    final_level_m: float
    final_stair_m: float

    @property
    def length_m(self) -> float:
        """Metres on foot, stairs included."""
        return sum(level_m + stair_m for _, _, level_m, stair_m in self.hops) + self.final_level_m + self.final_stair_m


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
        self._facility = facility
        self._trees: dict[tuple[int, bool], RouteTree] = {}
        self._origin: dict[tuple[int, int], int] = {}
        self._prepared: set[tuple[frozenset[int], frozenset[int]]] = set()

    def prepare(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Search these pairs, and their ways back, in one go.

        Raises:
            UnreachableSpaceError: a pair has no way.
        """
        found: dict[tuple[int, int], int] = {}
        for start, goal in pairs:
            if (min(start, goal), max(start, goal)) in self._origin:
                continue
            tree = self._tree(start, goal)
            if not tree.reaches(self._ids[goal]):
                raise UnreachableSpaceError(*(self._facility.node_label(self._ids[end]) for end in (start, goal)))
            found[min(start, goal), max(start, goal)] = start
        self._origin |= found

    def prepare_all(self, goals: frozenset[int], others: frozenset[int]) -> None:
        """Search every way between two goals, and between a goal and one of the `others`; there and back.

        Raises:
            UnreachableSpaceError: a pair has no way.
        """
        if (goals, others) not in self._prepared:
            self.prepare((goal, other) for goal in sorted(goals) for other in sorted(goals | others) if goal != other)
            self._prepared.add((goals, others))

    def path(self, start: int, goal: int) -> Path:
        """The path from one space to another.

        Raises:
            UnreachableSpaceError: there is no way.
        """
        found = self._paths.get((start, goal))
        if found is None:
            self.prepare([(start, goal)])
            origin = self._origin[min(start, goal), max(start, goal)]
            end = goal if origin == start else start
            route = self._tree(origin, end).route(self._ids[end])
            assert route is not None
            for way in (route, route.reversed()):
                self._paths[self._nodes[way.start], self._nodes[way.goal]] = self._path(way)
            found = self._paths[start, goal]
        return found

    def _tree(self, start: int, goal: int) -> RouteTree:
        outdoors = is_outside(self._ids[start]) or is_outside(self._ids[goal])
        tree = self._trees.get((start, outdoors))
        if tree is None:
            tree = self._trees[start, outdoors] = RouteTree(self._network, self._ids[start], outdoors=outdoors)
        return tree

    def nearest(self, starts: Iterable[int], goals: Iterable[int]) -> dict[int, tuple[int, Path]]:
        """The goal with the shortest way on foot, and the way, of every start that has any.

        One search for each goal, backwards: ways are as long in both directions.
        """
        starts = tuple(starts)
        best: dict[int, tuple[int, Path]] = {}
        for goal in goals:
            reached = self._reached_from(goal)
            found = [start for start in starts if self._ids[start] in reached]
            self.prepare((goal, start) for start in found)
            for start in found:
                path = self.path(start, goal)
                if start not in best or path.length_m < best[start][1].length_m:
                    best[start] = (goal, path)
        return best

    def _reached_from(self, node: int) -> set[GlobalId]:
        """Nodes to which there is a way: indoors, unless one of the two ends is outdoors."""
        start = self._ids[node]
        if is_outside(start):
            return self._nodes_from(start, outdoors=True)
        indoors = {to for to in self._nodes_from(start, outdoors=False) if not is_outside(to)}
        return indoors | {to for to in self._nodes_from(start, outdoors=True) if is_outside(to)}

    def _nodes_from(self, start: GlobalId, *, outdoors: bool) -> set[GlobalId]:
        return {start, *(to for _, to in self._network.paths_from(start, outdoors=outdoors)[0])}

    def _path(self, route: Route) -> Path:
        hops = []
        stair_m = 0.0
        for leg in route.legs:
            hops.append((self._ways[leg.way], self._nodes[leg.to_space], leg.length_m, stair_m))
            stair_m = leg.crossing_m
        return Path(tuple(hops), route.final_m, stair_m)
