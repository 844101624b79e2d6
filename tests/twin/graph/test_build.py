from twin.graph.build import graph_of
from twin.model.facility import Facility


def test_a_door_inside_one_space_is_no_edge(house: Facility) -> None:
    assert "k" not in {key for _, _, key in graph_of(house).edges(keys=True)}


def test_two_doors_between_the_same_spaces_are_two_edges(house: Facility) -> None:
    assert set(graph_of(house).get_edge_data("LAND", "CORE")) == {"g", "f"}


def test_every_space_and_one_outside_node_per_storey_are_nodes(house: Facility) -> None:
    assert graph_of(house).number_of_nodes() == len(house.spaces) + len(house.storeys)
