"""A network file as tables for `World`: the same doors, queues and locks as in a building, ways by time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from functools import cached_property

from simulation.egress.network_file import LinkEntry, Network
from simulation.routing import Hop, Path
from twin.model.errors import UnreachableSpaceError
from twin.model.ids import GlobalId

AS_SHORT_S = 1e-9
"""Ways whose times differ by less are equally short."""


@dataclass(frozen=True, kw_only=True)
class CompiledNetwork:
    """A network with one width per link: effective, or full.

    Metres of its hops are seconds: everybody walks at 1 m/s here, since in a network the speed is a matter of the
    space and the stair, not of the person. People of a space share its equally short links by their capacities.
    """

    network: Network
    is_effective: bool
    _taken: dict[int, list[int]] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> tuple[GlobalId, ...]:
        """Ids of the spaces."""
        return tuple(GlobalId(space.id) for space in self.network.space)

    @cached_property
    def ways(self) -> tuple[GlobalId, ...]:
        """Ids of the links."""
        return tuple(GlobalId(link.id) for link in self.network.link)

    @cached_property
    def node_index(self) -> dict[GlobalId, int]:
        """Index by id of a space."""
        return {node: index for index, node in enumerate(self.nodes)}

    @cached_property
    def way_index(self) -> dict[GlobalId, int]:
        """Index by id of a link."""
        return {way: index for index, way in enumerate(self.ways)}

    @cached_property
    def headway_s(self) -> tuple[float, ...]:
        """Seconds between two people at the entrance of each link: 1 / (Fs·width)."""
        return tuple(1.0 / (link.flow_p_s_m * self._width_m(link)) for link in self.network.link)

    @property
    def routes(self) -> CompiledNetwork:
        """The network is its own table of paths."""
        return self

    def path(self, start: int, goal: int) -> Path:
        """The way of the next person from a space to the exit that is nearest in time; `goal` is any exit.

        Raises:
            UnreachableSpaceError: there is none.
        """
        hops: list[Hop] = []
        here, wait_s = start, self._walk_s(start)
        while not self.network.space[here].exit:
            best = self._best[here]
            if not best:
                raise UnreachableSpaceError(self.nodes[start], self.nodes[goal])
            way = self._share(here) if here == start else best[0]
            to = self._to[way]
            hops.append((way, to, wait_s, 0.0))
            wait_s = self.network.link[way].traverse_s + (0.0 if self.network.space[to].exit else self._walk_s(to))
            here = to
        return Path(tuple(hops), wait_s, 0.0)

    def _share(self, node: int) -> int:
        """The link of the next person of a space: of equally short ones the one that is fullest last."""
        best = self._best[node]
        taken = self._taken.setdefault(node, [0] * len(best))
        number = min(range(len(best)), key=lambda n: ((taken[n] + 1) * self.headway_s[best[n]], n))
        taken[number] += 1
        return best[number]

    def _walk_s(self, node: int) -> float:
        space = self.network.space[node]
        return space.walk_m / space.walking_speed_m_s

    def _width_m(self, link: LinkEntry) -> float:
        return link.effective_width_m if self.is_effective else link.width_m

    @cached_property
    def _to(self) -> tuple[int, ...]:
        return tuple(self.node_index[GlobalId(link.to)] for link in self.network.link)

    @cached_property
    def _best(self) -> list[list[int]]:
        """Links of the shortest ways out of each space, without queues; none where no exit can be reached."""
        out_s = self._times_out_s()
        best: list[list[int]] = [[] for _ in self.nodes]
        for way, link in enumerate(self.network.link):
            node, to = self.node_index[GlobalId(link.from_)], self._to[way]
            if to in out_s and self._time_over_s(way, out_s) <= out_s[node] + AS_SHORT_S:
                best[node].append(way)
        return best

    def _times_out_s(self) -> dict[int, float]:
        """Seconds from each space's links to an exit (Dijkstra, backwards from the exits)."""
        into: dict[int, list[int]] = {}
        for way, to in enumerate(self._to):
            into.setdefault(to, []).append(way)
        found: dict[int, float] = {}
        open_: list[tuple[float, int]] = [(0.0, node) for node, space in enumerate(self.network.space) if space.exit]
        heapq.heapify(open_)
        while open_:
            time_s, node = heapq.heappop(open_)
            if node in found:
                continue
            found[node] = time_s
            for way in into.get(node, ()):
                start = self.node_index[GlobalId(self.network.link[way].from_)]
                heapq.heappush(open_, (self._time_over_s(way, found), start))
        return found

    def _time_over_s(self, way: int, out_s: dict[int, float]) -> float:
        """Seconds from the entrance of a link to an exit."""
        to = self._to[way]
        walk_s = 0.0 if self.network.space[to].exit else self._walk_s(to)
        return self.network.link[way].traverse_s + walk_s + out_s[to]
