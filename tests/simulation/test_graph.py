from dataclasses import replace

import pytest

from simulation.graph import compile_building, ordinary_ways
from twin.model.errors import ScenarioError
from twin.model.facility import Facility
from twin.model.ids import GlobalId


def test_headway_is_the_inverse_of_specific_flow_times_effective_width(block: Facility) -> None:
    building = compile_building(block)
    assert building.headway_s[building.way_index[GlobalId("gA")]] == pytest.approx(1 / (1.3 * (1.1 - 0.3)))


def test_a_door_nobody_fits_through_is_refused_by_name(block: Facility) -> None:
    doors = tuple(replace(door, clear_width_m=0.3) if door.code in {"wA", "h"} else door for door in block.doors)
    with pytest.raises(ScenarioError) as caught:
        compile_building(replace(block, doors=doors))
    assert [fault.key for fault in caught.value.faults] == ["wA", "h"]


def test_people_go_through_the_gate_and_not_the_fire_door_beside_it(block: Facility) -> None:
    rule = ordinary_ways(block, closed_types=["D-STAFF"], gate_types=["D-GATE"])
    assert {door.code for door in block.doors if not rule(door)} == {"fA", "p"}


def test_the_chamber_of_an_interlock_group_lies_between_its_doors(block: Facility) -> None:
    building = compile_building(block)
    (group,) = building.interlocks
    assert group.chambers == {building.node_index[GlobalId("SP")]: 2}
