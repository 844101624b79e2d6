"""Shortest ways through the building, as plain tuples: nothing of the graph library leaves this module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from twin.graph.network import Passable, Side, WalkingNetwork
from twin.model.errors import UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside, outside_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One door or link on a way: walked `length_m` in `from_space` to reach it, `crossing_m` along it (stairs)."""

    way: GlobalId
    from_space: GlobalId
    to_space: GlobalId
    length_m: float
    crossing_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way from the middle of one space to the middle of another; `final_m` is walked after the last leg."""

    start: GlobalId
    goal: GlobalId
    legs: tuple[Leg, ...]
    length_m: float
    final_m: float = 0.0

    def reversed(self) -> Route:
        """The same way walked backwards."""
        walks = [*(leg.length_m for leg in self.legs), self.final_m]
        legs = tuple(
            Leg(
                way=leg.way,
                from_space=leg.to_space,
                to_space=leg.from_space,
                length_m=after_m,
                crossing_m=leg.crossing_m,
            )
            for leg, after_m in zip(reversed(self.legs), reversed(walks[1:]), strict=True)
        )
        return Route(start=self.goal, goal=self.start, legs=legs, length_m=self.length_m, final_m=walks[0])


def shortest_route(
    facility: Facility, start: GlobalId, goal: GlobalId, *, passable: Passable | None = None, lifts: bool = False
) -> Route:
    """The shortest way on foot; it stays indoors unless `start` or `goal` is an outside node.

    Args:
        facility: the building.
        start: GlobalId of a space or outside node.
        goal: GlobalId of a space or outside node.
        passable: which doors may be used; None for all.
        lifts: whether lifts may be used.

    Raises:
        UnreachableSpaceError: there is no way.
    """
    found = _from_one(WalkingNetwork(facility, passable=passable, lifts=lifts), start, [goal])
    if goal not in found:
        raise UnreachableSpaceError(facility.node_label(start), facility.node_label(goal))
    return found[goal]


def egress_route(facility: Facility, start: GlobalId, *, passable: Passable | None = None) -> Route:
    """The shortest way from a space to the outdoors at ground level.

    Raises:
        UnreachableSpaceError: no ground exit can be reached.
    """
    exits = [outside_id(storey.global_id) for storey in facility.storeys if storey.is_ground]
    found = _from_one(WalkingNetwork(facility, passable=passable), start, exits)
    if not found:
        raise UnreachableSpaceError(facility.node_label(start), "OUTSIDE")
    return min(found.values(), key=lambda route: (route.length_m, route.goal))


def egress_routes(facility: Facility, *, passable: Passable | None = None) -> dict[GlobalId, Route | None]:
    """The shortest way from every space to the outdoors at ground level; None where there is none."""
    network = WalkingNetwork(facility, passable=passable)
    exits = [outside_id(storey.global_id) for storey in facility.storeys if storey.is_ground]
    ways: dict[GlobalId, Route | None] = {}
    for space in facility.spaces:
        found = _from_one(network, space.global_id, exits)
        ways[space.global_id] = min(found.values(), key=lambda route: (route.length_m, route.goal), default=None)
    return ways


def compile_routes(
    facility: Facility,
    pairs: Iterable[tuple[GlobalId, GlobalId]],
    *,
    passable: Passable | None = None,
    lifts: bool = False,
) -> dict[tuple[GlobalId, GlobalId], Route]:
    """Routes of many pairs, one search for each distinct start. Ways are symmetric: put the rarer end first.

    Raises:
        UnreachableSpaceError: a pair has no way.
    """
    return routes_over(WalkingNetwork(facility, passable=passable, lifts=lifts), pairs)


def routes_over(
    network: WalkingNetwork, pairs: Iterable[tuple[GlobalId, GlobalId]]
) -> dict[tuple[GlobalId, GlobalId], Route]:
    """The same over a network that is at hand, for callers who ask more than once.

    Raises:
        UnreachableSpaceError: a pair has no way.
    """
    facility = network.facility
    goals_of: dict[GlobalId, list[GlobalId]] = {}
    for start, goal in pairs:
        goals_of.setdefault(start, []).append(goal)
    routes: dict[tuple[GlobalId, GlobalId], Route] = {}
    for start, goals in goals_of.items():
        found = _from_one(network, start, goals)
        for goal in goals:
            if goal not in found:
                raise UnreachableSpaceError(facility.node_label(start), facility.node_label(goal))
            routes[start, goal] = found[goal]
    return routes


class Paths(Protocol):
    """The sides of the doors on the way to one of them, that one last."""

    def __getitem__(self, last: Side, /) -> list[Side]: ...


class RouteTree:
    """Every way from one space, as one search found them; a way is put together when it is asked for."""

    def __init__(self, network: WalkingNetwork, start: GlobalId, *, outdoors: bool) -> None:
        self._network = network
        self._start = start
        self._lengths, paths = network.paths_from(start, outdoors=outdoors)
        self._before = {side: path[-2] for side, path in paths.items() if len(path) > 1}

    def reaches(self, goal: GlobalId) -> bool:
        """Whether there is a way."""
        return goal == self._start or any(side in self._lengths for side in self._network.sides_of.get(goal, ()))

    def route(self, goal: GlobalId) -> Route | None:
        """The shortest way to a goal; None where there is none."""
        return _route(self._network, self._start, goal, self._lengths, self)

    def __getitem__(self, last: Side, /) -> list[Side]:
        sides = [last]
        while sides[-1] in self._before:
            sides.append(self._before[sides[-1]])
        sides.reverse()
        return sides


def _from_one(network: WalkingNetwork, start: GlobalId, goals: list[GlobalId]) -> dict[GlobalId, Route]:
    found: dict[GlobalId, Route] = {}
    for outdoors in (False, True):
        wanted = [goal for goal in goals if (is_outside(start) or is_outside(goal)) is outdoors]
        if not wanted:
            continue
        lengths, paths = network.paths_from(start, outdoors=outdoors)
        for goal in wanted:
            route = _route(network, start, goal, lengths, paths)
            if route is not None:
                found[goal] = route
    return found


def _route(
    network: WalkingNetwork,
    start: GlobalId,
    goal: GlobalId,
    lengths: dict[Side, float],
    paths: Paths,
) -> Route | None:
    if start == goal:
        return Route(start=start, goal=goal, legs=(), length_m=0.0)
    ends = [
        (lengths[side] + network.walk_from_middle_m(side), side)
        for side in network.sides_of.get(goal, ())
        if side in lengths
    ]
    if not ends:
        return None
    length_m, last = min(ends)
    sides = paths[last]
    legs = []
    before_m = 0.0
    for near, far in pairwise(sides):
        if near[0] != far[0]:
            continue  # walked inside one space, perhaps past a door that lies on the line
        legs.append(
            Leg(
                way=near[0],
                from_space=near[1],
                to_space=far[1],
                length_m=lengths[near] - before_m,
                crossing_m=lengths[far] - lengths[near],
            )
        )
        before_m = lengths[far]
    return Route(start=start, goal=goal, legs=tuple(legs), length_m=length_m, final_m=length_m - before_m)
