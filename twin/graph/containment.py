"""What holds a part of the building closed, and what cuts it in two when it is lost."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from twin.graph.build import graph_of
from twin.model.doors import Door
from twin.model.errors import Fault, ModelError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Space

_EXIT = "EXIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChokePoint:
    """A space without which other spaces have no way to any ground exit."""

    space: Space
    cut_off: tuple[GlobalId, ...]


def isolating_doors(facility: Facility, space: GlobalId) -> tuple[Door, ...]:
    """The fewest doors that, once locked, keep `space` from every ground exit; of equals, those nearest to it.

    Stairs, lifts and openings cannot be locked; outdoors on upper storeys counts as somewhere people can walk, which
    is the cautious reading. Sorted by code; empty when there is no way out in the first place.

    Raises:
        UnknownIdError: no such space.
        ModelError: no set of doors can close it off, because a way out has none.
    """
    facility.space(space)
    graph = nx.Graph()
    unbreakable = len(facility.doors) + 1
    for one, other, kind in graph_of(facility).edges(data="kind"):
        more = 1 if kind == "door" else unbreakable
        capacity = graph.get_edge_data(one, other, {"capacity": 0})["capacity"]
        graph.add_edge(one, other, capacity=capacity + more)
    for storey in facility.storeys:
        if storey.is_ground:
            graph.add_edge(outside_id(storey.global_id), _EXIT, capacity=unbreakable)
    if space not in graph or _EXIT not in graph:
        return ()
    size, (_, inside) = nx.minimum_cut(graph, _EXIT, space)  # of equal cuts it returns the one nearest its target
    if size >= unbreakable:
        raise ModelError([Fault("space", facility.node_label(space), "has a way out without any door")])
    cut = [
        door
        for door in facility.doors
        if door.joins is not None and (door.joins[0] in inside) != (door.joins[1] in inside)
    ]
    return tuple(sorted(cut, key=lambda door: door.code))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChokeDoor:
    """A door without which spaces have no way to any ground exit."""

    door: Door
    cut_off: tuple[GlobalId, ...]


def single_doors_of_failure(facility: Facility) -> tuple[ChokeDoor, ...]:
    """Doors whose jamming cuts spaces off from every ground exit; most spaces lost first.

    Two doors between the same spaces stand in for one another; so do a door and a stair.
    """
    graph = _with_exit(facility)
    if _EXIT not in graph:
        return ()
    reached = graph.subgraph(nx.node_connected_component(graph, _EXIT)).copy()
    found = []
    for door in facility.doors:
        if door.joins is None or not reached.has_edge(*door.joins) or reached.edges[door.joins]["ways"] > 1:
            continue
        lost = _cut_off_by(reached, door.joins)
        if inside := tuple(sorted(node for node in lost if node in facility.space_by_id)):
            found.append(ChokeDoor(door=door, cut_off=inside))
    return tuple(sorted(found, key=lambda choke: (-len(choke.cut_off), choke.door.code)))


def _with_exit(facility: Facility) -> nx.Graph:
    """One edge for all ways between two nodes, with their number; ground exits lead to one place."""
    graph = nx.Graph()
    for one, other in graph_of(facility).edges():
        ways = graph.edges[one, other]["ways"] if graph.has_edge(one, other) else 0
        graph.add_edge(one, other, ways=ways + 1)
    for storey in facility.storeys:
        if storey.is_ground and outside_id(storey.global_id) in graph:
            graph.add_edge(outside_id(storey.global_id), _EXIT, ways=1)
    return graph


def _cut_off_by(graph: nx.Graph, edge: tuple[GlobalId, GlobalId]) -> set[GlobalId]:
    """The nodes that lose their way to the exit when an edge is taken away."""
    facts = graph.edges[edge]
    graph.remove_edge(*edge)
    lost: set[GlobalId] = set(graph) - nx.node_connected_component(graph, _EXIT)
    graph.add_edge(*edge, **facts)
    return lost


def single_points_of_failure(facility: Facility) -> tuple[ChokePoint, ...]:
    """Spaces whose loss (smoke, disorder) cuts others off from every ground exit; most spaces lost first."""
    graph = nx.Graph(graph_of(facility))
    for storey in facility.storeys:
        if storey.is_ground:
            graph.add_edge(outside_id(storey.global_id), _EXIT)
    if _EXIT not in graph:
        return ()
    graph = graph.subgraph(nx.node_connected_component(graph, _EXIT)).copy()
    points = []
    for node in nx.articulation_points(graph):
        if node not in facility.space_by_id:
            continue
        rest = graph.subgraph(set(graph) - {node})
        reached = nx.node_connected_component(rest, _EXIT)
        lost = sorted(other for other in rest if other not in reached and other in facility.space_by_id)
        if lost:
            points.append(ChokePoint(space=facility.space_by_id[node], cut_off=tuple(lost)))
    return tuple(sorted(points, key=lambda point: (-len(point.cut_off), point.space.code)))
