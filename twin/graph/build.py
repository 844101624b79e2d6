"""The facility as a graph: spaces and outdoors are nodes, doors and links are edges."""

from __future__ import annotations

import networkx as nx

from twin.model.facility import Facility
from twin.model.ids import outside_id


def graph_of(facility: Facility) -> nx.MultiGraph:
    """Build the graph whose nodes are GlobalIds of spaces (and outside nodes) and whose edge keys are door or link ids.

    A multigraph, because two doors may join the same two spaces. A door inside one space is joined but is no route, so
    it is no edge; neither is a door whose spaces are unknown. Edges carry ``kind``: ``door`` or the link's kind.
    """
    graph = nx.MultiGraph()
    graph.add_nodes_from(space.global_id for space in facility.spaces)
    graph.add_nodes_from(outside_id(storey.global_id) for storey in facility.storeys)
    for door in facility.doors:
        if door.joins is not None and door.is_route:
            graph.add_edge(*door.joins, key=door.global_id, kind="door")
    for link in facility.links:
        if link.joins[0] != link.joins[1]:
            graph.add_edge(*link.joins, key=link.global_id, kind=link.kind.value)
    return graph
