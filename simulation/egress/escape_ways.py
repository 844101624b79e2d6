"""The real building as an evacuation needs it: widths effective or full, stairs by riser and tread, ways to the goals.

The graph and its metres are those of every other simulation (`simulation.graph`). Stair metres are stretched by the
ratio of the level's k to the stair's, so that one speed serves for both: who walks 1.20 m/s on the level walks 0.96 m/s
on a stair of 165/280 mm, as the SFPE relations have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from simulation.egress import sfpe
from simulation.graph import BOUNDARY_LAYER_M, NARROWEST_EFFECTIVE_M, CompiledBuilding, compile_building
from simulation.routing import Path, RouteTable
from twin.graph.network import DEFAULT_RISER_MM, DEFAULT_TREAD_MM, Passable
from twin.model.doors import Door, Link
from twin.model.facility import Facility
from twin.model.ids import outside_id
from twin.model.vocabulary import LinkKind

DENSEST_P_M2 = 3.5
"""Denser crowds still creep: S(3.5) = 0.097 m/s; IMO MSC.1/Circ.1238 gives 0.10 m/s from there on."""


def too_narrow(facility: Facility) -> tuple[Door, ...]:
    """Doors on routes that let nobody pass by their effective width."""
    return tuple(
        door
        for door in facility.doors
        if door.is_route and door.clear_width_m - 2 * BOUNDARY_LAYER_M < NARROWEST_EFFECTIVE_M
    )


def pace(density_p_m2: float) -> float:
    """Share of the free speed that a density leaves (SFPE), down to that of the densest crowd."""
    return sfpe.speed_m_s(min(density_p_m2, DENSEST_P_M2)) / sfpe.speed_m_s(0.0)


@dataclass(frozen=True, kw_only=True)
class EscapeWays:
    """Compiled once for all replications; nothing of it changes but the paths it remembers.

    ``effective``, ``full``: the building with widths less boundary layers, and with clear widths. ``goals``: indices.
    ``escape``: doors through which people may hope to get out; ``staff``: doors that crews use.
    """

    facility: Facility
    effective: CompiledBuilding
    full: CompiledBuilding
    goals: tuple[int, ...]
    escape: Passable
    unlocked: Passable
    _staff_paths: dict[tuple[int, int], Path] = field(default_factory=dict)

    @cached_property
    def to_goal(self) -> Mapping[int, tuple[int, Path]]:
        """The nearest goal of every space that has a way out, and the way."""
        return self.nearest(self.escape)

    @cached_property
    def if_unlocked(self) -> Mapping[int, tuple[int, Path]]:
        """The same if no door but those that the plan closes were locked."""
        return self.nearest(self.unlocked)

    @cached_property
    def areas_m2(self) -> Sequence[float]:
        """Area by node, 0 outdoors: yards and the outdoors are never dense."""
        spaces = (self.effective.space(node) for node in range(len(self.effective.nodes)))
        return tuple(space.area_m2 if space is not None else 0.0 for space in spaces)

    def staff_path(self, start: int, goal: int) -> Path:
        """The way of somebody with keys.

        Raises:
            UnreachableSpaceError: there is none.
        """
        found = self._staff_paths.get((start, goal))
        if found is None:
            found = self._stretched(self.effective.routes.path(start, goal))
            self._staff_paths[start, goal] = found
        return found

    def nearest(self, passable: Passable) -> dict[int, tuple[int, Path]]:
        """The nearest goal on foot of every space that has a way to one, and the way."""
        building = self.effective
        table = RouteTable(self.facility, nodes=building.node_index, ways=building.way_index, passable=passable)
        spaces = [building.node_index[space.global_id] for space in self.facility.spaces]
        return {
            start: (goal, self._stretched(path)) for start, (goal, path) in table.nearest(spaces, self.goals).items()
        }

    def _stretched(self, path: Path) -> Path:
        hops = []
        factor = 1.0
        for way, to, level_m, stair_m in path.hops:
            hops.append((way, to, level_m, stair_m * factor))
            factor = self._slope[way]
        return Path(tuple(hops), path.final_level_m, path.final_stair_m * factor)

    @cached_property
    def _slope(self) -> Sequence[float]:
        links = {link.global_id: link for link in self.facility.links}
        ids = self.effective.ways
        return tuple(sfpe.LEVEL_K_M_S / _k_m_s(links[way]) if way in links else 1.0 for way in ids)


def escape_ways(
    facility: Facility,
    *,
    muster: Sequence[int],
    outdoors: bool,
    escape: Passable,
    unlocked: Passable,
    flow_p_s_m: float,
) -> EscapeWays:
    """Compile a building for an evacuation.

    Args:
        facility: the building.
        muster: indices of the spaces people go to.
        outdoors: whether they also go to the outdoors at ground level.
        escape: doors through which people may hope to get out.
        unlocked: the same if nothing were locked; crews go through these.
        flow_p_s_m: specific flow of doors.

    Raises:
        ScenarioError: a door lets nobody pass.
    """
    both = [_compiled(facility, unlocked, flow_p_s_m, layer_m) for layer_m in (BOUNDARY_LAYER_M, 0.0)]
    ground = [outside_id(storey.global_id) for storey in facility.storeys if storey.is_ground]
    return EscapeWays(
        facility=facility,
        effective=both[0],
        full=both[1],
        goals=(*muster, *(both[0].node_index[node] for node in ground if outdoors)),
        escape=escape,
        unlocked=unlocked,
    )


def _compiled(facility: Facility, passable: Passable, flow_p_s_m: float, layer_m: float) -> CompiledBuilding:
    building = compile_building(facility, passable=passable, specific_flow_p_s_m=flow_p_s_m, boundary_layer_m=layer_m)
    links = {link.global_id: link for link in facility.links}
    headway_s = [
        1.0 / (sfpe.most_flow_p_s_m(_k_m_s(links[way])) * max(links[way].width_m - 2 * layer_m, NARROWEST_EFFECTIVE_M))
        if way in links and links[way].kind is LinkKind.STAIR
        else each
        for way, each in zip(building.ways, building.headway_s, strict=True)
    ]
    return replace(building, headway_s=tuple(headway_s))


def _k_m_s(link: Link) -> float:
    if link.kind is not LinkKind.STAIR:
        return sfpe.LEVEL_K_M_S
    return sfpe.stair_k_m_s(link.riser_mm or DEFAULT_RISER_MM, link.tread_mm or DEFAULT_TREAD_MM)
