import pytest

from simulation.graph import compile_building
from twin.graph.routes import shortest_route
from twin.model.errors import UnreachableSpaceError
from twin.model.facility import Facility
from twin.model.ids import GlobalId


def test_a_path_is_the_shortest_route_in_numbers_both_ways(block: Facility) -> None:
    building = compile_building(block)
    cell, shop = (building.node_index[GlobalId(code)] for code in ("A1", "SHOP"))
    building.routes.prepare([(shop, cell)])
    for start, goal in ((cell, shop), (shop, cell)):
        path = building.routes.path(start, goal)
        route = shortest_route(block, building.nodes[start], building.nodes[goal])
        assert [building.ways[hop[0]] for hop in path.hops] == [leg.way for leg in route.legs]
        assert [building.nodes[hop[1]] for hop in path.hops] == [leg.to_space for leg in route.legs]
        assert sum(hop[2] for hop in path.hops) + path.final_level_m == pytest.approx(route.length_m)


def test_a_pair_without_a_way_is_refused(block: Facility) -> None:
    building = compile_building(block, passable=lambda door: door.code != "k")
    with pytest.raises(UnreachableSpaceError):
        building.routes.path(building.node_index[GlobalId("A1")], building.node_index[GlobalId("SHOP")])
