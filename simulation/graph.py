"""The compiled building: the facility as tables that the event loop can index; built once for all replications."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from simulation.routing import RouteTable
from twin.graph.network import Passable
from twin.model.doors import Door
from twin.model.errors import Fault, ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, is_outside, outside_id
from twin.model.spaces import Space
from twin.model.vocabulary import SpaceUse

SPECIFIC_FLOW_P_S_M = 1.3
"""Persons per second and metre of effective width (SFPE Handbook ch. 59; EvacuatioNZ uses 1.33)."""
BOUNDARY_LAYER_M = 0.15
"""Width lost at each side of a door or stair (SFPE Handbook ch. 59)."""
NARROWEST_EFFECTIVE_M = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class InterlockGroup:
    """Doors of which at most one may be open; `chambers` are the spaces between them with the people they hold."""

    name: str
    ways: frozenset[int]
    chambers: dict[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class CompiledBuilding:
    """Tables by index, of one building and no other (compared by identity).

    ``nodes`` are spaces then outside nodes, ``ways`` are the doors that are routes, then links. ``headway_s`` is the
    time between two people through a way, 1 / (Fs·We) with We = clear width − 2 boundary layers.
    """

    facility: Facility
    nodes: tuple[GlobalId, ...]
    ways: tuple[GlobalId, ...]
    node_index: dict[GlobalId, int]
    way_index: dict[GlobalId, int]
    headway_s: tuple[float, ...]
    interlocks: tuple[InterlockGroup, ...]
    routes: RouteTable

    def space(self, node: int) -> Space | None:
        """The space at an index, None for the outdoors."""
        return self.facility.space_by_id.get(self.nodes[node])

    def door(self, way: int) -> Door | None:
        """The door at an index, None for a link."""
        return self.facility.door_by_id.get(self.ways[way])

    def spaces_of(self, uses: Collection[SpaceUse]) -> tuple[int, ...]:
        """Indices of the spaces with one of these uses, in order of their code."""
        found = [space for space in self.facility.spaces if space.use in uses]
        return tuple(self.node_index[space.global_id] for space in sorted(found, key=lambda space: space.code))

    def doors_of_type(self, types: Collection[str]) -> tuple[int, ...]:
        """Indices of the doors of these types."""
        return tuple(
            self.way_index[door.global_id]
            for door in self.facility.doors
            if door.type in types and door.global_id in self.way_index
        )


def compile_building(
    facility: Facility,
    *,
    passable: Passable | None = None,
    specific_flow_p_s_m: float = SPECIFIC_FLOW_P_S_M,
    boundary_layer_m: float = BOUNDARY_LAYER_M,
) -> CompiledBuilding:
    """Make the tables of a facility.

    Args:
        facility: the building.
        passable: doors that people use in the ordinary course of the day; None for all (see `ordinary_ways`).
        specific_flow_p_s_m: Fs of doors and stairs [persons/s/m].
        boundary_layer_m: lost at each side of a door or stair [m].

    Raises:
        ScenarioError: a door on a route is too narrow for anybody to pass.
    """
    nodes = tuple(space.global_id for space in facility.spaces) + tuple(
        outside_id(storey.global_id) for storey in facility.storeys
    )
    doors = [door for door in facility.doors if door.is_route]
    ways = tuple(door.global_id for door in doors) + tuple(link.global_id for link in facility.links)
    widths = [door.clear_width_m for door in doors] + [link.width_m for link in facility.links]
    effective = [width_m - 2 * boundary_layer_m for width_m in widths]
    faults = [
        Fault("door", door.code, f"clear width {door.clear_width_m} m lets nobody pass")
        for door, width_m in zip(doors, effective, strict=False)
        if width_m < NARROWEST_EFFECTIVE_M
    ]
    if faults:
        raise ScenarioError(faults)
    node_index = {node: index for index, node in enumerate(nodes)}
    way_index = {way: index for index, way in enumerate(ways)}
    return CompiledBuilding(
        facility=facility,
        nodes=nodes,
        ways=ways,
        node_index=node_index,
        way_index=way_index,
        headway_s=tuple(1.0 / (specific_flow_p_s_m * max(width_m, NARROWEST_EFFECTIVE_M)) for width_m in effective),
        interlocks=_interlocks(doors, facility, node_index, way_index),
        routes=RouteTable(facility, nodes=node_index, ways=way_index, passable=passable),
    )


@dataclass(frozen=True, slots=True)
class OrdinaryWays:
    """Whether a door is used in the ordinary course of the day.

    Doors of `closed_types` are not (plant, vehicle gates). Where two doors join the same two spaces and one is of
    `gate_types`, people go through the gate: the fire door beside it stays shut.
    """

    closed_types: frozenset[str]
    gate_types: frozenset[str]
    gated: frozenset[frozenset[GlobalId]]

    def __call__(self, door: Door) -> bool:
        """Whether people may use `door`."""
        beside_a_gate = door.joins is not None and frozenset(door.joins) in self.gated
        return door.type not in self.closed_types and (door.type in self.gate_types or not beside_a_gate)


def ordinary_ways(facility: Facility, *, closed_types: Collection[str], gate_types: Collection[str]) -> OrdinaryWays:
    """The rule of `OrdinaryWays` for one facility."""
    return OrdinaryWays(
        closed_types=frozenset(closed_types),
        gate_types=frozenset(gate_types),
        gated=frozenset(frozenset(door.joins) for door in facility.doors if door.joins and door.type in gate_types),
    )


def _interlocks(
    doors: list[Door], facility: Facility, node_index: dict[GlobalId, int], way_index: dict[GlobalId, int]
) -> tuple[InterlockGroup, ...]:
    members: dict[str, list[Door]] = {}
    for door in doors:
        if door.interlock_group:
            members.setdefault(door.interlock_group, []).append(door)
    return tuple(
        InterlockGroup(
            name=name,
            ways=frozenset(way_index[door.global_id] for door in group),
            chambers=_chambers(group, facility, node_index),
        )
        for name, group in sorted(members.items())
    )


def _chambers(group: list[Door], facility: Facility, node_index: dict[GlobalId, int]) -> dict[int, int]:
    touched = [node for door in group for node in door.joins or () if not is_outside(node)]
    chambers = {}
    for node in sorted({node for node in touched if touched.count(node) > 1}):
        space = facility.space_by_id[node]
        chambers[node_index[node]] = space.capacity or max(1, int(space.area_m2))
    return chambers
