from __future__ import annotations

from dataclasses import replace

import pytest

from twin.model.doors import Door
from twin.model.errors import ModelError, UnknownIdError
from twin.model.facility import Facility
from twin.model.ids import GlobalId, outside_id
from twin.model.spaces import Building, Space, Storey, Zone, centroid
from twin.model.vocabulary import SpaceUse

B, L0 = GlobalId("b"), GlobalId("l0")


def space(code: str, use: SpaceUse = SpaceUse.CELL_SINGLE, capacity: int = 1) -> Space:
    return Space(
        global_id=GlobalId(f"g-{code}"),
        code=code,
        name=code,
        use=use,
        storey=L0,
        polygon=((0, 0), (2, 0), (2, 2), (0, 2)),
        floor_m=0.0,
        height_m=2.7,
        area_m2=4.0,
        capacity=capacity,
    )


def door(code: str, *joins: str) -> Door:
    return Door(
        global_id=GlobalId(f"g-{code}"),
        code=code,
        type="D-CELL",
        storey=L0,
        joins=(GlobalId(joins[0]), GlobalId(joins[1])) if joins else None,
        centre=(0.0, 0.0),
        along=(1.0, 0.0),
        clear_width_m=0.9,
        clear_height_m=2.1,
    )


def facility(**parts: object) -> Facility:
    base = {
        "code": "T",
        "name": "test",
        "buildings": (Building(global_id=B, name="B"),),
        "storeys": (Storey(global_id=L0, name="L00", building=B, elevation_m=0.0),),
        "spaces": (space("C1"), space("O1", SpaceUse.CELL_OBSERVATION)),
        "doors": (door("D.C1", "g-C1", "g-O1"), door("D.X", "g-C1", outside_id(L0))),
    }
    return Facility(**{**base, **parts})  # type: ignore[arg-type]


def test_elements_are_found_by_code_and_by_global_id():
    building = facility()
    assert building.space("C1") is building.space("g-C1")
    assert building.door("D.C1") is building.door("g-D.C1")
    with pytest.raises(UnknownIdError, match="C9"):
        building.space("C9")
    with pytest.raises(UnknownIdError):
        building.space("D.C1")


def test_an_observation_cell_has_capacity_but_no_certified_place():
    assert facility().certified_places == 1


def test_every_broken_invariant_is_reported_at_once():
    with pytest.raises(ModelError) as caught:
        facility(
            spaces=(space("C1"), space("C1"), replace(space("C2"), storey=GlobalId("nowhere"))),
            doors=(door("D.C1", "g-C1", "g-gone"),),
            zones=(Zone(global_id=GlobalId("z"), name="Z", purpose="smoke", members=(GlobalId("g-lost"),)),),
        )
    text = str(caught.value)
    for part in ("g-C1: GlobalId is used twice", "C2: is on no storey", "g-gone", "g-lost"):
        assert part in text


def test_a_door_inside_one_space_is_joined_but_no_route():
    inner = door("D.I", "g-C1", "g-C1")
    assert not inner.is_route
    assert facility(doors=(inner, door("D.N"))).doors_joined == 1


def test_a_door_to_outdoors_is_a_final_exit():
    assert facility().door("D.X").is_final_exit
    assert not facility().door("D.C1").is_final_exit


def test_levels_of_one_name_are_one_plan_from_the_lowest_up():
    storeys = (
        Storey(global_id=L0, name="L00", building=B, elevation_m=0.0),
        Storey(global_id=GlobalId("u1"), name="L01", building=B, elevation_m=4.8),
        Storey(global_id=GlobalId("k1"), name="L01", building=B, elevation_m=3.3),
        Storey(global_id=GlobalId("cellar"), name="B1", building=B, elevation_m=-3.0),
    )
    assert facility(storeys=storeys).levels == ("B1", "L00", "L01")


def test_the_centroid_of_an_l_shape_is_its_area_centroid():
    shape = ((0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 2.0), (0.0, 2.0))
    assert centroid(shape) == pytest.approx((5 / 6, 5 / 6))
    assert centroid(((1.0, 1.0), (1.0, 1.0))) == (1.0, 1.0)
